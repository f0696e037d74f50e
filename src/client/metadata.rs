//! Client metadata (RFC 7591 section 2, OpenID Connect Registration section 2): read from a document, written to one.
//!
//! Some members are what a client is; all others that this server knows are its settings, by the same name. Whatever it
//! does not know is ignored and not echoed (RFC 7591 section 2).

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::keys::Whose;
use super::{Client, ClientSettings, RegistrationError, RuleBroken, Rules, redirect_uris, redirects};
use crate::domain::{ClientAuthMethod, GrantType, RedirectUri, ResponseType, Scopes};
use crate::jose::{Algorithm, JwkSet};
use crate::op::House;
use crate::outbound::Outbound;

/// A document with all its members.
pub type Document = Map<String, Value>;

/// Settings that a client may choose for itself. Others (whose tokens it may exchange, say) are an administrator's to give.
const OWN_SETTINGS: &[&str] = &[
    "jwks_uri",
    "token_endpoint_auth_signing_alg",
    "application_type",
    "contacts",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "initiate_login_uri",
    "sector_identifier_uri",
    "subject_type",
    "software_id",
    "software_version",
    "response_types",
    "response_modes",
    "default_max_age",
    "require_auth_time",
    "default_acr_values",
    // Stricter rules than the plain ones: nobody gains rights by them.
    "profile",
    // Weaker only where the policy says so.
    "require_pkce",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "request_object_signing_alg",
    "request_uris",
    "authorization_signed_response_alg",
    "authorization_encrypted_response_alg",
    "authorization_encrypted_response_enc",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "userinfo_signed_response_alg",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "introspection_signed_response_alg",
    "introspection_encrypted_response_alg",
    "introspection_encrypted_response_enc",
    "dpop_bound_access_tokens",
    "tls_client_certificate_bound_access_tokens",
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
    "frontchannel_logout_uri",
    "frontchannel_logout_session_required",
    "backchannel_logout_uri",
    "backchannel_logout_session_required",
    "backchannel_token_delivery_mode",
    "backchannel_client_notification_endpoint",
    "backchannel_authentication_request_signing_alg",
    "backchannel_user_code_parameter",
    "authorization_details_types",
];

/// What a client is, beside its settings.
const CORE: [&str; 8] = [
    "client_name",
    "redirect_uris",
    "post_logout_redirect_uris",
    "grant_types",
    "token_endpoint_auth_method",
    "jwks",
    "scope",
    "id_token_signed_response_alg",
];

/// Whether a member of that name says something here.
pub(super) fn is_known(name: &str) -> bool {
    CORE.contains(&name) || OWN_SETTINGS.contains(&name)
}

/// Settings that an administrator gives.
const GIVEN_SETTINGS: &[&str] = &[
    "token_exchange",
    "may_act",
    "outside_assertion",
    "further_applications",
];

/// Addresses that the server itself calls.
const CALLED: &[&str] = &[
    "jwks_uri",
    "sector_identifier_uri",
    "backchannel_logout_uri",
    "backchannel_client_notification_endpoint",
];

/// Members without which a wish would silently not be granted: a value that is not understood is refused.
const MUST_BE_KNOWN: &[&str] = &[
    "response_types",
    "subject_type",
    "backchannel_token_delivery_mode",
];

/// Bounds of texts and lists: they are stored and shown.
const LONGEST_TEXT: usize = 2_000;
const LONGEST_LIST: usize = 100;
const LONGEST_KEYS: usize = 64 * 1_024;

/// Why metadata are refused, by the code on the wire (RFC 7591 section 3.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataRefusal {
    pub code: &'static str,
    /// For developers; fixed words and names of members.
    pub description: Cow<'static, str>,
    /// The rules of the client's profile that it breaks, if that is why.
    pub rules: Vec<RuleBroken>,
}

impl MetadataRefusal {
    pub(super) fn metadata(description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: "invalid_client_metadata",
            description: description.into(),
            rules: Vec::new(),
        }
    }

    pub(super) fn redirect(description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: "invalid_redirect_uri",
            description: description.into(),
            rules: Vec::new(),
        }
    }

    pub(super) fn member(name: &str) -> Self {
        Self::metadata(format!("{name} is not valid"))
    }

    /// A refusal of the registry in the words of the protocol; `Err` for a fault.
    pub(super) fn of(refused: RegistrationError) -> Result<Self, crate::op::OpError> {
        Ok(match refused {
            RegistrationError::Fault(fault) => return Err(fault),
            RegistrationError::NoRedirectUri | RegistrationError::RedirectUri(_) => {
                Self::redirect(refused.to_string())
            }
            RegistrationError::Profile(broken) => Self {
                rules: broken.rules(),
                ..Self::metadata(broken.to_string())
            },
            other => Self::metadata(other.to_string()),
        })
    }
}

