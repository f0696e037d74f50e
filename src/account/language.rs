//! The language in which one is written to, here and by applications that ask for it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::http::{Frame, Inquiry, Language, Submission, page, see_other};
use crate::op::{House, Op, OpError};
use crate::person::{self, PersonError};
use crate::session::{Session, SignedIn};

pub(super) const HERE: &str = "/account/language";

#[derive(Debug, askama::Template)]
#[template(path = "account/language.html")]
struct Template {
    frame: Frame,
    done: String,
    /// Tag, own name, whether it is the present one.
    languages: Vec<(&'static str, &'static str, bool)>,
}

/// `GET /account/language`.
pub(super) async fn show(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    match stored(&mut op, &signed_in.0).await {
        Ok((_, present)) => {
            // Whoever has none yet is written to in that of the installation; what they see here is nearer to what they want.
            let present = present.map_or(visit.text.language(), Language::tag);
            let template = Template {
                frame: visit.frame("account-language-title"),
                done: super::done(&visit, query.get("done")),
                languages: Language::ALL
                    .map(|one| (one.tag(), one.name(), one.tag() == present))
                    .to_vec(),
            };
            page(StatusCode::OK, &template)
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn stored(op: &mut Op, session: &Session) -> Result<(person::Person, Option<Language>), OpError> {
    let person = person::find(op, session.person_id).await?;
    let person = person.ok_or(OpError::Broken("a session of nobody"))?;
    let language = person.locale.as_deref().and_then(Language::from_ui_locales);
    Ok((person, language))
}

/// `POST /account/language`, field `language`: the tag of one that we speak. It is the language of this browser too.
pub(super) async fn change(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let chosen = form.get("language").unwrap_or_default();
    let Some(chosen) = Language::ALL.into_iter().find(|one| one.tag() == chosen) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    let stored = store(&mut op, &signed_in.0, chosen).await;
    match op.conclude(stored).await {
        Ok(()) => see_other(&format!("{HERE}?done=language&ui_locales={}", chosen.tag())),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn store(op: &mut Op, session: &Session, chosen: Language) -> Result<(), OpError> {
    let (person, present) = stored(op, session).await?;
    // The region of a language (`de-AT`) stays as long as the language does.
    if present == Some(chosen) {
        return Ok(());
    }
    match person::set_locale(op, &person, chosen.tag()).await {
        Ok(()) => Ok(()),
        Err(PersonError::Fault(fault)) => Err(fault),
        Err(_) => Err(OpError::Broken("the language of somebody who is not there")),
    }
}
