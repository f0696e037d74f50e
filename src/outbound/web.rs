//! The client itself.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use moka::sync::Cache;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, RequestBuilder};
use tokio::sync::Semaphore;
use url::{Host, Url};

use super::error::Refused;
use super::{Allowed, Answer, OutboundError};

/// How many hosts are remembered for that.
const HOSTS: u64 = 1_000;

/// The longest address that is called, in bytes.
const LONGEST_URL: usize = 2_000;

/// What the configuration says of calls to the outside.
#[derive(Debug, Clone)]
pub struct Rules {
    pub allowed: Allowed,
    /// Authorities that are believed beside those of the system (DER).
    pub extra_roots: Vec<Vec<u8>>,
    /// For a whole call: waiting for its turn, resolving, connecting, answering.
    pub timeout: Duration,
    /// Calls under way at once, in all and to one host: a host that answers slowly does not take the places of all.
    pub at_once: usize,
    pub at_once_to_one: usize,
}

/// What is sent by a POST.
#[derive(Debug)]
pub struct Post<'a> {
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// A token for `Authorization: Bearer`, where the receiver has given one to us (CIBA ping, event push).
    pub bearer: Option<&'a str>,
}

impl Post<'_> {
    /// Pairs, as a form.
    #[must_use]
    pub fn form(pairs: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        Self {
            content_type: "application/x-www-form-urlencoded",
            body: body.into_bytes(),
            bearer: None,
        }
    }

    /// A JSON value.
    #[must_use]
    pub fn json(value: &serde_json::Value) -> Self {
        Self {
            content_type: "application/json",
            body: value.to_string().into_bytes(),
            bearer: None,
        }
    }

    /// A signed token, of `application/jwt` or a type of its own.
    #[must_use]
    pub fn jwt(content_type: &'static str, token: &str) -> Self {
        Self {
            content_type,
            body: token.as_bytes().to_vec(),
            bearer: None,
        }
    }
}

/// The client for calls to the outside. Set up at its first call.
pub struct Outbound {
    rules: Rules,
    client: OnceLock<Result<Client, OutboundError>>,
    places: Semaphore,
    places_by_host: Cache<String, Arc<Semaphore>>,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Outbound {
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            places: Semaphore::new(rules.at_once),
            rules,
            client: OnceLock::new(),
            places_by_host: Cache::new(HOSTS),
        }
    }

    /// Whether an address could be called at all, as far as it alone tells: https (or http to a loopback host, if the
    /// configuration lists the network), no user name, no fragment, no address of a network that may not be called.
    pub fn check(&self, address: &str) -> Result<Url, OutboundError> {
        if address.len() > LONGEST_URL {
            return Err(OutboundError::Url);
        }
        let url = Url::parse(address).map_err(|_| OutboundError::Url)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let host = url.host().ok_or(OutboundError::Url)?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&host),
            _ => false,
        };
        if !plain || !secure {
            return Err(OutboundError::Url);
        }
        let allowed = match host {
            Host::Ipv4(address) => self.rules.allowed.allows(address.into()),
            Host::Ipv6(address) => self.rules.allowed.allows(address.into()),
            // What it resolves to is checked when it is called.
            Host::Domain(_) => true,
        };
        if allowed {
            Ok(url)
        } else {
            Err(OutboundError::Address)
        }
    }

    /// Fetches a document of at most so many bytes.
    pub async fn get(
        &self,
        address: &str,
        accept: &'static str,
        at_most: usize,
    ) -> Result<Answer, OutboundError> {
        let url = self.check(address)?;
        let request = self.client()?.get(url.clone());
        let request = request.header(ACCEPT, HeaderValue::from_static(accept));
        self.call(&url, request, at_most).await
    }

    /// Sends something; of the answer so many bytes are read at most.
    pub async fn post(&self, address: &str, post: Post<'_>, at_most: usize) -> Result<Answer, OutboundError> {
        let url = self.check(address)?;
        let request = self.client()?.post(url.clone());
        let mut request = request.header(CONTENT_TYPE, HeaderValue::from_static(post.content_type));
        if let Some(token) = post.bearer {
            let mut value =
                HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| OutboundError::Url)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        self.call(&url, request.body(post.body), at_most).await
    }

    async fn call(
        &self,
        url: &Url,
        request: RequestBuilder,
        at_most: usize,
    ) -> Result<Answer, OutboundError> {
        let whole = async {
            let host = url.host_str().unwrap_or_default().to_owned();
            let places = self.rules.at_once_to_one;
            let of_host = (self.places_by_host).get_with(host, || Arc::new(Semaphore::new(places)));
            // First the narrow door: who waits there takes no place of others.
            let _place = of_host.acquire().await.map_err(|_| OutboundError::SetUp)?;
            let _place = self.places.acquire().await.map_err(|_| OutboundError::SetUp)?;
            receive(request, at_most).await
        };
        tokio::time::timeout(self.rules.timeout, whole)
            .await
            .unwrap_or(Err(OutboundError::Slow))
    }

    fn client(&self) -> Result<&Client, OutboundError> {
        let client = self.client.get_or_init(|| set_up(&self.rules));
        client.as_ref().map_err(|error| *error)
    }
}

