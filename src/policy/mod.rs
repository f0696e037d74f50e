//! Policies of organisations for applications: written, tried with their own test cases, put in force, retired; kept in versions.
//!
//! A version goes from draft by tested and active to retired, and never back. It is put in force only while all its test cases come out as
//! they should, and only if it reads what there is. What was in force at a past moment stays known. Owns the tables `policy` (what is in force:
//! `decision` reads it), `policy_version`, `policy_step`. Storey 3: calls `decision`, `person`, `access` and lower storeys.

mod activate;
mod closure;
mod draft;
mod error;
mod examine;
mod meant;
mod model;
mod preview;
mod read;
mod retire;
mod store;
mod template;
mod test;

pub use activate::activate;
pub use draft::{change, draft};
pub use error::PolicyError;
pub use examine::{Examined, Outcome};
pub use meant::application_meant;
pub use model::{Case, CaseResource, CaseSubject, Content, Expected, NewPolicy, Origin, SubjectType};
pub use preview::{Changed, Effect, preview};
pub use read::{InForce, Listed, Policy, Step, Version, history, in_force_at, list, show};
pub use retire::retire;
pub use template::{Filled, Kind, Parameter, Template, Unfit, fill, templates};
pub use test::{Tested, test};
