//! What tokens tell about people, machines and organisations, from copies that are at most a second old.

use std::sync::Arc;

use super::recent::Recent;
use crate::domain::{Notice, OrganisationId, PersonId, ServiceAccountId};
use crate::op::{House, Op, OpError, Part};
use crate::person::{self, Person};

/// A JSON object of attributes.
type Attributes = serde_json::Map<String, serde_json::Value>;

#[derive(Debug, Default)]
struct About {
    people: Recent<PersonId, Arc<Person>>,
    machines: Recent<ServiceAccountId, Arc<Attributes>>,
    slugs: Recent<OrganisationId, Arc<str>>,
}

impl Part for About {
    fn new(_: &House) -> Self {
        Self::default()
    }

    fn notice(&self, notice: &Notice) {
        match notice {
            Notice::Person(id) => self.people.changed(*id),
            Notice::ServiceAccount(id) => self.machines.changed(*id),
            Notice::Organisation(id) => self.slugs.changed(*id),
            Notice::Everything => {
                self.people.all_changed();
                self.machines.all_changed();
                self.slugs.all_changed();
            }
            Notice::Client(_) | Notice::Session(_) | Notice::Keys => {}
        }
    }
}

/// A person.
pub(super) async fn person(op: &mut Op, id: PersonId) -> Result<Option<Arc<Person>>, OpError> {
    let about = op.house.part::<About>();
    if let Some(known) = about.people.get(id, op.now) {
        return Ok(Some(known));
    }
    let mark = about.people.mark(id);
    let found = person::find(op, id).await?.map(Arc::new);
    if let Some(found) = &found {
        about.people.keep(id, Arc::clone(found), op.now, mark);
    }
    Ok(found)
}

/// The attributes of a service account.
pub(super) async fn machine(op: &mut Op, id: ServiceAccountId) -> Result<Option<Arc<Attributes>>, OpError> {
    let about = op.house.part::<About>();
    if let Some(known) = about.machines.get(id, op.now) {
        return Ok(Some(known));
    }
    let mark = about.machines.mark(id);
    let found = person::find_service_account(op, id)
        .await?
        .map(|account| Arc::new(account.attributes));
    if let Some(found) = &found {
        about.machines.keep(id, Arc::clone(found), op.now, mark);
    }
    Ok(found)
}

/// The short name of an organisation.
pub(super) async fn organisation(op: &mut Op, id: OrganisationId) -> Result<Option<Arc<str>>, OpError> {
    let about = op.house.part::<About>();
    if let Some(known) = about.slugs.get(id, op.now) {
        return Ok(Some(known));
    }
    let mark = about.slugs.mark(id);
    let found = person::find_organisation(op, id)
        .await?
        .map(|organisation| Arc::from(organisation.slug));
    if let Some(found) = &found {
        about.slugs.keep(id, Arc::clone(found), op.now, mark);
    }
    Ok(found)
}
