//! The user code of a person (OpenID CIBA Core section 7.1): whoever has one is asked by those clients only that know it, so
//! that nobody else can make a question appear.

use super::store;
use crate::client::Client;
use crate::domain::{Digest32, EventKind, PersonId, is_plain};
use crate::ephemeral::Verdict;
use crate::http::Form;
use crate::keys::Purpose;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::op::{EventDraft, Op, OpError};
use crate::session::Session;

/// Fewest and most characters.
const SHORTEST: usize = 6;
const LONGEST: usize = 64;

const MISSING: Refusal = Refusal::new(
    ErrorCode::MissingUserCode,
    "this person is asked by those only that send the user code",
);
const WRONG: Refusal = Refusal::new(
    ErrorCode::InvalidUserCode,
    "user_code is not the code of this person",
);
const TOO_OFTEN: Refusal = Refusal::new(
    ErrorCode::AccessDenied,
    "the code of this person was wrong too often in a short time",
);

/// A code as somebody typed it; `None` if it cannot be one.
pub(super) fn read(typed: &str) -> Option<&str> {
    let code = typed.trim();
    let fits = (SHORTEST..=LONGEST).contains(&code.chars().count()) && is_plain(code);
    fits.then_some(code)
}

/// What is stored of a code: nobody who has the database alone can try codes.
fn hash(op: &Op, person: PersonId, code: &str) -> Digest32 {
    let parts = [person.to_string(), code.to_owned()];
    let parts = parts.each_ref().map(String::as_bytes);
    op.house.master_key.mac(Purpose::UserCode, &parts)
}

pub(super) async fn is_set(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    Ok(store::find(op.reading().await?, person).await?.is_some())
}

/// The person has a code from now on, another one, or none.
pub(super) async fn change(op: &mut Op, session: &Session, code: Option<&str>) -> Result<(), OpError> {
    let (person, now) = (session.person_id, op.now);
    let hash = code.map(|code| hash(op, person, code));
    let tx = op.writing().await?;
    match &hash {
        Some(hash) => store::put(tx, person, hash, now).await?,
        None => store::remove(tx, person).await?,
    }
    op.record(
        EventDraft::success(EventKind::UserCodeChanged)
            .organisation(session.organisation_id)
            .session(session.id)
            .detail("set", code.is_some()),
    );
    Ok(())
}

/// Whether a client may ask a person as far as the code goes. One that is wrong counts, for this client alone, so that no
/// client can keep another one out.
pub(super) async fn check(
    op: &mut Op,
    client: &Client,
    person: PersonId,
    form: &Form,
) -> Result<Result<(), Refusal>, OpError> {
    let Some(stored) = store::find(op.reading().await?, person).await? else {
        return Ok(Ok(()));
    };
    let knows_codes = client.settings.ciba.backchannel_user_code_parameter;
    let Some(given) = form.get("user_code").filter(|_| knows_codes) else {
        return Ok(Err(MISSING));
    };
    let key = format!("backchannel_code:{}:{person}", client.id);
    let limit = op.house.config.limits.backchannel_user_codes;
    if op.house.ephemeral.count(&key, limit, op.now).await != Verdict::Within {
        return Ok(Err(TOO_OFTEN));
    }
    let fits = read(given).is_some_and(|code| stored.matches(&hash(op, person, code)));
    if !fits {
        return Ok(Err(WRONG));
    }
    // Counted first and given back here, so that many guesses at once are not more than many in a row.
    op.house.ephemeral.give_back(&key, limit, op.now).await;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_plain_text_of_6_to_64_characters() {
        for text in ["123456", " 123456 ", "blaue Möwe", &"x".repeat(64)] {
            assert_eq!(read(text), Some(text.trim()), "{text}");
        }
        for text in [
            "",
            "12345",
            "     6",
            "123456\n7",
            "123\u{200b}456",
            &"x".repeat(65),
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
