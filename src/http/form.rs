//! Parameters of a request: each at most once (RFC 6749 section 3.1), valid UTF-8, without NUL.

/// Parameters of a body in `application/x-www-form-urlencoded`.
#[derive(Clone, Default)]
pub struct Form(pub(super) Vec<(String, String)>);

/// Parameters of the query.
#[derive(Clone, Default)]
pub struct Query(pub(super) Vec<(String, String)>);

impl std::fmt::Debug for Form {
    /// Names only: values can be passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl Form {
    /// The value of a parameter; an empty one counts as absent (RFC 6749 section 3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        find(&self.0, name)
    }
}

impl Query {
    /// The value of a parameter; an empty one counts as absent (RFC 6749 section 3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        find(&self.0, name)
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}