/// What a client wants to be.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) name: Option<String>,
    pub(super) auth_method: ClientAuthMethod,
    pub(super) jwks: Option<JwkSet>,
    pub(super) redirect_uris: Vec<RedirectUri>,
    pub(super) post_logout_redirect_uris: Vec<RedirectUri>,
    pub(super) grant_types: Vec<GrantType>,
    pub(super) scopes: Option<Scopes>,
    pub(super) signing_algorithm: Algorithm,
    pub(super) settings: ClientSettings,
}

/// What of this server the metadata of clients are held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Server<'a> {
    pub(super) outbound: &'a Outbound,
    /// It signs with these.
    pub(super) algorithms: &'a [Algorithm],
}

impl<'a> Server<'a> {
    pub(super) fn of(house: &'a House, whose: Whose) -> Self {
        Self {
            outbound: whose.outbound(house),
            algorithms: &house.config.keys.algorithms,
        }
    }
}

/// Reads a document.
pub(super) fn read(server: Server<'_>, document: &Document) -> Result<Wanted, MetadataRefusal> {
    let mut settings = settings(server, document)?;
    let redirect_uris = addresses(document, "redirect_uris", MetadataRefusal::redirect)?;
    let in_browser = settings.response_types.iter().any(|one| one.has_id_token());
    redirects::check(settings.application_type, in_browser, &redirect_uris)?;
    let jwks = jwks(document)?;
    settings.jwks_as_registered = member(document, "jwks")
        .filter(|said| jwks.as_ref().is_some_and(|read| json!(read) != **said))
        .cloned();
    let after_logout = "post_logout_redirect_uris";
    Ok(Wanted {
        name: text(document, "client_name")?.map(str::to_owned),
        auth_method: auth_method(document)?,
        jwks,
        redirect_uris,
        post_logout_redirect_uris: addresses(document, after_logout, MetadataRefusal::metadata)?,
        grant_types: grant_types(document)?,
        scopes: text(document, "scope")?
            .map(Scopes::parse)
            .transpose()
            .map_err(|_| MetadataRefusal::member("scope"))?,
        signing_algorithm: signing_algorithm(server, document, Rules::of(&settings))?,
        settings,
    })
}

/// A member that is there. `null` is as good as none (RFC 7592 section 2.2).
pub(super) fn member<'d>(document: &'d Document, name: &str) -> Option<&'d Value> {
    document.get(name).filter(|value| !value.is_null())
}

fn text<'d>(document: &'d Document, name: &str) -> Result<Option<&'d str>, MetadataRefusal> {
    let Some(value) = member(document, name) else {
        return Ok(None);
    };
    let text = value.as_str().filter(|text| is_one_line(text));
    text.map(Some).ok_or_else(|| MetadataRefusal::member(name))
}

fn is_one_line(text: &str) -> bool {
    text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control)
}

fn texts<'d>(document: &'d Document, name: &str) -> Result<Option<Vec<&'d str>>, MetadataRefusal> {
    let Some(value) = member(document, name) else {
        return Ok(None);
    };
    let list = value.as_array().filter(|list| list.len() <= LONGEST_LIST);
    let texts: Option<Vec<&str>> = list.and_then(|list| list.iter().map(Value::as_str).collect());
    texts.map(Some).ok_or_else(|| MetadataRefusal::member(name))
}

fn addresses(
    document: &Document,
    name: &'static str,
    refuse: fn(String) -> MetadataRefusal,
) -> Result<Vec<RedirectUri>, MetadataRefusal> {
    let texts = texts(document, name).map_err(|_| refuse(format!("{name} is not a list of addresses")))?;
    redirect_uris(&texts.unwrap_or_default()).map_err(|error| refuse(error.to_string()))
}

/// An application's own scheme, which the operating system hands to it (RFC 8252 section 7.1).
fn is_of_own_scheme(address: &RedirectUri) -> bool {
    !address.as_str().starts_with("https:") && !address.as_str().starts_with("http:")
}

fn auth_method(document: &Document) -> Result<ClientAuthMethod, MetadataRefusal> {
    let name = "token_endpoint_auth_method";
    match text(document, name)? {
        None => Ok(ClientAuthMethod::ClientSecretBasic),
        Some(word) => ClientAuthMethod::parse(word).ok_or_else(|| MetadataRefusal::member(name)),
    }
}

/// Members of private and of shared keys (RFC 7518 section 6, draft-ietf-cose-dilithium section 3), which nobody wants here.
const PRIVATE_MEMBERS: [&str; 9] = ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"];

