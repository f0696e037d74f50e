//! What the access tokens of an application look like.

use super::text::words;

words! {
    /// The form of the access tokens that are made for an application.
    TokenFormat {
        /// Signed claims that the application reads itself (RFC 9068).
        Jwt = "jwt",
        /// Chance that says nothing: the application asks what it stands for (RFC 7662).
        Opaque = "opaque",
    }
}
