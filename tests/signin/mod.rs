//! Tests of signin.
