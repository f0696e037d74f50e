//! People, service accounts and organisations: who exists, and who may sign in.
//!
//! Owns the tables `organisation`, `person`, `service_account`, `attribute_declaration`. Storey 3: calls `decision`, `job` and lower storeys.

mod account;
mod address;
mod attribute;
mod attribute_store;
mod break_glass;
mod doer;
mod error;
mod hold;
mod hold_store;
mod locale;
mod model;
mod organisation;
mod organisation_store;
mod past_store;
mod service_account;
mod standing;
mod store;

pub use account::{
    EPOCH_RAISED, PAGE_LENGTH, beginning, count, create, find, find_by_username, find_named_within,
    find_within, knows_attribute, list, raise_epoch, set_status, with_right,
};
pub use address::{confirm_email, set_email};
pub use attribute::{
    AttributeFault, Declaration, attribute_kinds, attributes, declare_attribute, own_attributes,
    set_attributes, takes_attribute, withdraw_attribute,
};
pub use break_glass::{list_break_glass, mark_break_glass, unmark_break_glass};
pub use doer::doer;
pub use error::PersonError;
pub use hold::{Hold, find_hold, hold, is_held, list_held, release};
pub use locale::set_locale;
pub use model::{
    Address, Attributes, NewOrganisation, NewPerson, NewServiceAccount, Organisation, Person, PersonClaims,
    ServiceAccount,
};
pub use organisation::{
    create_organisation, find_organisation, find_organisation_by_slug, hold_organisation, list_organisations,
    pick_organisation, set_organisation_status,
};
pub use service_account::{
    create_service_account, find_service_account, list_service_accounts, service_account_called,
    switch_service_account,
};
pub use standing::{Refusal, Standing, may_act, may_sign_in};
