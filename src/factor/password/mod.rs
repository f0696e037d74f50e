//! Passwords: set, verified, imported, hashed anew when the parameters change.
//!
//! A password is taken whole, in one normal form, so that every keyboard gives the same: nothing is cut or folded, and what is
//! longer than 1,024 characters is refused. What a new one must be like is for `rule` and `known` to say.

mod foreign;
mod known;
mod rule;

use std::collections::BTreeSet;

use self::foreign::Foreign;
pub use self::foreign::Unimportable;
use self::known::Known;
pub use self::known::ListError;
pub use self::rule::{Unfit, shortest};
pub use super::hashing::Place;
use super::hashing::{HashingPool, Recipe};
use super::lockout::{self, Counter, Factor};
use super::pepper::{self, PepperError};
use super::store::Drawn;
use super::{second, store};
use crate::access;
use crate::config::Config;
use crate::domain::{Digest32, EventKind, PersonId, Secret, Timestamp};
use crate::keys::Purpose;
use crate::mail::{self, Happened};
use crate::op::{EventDraft, House, Op, OpError};
use crate::person::{self, Person};
use crate::rule as signin_rule;

/// Why the files of passwords in the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("`passwords.breached_file` cannot be used")]
    Breached(#[from] ListError),
    #[error("`passwords.pepper_files` cannot be used")]
    Pepper(#[from] PepperError),
}

/// Whether the files of the configuration can be used; asked before the server starts.
pub fn check_files(config: &Config) -> Result<(), FileError> {
    known::check_file(&config.passwords)?;
    pepper::check_files(&config.passwords)?;
    Ok(())
}

/// A hash that is ready to be stored.
pub struct Hashed {
    text: String,
    /// Whether the password is long enough without a second factor.
    stands_alone: bool,
}

impl std::fmt::Debug for Hashed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashed(..)")
    }
}

/// Whose password one is compared with.
#[derive(Debug, Clone, Copy)]
pub enum Against<'a> {
    Person(PersonId),
    /// Of somebody whose account is locked: it is compared all the same, for the time that it takes, and is wrong.
    Locked(PersonId),
    /// A name that nobody has.
    Nobody(&'a str),
}

impl Against<'_> {
    /// Somebody, whose account may be locked.
    #[must_use]
    pub const fn of(person: PersonId, locked: bool) -> Self {
        if locked {
            Self::Locked(person)
        } else {
            Self::Person(person)
        }
    }

    /// Whose password may turn out right.
    const fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Locked(_) | Self::Nobody(_) => None,
        }
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

/// Whether a new password may be taken that stands alone or not, of somebody of whom these words are known.
pub async fn check(
    op: &mut Op,
    password: &Secret,
    alone: bool,
    about: &[&str],
) -> Result<Result<(), Unfit>, OpError> {
    let normal = normal(password);
    let barred = &op.house.config.passwords.barred_words;
    let barred = barred.iter().map(String::as_str).chain([PRODUCT]);
    let about: Vec<&str> = about.iter().copied().chain(barred).collect();
    if let Err(unfit) = rule::check(normal.expose(), alone, &about) {
        return Ok(Err(unfit));
    }
    let known = op.house.part::<Known>();
    if !known.is_on_disk() {
        return known.check(normal.expose());
    }
    op.rest();
    let read = tokio::task::spawn_blocking(move || known.check(normal.expose()));
    read.await
        .map_err(|_| OpError::Broken("looking up a password was stopped"))?
}

/// A word that no password of here is made of.
const PRODUCT: &str = "Doorward";

/// In the form in which it is hashed.
fn normal(password: &Secret) -> Secret {
    Secret::new(rule::normal(password.expose()))
}

/// The same for a person who is there. It stands alone where they neither have nor must have a second factor.
async fn check_for(op: &mut Op, person: &Person, password: &Secret) -> Result<Result<(), Unfit>, OpError> {
    let organisation = person::find_organisation(op, person.organisation_id).await?;
    let organisation = organisation.map(|organisation| organisation.name.clone());
    let mut about = vec![person.username.as_str(), person.name.as_str()];
    about.extend(person.email.as_deref());
    about.extend(organisation.as_deref());
    let alone = stands_alone(op, person.id).await?;
    check(op, password, alone, &about).await
}

