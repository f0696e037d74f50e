//! The page on which people see what applications hold of their account, and take back one authorization or all.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::family::Family;
use super::held::{self, Authorization, Held};
use super::question::name_of;
use super::{consent, details, resource, wording};
use crate::access::Application as Api;
use crate::client;
use crate::domain::{AuthorizationId, ClientId, Scopes, Seen, Timestamp};
use crate::http::{Form, Frame, Submission, Text, Visit, day, page, see_other};
use crate::op::{House, Op, OpError};
use crate::session::SignedIn;

/// The address of the page.
const HERE: &str = "/account/applications";

#[derive(Debug, askama::Template)]
#[template(path = "oauth/applications.html")]
struct Template {
    frame: Frame,
    applications: Vec<Application>,
}

#[derive(Debug)]
struct Application {
    client_id: String,
    name: String,
    since: String,
    /// Title and purpose of each.
    scopes: Vec<(String, String)>,
    accesses: Vec<Access>,
}

/// One authorization, in words.
#[derive(Debug)]
struct Access {
    id: String,
    since: String,
    facts: Vec<(String, String)>,
}

/// `GET /account/applications`.
pub(super) async fn list(signed_in: SignedIn, State(house): State<Arc<House>>, visit: Visit) -> Response {
    let mut op = act(&house, &signed_in, &visit.seen);
    match applications(&mut op, &signed_in, &visit.text).await {
        Ok(applications) => {
            let frame = visit.frame("applications-title");
            page(StatusCode::OK, &Template { frame, applications })
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

fn act(house: &Arc<House>, signed_in: &SignedIn, seen: &Seen) -> Op {
    Op::new(house, signed_in.actor(), seen.clone())
}

async fn applications(op: &mut Op, signed_in: &SignedIn, text: &Text) -> Result<Vec<Application>, OpError> {
    let mut applications = Vec::new();
    for held in held::by_clients(op, signed_in.0.person_id).await? {
        let client = client::find(op, &held.client_id).await?;
        let apis = match &client {
            Some(client) => resource::with_retired(op, client).await?,
            None => Vec::new(),
        };
        let name = client.map_or_else(|| held.client_id.to_string(), |client| name_of(&client));
        let mut shown = application(text, &held, name, &apis);
        shown
            .scopes
            .extend(details::told(op, &held.details, text.language()).await?);
        applications.push(shown);
    }
    Ok(applications)
}

fn application(text: &Text, held: &Held, name: String, apis: &[Arc<Api>]) -> Application {
    let accesses = held.authorizations.iter();
    Application {
        client_id: held.client_id.to_string(),
        name,
        since: text.get_with("applications-since", "date", &day(held.since)),
        scopes: words(text, apis, &held.scopes),
        accesses: accesses.map(|one| access(text, one, apis)).collect(),
    }
}

fn access(text: &Text, authorization: &Authorization, apis: &[Arc<Api>]) -> Access {
    let family = &authorization.family;
    let what: Vec<String> = words(text, apis, &family.scopes)
        .into_iter()
        .map(|(title, _)| title)
        .collect();
    let since = minute(authorization.given_at);
    let resource = resources(family, apis).map(|names| ("applications-resource", names));
    let used = authorization.last_used().map(minute);
    let ends = if family.offline {
        minute(family.expires_at)
    } else {
        text.get_with("applications-until-session", "date", &minute(family.expires_at))
    };
    let facts = [
        Some(("applications-may", what.join(", "))),
        resource,
        Some(("applications-from", since.clone())),
        Some(("applications-until", ends)),
        used.map(|used| ("applications-used", used)),
    ];
    Access {
        id: family.id.to_string(),
        since,
        facts: facts
            .into_iter()
            .flatten()
            .map(|(key, value)| (text.get(key), value))
            .collect(),
    }
}

/// The APIs that an authorization is for: those that were named, else the client's own one.
fn resources(family: &Family, apis: &[Arc<Api>]) -> Option<String> {
    let resources = &family.terms.resources;
    let names: Vec<&str> = if resources.is_empty() {
        apis.first().map(|api| api.name.as_str()).into_iter().collect()
    } else {
        let meant = apis.iter().filter(|api| resources.contains(&api.audience));
        meant.map(|api| api.name.as_str()).collect()
    };
    (!names.is_empty()).then(|| names.join(", "))
}

fn words(text: &Text, apis: &[Arc<Api>], scopes: &Scopes) -> Vec<(String, String)> {
    [
        wording::of_openid(text, scopes),
        apis.iter()
            .flat_map(|api| wording::of_application(text, api, scopes))
            .collect(),
        wording::of_nobody(apis, scopes),
    ]
    .concat()
}

fn minute(moment: Timestamp) -> String {
    let text: String = moment.to_string().chars().take(16).collect();
    format!("{} UTC", text.replace('T', " "))
}

/// What is to be taken back.
enum Withdrawal {
    All(ClientId),
    One(AuthorizationId),
}

impl Withdrawal {
    fn read(form: &Form) -> Option<Self> {
        match form.get("authorization") {
            Some(text) => text.parse().ok().map(Self::One),
            None => ClientId::parse(form.get("client")?).ok().map(Self::All),
        }
    }
}

/// `POST /account/applications`: takes back one authorization, or all that one client was given. A second submission finds
/// nothing and ends on the same page.
pub(super) async fn withdraw(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let Some(withdrawal) = Withdrawal::read(&form) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let mut op = act(&house, &signed_in, &visit.seen);
    let person = signed_in.0.person_id;
    let withdrawn = match withdrawal {
        Withdrawal::All(client) => consent::withdraw(&mut op, person, &client).await,
        Withdrawal::One(id) => consent::withdraw_one(&mut op, person, id).await,
    };
    match op.conclude(withdrawn).await {
        Ok(_) => see_other(HERE),
        Err(fault) => visit.fault_page(&fault),
    }
}
