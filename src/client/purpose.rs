//! What an assertion is for (RFC 7523 sections 2.1 and 2.2).

use crate::jose;

/// What somebody shows an assertion for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To say which client it is.
    ClientAuthentication,
    /// To act as whom the assertion means.
    AuthorizationGrant,
}

impl Purpose {
    /// The type of assertions that say what they are for (draft-ietf-oauth-rfc7523bis).
    const fn typ(self) -> &'static str {
        match self {
            Self::ClientAuthentication => "client-authentication+jwt",
            Self::AuthorizationGrant => "authorization-grant+jwt",
        }
    }

    /// The type that is asked of an assertion: that of the purpose, if it names that; else `JWT`, or none at all. One that
    /// was made for the other purpose is of no use.
    pub(super) fn type_of(self, assertion: &str) -> Option<&'static str> {
        let named = jose::claimed_type(assertion)?.to_ascii_lowercase();
        let short = named.strip_prefix("application/").unwrap_or(&named);
        (short == self.typ()).then(|| self.typ())
    }
}
