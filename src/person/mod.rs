//! People, service accounts and organisations: who exists, and who may sign in.
//!
//! Owns the tables `organisation`, `person`, `service_account`. Storey 3: calls `decision` and lower storeys.

mod model;
mod standing;

pub use model::{NewOrganisation, NewPerson, NewServiceAccount, Organisation, Person, ServiceAccount};
pub use standing::{Refusal, Standing, may_act, may_sign_in};

use crate::domain::{OrganisationId, PersonId, ServiceAccountId, Username};
use crate::op::{Op, OpError};

pub async fn find_by_username(_op: &mut Op, _username: &Username) -> Result<Option<Person>, OpError> {
    todo!()
}
pub async fn find(_op: &mut Op, _id: PersonId) -> Result<Option<Person>, OpError> {
    todo!()
}
pub async fn find_service_account(
    _op: &mut Op,
    _id: ServiceAccountId,
) -> Result<Option<ServiceAccount>, OpError> {
    todo!()
}
pub async fn find_organisation(_op: &mut Op, _id: OrganisationId) -> Result<Option<Organisation>, OpError> {
    todo!()
}
pub async fn create_organisation(_op: &mut Op, _new: NewOrganisation) -> Result<OrganisationId, OpError> {
    todo!()
}
pub async fn create(_op: &mut Op, _new: NewPerson) -> Result<PersonId, OpError> {
    todo!()
}
pub async fn create_service_account(
    _op: &mut Op,
    _new: NewServiceAccount,
) -> Result<ServiceAccountId, OpError> {
    todo!()
}
