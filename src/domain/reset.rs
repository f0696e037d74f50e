//! Setting a password that was forgotten.

use super::text::words;

words! {
    /// How far it has come.
    ResetStage {
        /// The code that was sent by mail is waited for.
        Asked = "asked",
        /// It was right; the second factor is waited for.
        Reached = "reached",
        /// That was right too; the new password is waited for.
        Proven = "proven",
    }
}