fn jwks(document: &Document) -> Result<Option<JwkSet>, MetadataRefusal> {
    let Some(value) = member(document, "jwks") else {
        return Ok(None);
    };
    let keys = value.get("keys").and_then(Value::as_array);
    let is_secret = |key: &Value| PRIVATE_MEMBERS.iter().any(|name| key.get(name).is_some());
    let is_large = value.to_string().len() > LONGEST_KEYS;
    if is_large || keys.is_none_or(|keys| keys.iter().any(is_secret)) {
        return Err(MetadataRefusal::metadata("jwks is not a set of public keys"));
    }
    serde_json::from_value(value.clone())
        .map(Some)
        .map_err(|_| MetadataRefusal::member("jwks"))
}

/// `implicit` goes with an ID token in the browser (OpenID Connect Registration section 2). It is no grant of the token
/// endpoint, so that nothing of it is kept.
fn grant_types(document: &Document) -> Result<Vec<GrantType>, MetadataRefusal> {
    let responses = texts(document, "response_types")?;
    let in_browser = responses.iter().flatten().any(|one| one.contains("id_token"));
    let Some(words) = texts(document, "grant_types")? else {
        return Ok(vec![GrantType::AuthorizationCode]);
    };
    let mut found = Vec::new();
    for word in words
        .into_iter()
        .filter(|word| !(in_browser && *word == "implicit"))
    {
        let grant = GrantType::parse(word).ok_or_else(|| MetadataRefusal::member("grant_types"))?;
        if !found.contains(&grant) {
            found.push(grant);
        }
    }
    if found.is_empty() && in_browser {
        // Its response types say that it never comes with a code.
        found.push(GrantType::AuthorizationCode);
    }
    // RFC 7591 section 2.1: the two say the same.
    let asks_code =
        responses.is_none_or(|all| all.iter().any(|one| one.split(' ').any(|word| word == "code")));
    let has_code = found.contains(&GrantType::AuthorizationCode);
    let says_response = member(document, "response_types").is_some();
    if says_response && asks_code != has_code && !(in_browser && has_code) {
        return Err(MetadataRefusal::metadata(
            "response_types and grant_types do not fit each other",
        ));
    }
    Ok(found)
}

/// RS256 where nothing is said, as OpenID Connect Registration section 2 has it, if the server signs with it and the rules of
/// the client allow it; else ES256, else whatever else fits.
fn signing_algorithm(
    server: Server<'_>,
    document: &Document,
    rules: Rules,
) -> Result<Algorithm, MetadataRefusal> {
    let name = "id_token_signed_response_alg";
    let ours = server.algorithms;
    let usual = || {
        [Algorithm::Rs256, Algorithm::Es256]
            .into_iter()
            .chain(ours.iter().copied())
            .find(|one| ours.contains(one) && rules.algorithm(*one).is_ok())
    };
    let found = match text(document, name)? {
        None => usual(),
        Some(word) => Algorithm::parse(word).filter(|one| ours.contains(one)),
    };
    found.ok_or_else(|| MetadataRefusal::member(name))
}

fn settings(server: Server<'_>, document: &Document) -> Result<ClientSettings, MetadataRefusal> {
    let mut own = Map::new();
    for name in OWN_SETTINGS {
        let Some(value) = member(document, name) else {
            continue;
        };
        check_member(server, name, value)?;
        own.insert((*name).to_owned(), value.clone());
        // One by one, so that the refusal can name the member.
        let alone = Map::from_iter([((*name).to_owned(), value.clone())]);
        let read: ClientSettings =
            serde_json::from_value(Value::Object(alone)).map_err(|_| MetadataRefusal::member(name))?;
        let is_plain = *name == "response_types" && *value == json!(["code"]) || *value == json!([]);
        let is_plain = is_plain || *name == "subject_type" && *value == json!("public");
        if MUST_BE_KNOWN.contains(name) && !is_plain && written(&read).get(*name) != Some(value) {
            return Err(MetadataRefusal::member(name));
        }
    }
    serde_json::from_value(Value::Object(own)).map_err(|_| MetadataRefusal::metadata("a member is not valid"))
}