/// Whether the password of a person stands alone: no second factor is beside it, and no rule demands one.
pub async fn stands_alone(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    let beside = second::is_enrolled(op, person).await? || access::second_factor_required(op, person).await?;
    Ok(!beside)
}

/// The sentence that tells how long a new password of a person has to be.
pub async fn hint(op: &mut Op, person: PersonId) -> Result<&'static str, OpError> {
    Ok(if stands_alone(op, person).await? {
        "password-hint-alone"
    } else {
        "setup-password-hint"
    })
}

/// Whether a person has a password that is too short to stand alone.
pub(super) async fn is_short(op: &mut Op, person: PersonId) -> Result<bool, OpError> {
    Ok(store::password_stands_alone(op.reading().await?, person).await? == Some(false))
}

/// Sets the password of a person. It is hashed before the write transaction opens, if that is not open yet.
pub async fn set(op: &mut Op, person: PersonId, password: &Secret) -> Result<Result<(), Unfit>, OpError> {
    let Some(found) = person::find(op, person).await? else {
        return Err(OpError::Broken("a password is set for a person who exists"));
    };
    let hashed = match prepare(op, &found, password).await? {
        Ok(hashed) => hashed,
        Err(unfit) => return Ok(Err(unfit)),
    };
    put(op, &found, &hashed).await?;
    Ok(Ok(()))
}

/// Checks and hashes a new password of a person, for [`put`].
pub async fn prepare(
    op: &mut Op,
    person: &Person,
    password: &Secret,
) -> Result<Result<Hashed, Unfit>, OpError> {
    match check_for(op, person, password).await? {
        Ok(()) if is_present(op, person.id, password).await? => Ok(Err(Unfit::Present)),
        Ok(()) => hash(op, password).await.map(Ok),
        Err(unfit) => Ok(Err(unfit)),
    }
}

/// Whether a new password is the one that the person has: whoever sets one may do so because somebody else knows that. Nobody tries
/// passwords by it, since what is not the present one is set.
async fn is_present(op: &mut Op, person: PersonId, new: &Secret) -> Result<bool, OpError> {
    if changed_at(op, person).await?.is_none() {
        return Ok(false);
    }
    let place = place(&op.house)?;
    let verdict = verify(op, &place, Against::Person(person), new).await?;
    Ok(matches!(verdict, Verdict::Right(_)))
}

/// Takes over a hash that was made elsewhere, sealed: it may be weaker than ours, and is replaced at the next sign-in.
pub async fn import(op: &mut Op, person: PersonId, hash: &str) -> Result<Result<(), Unimportable>, OpError> {
    let foreign = match Foreign::parse(hash) {
        Ok(foreign) => foreign,
        Err(why) => return Ok(Err(why)),
    };
    let Some(found) = person::find(op, person).await? else {
        return Err(OpError::Broken("a password is imported for a person who exists"));
    };
    let sealed = op
        .house
        .master_key
        .seal(&context(person), hash.trim().as_bytes())?;
    let (now, text) = (
        op.now,
        format!("{IMPORTED}{}", data_encoding::BASE64_NOPAD.encode(&sealed)),
    );
    // How long it is nobody knows before it is typed.
    let lot = lot(op);
    store::set_password(op.writing().await?, person, (&text, true, lot), now).await?;
    lockout::reset(op, person, Factor::Password).await?;
    let draft = EventDraft::success(EventKind::PasswordSet)
        .organisation(found.organisation_id)
        .target("person", person)
        .detail("imported", foreign.kind());
    op.record(draft);
    Ok(Ok(()))
}

/// What stands before a sealed hash of elsewhere.
const IMPORTED: &str = "imported=";

fn context(person: PersonId) -> String {
    format!("password.hash:{person}")
}

