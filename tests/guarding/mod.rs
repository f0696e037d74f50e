//! Guarded routes: the axum layer that is an example and guards the sample application, and the recipes for Express and
//! FastAPI, as their readers use them.

mod desk;
mod document;
#[path = "../../examples/axum/guard.rs"]
mod guard;
mod layer;
mod program;
mod provider;
mod recipe;
mod token;
