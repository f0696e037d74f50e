//! Who may do what.

mod authzen;
mod changes;
mod explain;
mod filter;
mod isolation;
mod model;
mod past;
mod policy;
mod retired;
mod scope;
mod search;
mod search_model;
mod step_up;
