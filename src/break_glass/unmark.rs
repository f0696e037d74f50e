//! Taking the mark from an account.

use super::alert;
use crate::domain::BreakGlassAct;
use crate::op::Op;
use crate::person::{self, Person, PersonError};

/// Takes the mark away, which every administrator is told like a use: nobody does so for an hour unseen.
pub async fn unmark(op: &mut Op, person: &Person, reason: &str) -> Result<(), PersonError> {
    person::unmark_break_glass(op, person, reason).await?;
    let whose = (person.organisation_id, person.id);
    Ok(alert::used(op, whose, BreakGlassAct::Unmarked, None).await?)
}
