//! The beginning of an installation: its first organisation and the administrator of it.

use std::time::Duration;

use super::{AccessError, Holder, NewGrant, NewRole, Period, RoleAbout, create_role, give};
use crate::domain::{EventKind, GrantSource, OrganisationId, PersonId, Right, Subject, Username};
use crate::one_time::{self, Kind};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, NewOrganisation, NewPerson, PersonError};

/// The name of the role that administers an organisation.
pub const ADMINISTRATOR: &str = "administrator";

/// Longer than any founding takes.
const CLAIM: Duration = Duration::from_mins(1);

/// The first organisation and its administrator.
#[derive(Debug, Clone)]
pub struct Founding {
    pub organisation: NewOrganisation,
    pub username: Username,
    /// The administrator's name as shown.
    pub name: String,
}

/// What has been founded.
#[derive(Debug, Clone, Copy)]
pub struct Founded {
    pub organisation_id: OrganisationId,
    pub administrator: PersonId,
}

/// Why nothing was founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    #[error("there is an organisation already: an installation is set up once")]
    SetUpAlready,
    #[error(transparent)]
    Person(#[from] PersonError),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Fault(#[from] OpError),
}

/// Whether nobody has set this installation up yet.
pub async fn is_unfounded(op: &mut Op) -> Result<bool, OpError> {
    Ok(person::list_organisations(op).await?.is_empty())
}

/// Founds the first organisation with a role `administrator`, which asks for a second factor, and a person who holds it.
/// How that person signs in is set by the caller in the same act, so that there is never an administrator without.
pub async fn found(op: &mut Op, founding: Founding) -> Result<Founded, FoundingError> {
    // Of two at once the second waits here, and then finds the other's organisation.
    let claimed = one_time::claim(op, Kind::SetUp, CLAIM).await?;
    if !claimed || !is_unfounded(op).await? {
        return Err(FoundingError::SetUpAlready);
    }
    let organisation_id = person::create_organisation(op, founding.organisation).await?;
    let role = NewRole {
        organisation_id,
        name: ADMINISTRATOR.to_owned(),
        about: RoleAbout {
            purpose: "Runs the organisation: people, roles, applications and settings.".to_owned(),
            second_factor: true,
            rights: Right::ALL.iter().copied().collect(),
            ..RoleAbout::titled("Administrator")
        },
    };
    let role = create_role(op, role).await?;
    let new = NewPerson::named(organisation_id, founding.username, founding.name);
    let administrator = person::create(op, new).await?;
    let grant = NewGrant {
        organisation_id,
        holder: Holder::Subject(Subject::Person(administrator)),
        role,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "set up of the installation".to_owned(),
        source: GrantSource::Direct,
    };
    give(op, grant).await?;
    let done = EventDraft::success(EventKind::SetUpCompleted)
        .organisation(organisation_id)
        .target("person", administrator);
    op.record(done);
    Ok(Founded {
        organisation_id,
        administrator,
    })
}
