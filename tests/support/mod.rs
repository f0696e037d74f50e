//! What tests start from.
