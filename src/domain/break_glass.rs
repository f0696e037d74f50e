//! Accounts for emergencies.

use super::text::words;

words! {
    /// What was done with an account for emergencies.
    BreakGlassAct {
        SignIn = "sign_in",
        /// Wrong passwords or codes: somebody tries it.
        Attempt = "attempt",
        /// An enrolment pass was begun: somebody sets new factors.
        Pass = "pass",
        /// Its mark was taken away: from then on nothing done with it would be told.
        Unmarked = "unmarked",
    }
}
