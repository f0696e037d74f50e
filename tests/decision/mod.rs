//! Who may do what.

mod authzen;
mod isolation;
mod model;
mod policy;
mod scope;
