//! The answer to an authorization request, as a redirect to the proven address (RFC 6749 section 4.1.2, RFC 9207).

use super::request::ReturnAddress;
use crate::oauth::error::Refusal;

/// The address that hands a code to the client.
pub(super) fn with_code(back: &ReturnAddress, code: &str, issuer: &str) -> String {
    address(back, &[("code", code)], issuer)
}

/// The address that tells the client of a refusal.
pub(super) fn with_error(back: &ReturnAddress, refusal: Refusal, issuer: &str) -> String {
    let parameters = [
        ("error", refusal.code.as_str()),
        ("error_description", refusal.description),
    ];
    address(back, &parameters, issuer)
}

fn address(back: &ReturnAddress, parameters: &[(&str, &str)], issuer: &str) -> String {
    let state = back.state.as_deref().map(|state| ("state", state));
    let all: Vec<_> = parameters
        .iter()
        .copied()
        .chain(state)
        .chain([("iss", issuer)])
        .collect();
    back.redirect_uri.with_query(&all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RedirectUri;

    #[test]
    fn an_answer_carries_state_and_issuer() {
        let mut back = ReturnAddress {
            redirect_uri: RedirectUri::register("https://a.example/cb?x=1").unwrap(),
            state: Some("s &".into()),
        };
        assert_eq!(
            with_code(&back, "c/", "https://i"),
            "https://a.example/cb?x=1&code=c%2F&state=s+%26&iss=https%3A%2F%2Fi"
        );
        back.state = None;
        assert_eq!(
            with_code(&back, "c/", "https://i"),
            "https://a.example/cb?x=1&code=c%2F&iss=https%3A%2F%2Fi"
        );
    }
}
