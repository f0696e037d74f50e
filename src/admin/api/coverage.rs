//! Who can prove more than a password.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::super::coverage::{self, Counted, Share};
use super::super::right::PeopleRead;
use super::called::Called;
use super::conclude;
use crate::http::json as answer;

/// `GET /admin/v1/coverage`: `all`, `groups` (departments and regions, by their label, each with its `share`), `left` (who has no second factor).
pub(super) async fn show(called: Called<PeopleRead>) -> Response {
    let mut op = called.op();
    let counted = coverage::count(&mut op, called.organisation_id()).await;
    conclude(op, counted.map(Ok), |counted: Counted| {
        let groups = counted
            .groups
            .iter()
            .map(|(label, share)| json!({ "group": label, "share": told(share) }));
        let left = counted
            .left
            .iter()
            .map(|left| json!({ "id": left.id, "username": left.username, "name": left.name, "groups": left.places }));
        let body = json!({
            "all": told(&counted.all),
            "groups": groups.collect::<Vec<_>>(),
            "left": left.collect::<Vec<_>>(),
        });
        answer(StatusCode::OK, &body)
    })
    .await
}

fn told(share: &Share) -> serde_json::Value {
    json!({ "people": share.people, "second_factor": share.second, "passkey": share.passkey })
}
