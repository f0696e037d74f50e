//! Tests of oauth.
