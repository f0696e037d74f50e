//! OAuth clients: their identifiers, kinds of authentication and redirect addresses.

use std::fmt;

use url::Url;
use url::form_urlencoded::Serializer;

use super::text::words;
use super::{Column, ColumnError, Id, Value};

words! {
    /// How a client authenticates at the token endpoint (`token_endpoint_auth_method` of RFC 7591 section 2).
    ClientAuthMethod {
        None = "none",
        ClientSecretBasic = "client_secret_basic",
        ClientSecretPost = "client_secret_post",
        ClientSecretJwt = "client_secret_jwt",
        PrivateKeyJwt = "private_key_jwt",
        TlsClientAuth = "tls_client_auth",
        SelfSignedTlsClientAuth = "self_signed_tls_client_auth",
    }
}

impl ClientAuthMethod {
    /// Whether a client proves itself by a secret that it shares with the server.
    #[must_use]
    pub const fn has_secret(self) -> bool {
        matches!(
            self,
            Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt
        )
    }
}

words! {
    /// Endpoints that an installation may do without, named as in the server's metadata (RFC 8414 section 2, RFC 9126 section
    /// 5, OpenID Connect Discovery section 3, RP-Initiated Logout section 2.1). Others go with what they are for: a grant, registration, session management.
    Endpoint {
        PushedAuthorizationRequest = "pushed_authorization_request",
        Userinfo = "userinfo",
        Introspection = "introspection",
        Revocation = "revocation",
        EndSession = "end_session",
    }
}

words! {
    /// What an authorization request asks for (OAuth 2.0 Multiple Response Type Encoding Practices); never an access token
    /// (RFC 9700 section 2.1.2).
    ResponseType {
        Code = "code",
        IdToken = "id_token",
        CodeIdToken = "code id_token",
    }
}

impl ResponseType {
    /// The type that a request names; the order of its words says nothing (RFC 6749 section 3.1.1).
    #[must_use]
    pub fn asked(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split(' ').collect();
        words.sort_unstable();
        Self::parse(&words.join(" "))
    }

    /// Whether a code is given.
    #[must_use]
    pub const fn has_code(self) -> bool {
        matches!(self, Self::Code | Self::CodeIdToken)
    }

    /// Whether an ID token comes through the browser.
    #[must_use]
    pub const fn has_id_token(self) -> bool {
        matches!(self, Self::IdToken | Self::CodeIdToken)
    }
}

words! {
    /// How the answer to an authorization request travels (Multiple Response Type Encoding Practices section 2.1, Form Post
    /// Response Mode, JWT Secured Authorization Response Mode section 2.3).
    ResponseMode {
        Query = "query",
        Fragment = "fragment",
        FormPost = "form_post",
        QueryJwt = "query.jwt",
        FragmentJwt = "fragment.jwt",
        FormPostJwt = "form_post.jwt",
        /// The signed form of the response type's own mode.
        Jwt = "jwt",
    }
}

impl ResponseMode {
    /// Whether the answer is one signed token.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(
            self,
            Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt | Self::Jwt
        )
    }
}

words! {
    /// The level of security by which a client must abide: each switches its rules on together.
    ClientProfile {
        /// RFC 9700.
        Baseline = "baseline",
        /// FAPI 2.0 Security Profile.
        Fapi2Security = "fapi2-security",
        /// FAPI 2.0 Message Signing, on top of the security profile.
        Fapi2MessageSigning = "fapi2-message-signing",
    }
}

impl ClientProfile {
    /// The profile of this name, with hyphens or with underscores between its words.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::parse(&text.replace('_', "-"))
    }
}

#[expect(clippy::derivable_impls, reason = "the table of words derives no default")]
impl Default for ClientProfile {
    fn default() -> Self {
        Self::Baseline
    }
}

words! {
    /// Whether a client may be used.
    ClientStatus {
        /// Has registered itself and waits for an administrator: without any rights.
        Pending = "pending",
        Active = "active",
        Disabled = "disabled",
    }
}

/// The identifier of a client. Never shaped like a person's id, so that no `sub` can be mistaken for it (RFC 9700
/// section 4.15).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct ClientId(String);

/// The text is not a client identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a client id is 1 to 64 letters, digits, dots, hyphens and underscores, and not a UUID; or the https address of a \
     metadata document"
)]
pub struct ClientIdError;

