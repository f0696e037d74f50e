//! Passwords: set, verified, hashed anew when the parameters change.
//!
//! A password is taken exactly as it was sent, in UTF-8, whole: nothing is cut, folded or normalised (so that what a
//! password manager keeps always fits; OWASP ASVS 5.0 6.2.8), and what is longer than 1,024 bytes is refused.

use super::hashing::{HashingPool, Recipe};
use super::lockout::{self, Factor};
use super::store;
use crate::domain::{EventKind, PersonId, Secret, Timestamp};
use crate::mail::{self, Happened};
use crate::op::{EventDraft, House, Op, OpError};
use crate::person::{self, Person};
use crate::rule;

/// Bytes of a password at most.
const LONGEST: usize = 1_024;

/// Characters of a new password at least, with a second factor beside it (NIST SP 800-63B-4 section 3.1.1.2).
const SHORTEST: usize = 8;

/// Why a new password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("a password has at least 8 characters")]
    TooShort,
    #[error("a password has at most 1,024 bytes")]
    TooLong,
    #[error("a password is not the username, the name or the e-mail address")]
    AboutThePerson,
}

/// A hash that is ready to be stored.
pub struct Hashed(String);

impl std::fmt::Debug for Hashed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashed(..)")
    }
}

/// What comes of comparing a password with the stored one.
#[derive(Debug)]
pub enum Verdict {
    Wrong,
    Right(Renewal),
}

/// The hash to put in place of one that was made with other parameters.
pub struct Renewal(Option<(String, Hashed)>);

impl std::fmt::Debug for Renewal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Renewal(..)")
    }
}

/// Whether a new password may be taken.
pub fn check(password: &Secret, about: &[&str]) -> Result<(), Unfit> {
    let text = password.expose();
    if text.len() > LONGEST {
        return Err(Unfit::TooLong);
    }
    if text.chars().count() < SHORTEST {
        return Err(Unfit::TooShort);
    }
    let folded = text.to_lowercase();
    let tells = |about: &&str| {
        let about = about.to_lowercase();
        folded == about || about.split('@').next().is_some_and(|local| folded == local)
    };
    if about.iter().any(tells) {
        return Err(Unfit::AboutThePerson);
    }
    Ok(())
}

/// Sets the password of a person. It is hashed before the write transaction opens, if that is not open yet.
pub async fn set(op: &mut Op, person: PersonId, password: &Secret) -> Result<Result<(), Unfit>, OpError> {
    let Some(found) = person::find(op, person).await? else {
        return Err(OpError::Broken("a password is set for a person who exists"));
    };
    if let Err(unfit) = check(password, &words_about(&found)) {
        return Ok(Err(unfit));
    }
    let hashed = hash(op, password).await?;
    put(op, &found, &hashed).await?;
    Ok(Ok(()))
}

/// Why a password is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeRefusal {
    /// The present password is another one, or guesses have locked it.
    Current,
    Unfit(Unfit),
}

/// When the password of a person was set; none if there is none.
pub async fn changed_at(op: &mut Op, person: PersonId) -> Result<Option<Timestamp>, OpError> {
    Ok(store::password_changed_at(op.reading().await?, person).await?)
}

/// Puts a new password in place of the present one, which is compared first unless the session at hand proves it already. A
/// wrong one counts as at sign-in.
pub async fn change(
    op: &mut Op,
    person: PersonId,
    current: Option<&Secret>,
    new: &Secret,
) -> Result<Result<(), ChangeRefusal>, OpError> {
    let Some(found) = person::find(op, person).await? else {
        return Err(OpError::Broken("a password is changed for a person who exists"));
    };
    if let Err(unfit) = check(new, &words_about(&found)) {
        return Ok(Err(ChangeRefusal::Unfit(unfit)));
    }
    let fits = match current {
        Some(current) => fits(op, person, current).await?,
        None => true,
    };
    let hashed = if fits { Some(hash(op, new).await?) } else { None };
    // A lock may have come meanwhile, by guesses that were sent at the same time.
    let taken = fits && (current.is_none() || lockout::succeed(op, person, Factor::Password).await?);
    let Some(hashed) = hashed.filter(|_| taken) else {
        let draft = EventDraft::refused(EventKind::PasswordSet, "wrong present password")
            .organisation(found.organisation_id)
            .target("person", person);
        op.record(draft);
        return Ok(Err(ChangeRefusal::Current));
    };
    put(op, &found, &hashed).await?;
    mail::tell(op, person, &Happened::PasswordChanged).await?;
    Ok(Ok(()))
}

