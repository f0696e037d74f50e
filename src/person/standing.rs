//! The one question before any session or token is made: may this subject act now?

use std::time::Duration;

use moka::sync::Cache;

use super::store::{self, StandingRow};
use crate::domain::{Notice, OrganisationId, OrganisationStatus, PersonStatus, Subject, Timestamp};
use crate::op::{House, Op, OpError, Part, Stamps};

/// How old a copy may be: what another replica has changed is known here after this while at the latest.
const AGE: Duration = Duration::from_secs(1);

/// Most copies kept.
const COPIES: u64 = 50_000;

/// Proof that a subject may act at this moment (active, organisation active). Made here only; asked for wherever a session
/// or token is minted.
#[derive(Debug, Clone)]
pub struct Standing {
    subject: Subject,
    organisation_id: OrganisationId,
    epoch: i64,
}

/// Why a subject may not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Unknown,
    Disabled,
    OrganisationSuspended,
    /// Something was given out before the subject's epoch rose.
    Outdated,
}

impl Standing {
    #[must_use]
    pub fn subject(&self) -> Subject {
        self.subject
    }

    #[must_use]
    pub fn organisation_id(&self) -> OrganisationId {
        self.organisation_id
    }

    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.epoch
    }
}

/// Whether a person or service account may begin something new. For people the database is asked; for machines, which
/// begin something new with every token request, the cache of [`may_act`] answers.
pub async fn may_sign_in(op: &mut Op, subject: Subject) -> Result<Result<Standing, Refusal>, OpError> {
    let known = match subject {
        Subject::Person(_) => store::standing(op.reading().await?, subject).await?,
        Subject::ServiceAccount(_) => known(op, subject).await?,
    };
    Ok(judge(subject, known, None))
}

/// Whether something given out at `epoch` (session, refresh token, access token) is still good. Answers from a cache of at
/// most one second's age, told of changes at once in this process.
pub async fn may_act(
    op: &mut Op,
    subject: Subject,
    epoch: i64,
) -> Result<Result<Standing, Refusal>, OpError> {
    let mut standing = known(op, subject).await?;
    // Given out after the copy was made, on another replica.
    if standing.is_some_and(|row| row.epoch < epoch) {
        standing = store::standing(op.reading().await?, subject).await?;
    }
    Ok(judge(subject, standing, Some(epoch)))
}

/// The rule itself.
fn judge(subject: Subject, known: Option<StandingRow>, epoch: Option<i64>) -> Result<Standing, Refusal> {
    let row = known.ok_or(Refusal::Unknown)?;
    match row.status {
        PersonStatus::Active => {}
        PersonStatus::Disabled | PersonStatus::Left => return Err(Refusal::Disabled),
    }
    match row.organisation_status {
        OrganisationStatus::Active => {}
        OrganisationStatus::Suspended => return Err(Refusal::OrganisationSuspended),
    }
    // An epoch that was never reached comes from a database that has been set back: not believed either.
    if epoch.is_some_and(|epoch| epoch != row.epoch) {
        return Err(Refusal::Outdated);
    }
    Ok(Standing {
        subject,
        organisation_id: row.organisation_id,
        epoch: row.epoch,
    })
}

/// Copies of what standings rest on.
struct Copies {
    copies: Cache<Subject, Copied>,
    stamps: Stamps,
}

#[derive(Clone, Copy)]
struct Copied {
    row: StandingRow,
    at: Timestamp,
    /// Of the subject and of its organisation.
    stamps: (u64, u64),
}

impl Part for Copies {
    fn new(_: &House) -> Self {
        Self {
            copies: Cache::new(COPIES),
            stamps: Stamps::default(),
        }
    }

    fn notice(&self, notice: &Notice) {
        match notice {
            Notice::Person(id) => self.stamps.raise(*id),
            Notice::ServiceAccount(id) => self.stamps.raise(*id),
            Notice::Organisation(id) => self.stamps.raise(*id),
            Notice::Everything => self.stamps.raise_all(),
            Notice::Client(_) | Notice::Session(_) | Notice::Keys => {}
        }
    }
}

impl Copies {
    fn stamp(&self, subject: Subject) -> u64 {
        match subject {
            Subject::Person(id) => self.stamps.of(id),
            Subject::ServiceAccount(id) => self.stamps.of(id),
        }
    }

    fn current(&self, subject: Subject, now: Timestamp) -> Option<StandingRow> {
        let copied = self.copies.get(&subject)?;
        let young = now >= copied.at && now.since(copied.at) < AGE;
        let stamps = (self.stamp(subject), self.stamps.of(copied.row.organisation_id));
        (young && stamps == copied.stamps).then_some(copied.row)
    }
}

/// From the cache, else from the database. Unknown subjects are not kept: they come with made-up ids without end.
async fn known(op: &mut Op, subject: Subject) -> Result<Option<StandingRow>, OpError> {
    if op.is_writing() {
        return Ok(store::standing(op.reading().await?, subject).await?);
    }
    let copies = op.house.part::<Copies>();
    if let Some(row) = copies.current(subject, op.now) {
        return Ok(Some(row));
    }
    // Both counters are taken before the reading that is kept. An account stays in its organisation for life, so an old
    // copy knows which one that is.
    let stamp = copies.stamp(subject);
    let organisation = match copies.copies.get(&subject) {
        Some(old) => old.row.organisation_id,
        None => match store::standing(op.reading().await?, subject).await? {
            Some(row) => row.organisation_id,
            None => return Ok(None),
        },
    };
    let stamps = (stamp, copies.stamps.of(organisation));
    let row = store::standing(op.reading().await?, subject).await?;
    if let Some(row) = row.filter(|row| row.organisation_id == organisation) {
        copies.copies.insert(
            subject,
            Copied {
                row,
                at: op.now,
                stamps,
            },
        );
    }
    Ok(row)
}
