//! The document at `sector_identifier_uri` (OpenID Connect Registration section 5).

use super::keys::Whose;
use super::metadata::{MetadataRefusal, Wanted};
use crate::op::Op;

/// The largest document, in bytes.
const LARGEST: usize = 64 * 1_024;

/// Why a client does not belong to the sector that it names: the document there lists all its redirect addresses.
pub(super) async fn refusal(op: &mut Op, whose: Whose, wanted: &Wanted) -> Option<MetadataRefusal> {
    let address = wanted.settings.sector_identifier_uri.as_deref()?;
    op.rest();
    let outbound = whose.outbound(&op.house);
    let answer = outbound.get(address, "application/json", LARGEST).await.ok();
    let listed: Option<Vec<String>> = answer
        .filter(|answer| answer.status == http::StatusCode::OK)
        .and_then(|answer| serde_json::from_slice(&answer.body).ok());
    let all = |listed: &Vec<String>| {
        let mut addresses = wanted.redirect_uris.iter();
        addresses.all(|one| listed.iter().any(|text| text == one.as_str()))
    };
    if listed.as_ref().is_some_and(all) {
        None
    } else {
        Some(MetadataRefusal::metadata(
            "sector_identifier_uri cannot be fetched or does not list all redirect addresses",
        ))
    }
}
