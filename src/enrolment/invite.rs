//! Inviting somebody: an account without any factor, and the pass to set the first ones.

use super::pass::{self, Delivery, Issued, Refusal};
use crate::access::{self, AccessError, Holder, NewGrant, Period};
use crate::domain::{GrantSource, GroupKind, PassPurpose, PersonId, Subject};
use crate::op::{Op, OpError};
use crate::person::{self, NewPerson, PersonError};

/// Why the access of somebody who was invited exists, in the log.
const REASON: &str = "given with the invitation";

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub person: NewPerson,
    /// The word of a department.
    pub department: Option<String>,
    /// Names of roles.
    pub roles: Vec<String>,
}

/// Why nobody is invited. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    #[error("the organisation has no department {0:?}")]
    Department(String),
    #[error("the organisation has no role {0:?}")]
    Role(String),
    #[error(transparent)]
    Person(#[from] PersonError),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Pass(#[from] Refusal),
    #[error(transparent)]
    Fault(#[from] OpError),
}

/// Makes the account and issues its pass. An `Err` is to be rolled back: no account stays without its invitation.
pub async fn invite(
    op: &mut Op,
    invitation: Invitation,
    delivery: Delivery,
) -> Result<(PersonId, Issued), InvitationError> {
    let Invitation {
        person: mut new,
        department,
        roles,
    } = invitation;
    let organisation = new.organisation_id;
    if let Some(department) = &department {
        let word = serde_json::Value::String(department.clone());
        // The membership says it too, so an organisation need not have such an attribute.
        if person::takes_attribute(op, organisation, "department", &word).await? {
            new.attributes.insert("department".to_owned(), word);
        }
    }
    let id = person::create(op, new).await?;
    let subject = Subject::Person(id);
    let period = Period::from(op.now);
    if let Some(name) = department {
        let group = access::group_named(op, organisation, GroupKind::Department, &name).await?;
        let group = group.ok_or(InvitationError::Department(name))?;
        access::add_member(op, organisation, group, subject, period).await?;
    }
    for name in roles {
        let role = access::role_named(op, organisation, &name).await?;
        let grant = NewGrant {
            organisation_id: organisation,
            holder: Holder::Subject(subject),
            role: role.ok_or(InvitationError::Role(name))?,
            within: Vec::new(),
            period,
            reason: REASON.to_owned(),
            source: GrantSource::Direct,
        };
        access::give(op, grant).await?;
    }
    let found = person::find(op, id).await?;
    let person = found.ok_or(OpError::Broken("an account that was just made is not there"))?;
    pass::check(op, &person, delivery).await??;
    let prepared = pass::prepare(op, &person, PassPurpose::Invitation, "invited").await?;
    let issued = pass::issue(op, &person, &prepared, delivery).await??;
    Ok((id, issued))
}
