//! Sessions: where one is signed in, and ending that.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::domain::{DeviceId, PersonId, SessionId};
use crate::http::{Form, Frame, Inquiry, Submission, Text, device, minute, page, see_other};
use crate::oauth::revocation;
use crate::op::{House, Op, OpError};
use crate::person::{self, PersonError};
use crate::rule::{self, TrustedDevice};
use crate::session::{self, Listed, SignedIn};

const HERE: &str = "/account/sessions?done=ended";

/// Why sessions end that are ended on this page.
const REASON: &str = "the person ended it";

#[derive(Debug, askama::Template)]
#[template(path = "account/sessions.html")]
struct Template {
    frame: Frame,
    done: String,
    sessions: Vec<Row>,
    /// Devices on which no second factor is asked for for a while: the id, what they are, since when and from where.
    trusted: Vec<(String, String, String)>,
}

#[derive(Debug)]
struct Row {
    id: String,
    device: String,
    detail: String,
    facts: Vec<(String, String)>,
    this_one: bool,
}

/// `GET /account/sessions`.
pub(super) async fn list(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let person = signed_in.0.person_id;
    let found = async {
        let sessions = session::of_person(&mut op, person).await?;
        Ok((sessions, rule::trusted(&mut op, person).await?))
    };
    match found.await {
        Ok((found, trusted)) => {
            let mut sessions: Vec<Row> = found
                .iter()
                .map(|listed| row(&house, &visit.text, listed, signed_in.0.id))
                .collect();
            // The own one first.
            sessions.sort_by_key(|row| !row.this_one);
            let template = Template {
                frame: visit.frame("account-sessions-title"),
                done: super::done(&visit, query.get("done")),
                sessions,
                trusted: trusted
                    .iter()
                    .map(|one| trusted_row(&house, &visit.text, one))
                    .collect(),
            };
            page(StatusCode::OK, &template)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

fn row(house: &House, text: &Text, listed: &Listed, own: SessionId) -> Row {
    let session = &listed.session;
    let this_one = session.id == own;
    let place = place(house, text, listed.address.as_deref());
    Row {
        id: session.id.to_string(),
        device: device(text, listed.user_agent.as_deref()),
        detail: if this_one {
            text.get("account-session-this")
        } else {
            String::new()
        },
        facts: vec![
            (text.get("account-session-place"), place),
            (
                text.get("account-session-begun"),
                minute(session.strength.authenticated_at),
            ),
            (text.get("account-session-seen"), minute(listed.seen_at)),
        ],
        this_one,
    }
}

/// Where an address is, as far as that is known, and the address.
fn place(house: &House, text: &Text, address: Option<&str>) -> String {
    let german = text.language() == "de";
    let name = address.and_then(|text| rule::place_name(house, text.parse().ok()?, german));
    let parts = [name.as_deref(), address];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn trusted_row(house: &House, text: &Text, one: &TrustedDevice) -> (String, String, String) {
    let since = text.get_with("account-device-since", "date", &minute(one.since));
    let place = place(house, text, one.address.as_deref());
    let mut detail = vec![since, place];
    detail.retain(|part| !part.is_empty());
    let device = device(text, one.user_agent.as_deref());
    (one.id.to_string(), device, detail.join(" · "))
}

enum Which {
    One(SessionId),
    Others,
    /// The own one too, what applications were given, and the trust in devices.
    All,
    /// The trust in all devices.
    Trust,
    /// The trust in one.
    TrustIn(DeviceId),
}

impl Which {
    fn read(form: &Form) -> Option<Self> {
        if let Some(device) = form.get("device") {
            return DeviceId::parse(device).map(Self::TrustIn);
        }
        match form.get("session")? {
            "others" => Some(Self::Others),
            "all" => Some(Self::All),
            "trust" => Some(Self::Trust),
            id => id.parse().ok().map(Self::One),
        }
    }
}

/// `POST /account/sessions`, field `session`: an id, `others`, `all`, or `trust` for the trust in all devices; or field `device`: the trust
/// in that one. What is not the person's, or has ended, is not found; the page shows what there is. Whoever a rule does not let in may do it
/// too: it only takes access away.
pub(super) async fn end(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let Some(which) = Which::read(&form) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let (own, person) = (signed_in.0.id, signed_in.0.person_id);
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let ended = match which {
        Which::All => end_all(&mut op, person).await.map(|()| Some(true)),
        Which::One(id) => session::end_own(&mut op, person, id, REASON)
            .await
            .map(|lived| lived.then_some(id == own)),
        Which::Others => session::end_others(&mut op, person, Some(own), REASON)
            .await
            .map(|_| Some(false)),
        Which::TrustIn(device) => rule::distrust(&mut op, person, &device)
            .await
            .map(|was| was.then_some(false)),
        Which::Trust => rule::distrust_all(&mut op, person).await.map(|_| Some(false)),
    };
    match op.conclude(ended).await {
        Ok(Some(true)) => session::leave(&house, "/"),
        Ok(Some(false)) => see_other(HERE),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// Sessions, what applications were given, and the trust in devices: whoever else has any of it gets nothing more.
async fn end_all(op: &mut Op, person: PersonId) -> Result<(), OpError> {
    let Some(person) = person::find(op, person).await? else {
        return Err(OpError::Broken("a session of nobody"));
    };
    match revocation::end_all_of_person(op, &person, REASON).await {
        Ok(_) => Ok(()),
        Err(PersonError::Fault(fault)) => Err(fault),
        Err(_) => Err(OpError::Broken(
            "nothing but a fault keeps a person from signing out",
        )),
    }
}