impl ClientId {
    /// Checks the shape of a client identifier.
    pub fn parse(text: &str) -> Result<Self, ClientIdError> {
        if text.starts_with(DOCUMENT) {
            return if is_document(text) {
                Ok(Self(text.to_owned()))
            } else {
                Err(ClientIdError)
            };
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let shaped = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
        let like_a_person = text.to_ascii_lowercase().parse::<Id<()>>().is_ok();
        if shaped && !like_a_person {
            Ok(Self(text.to_owned()))
        } else {
            Err(ClientIdError)
        }
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the identifier is the address of the client's metadata.
    #[must_use]
    pub fn is_document(&self) -> bool {
        self.0.starts_with(DOCUMENT)
    }
}

/// How the address of a metadata document begins.
const DOCUMENT: &str = "https://";

/// The longest such address, in bytes.
const LONGEST_DOCUMENT: usize = 500;

/// draft-ietf-oauth-client-id-metadata-document section 3: with a path, without dot segments, fragment and user name, and
/// spelled in the one way that a URL is written, so that one client has one name.
///
/// A query is one of the things that SHOULD NOT be there, where all others MUST NOT: that is said to whoever chooses the
/// address, and who may have a reason (RFC 2119 section 4), such as documents that a program writes. To refuse it here would
/// make a MUST NOT of it. It is a part of the name like any other: the document must repeat it letter by letter (section 4.1),
/// so that a page that takes no notice of its query is no client under a thousand names.
fn is_document(text: &str) -> bool {
    text.len() <= LONGEST_DOCUMENT
        && Url::parse(text).is_ok_and(|url| {
            let plain = url.fragment().is_none();
            let anonymous = url.username().is_empty() && url.password().is_none();
            url.as_str() == text && plain && anonymous
        })
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for ClientId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl Column for ClientId {
    fn to_value(&self) -> Value {
        Value::Text(Some(self.0.clone()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        Self::parse(&String::from_value(value)?).map_err(|_| ColumnError::Invalid("client id"))
    }
}

/// A registered redirect address. Made by [`RedirectUri::register`] when a client is stored and by
/// [`RedirectUri::proven`] when a request names one: nothing else is ever redirected to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why an address cannot be registered or is not among the registered ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    #[error("a redirect address is an absolute URL without fragment and without user name")]
    Malformed,
    #[error("a redirect address uses https; http is for loopback addresses only")]
    NotHttps,
    #[error("the redirect address is not registered for this client")]
    NotRegistered,
}

impl RedirectUri {
    /// Checks an address that is to be registered: https, or http on a loopback host, or an application's own scheme
    /// with a dot in it (RFC 8252 section 7.1); no fragment (RFC 6749 section 3.1.2); no credentials.
    pub fn register(text: &str) -> Result<Self, RedirectUriError> {
        let url = Url::parse(text).map_err(|_| RedirectUriError::Malformed)?;
        let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        let visible = text.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        if !plain || !visible || text.len() > 2_000 {
            return Err(RedirectUriError::Malformed);
        }
        let allowed = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => is_loopback(&url),
            scheme => scheme.contains('.'),
        };
        if allowed {
            Ok(Self(text.to_owned()))
        } else {
            Err(RedirectUriError::NotHttps)
        }
    }

    /// The address of a request, if it is exactly a registered one. The port of a loopback IP address is the sole
    /// exception (RFC 8252 section 7.3).
    pub fn proven(asked: &str, registered: &[Self]) -> Result<Self, RedirectUriError> {
        let found = registered
            .iter()
            .any(|one| one.0 == asked || same_but_loopback_port(&one.0, asked));
        if found {
            Ok(Self(asked.to_owned()))
        } else {
            Err(RedirectUriError::NotRegistered)
        }
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the scheme is https, or http on this very machine, where a native application listens (RFC 8252 section 7.3).
    #[must_use]
    pub fn is_https_or_loopback(&self) -> bool {
        ["https://", "http://"]
            .iter()
            .any(|scheme| self.0.starts_with(scheme))
    }

    /// Whether it is an https address: of a host that somebody has.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The address with parameters in its fragment (it was registered without one).
    #[must_use]
    pub fn with_fragment(&self, parameters: &[(&str, &str)]) -> String {
        let fragment = Serializer::new(String::new()).extend_pairs(parameters).finish();
        format!("{}#{fragment}", self.0)
    }

    /// The address with parameters added to its query. The registered text stands as it is: written anew, something in it
    /// could change its meaning.
    #[must_use]
    pub fn with_query(&self, parameters: &[(&str, &str)]) -> String {
        if parameters.is_empty() {
            return self.0.clone();
        }
        let query = Serializer::new(String::new()).extend_pairs(parameters).finish();
        let joint = match self.0.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some((_, existing)) if existing.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{}{joint}{query}", self.0)
    }
}

impl<'de> serde::Deserialize<'de> for RedirectUri {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::register(&text).map_err(serde::de::Error::custom)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Both are http on the same loopback IP literal and equal but for the port.
fn same_but_loopback_port(registered: &str, asked: &str) -> bool {
    without_loopback_port(registered)
        .zip(without_loopback_port(asked))
        .is_some_and(|(one, other)| one == other)
}

fn without_loopback_port(text: &str) -> Option<(&str, &str)> {
    let (host, rest) = ["http://127.0.0.1", "http://[::1]"]
        .iter()
        .find_map(|host| text.strip_prefix(host).map(|rest| (*host, rest)))?;
    let Some(after_colon) = rest.strip_prefix(':') else {
        return rest.starts_with('/').then_some((host, rest));
    };
    let digits = after_colon.bytes().take_while(u8::is_ascii_digit).count();
    let (port, path) = after_colon.split_at_checked(digits)?;
    port.parse::<u16>().ok()?;
    path.starts_with('/').then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_ids_fill_the_column_that_is_asked_for() {
        let id = ClientId::parse("desk").unwrap();
        assert_eq!(
            format!("{:<9}|{id:<6}|", ClientStatus::Active),
            "active   |desk  |"
        );
    }

    #[test]
    fn a_client_id_is_never_shaped_like_a_person() {
        assert!(ClientId::parse("feedback-desk").is_ok());
        assert!(ClientId::parse("0190a0b0-0000-7000-8000-000000000000").is_err());
        assert!(ClientId::parse("").is_err());
        assert!(ClientId::parse("a b").is_err());
    }

    #[test]
    fn a_client_id_may_be_the_address_of_a_document() {
        for good in [
            "https://app.example/client.json",
            "https://app.example:8443/oauth/client",
            "https://app.example/",
            "https://app.example/client?of=reader&v=1",
        ] {
            assert!(ClientId::parse(good).is_ok_and(|id| id.is_document()), "{good}");
        }
        for bad in [
            "http://app.example/client.json",
            "https://app.example",
            "https://app.example/a/../b",
            "https://app.example/a/%2e%2e/b",
            "https://app.example/./b",
            "https://app.example?b",
            "https://app.example/a?b c",
            "https://app.example/a?b#c",
            "https://app.example/a#b",
            "https://me@app.example/a",
            "https://App.example/a",
            "https://app.example:443/a",
            "https://app.example/a b",
            &format!("https://app.example/{}", "x".repeat(500)),
        ] {
            assert!(ClientId::parse(bad).is_err(), "{bad}");
        }
        assert!(!ClientId::parse("feedback-desk").unwrap().is_document());
    }

    #[test]
    fn redirects_match_exactly_but_for_a_loopback_port() {
        let registered: Vec<_> = [
            "https://app.example/cb",
            "http://127.0.0.1/cb",
            "http://localhost:8081/cb",
        ]
        .iter()
        .map(|text| RedirectUri::register(text).unwrap())
        .collect();
        let asked = |text: &str| RedirectUri::proven(text, &registered).is_ok();
        assert!(asked("https://app.example/cb"));
        assert!(asked("http://127.0.0.1:49152/cb"));
        assert!(!asked("http://127.0.0.1:49152/cb/"));
        assert!(!asked("http://127.0.0.1:99999/cb"));
        assert!(!asked("http://127.0.0.1:1@evil.example/cb"));
        assert!(!asked("http://localhost:8082/cb"));
        assert!(!asked("https://app.example/cb?x=1"));
        assert!(!asked("https://app.example/CB"));
        assert!(!asked("https://app.example.evil.example/cb"));
    }

    #[test]
    fn parameters_are_added_to_the_address_as_it_was_registered() {
        for (registered, expected) in [
            ("https://a.example/cb", "https://a.example/cb?state=s+%26"),
            (
                "https://a.example/cb?x=%41",
                "https://a.example/cb?x=%41&state=s+%26",
            ),
            ("https://a.example/cb?x&", "https://a.example/cb?x&state=s+%26"),
            ("https://a.example/cb?", "https://a.example/cb?state=s+%26"),
            ("https://a.example", "https://a.example?state=s+%26"),
            ("com.example.app:/cb", "com.example.app:/cb?state=s+%26"),
        ] {
            let address = RedirectUri::register(registered).unwrap();
            assert_eq!(address.with_query(&[("state", "s &")]), expected);
            assert_eq!(address.with_query(&[]), registered);
        }
    }

    #[test]
    fn addresses_that_leak_or_mislead_cannot_be_registered() {
        for text in [
            "http://app.example/cb",
            "https://u:p@app.example/",
            "https://a.example/#x",
            "javascript:alert(1)",
            "/cb",
        ] {
            assert!(RedirectUri::register(text).is_err(), "{text}");
        }
        assert!(RedirectUri::register("com.example.app:/cb").is_ok());
    }
}
