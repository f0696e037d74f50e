//! Roles, groups, applications with their permissions, grants.
//!
//! Owns the tables `people_group`, `group_owner`, `membership`, `membership_past`, `application`, `permission`, `role`, `role_permission`,
//! `role_right`, `role_include`, `role_giving`, `access_revision`, `access_grant`, `access_grant_within`, `authorization_details_type`, `resource`. Storey 3: calls `decision`, `person` and lower storeys.

mod application;
mod application_change;
mod application_document;
mod application_retirement;
mod closure;
mod copies;
mod detail;
mod detail_type;
mod document;
mod effect;
mod error;
mod explained;
mod founding;
mod grant;
mod grant_store;
mod group;
mod group_store;
mod model;
mod naming;
mod own;
mod permission;
mod permission_store;
mod permission_use;
mod powers;
mod profile;
pub mod reach_form;
mod resource;
mod resource_store;
mod role;
mod role_store;
mod store;
mod told;
mod who;

use naming::{check_name, check_organisation, check_words};

pub use application::{
    NoApplication, application, application_of, application_with, applications, permissions, scopes,
};
pub use application_change::{change_application, create_application, set_token_format};
pub use application_document::{ApplicationDocument, PermissionDocument};
pub use application_retirement::{restore_application, retire_application};
pub use detail::{Ask, Detail, DetailRules, DetailType, Member, MemberKind, NewDetailType, Titles};
pub use detail_type::{DetailTypes, detail_types, register_detail_type, remove_detail_type};
pub use document::{
    GroupDocument, MayGive, PermissionNamed, RoleDocument, group_about, group_document, group_label,
    group_labelled, holder, patched, role_about, role_document, subject,
};
pub use effect::{Effect, People, preview};
pub use error::AccessError;
pub use explained::{InWords, Reader, because, explained};
pub use founding::{ADMINISTRATOR, Founded, Founding, FoundingError, found, is_unfounded};
pub use grant::{end_grant, give, write_uses};
pub use group::{
    add_member, as_tree, change_group, create_group, group, group_named, groups, members, owns_group,
    remove_member,
};
pub use model::{
    Application, ApplicationAbout, Group, GroupAbout, Holder, NewApplication, NewGrant, NewGroup,
    NewPermission, NewRole, Period, Permission, PermissionAbout, Permitted, Profile, Role, RoleAbout,
};
pub use own::{OWN_PATH, audience as own_audience};
pub use permission::{
    Defined, MOST_PERMISSIONS, add_permission, change_permission, define_permission, remove_permission,
};
pub use permission_use::{PermissionUse, permission_use};
pub use powers::{Powers, powers, sees};
pub use profile::{kept, profile, second_factor_required};
pub use resource::{
    MOST_BYTES, MOST_RESOURCES, ResourceKey, ResourceRefusal, register_resource, remove_resource, resource,
};
pub use role::{change_role, create_role, remove_role, role, role_named, roles};
pub use told::{grant_facts, need_facts};
pub use who::{Able, who};
