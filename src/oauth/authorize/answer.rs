//! The answer to an authorization request, as a redirect to the proven address (RFC 6749 section 4.1.2, RFC 9207).

use url::form_urlencoded::Serializer;

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

/// The registered address as it stands, with parameters added to its query: it is never written anew, so that nothing in
/// it changes its meaning.
fn address(back: &ReturnAddress, parameters: &[(&str, &str)], issuer: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(parameters);
    if let Some(state) = &back.state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", issuer);
    let base = back.redirect_uri.as_str();
    let joint = match base.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, existing)) if existing.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{base}{joint}{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RedirectUri;

    #[test]
    fn parameters_are_added_to_the_registered_address() {
        for (registered, expected) in [
            (
                "https://a.example/cb",
                "https://a.example/cb?code=c%2F&state=s+%26&iss=https%3A%2F%2Fi",
            ),
            (
                "https://a.example/cb?x=%41",
                "https://a.example/cb?x=%41&code=c%2F&state=s+%26&iss=https%3A%2F%2Fi",
            ),
            (
                "https://a.example/cb?",
                "https://a.example/cb?code=c%2F&state=s+%26&iss=https%3A%2F%2Fi",
            ),
            (
                "https://a.example",
                "https://a.example?code=c%2F&state=s+%26&iss=https%3A%2F%2Fi",
            ),
            (
                "com.example.app:/cb",
                "com.example.app:/cb?code=c%2F&state=s+%26&iss=https%3A%2F%2Fi",
            ),
        ] {
            let back = ReturnAddress {
                redirect_uri: RedirectUri::register(registered).unwrap(),
                state: Some("s &".into()),
            };
            assert_eq!(with_code(&back, "c/", "https://i"), expected);
        }
    }
}
