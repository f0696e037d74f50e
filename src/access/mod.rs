//! Roles, groups, applications with their permissions, grants, policies.
//!
//! Owns the tables `people_group`, `membership`, `application`, `permission`, `role`, `role_permission`, `role_right`, `access_grant`,
//! `access_grant_within`, `policy`, `authorization_details_type`. Storey 3: calls `decision`, `person` and lower storeys.

mod application;
mod copies;
mod detail;
mod detail_type;
mod error;
mod founding;
mod grant;
mod group;
mod model;
mod naming;
mod own;
mod policy;
mod profile;
mod role;
mod store;

use naming::{check_name, check_organisation, notice_of};

pub use application::{
    NoApplication, application, application_of, application_with, applications, create_application, scopes,
    set_token_format,
};
pub use detail::{Ask, Detail, DetailRules, DetailType, Member, MemberKind, NewDetailType, Titles};
pub use detail_type::{DetailTypes, detail_types, register_detail_type, remove_detail_type};
pub use error::AccessError;
pub use founding::{ADMINISTRATOR, Founded, Founding, FoundingError, found, is_unfounded};
pub use grant::{end_grant, give};
pub use group::{add_member, create_group, group_named, remove_member};
pub use model::{
    Application, Holder, NewApplication, NewGrant, NewGroup, NewPermission, NewPolicy, NewRole, Period,
    Profile,
};
pub use own::{OWN_PATH, audience as own_audience};
pub use policy::{create_policy, set_policy_active};
pub use profile::{profile, second_factor_required};
pub use role::{create_role, role_named};
