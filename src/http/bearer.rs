//! Access tokens as they are sent (RFC 6750, RFC 9449 section 7): taken from the Authorization header only, never from a body
//! or a URL, which end up in logs.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::domain::Token;

/// Why there is no bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// Nothing was sent, or another scheme: answer 401 with a bare challenge (RFC 6750 section 3.1).
    #[error("no bearer token")]
    Missing,
    /// `invalid_request`.
    #[error("malformed Authorization header")]
    Malformed,
}

/// How an access token was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6750 section 2.1.
    Bearer,
    /// With a proof beside it (RFC 9449 section 7.1).
    Dpop,
}

/// The access token of a request, by either scheme.
pub fn sent_token(headers: &HeaderMap) -> Result<(Scheme, Token), BearerError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(BearerError::Missing)?;
    if values.next().is_some() {
        return Err(BearerError::Malformed);
    }
    let value = value.to_str().map_err(|_| BearerError::Malformed)?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let scheme = if scheme.eq_ignore_ascii_case("bearer") {
        Scheme::Bearer
    } else if scheme.eq_ignore_ascii_case("dpop") {
        Scheme::Dpop
    } else {
        return Err(BearerError::Missing);
    };
    let token = token.trim_start_matches(' ');
    let body = token.trim_end_matches('=');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if body.is_empty() || !body.bytes().all(allowed) {
        return Err(BearerError::Malformed);
    }
    Ok((scheme, Token::presented(token)))
}

/// The token of a request where no key can be proven beside it: a registration token (RFC 7591 section 3, RFC 7592
/// section 2).
pub fn bearer_token(headers: &HeaderMap) -> Result<Token, BearerError> {
    match sent_token(headers)? {
        (Scheme::Bearer, token) => Ok(token),
        (Scheme::Dpop, _) => Err(BearerError::Missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<(Scheme, String), BearerError> {
        let headers = values
            .iter()
            .map(|value| (AUTHORIZATION, value.parse().unwrap()))
            .collect();
        sent_token(&headers).map(|(scheme, token)| (scheme, token.expose().to_owned()))
    }

    #[test]
    fn a_token_is_read_whatever_the_case_of_the_scheme() {
        let bearer = |text: &str| Ok((Scheme::Bearer, text.to_owned()));
        assert_eq!(read(&["Bearer abc.def-_~+/=="]), bearer("abc.def-_~+/=="));
        assert_eq!(read(&["bearer abc"]), bearer("abc"));
        assert_eq!(read(&["dpop abc"]), Ok((Scheme::Dpop, "abc".to_owned())));
    }

    #[test]
    fn another_scheme_is_no_token_and_a_broken_one_is_told_apart() {
        assert_eq!(read(&[]), Err(BearerError::Missing));
        assert_eq!(read(&["Basic YTpi"]), Err(BearerError::Missing));
        for broken in [
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Bearer ==",
            "Bearer a=b",
            "Bearer a,b",
            "DPoP",
            "DPoP a b",
        ] {
            assert_eq!(read(&[broken]), Err(BearerError::Malformed), "{broken:?}");
        }
        assert_eq!(read(&["Bearer a", "Bearer b"]), Err(BearerError::Malformed));
        assert_eq!(read(&["Bearer a", "DPoP a"]), Err(BearerError::Malformed));
    }
}
