//! Acts.

mod act;
mod copies;
