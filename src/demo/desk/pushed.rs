//! Sends the request to the provider itself, so that the browser carries only a name for it (RFC 9126).

use serde::Deserialize;
use url::Url;

use super::Desk;
use super::provider::{Fault, Metadata};

/// RFC 9126 section 2.2.
#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
}

/// Pushes the parameters of an authorization request; answers the address for the browser.
pub(super) async fn push(desk: &Desk, metadata: &Metadata, request: &Url) -> Result<Url, Fault> {
    let registration = &desk.registration;
    let endpoint = &metadata
        .additional_metadata()
        .pushed_authorization_request_endpoint;
    let parameters: Vec<_> = request.query_pairs().collect();
    let answer = desk
        .http
        .0
        .post(endpoint)
        .basic_auth(&registration.client_id, Some(&registration.client_secret))
        .form(&parameters)
        .send()
        .await?
        .error_for_status()?;
    let pushed: Pushed = answer.json().await?;
    Ok(by_name(
        metadata.authorization_endpoint().url(),
        &registration.client_id,
        &pushed.request_uri,
    ))
}

/// RFC 9126 section 4.
fn by_name(endpoint: &Url, client_id: &str, request_uri: &str) -> Url {
    let mut address = endpoint.clone();
    address
        .query_pairs_mut()
        .append_pair("client_id", client_id)
        .append_pair("request_uri", request_uri);
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_carries_the_name_of_the_request_only() {
        let endpoint = Url::parse("https://id.example/authorize").unwrap();
        let address = by_name(&endpoint, "desk", "urn:ietf:params:oauth:request_uri:a&b");
        assert_eq!(
            address.as_str(),
            "https://id.example/authorize?client_id=desk&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Aa%26b"
        );
    }
}
