//! The mail address of a person.

use serde_json::json;

use super::{Person, PersonError, store};
use crate::domain::{EmailAddress, EventKind, Notice};
use crate::op::{EventDraft, Op};

/// Puts an address in place of the present one. `verified`: it is proven that mail to it reaches the person.
pub async fn set_email(
    op: &mut Op,
    person: &Person,
    email: &EmailAddress,
    verified: bool,
) -> Result<(), PersonError> {
    let now = op.now;
    let key = (person.organisation_id, person.id);
    if !store::set_email(op.writing().await?, key, email, verified, now).await? {
        return Err(PersonError::Unknown);
    }
    op.record(
        EventDraft::success(EventKind::PersonChanged)
            .target("person", person.id)
            .organisation(person.organisation_id)
            .change(
                json!({ "email": person.email, "email_verified": person.email_verified }),
                json!({ "email": email, "email_verified": verified }),
            ),
    );
    op.tell(Notice::Person(person.id));
    Ok(())
}

/// Notes that mail to the present address reaches the person.
pub async fn confirm_email(op: &mut Op, person: &Person) -> Result<(), PersonError> {
    let email = person.email.as_deref().map(EmailAddress::parse);
    match email {
        Some(Ok(email)) if !person.email_verified => set_email(op, person, &email, true).await,
        _ => Ok(()),
    }
}