fn written(settings: &ClientSettings) -> Document {
    match serde_json::to_value(settings) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// Addresses are https (or http on this machine, but for `initiate_login_uri`: OpenID Connect Registration section 2), and
/// those that we call could be called; texts and lists have bounds.
fn check_member(server: Server<'_>, name: &str, value: &Value) -> Result<(), MetadataRefusal> {
    let refuse = || MetadataRefusal::member(name);
    match value {
        Value::String(text) if name.ends_with("_uri") || name.ends_with("_endpoint") => {
            let is_ours = CALLED.contains(&name);
            let scheme = if name == "initiate_login_uri" {
                "https:"
            } else {
                "http"
            };
            let fits = if is_ours {
                server.outbound.check(text).is_ok()
            } else {
                RedirectUri::register(text).is_ok_and(|one| one.as_str().starts_with(scheme))
            };
            if fits { Ok(()) } else { Err(refuse()) }
        }
        Value::String(text) if is_one_line(text) => Ok(()),
        Value::Array(list) if list.len() <= LONGEST_LIST && value.to_string().len() <= 10 * LONGEST_TEXT => {
            let mut texts = list.iter().filter_map(Value::as_str);
            if texts.all(is_one_line) {
                Ok(())
            } else {
                Err(refuse())
            }
        }
        Value::Bool(_) | Value::Number(_) => Ok(()),
        _ => Err(refuse()),
    }
}

/// What a client is, as metadata: what it has registered, with what was replaced or filled in (RFC 7591 section 3.2.1).
pub(super) fn write(client: &Client) -> Document {
    let mut document = written(&client.settings);
    document.retain(|name, value| OWN_SETTINGS.contains(&name.as_str()) && !value.is_null());
    let grants = told_grants(client);
    let responses = if grants.contains(&GrantType::AuthorizationCode.as_str()) {
        json!(["code"])
    } else {
        json!([])
    };
    document.entry("response_types").or_insert(responses);
    // An administrator need not say it; told, so that the client may say it itself: only native applications have schemes of
    // their own.
    let is_native = client.redirect_uris.iter().any(is_of_own_scheme);
    let kind = if is_native { "native" } else { "web" };
    document.entry("application_type").or_insert_with(|| json!(kind));
    let core = [
        ("client_id", json!(client.id)),
        ("client_name", json!(client.name)),
        ("redirect_uris", json!(client.redirect_uris)),
        ("grant_types", json!(grants)),
        ("token_endpoint_auth_method", json!(client.auth_method)),
        ("scope", json!(client.scopes)),
        ("id_token_signed_response_alg", json!(client.signing_algorithm)),
    ];
    document.extend(core.map(|(name, value)| (name.to_owned(), value)));
    if !client.post_logout_redirect_uris.is_empty() {
        let addresses = json!(client.post_logout_redirect_uris);
        document.insert("post_logout_redirect_uris".to_owned(), addresses);
    }
    if let Some(jwks) = &client.jwks {
        let said = client.settings.jwks_as_registered.clone();
        document.insert("jwks".to_owned(), said.unwrap_or_else(|| json!(jwks)));
    }
    document
}

/// The grant types as a client is told them: with `implicit`, and without `authorization_code`, as its response types have
/// it (OpenID Connect Registration section 2). See [`grant_types`].
fn told_grants(client: &Client) -> Vec<&'static str> {
    let responses = &client.settings.response_types;
    // Alone, it stands in for `implicit`; beside others they may need it (`refresh_token`).
    let alone = client.grant_types == [GrantType::AuthorizationCode];
    let without_code = alone && !responses.is_empty() && !responses.iter().any(|one| one.has_code());
    let in_browser = responses.iter().any(|one: &ResponseType| one.has_id_token());
    let kept = client
        .grant_types
        .iter()
        .filter(|one| !(without_code && **one == GrantType::AuthorizationCode));
    let kept = kept.map(|one| one.as_str());
    kept.chain(in_browser.then_some("implicit")).collect()
}

/// The settings of a client that says anew what it is: those that are its own to say are replaced, those that an
/// administrator gives stay.
pub(super) fn replaced(before: &ClientSettings, said: &ClientSettings) -> Option<ClientSettings> {
    let is_own = |name: &String| OWN_SETTINGS.contains(&name.as_str());
    let mut members = written(before);
    members.retain(|name, _| !is_own(name));
    members.extend(written(said).into_iter().filter(|(name, _)| is_own(name)));
    let settings: ClientSettings = serde_json::from_value(Value::Object(members)).ok()?;
    Some(ClientSettings {
        jwks_as_registered: said.jwks_as_registered.clone(),
        ..settings
    })
}

/// A client for the eyes of an administrator: its metadata, and what it cannot say of itself.
pub(super) fn described(client: &Client) -> Document {
    let mut document = write(client);
    let more = [
        ("status", json!(client.status)),
        ("organisation_id", json!(client.organisation_id)),
        ("application_id", json!(client.application_id)),
        ("service_account_id", json!(client.service_account_id)),
        ("shared", json!(client.shared)),
        ("consent_required", json!(client.consent_required)),
        ("registered_itself", json!(client.registered_itself())),
        ("claim_rules", json!(client.claim_rules)),
    ];
    let given = written(&client.settings).into_iter();
    document
        .extend(given.filter(|(name, value)| GIVEN_SETTINGS.contains(&name.as_str()) && !value.is_null()));
    document.extend(more.map(|(name, value)| (name.to_owned(), value)));
    document
}
