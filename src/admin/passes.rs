//! A pass on the pages: what it is for, how far it is, and who has asked for it.

use crate::domain::PassPurpose;
use crate::enrolment::Pass;
use crate::http::{Text, minute};
use crate::op::{Op, OpError};
use crate::person;

/// A pass as a page shows it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) facts: Vec<(String, String)>,
    /// Whether it waits for a second administrator.
    pub(super) waits: bool,
    /// Whether the reader may take it back.
    pub(super) may_end: bool,
}

/// What a page says of a pass.
pub(super) async fn shown(op: &mut Op, text: &Text, pass: &Pass, may_end: bool) -> Result<Shown, OpError> {
    let mut facts = vec![
        (
            text.get("admin-pass-what"),
            text.get(&format!("admin-pass-what-{}", pass.purpose)),
        ),
        (
            text.get("admin-person-status"),
            text.get(&format!("admin-pass-state-{}", pass.state())),
        ),
        (
            text.get("admin-pass-by"),
            person::doer(op, text, pass.organisation, &pass.asked_by).await?,
        ),
        (text.get("notice-when"), minute(pass.created_at)),
    ];
    // That of an invitation is a word of ours.
    if pass.purpose == PassPurpose::Recovery {
        facts.push((text.get("admin-help-reason"), pass.reason.clone()));
    }
    facts.push((text.get("admin-pass-until"), minute(pass.expires_at)));
    Ok(Shown {
        id: pass.id.to_string(),
        waits: !pass.issued,
        facts,
        may_end,
    })
}
