//! Tests of hostile.

mod every_route;
