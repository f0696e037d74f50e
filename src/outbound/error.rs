//! Why nothing came back.

/// A call that was not made or not answered. The words are fixed: what a stranger's address or answer says is not in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    #[error("the address is not an absolute https URL without user name and fragment")]
    Url,
    #[error("the address belongs to a network that may not be called")]
    Address,
    #[error("the name cannot be resolved")]
    Name,
    #[error("no answer within the time")]
    Slow,
    #[error("the answer is too large")]
    Large,
    #[error("the connection failed or was not secure")]
    Connection,
    #[error("the client for calls to the outside cannot be set up")]
    SetUp,
}

impl std::error::Error for Refused {}

/// What the resolver says to the HTTP client, to be found again in the chain of its error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused(pub(super) OutboundError);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<reqwest::Error> for OutboundError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Slow;
        }
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(one) = cause {
            if let Some(Refused(found)) = one.downcast_ref() {
                return *found;
            }
            cause = one.source();
        }
        Self::Connection
    }
}

impl OutboundError {
    /// Why a call to an application failed: fixed words for the log.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Url | Self::Address => "the address belongs to a network that may not be called",
            Self::Name => "the name of the application's server cannot be resolved",
            Self::Slow => "the application did not answer in time",
            Self::Large => "the application's answer is too large",
            Self::Connection | Self::SetUp => "the connection failed or was not secure",
        }
    }
}
