//! Enrolment passes.

use super::text::words;

words! {
    /// What an enrolment pass is for: the first factors of a new account, or new ones in place of those that were lost.
    PassPurpose { Invitation = "invitation", Recovery = "recovery" }
}

words! {
    /// How far an enrolment pass is that is not over.
    PassState {
        /// A second administrator has to agree.
        Waits = "waits",
        Issued = "issued",
        /// A browser is using it.
        Begun = "begun",
    }
}

words! {
    /// Before whose recovery two administrators have to agree.
    RecoveryNeedsTwo {
        Nobody = "nobody",
        /// That of whoever holds a right over Doorward itself.
        Administrators = "administrators",
        Everybody = "everybody",
    }
}
