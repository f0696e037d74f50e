//! Tests of ephemeral.
