//! What tokens tell about people and machines, from copies that are at most a second old.

use std::sync::Arc;

use super::{AGE, COPIES};
use crate::domain::{PersonId, ServiceAccountId};
use crate::op::{Copies, House, Op, OpError, Part};
use crate::person::{self, Person};

/// A JSON object of attributes.
type Attributes = serde_json::Map<String, serde_json::Value>;

#[derive(Debug)]
struct About {
    people: Copies<PersonId, Arc<Person>>,
    machines: Copies<ServiceAccountId, Arc<Attributes>>,
}

impl Part for About {
    fn new(_: &House) -> Self {
        Self {
            people: Copies::new(COPIES, AGE).of_key(|id: &PersonId| (*id).into()),
            machines: Copies::new(COPIES, AGE).of_key(|id: &ServiceAccountId| (*id).into()),
        }
    }
}

/// A person.
pub(super) async fn person(op: &mut Op, id: PersonId) -> Result<Option<Arc<Person>>, OpError> {
    let about = op.house.part::<About>();
    about
        .people
        .get(op, &id, async |op| Ok(person::find(op, id).await?.map(Arc::new)))
        .await
}

/// The attributes of a service account.
pub(super) async fn machine(op: &mut Op, id: ServiceAccountId) -> Result<Option<Arc<Attributes>>, OpError> {
    let about = op.house.part::<About>();
    about
        .machines
        .get(op, &id, async |op| {
            let account = person::find_service_account(op, id).await?;
            Ok(account.map(|account| Arc::new(account.attributes)))
        })
        .await
}