/// Compares the present password; a wrong one is counted.
async fn fits(op: &mut Op, person: PersonId, current: &Secret) -> Result<bool, OpError> {
    let locked = lockout::is_locked(op, person, Factor::Password).await?;
    let compared = (!locked).then_some(person);
    if matches!(verify(op, compared, current).await?, Verdict::Right(_)) {
        return Ok(true);
    }
    if !locked {
        lockout::fail(op, person, Factor::Password).await?;
    }
    Ok(false)
}

fn words_about(person: &Person) -> Vec<&str> {
    let email = person.email.as_deref();
    [Some(person.username.as_str()), Some(person.name.as_str()), email]
        .into_iter()
        .flatten()
        .collect()
}

/// Hashes a password, with no reading connection held meanwhile.
pub async fn hash(op: &mut Op, password: &Secret) -> Result<Hashed, OpError> {
    op.rest();
    let pool = op.house.part::<HashingPool>();
    let recipe = pool.recipe(op.house.chance.bytes());
    let hash = pool.hash(password, &recipe).await?;
    Ok(Hashed(recipe.phc(&hash)))
}

/// How many hashes are under way, and how many wait for their turn.
#[must_use]
pub fn load(house: &House) -> (usize, usize) {
    house.part::<HashingPool>().load()
}

/// Stores a hash that was made before, in the write transaction.
pub async fn put(op: &mut Op, person: &Person, hashed: &Hashed) -> Result<(), OpError> {
    let now = op.now;
    store::set_password(op.writing().await?, person.id, &hashed.0, now).await?;
    lockout::reset(op, person.id, Factor::Password).await?;
    // Whoever changes it may do so because somebody else knew it, on a device that was trusted by then.
    rule::distrust_all(op, person.id).await?;
    let draft = EventDraft::success(EventKind::PasswordSet)
        .organisation(person.organisation_id)
        .target("person", person.id);
    op.record(draft);
    Ok(())
}

/// Compares a password with the stored one. Takes the same time where there is nobody, or no password to compare with.
pub async fn verify(op: &mut Op, person: Option<PersonId>, password: &Secret) -> Result<Verdict, OpError> {
    if password.expose().is_empty() || password.expose().len() > LONGEST {
        return Ok(Verdict::Wrong);
    }
    let stored = match person {
        Some(person) => store::password(op.reading().await?, person).await?,
        None => None,
    };
    op.rest();
    let pool = op.house.part::<HashingPool>();
    let Some(stored) = stored else {
        pool.hash(password, &pool.recipe([0; 16])).await?;
        return Ok(Verdict::Wrong);
    };
    let Some((recipe, expected)) = Recipe::parse(&stored) else {
        return Err(OpError::Broken("a stored password hash cannot be read"));
    };
    if !pool.hash(password, &recipe).await?.matches(&expected) {
        return Ok(Verdict::Wrong);
    }
    if pool.is_current(&recipe) {
        return Ok(Verdict::Right(Renewal(None)));
    }
    let renewed = hash(op, password).await?;
    Ok(Verdict::Right(Renewal(Some((stored, renewed)))))
}

/// Stores what a renewal brings, in the write transaction.
pub async fn renew(op: &mut Op, person: PersonId, renewal: Renewal) -> Result<(), OpError> {
    if let Renewal(Some((old, Hashed(new)))) = renewal {
        store::renew_password(op.writing().await?, person, &old, &new).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(password: &str) -> Result<(), Unfit> {
        let about = ["rosa@northbeam.example", "Rosa Winter"];
        check(&Secret::new(password.to_owned()), &about)
    }

    #[test]
    fn any_composition_is_taken_if_it_is_long_enough() {
        assert_eq!(judge("aaaaaaa"), Err(Unfit::TooShort));
        assert_eq!(judge("ååååååå"), Err(Unfit::TooShort));
        assert_eq!(judge("        "), Ok(()));
        assert_eq!(judge("correct horse"), Ok(()));
        assert_eq!(judge(&"x".repeat(1_024)), Ok(()));
        assert_eq!(judge(&"x".repeat(1_025)), Err(Unfit::TooLong));
    }

    #[test]
    fn a_password_is_not_the_name_of_the_person() {
        assert_eq!(judge("Rosa@Northbeam.example"), Err(Unfit::AboutThePerson));
        assert_eq!(judge("rosa winter"), Err(Unfit::AboutThePerson));
    }
}
