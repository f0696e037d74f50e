//! What changes of applications, groups, roles and grants over HTTP have alike: `preview`, and what refusals become.

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::called::Called;
use super::{conclude, not_found, unfit};
use crate::access::{self, AccessError};
use crate::domain::Timestamp;
use crate::http::json as answer;
use crate::http::{FormError, Problem, Query};
use crate::op::{Op, OpError};

/// The members of a body that names what it makes.
pub(super) type Members = Map<String, Value>;

/// Whether only the effect is asked for: `?preview=true`.
fn is_preview(query: Result<Query, FormError>) -> Result<bool, Problem> {
    let query = query.map_err(|wrong| Problem::new(wrong.status()).detail(wrong.to_string()))?;
    match query.get("preview") {
        None => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Problem::new(StatusCode::BAD_REQUEST).detail("`preview` is true, or is left out")),
    }
}

/// Changes something and answers by `tell`; with `preview`, answers `effect` and changes nothing. What is refused changes nothing either.
pub(super) async fn change<R, T>(
    called: &Called<R>,
    query: Result<Query, FormError>,
    at: impl FnOnce(&Op) -> Timestamp,
    act: impl AsyncFnOnce(&mut Op) -> Result<T, AccessError>,
    tell: impl FnOnce(T) -> Response,
) -> Response {
    let mut op = called.op();
    let seen = op.seen.clone();
    let refused = |problem: Problem| axum::response::IntoResponse::into_response(problem.seen(&seen));
    let preview = match is_preview(query) {
        Ok(preview) => preview,
        Err(problem) => return refused(problem),
    };
    if preview {
        let whose = (called.organisation_id(), at(&op));
        // Nothing of it is kept: the act is dropped.
        return match access::preview(&mut op, whose, act).await {
            Ok(effect) => answer(StatusCode::OK, &json!({ "effect": effect })),
            Err(error) => match problem(error) {
                Ok(problem) => refused(problem),
                Err(fault) => refused(Problem::from_fault(&fault, &seen)),
            },
        };
    }
    let done = match act(&mut op).await {
        Ok(done) => Ok(Ok(done)),
        Err(error) => match problem(error) {
            // What an act has begun before it was refused is not kept.
            Ok(problem) => return refused(problem),
            Err(fault) => Err(fault),
        },
    };
    conclude(op, done, tell).await
}

/// What a refusal becomes; a fault stays one.
pub(super) fn problem(error: AccessError) -> Result<Problem, OpError> {
    Ok(match error {
        AccessError::Fault(fault) => return Err(fault),
        AccessError::GroupUnknown | AccessError::RoleUnknown | AccessError::GrantUnknown => not_found(),
        AccessError::CannotGive(_) | AccessError::NotOwner | AccessError::ShareIsOperators => {
            Problem::new(StatusCode::FORBIDDEN).detail(error.to_string())
        }
        AccessError::NameTaken
        | AccessError::RoleGiven
        | AccessError::RoleUsed(_)
        | AccessError::AudienceTaken
        | AccessError::PermissionTaken
        | AccessError::PermissionUsed(_)
        | AccessError::ApplicationRetired(_)
        | AccessError::OwnApplication
        | AccessError::SharedUsed => Problem::new(StatusCode::CONFLICT).detail(error.to_string()),
        other => unfit(other.to_string()),
    })
}

/// The words of a body that have to be there beside its document.
pub(super) fn word(members: &mut Members, name: &str) -> Result<String, Problem> {
    match members.remove(name) {
        Some(Value::String(word)) => Ok(word),
        Some(_) => Err(unfit(format!("`{name}` is a text"))),
        None => Err(unfit(format!("`{name}` is missing"))),
    }
}

/// The rest of a body as its document. The mistake names the member, and quotes no value but a word that is not known.
pub(super) fn document<T: DeserializeOwned>(members: Members) -> Result<T, Problem> {
    serde_json::from_value(Value::Object(members)).map_err(|mistake| unfit(mistake.to_string()))
}

/// A document with some members changed.
pub(super) fn patched<T: Serialize + DeserializeOwned>(document: &T, members: Members) -> Result<T, Problem> {
    access::patched(document, members).map_err(|mistake| unfit(mistake.to_string()))
}

/// A refusal of what was sent, before anything was done.
pub(super) fn refusal<R>(called: &Called<R>, problem: Problem) -> Response {
    axum::response::IntoResponse::into_response(problem.seen(&called.op().seen))
}
