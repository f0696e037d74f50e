//! The table `signing_key`.