/// The hash of elsewhere in a stored text; none: it is one of ours.
fn imported(op: &Op, person: PersonId, stored: &str) -> Result<Option<Foreign>, OpError> {
    const FAULT: OpError = OpError::Broken("an imported password hash cannot be read");
    let Some(sealed) = stored.strip_prefix(IMPORTED) else {
        return Ok(None);
    };
    let sealed = data_encoding::BASE64_NOPAD
        .decode(sealed.as_bytes())
        .map_err(|_| FAULT)?;
    let opened = op.house.master_key.open(&context(person), &sealed)?;
    let text = std::str::from_utf8(&opened).map_err(|_| FAULT)?;
    Foreign::parse(text).map(Some).map_err(|_| FAULT)
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

/// Who has a password, of people of one organisation in the order of their user names.
pub async fn owners(op: &mut Op, people: &[&Person]) -> Result<BTreeSet<PersonId>, OpError> {
    let (Some(first), Some(last)) = (people.first(), people.last()) else {
        return Ok(BTreeSet::new());
    };
    let range = (&first.username, &last.username);
    Ok(store::with_password(op.reading().await?, first.organisation_id, range).await?)
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
    if let Err(unfit) = check_for(op, &found, new).await? {
        return Ok(Err(ChangeRefusal::Unfit(unfit)));
    }
    let counter = lockout::counter(op, person, Factor::Password).await?;
    let fits = match current {
        Some(current) => fits(op, (person, counter), current).await?,
        None => true,
    };
    let is_present = match current {
        Some(current) => fits && normal(current).expose() == normal(new).expose(),
        None => is_present(op, person, new).await?,
    };
    if is_present {
        return Ok(Err(ChangeRefusal::Unfit(Unfit::Present)));
    }
    let hashed = if fits { Some(hash(op, new).await?) } else { None };
    // A lock may have come meanwhile, by guesses that were sent at the same time.
    let taken = fits && (current.is_none() || lockout::succeed(op, counter).await?);
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
async fn fits(
    op: &mut Op,
    (person, counter): (PersonId, Counter),
    current: &Secret,
) -> Result<bool, OpError> {
    let locked = lockout::is_locked(op, counter).await?;
    let against = Against::of(person, locked);
    let place = place(&op.house)?;
    if matches!(verify(op, &place, against, current).await?, Verdict::Right(_)) {
        return Ok(true);
    }
    if !locked {
        lockout::fail(op, counter).await?;
    }
    Ok(false)
}

/// Hashes a password, with no reading connection held meanwhile.
pub async fn hash(op: &mut Op, password: &Secret) -> Result<Hashed, OpError> {
    let place = place(&op.house)?;
    hash_at(op, &place, password).await
}

async fn hash_at(op: &mut Op, place: &Place, password: &Secret) -> Result<Hashed, OpError> {
    op.rest();
    let pool = op.house.part::<HashingPool>();
    let recipe = pool.recipe(op.house.chance.bytes());
    let normal = normal(password);
    let hash = pool.hash(place, &normal, &recipe).await?;
    Ok(Hashed {
        text: recipe.phc(&hash),
        stands_alone: normal.expose().chars().count() >= rule::ALONE,
    })
}

/// How many hashes are under way, and how many wait for their turn.
#[must_use]
pub fn load(house: &House) -> (usize, usize) {
    house.part::<HashingPool>().load()
}

/// Stores a hash that was made before, in the write transaction.
pub async fn put(op: &mut Op, person: &Person, hashed: &Hashed) -> Result<(), OpError> {
    let now = op.now;
    let kept = (hashed.text.as_str(), hashed.stands_alone, lot(op));
    store::set_password(op.writing().await?, person.id, kept, now).await?;
    lockout::reset(op, person.id, Factor::Password).await?;
    // Whoever changes it may do so because somebody else knew it, on a device that was trusted by then.
    signin_rule::distrust_all(op, person.id).await?;
    let draft = EventDraft::success(EventKind::PasswordSet)
        .organisation(person.organisation_id)
        .target("person", person.id);
    op.record(draft);
    Ok(())
}

/// Compares a password with the stored one, and costs the same whoever is meant.
///
/// A hash may have been made elsewhere, or with other parameters, and then takes its own time. So a name that nobody has costs what the hash
/// of somebody costs: always the same one's, as if it were theirs.
pub async fn verify(
    op: &mut Op,
    place: &Place,
    against: Against<'_>,
    password: &Secret,
) -> Result<Verdict, OpError> {
    let length = password.expose().chars().count();
    if length == 0 || length > rule::LONGEST {
        return Ok(Verdict::Wrong);
    }
    let own = match against {
        Against::Person(person) | Against::Locked(person) => {
            let stored = store::password(op.reading().await?, person).await?;
            stored.map(|text| (person, text))
        }
        Against::Nobody(_) => None,
    };
    let compared = match own {
        Some(own) => Some(own),
        None => drawn(op, against).await?.map(|other| (other.person, other.hash)),
    };
    op.rest();
    let pool = op.house.part::<HashingPool>();
    let Some((person, stored)) = compared else {
        pool.hash(place, password, &pool.recipe([0; 16])).await?;
        return Ok(Verdict::Wrong);
    };
    let fits = compare(op, place, (person, &stored), password).await?;
    match fits {
        // What fits may be the hash of somebody else, or of an account that is locked.
        Some(is_current) if against.person() == Some(person) => {
            if is_current {
                return Ok(Verdict::Right(Renewal(None)));
            }
            let renewed = hash_at(op, place, password).await?;
            Ok(Verdict::Right(Renewal(Some((stored, renewed)))))
        }
        Some(_) | None => Ok(Verdict::Wrong),
    }
}

/// A number by lot for a password that may be new.
fn lot(op: &Op) -> i64 {
    Digest32(op.house.chance.bytes()).number()
}

/// The hash that is compared in place of one that is not there.
async fn drawn(op: &mut Op, against: Against<'_>) -> Result<Option<Drawn>, OpError> {
    let whose = match against {
        Against::Person(person) | Against::Locked(person) => person.to_string(),
        Against::Nobody(name) => name.to_lowercase(),
    };
    let digest = op
        .house
        .master_key
        .mac(Purpose::NameOfNobody, &[whose.as_bytes()]);
    let (lot, tx) = (digest.number(), op.reading().await?);
    match store::password_from(tx, lot).await? {
        Some(drawn) => Ok(Some(drawn)),
        // Beyond the last one the first one follows.
        None => Ok(store::password_from(tx, 0).await?),
    }
}

/// Whether a password fits a stored hash; if so, whether that was made as one would be made now.
async fn compare(
    op: &Op,
    place: &Place,
    (person, stored): (PersonId, &str),
    password: &Secret,
) -> Result<Option<bool>, OpError> {
    let pool = op.house.part::<HashingPool>();
    if let Some(foreign) = imported(op, person, stored)? {
        let typed = password.clone();
        let fits = pool.work(place, move || foreign.fits(&typed)).await?;
        return Ok(fits.then_some(false));
    }
    let Some((recipe, expected)) = Recipe::parse(stored) else {
        return Err(OpError::Broken("a stored password hash cannot be read"));
    };
    let made = pool.hash(place, &normal(password), &recipe).await?;
    Ok(made.matches(&expected).then(|| pool.is_current(&recipe)))
}

/// A place for one more password, to be taken once it is here and before anything is read for it: turning somebody away then costs little,
/// and whoever has a place is served. Errs at once with [`OpError::Overloaded`] while too many wait.
pub fn place(house: &House) -> Result<Place, OpError> {
    house.part::<HashingPool>().place()
}

/// Stores what a renewal brings, in the write transaction.
pub async fn renew(op: &mut Op, person: PersonId, renewal: Renewal) -> Result<(), OpError> {
    if let Renewal(Some((old, new))) = renewal {
        let new = (new.text.as_str(), new.stands_alone);
        store::renew_password(op.writing().await?, person, &old, new).await?;
    }
    Ok(())
}
