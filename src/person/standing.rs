//! The one question before any session or token is made: may this subject act now?

use std::time::Duration;

use super::store::{self, StandingRow};
use crate::domain::{OrganisationId, OrganisationStatus, PersonStatus, Subject};
use crate::op::{Copies, House, Kind, Op, OpError, Part};

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
    is_break_glass: bool,
}

/// Why a subject may not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Unknown,
    Disabled,
    /// Until its owner has recovered it.
    Held,
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

    /// Whether the account is one for emergencies.
    #[must_use]
    pub fn is_break_glass(&self) -> bool {
        self.is_break_glass
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
    if row.held_at.is_some() {
        return Err(Refusal::Held);
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
        is_break_glass: row.break_glass_at.is_some(),
    })
}

/// Copies of what standings rest on.
struct Known(Copies<Subject, StandingRow>);

impl Part for Known {
    fn new(_: &House) -> Self {
        Self(
            Copies::new(COPIES, AGE)
                .of_key(|subject: &Subject| (*subject).into())
                // An account stays in its organisation for life.
                .of_owner(Kind::Organisations, |row: &StandingRow| {
                    row.organisation_id.into()
                }),
        )
    }
}

/// From a copy, else from the database.
async fn known(op: &mut Op, subject: Subject) -> Result<Option<StandingRow>, OpError> {
    let known = op.house.part::<Known>();
    known
        .0
        .get(op, &subject, async |op| {
            Ok(store::standing(op.reading().await?, subject).await?)
        })
        .await
}
