//! Acts.

mod act;