async fn receive(request: RequestBuilder, at_most: usize) -> Result<Answer, OutboundError> {
    let mut response = request.send().await?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > at_most {
            return Err(OutboundError::Large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer::new(response.status(), response.headers(), body))
}

fn set_up(rules: &Rules) -> Result<Client, OutboundError> {
    let roots = rules
        .extra_roots
        .iter()
        .map(|der| Certificate::from_der(der))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| OutboundError::SetUp)?;
    let mut builder = Client::builder()
        .user_agent("doorward")
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A proxy of the environment would resolve names itself, behind our back.
        .no_proxy()
        .timeout(rules.timeout)
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(rules.at_once_to_one)
        .dns_resolver(Arc::new(Checking(rules.allowed.clone())));
    if !roots.is_empty() {
        builder = builder.tls_certs_merge(roots);
    }
    builder.build().map_err(|_| OutboundError::SetUp)
}

/// Resolves names to addresses that may be called. The client connects to just what comes out of here, so that a name
/// cannot show one address to the check and another to the call.
struct Checking(Allowed);

impl Resolve for Checking {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|_| Refused(OutboundError::Name))?.collect();
            checked(&allowed, name.as_str(), found).map_err(|error| Refused(error).into())
        })
    }
}

/// One address that may not be called spoils the name: whoever mixes them is up to something.
fn checked(allowed: &Allowed, name: &str, found: Vec<SocketAddr>) -> Result<Addrs, OutboundError> {
    let stays_here = is_loopback(&Host::Domain(name));
    let fits = |one: &SocketAddr| allowed.allows(one.ip()) && (!stays_here || one.ip().is_loopback());
    if found.is_empty() {
        return Err(OutboundError::Name);
    }
    if found.iter().all(fits) {
        Ok(Box::new(found.into_iter()))
    } else {
        Err(OutboundError::Address)
    }
}

/// Hosts for which plain http is good enough, since nothing leaves the machine.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbound(listed: &[&str]) -> Outbound {
        let listed = listed.iter().map(|text| text.parse().unwrap()).collect();
        Outbound::new(Rules {
            allowed: Allowed::new(listed),
            extra_roots: Vec::new(),
            timeout: Duration::from_secs(5),
            at_once: 4,
            at_once_to_one: 4,
        })
    }

    #[test]
    fn addresses_that_cannot_be_called_are_known_before() {
        let outbound = outbound(&["127.0.0.0/8"]);
        for good in [
            "https://app.example/jwks.json",
            "https://1.1.1.1/",
            "http://127.0.0.1:8081/jwks",
            "http://localhost:8081/jwks",
        ] {
            assert!(outbound.check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://app.example/",
            "http://1.1.1.1/",
            "https://me@app.example/",
            "https://me:secret@app.example/",
            "https://app.example/#x",
            "ftp://app.example/",
            "file:///etc/passwd",
            "data:text/plain,x",
            "/jwks",
            "",
        ] {
            assert_eq!(outbound.check(bad), Err(OutboundError::Url), "{bad}");
        }
        // Whatever an address is written as, the URL has one form of it.
        for bad in [
            "https://10.0.0.1/",
            "https://0x0a000001/",
            "https://167772161/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            assert_eq!(outbound.check(bad), Err(OutboundError::Address), "{bad}");
        }
    }

    #[test]
    fn one_forbidden_address_spoils_a_name() {
        let allowed = Allowed::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let found = |name: &str, texts: &[&str]| {
            let found = texts.iter().map(|text| text.parse().unwrap()).collect();
            checked(&allowed, name, found).map(Iterator::count)
        };
        assert_eq!(found("a.example", &["1.1.1.1:0", "[2606:4700::1]:0"]), Ok(2));
        assert_eq!(
            found("a.example", &["1.1.1.1:0", "10.0.0.1:0"]),
            Err(OutboundError::Address)
        );
        assert_eq!(found("a.example", &[]), Err(OutboundError::Name));
        assert_eq!(found("localhost", &["127.0.0.1:0"]), Ok(1));
        assert_eq!(found("localhost", &["1.1.1.1:0"]), Err(OutboundError::Address));
    }
}
