//! Policies: how they are written, tried, put in force and retired, and what they may read.

mod attribute;
mod life;
mod template;
mod trial;
