//! The language of a person.

use serde_json::json;

use super::{Person, PersonError, store};
use crate::domain::{EventKind, Notice};
use crate::op::{EventDraft, Op};

/// Puts a language (RFC 5646) in place of the present one: the claim `locale`, and the language of mails.
pub async fn set_locale(op: &mut Op, person: &Person, locale: &str) -> Result<(), PersonError> {
    if person.locale.as_deref() == Some(locale) {
        return Ok(());
    }
    let (now, key) = (op.now, (person.organisation_id, person.id));
    if !store::set_locale(op.writing().await?, key, locale, now).await? {
        return Err(PersonError::Unknown);
    }
    op.record(
        EventDraft::success(EventKind::PersonChanged)
            .target("person", person.id)
            .organisation(person.organisation_id)
            .change(json!({ "locale": person.locale }), json!({ "locale": locale })),
    );
    op.tell(Notice::Person(person.id));
    Ok(())
}
