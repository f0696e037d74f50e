//! What a client's profile asks: one table of rules, held against registrations, requests and tokens.

use std::fmt;
use std::time::Duration;

use super::{Client, ClientSettings, NewClient};
use crate::domain::{ClientAuthMethod, ClientProfile, GrantType, RedirectUri, ResponseMode, ResponseType};
use crate::jose::{Algorithm, JwkSet};

/// Longest life of a code under FAPI 2.0 (section 5.3.2.1, item 10).
const CODE_LIFE: Duration = Duration::from_mins(1);

/// Methods by which a client proves a private key (FAPI 2.0 section 5.3.2.1, item 6), by their registered names.
const ASYMMETRIC: [&str; 3] = [
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
];

/// A rule of a profile that something breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleBroken {
    Pushed,
    SignedRequest,
    FreshRequest,
    SignedResponse,
    ResponseType,
    SenderConstrained,
    Authentication,
    Assertion,
    Algorithm,
    RedirectUri,
    NamedAddress,
    Pkce,
}

impl RuleBroken {
    /// Its name in [`Self::text`].
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pushed => "pushed request",
            Self::SignedRequest => "signed request",
            Self::FreshRequest => "fresh request",
            Self::SignedResponse => "signed response",
            Self::ResponseType => "response type",
            Self::SenderConstrained => "sender-constrained tokens",
            Self::Authentication => "client authentication",
            Self::Assertion => "client assertions",
            Self::Algorithm => "algorithms",
            Self::RedirectUri => "redirect addresses",
            Self::NamedAddress => "named address",
            Self::Pkce => "PKCE",
        }
    }

    /// For developers: a fixed text that names the rule.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pushed => {
                "rule 'pushed request' of the client's profile: the request comes by /par (FAPI 2.0 section 5.3.2.2)"
            }
            Self::SignedRequest => {
                "rule 'signed request' of the client's profile: the request is a signed object (FAPI 2.0 Message \
                 Signing section 5.3)"
            }
            Self::FreshRequest => {
                "rule 'fresh request' of the client's profile: nbf of the request object lies at most 60 minutes back, and \
                 exp at most 60 minutes after it (FAPI 2.0 Message Signing section 5.3.1)"
            }
            Self::SignedResponse => {
                "rule 'signed response' of the client's profile: response_mode is jwt (FAPI 2.0 Message Signing \
                 section 5.4)"
            }
            Self::ResponseType => {
                "rule 'response type' of the client's profile: response_type is code (FAPI 2.0 section 5.3.2.2)"
            }
            Self::SenderConstrained => {
                "rule 'sender-constrained tokens' of the client's profile: prove a key by DPoP or mutual TLS (FAPI \
                 2.0 section 5.3.2.1)"
            }
            Self::Authentication => {
                "rule 'client authentication' of the client's profile: private_key_jwt or mutual TLS (FAPI 2.0 \
                 section 5.3.2.1)"
            }
            Self::Assertion => {
                "rule 'client assertions' of the client's profile: aud is the issuer, as a text and in no list (FAPI 2.0 \
                 section 5.3.2.1)"
            }
            Self::Algorithm => {
                "rule 'algorithms' of the client's profile: PS256, ES256 or Ed25519 (FAPI 2.0 section 5.4)"
            }
            Self::RedirectUri => {
                "rule 'redirect addresses' of the client's profile: https, or a loopback address (FAPI 2.0 section \
                 5.3.2.2)"
            }
            Self::NamedAddress => {
                "rule 'named address' of the client's profile: the request has a redirect_uri (FAPI 2.0 section 5.3.2.2)"
            }
            Self::Pkce => {
                "rule 'PKCE' of the client's profile: require_pkce is not false (FAPI 2.0 section 5.3.2.2)"
            }
        }
    }

    /// The field of a registration that breaks it.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Pushed => "require_pushed_authorization_requests",
            Self::SignedRequest | Self::FreshRequest => "require_signed_request_object",
            Self::SignedResponse => "response_modes",
            Self::ResponseType => "response_types",
            Self::SenderConstrained => "profile",
            Self::Authentication | Self::Assertion => "token_endpoint_auth_method",
            Self::Algorithm => "jwks",
            Self::RedirectUri | Self::NamedAddress => "redirect_uris",
            Self::Pkce => "require_pkce",
        }
    }
}

impl fmt::Display for RuleBroken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for RuleBroken {}

/// Which rules are on for a client: those of its profile, all together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    fapi: bool,
    signed_messages: bool,
}

impl Rules {
    #[must_use]
    pub const fn of(settings: &ClientSettings) -> Self {
        Self::of_profile(settings.profile)
    }

    const fn of_profile(profile: ClientProfile) -> Self {
        let (fapi, signed_messages) = match profile {
            ClientProfile::Baseline => (false, false),
            ClientProfile::Fapi2Security => (true, false),
            ClientProfile::Fapi2MessageSigning => (true, true),
        };
        Self {
            fapi,
            signed_messages,
        }
    }

    /// How a request has come.
    pub fn request(self, pushed: bool, signed: bool) -> Result<(), RuleBroken> {
        keep(!self.fapi || pushed, RuleBroken::Pushed)?;
        keep(!self.signed_messages || signed, RuleBroken::SignedRequest)
    }

    /// Whether a request object needs `nbf`, and both its times within an hour (FAPI 2.0 Message Signing section 5.3.1).
    #[must_use]
    pub const fn request_object_is_fresh(self) -> bool {
        self.signed_messages
    }

    /// What the answer is and how it travels.
    pub fn response(self, asked: ResponseType, mode: ResponseMode) -> Result<(), RuleBroken> {
        keep(
            !self.fapi || asked == ResponseType::Code,
            RuleBroken::ResponseType,
        )?;
        keep(
            !self.signed_messages || mode.is_signed(),
            RuleBroken::SignedResponse,
        )
    }

    pub fn redirect_uri(self, uri: &RedirectUri) -> Result<(), RuleBroken> {
        keep(!self.fapi || uri.is_https_or_loopback(), RuleBroken::RedirectUri)
    }

    /// Whether a request names its address.
    pub fn named_address(self, named: bool) -> Result<(), RuleBroken> {
        keep(!self.fapi || named, RuleBroken::NamedAddress)
    }

    pub fn authentication(self, method: ClientAuthMethod) -> Result<(), RuleBroken> {
        let by_key = ASYMMETRIC.contains(&method.as_str());
        keep(!self.fapi || by_key, RuleBroken::Authentication)
    }

    /// Whether somebody outside may speak for the client: FAPI 2.0 asks for its own key (section 5.3.2.1, item 6).
    pub fn outside_assertion(self) -> Result<(), RuleBroken> {
        keep(!self.fapi, RuleBroken::Authentication)
    }

    pub fn algorithm(self, algorithm: Algorithm) -> Result<(), RuleBroken> {
        let strong = matches!(
            algorithm,
            Algorithm::Ps256 | Algorithm::Es256 | Algorithm::Ed25519
        );
        keep(!self.fapi || strong, RuleBroken::Algorithm)
    }

    /// Whether tokens are bound to a key of the client.
    pub fn tokens(self, bound: bool) -> Result<(), RuleBroken> {
        keep(!self.fapi || bound, RuleBroken::SenderConstrained)
    }

    /// Whether a client assertion names nothing but the issuer as its audience (section 5.3.2.1, item 8).
    #[must_use]
    pub const fn only_issuer_as_audience(self) -> bool {
        self.fapi
    }

    /// Whether what is signed without a registered algorithm is signed as the client's ID tokens are, and not with RS256,
    /// which the specifications of older times have as their default.
    #[must_use]
    pub const fn signs_as_id_tokens(self) -> bool {
        self.fapi
    }

    /// How long a code lives.
    #[must_use]
    pub fn code_life(self, configured: Duration) -> Duration {
        if self.fapi {
            configured.min(CODE_LIFE)
        } else {
            configured
        }
    }

    /// Whether each use of a refresh token gives a new one. Under FAPI 2.0 none does, since the token is bound to a key
    /// already (section 5.3.2.1, item 9).
    #[must_use]
    pub const fn rotates_refresh_tokens(self) -> bool {
        !self.fapi
    }
}

fn keep(kept: bool, rule: RuleBroken) -> Result<(), RuleBroken> {
    if kept { Ok(()) } else { Err(rule) }
}

/// The rules that are on for a registered client.
impl From<&Client> for Rules {
    fn from(client: &Client) -> Self {
        Self::of(&client.settings)
    }
}

/// How a client stands to a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// As it is registered, it cannot but keep it.
    Kept,
    /// What it sends is held against it, each time.
    Asked,
    /// It breaks it as it is registered, by these members with what they say.
    Broken(Vec<(&'static str, String)>),
}

/// A rule of a profile, and how a client stands to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub rule: RuleBroken,
    pub standing: Standing,
}

/// All rules of a profile, whatever the client's own is, and how the client stands to each as it is registered.
#[must_use]
pub fn held(profile: ClientProfile, client: &Client) -> Vec<Held> {
    let registered = Registered {
        auth_method: client.auth_method,
        jwks: client.jwks.as_ref(),
        redirect_uris: &client.redirect_uris,
        grant_types: &client.grant_types,
        signing_algorithm: client.signing_algorithm,
        settings: &client.settings,
    };
    registered.held(Rules::of_profile(profile))
}

/// A registration breaks rules of its profile: all that it breaks, so that they are mended at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesBroken(Vec<(RuleBroken, Vec<&'static str>)>);

impl RulesBroken {
    #[must_use]
    pub fn rules(&self) -> Vec<RuleBroken> {
        self.0.iter().map(|(rule, _)| *rule).collect()
    }

    /// The first member that breaks one.
    #[must_use]
    pub fn field(&self) -> &'static str {
        let first = self.0.first();
        first.map_or("profile", |(rule, members)| {
            members.first().copied().unwrap_or_else(|| rule.field())
        })
    }
}

impl fmt::Display for RulesBroken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (rule, members)) in self.0.iter().enumerate() {
            let joint = if place == 0 { "" } else { "; " };
            write!(f, "{joint}{rule}; broken by {}", members.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for RulesBroken {}

/// Holds a registration against the rules of its profile, so that a client is not registered that could do nothing.
pub(super) fn check(new: &NewClient) -> Result<(), RulesBroken> {
    let registered = Registered {
        auth_method: new.auth_method,
        jwks: new.jwks.as_ref(),
        redirect_uris: &new.redirect_uris,
        grant_types: &new.grant_types,
        signing_algorithm: new.signing_algorithm,
        settings: &new.settings,
    };
    let held = registered.held(Rules::of(&new.settings)).into_iter();
    let broken = held.filter_map(|held| match held.standing {
        Standing::Broken(by) => Some((held.rule, by.into_iter().map(|(member, _)| member).collect())),
        Standing::Kept | Standing::Asked => None,
    });
    let broken: Vec<_> = broken.collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(RulesBroken(broken))
    }
}

/// What of a registration the rules look at.
#[derive(Clone, Copy)]
struct Registered<'a> {
    auth_method: ClientAuthMethod,
    jwks: Option<&'a JwkSet>,
    redirect_uris: &'a [RedirectUri],
    grant_types: &'a [GrantType],
    signing_algorithm: Algorithm,
    settings: &'a ClientSettings,
}

type Breaking = Vec<(&'static str, String)>;

impl Registered<'_> {
    fn held(self, rules: Rules) -> Vec<Held> {
        let settings = self.settings;
        // Who never sends a browser here cannot send it wrongly.
        let asks = self.grant_types.contains(&GrantType::AuthorizationCode)
            || settings.response_types.iter().any(|one| one.has_id_token());
        let each_time = |is_kept: bool| {
            if is_kept || !asks {
                Standing::Kept
            } else {
                Standing::Asked
            }
        };
        let registered = |breaking: Breaking| {
            if breaking.is_empty() {
                Standing::Kept
            } else {
                Standing::Broken(breaking)
            }
        };
        let bound = settings.dpop_bound_access_tokens || settings.tls_client_certificate_bound_access_tokens;
        let mut all = Vec::new();
        let mut hold = |rule, standing| all.push(Held { rule, standing });
        if rules.fapi {
            hold(RuleBroken::Authentication, registered(self.weak_proofs(rules)));
            if self.auth_method == ClientAuthMethod::PrivateKeyJwt {
                hold(RuleBroken::Assertion, Standing::Asked);
            }
            hold(RuleBroken::Algorithm, registered(self.weak_algorithms(rules)));
            hold(RuleBroken::RedirectUri, registered(self.open_addresses(rules)));
            hold(RuleBroken::ResponseType, registered(self.other_responses()));
            let without = settings.require_pkce == Some(false);
            let without = without.then(|| ("require_pkce", "false".to_owned()));
            hold(RuleBroken::Pkce, registered(without.into_iter().collect()));
            let bound = if bound { Standing::Kept } else { Standing::Asked };
            hold(RuleBroken::SenderConstrained, bound);
            let pushed = settings.require_pushed_authorization_requests;
            hold(RuleBroken::Pushed, each_time(pushed));
            hold(RuleBroken::NamedAddress, each_time(false));
        }
        if rules.signed_messages {
            hold(
                RuleBroken::SignedRequest,
                each_time(settings.require_signed_request_object),
            );
            hold(RuleBroken::FreshRequest, each_time(false));
            let modes = &settings.response_modes;
            let standing = if modes.is_empty() || modes.iter().any(|mode| mode.is_signed()) {
                each_time(!modes.is_empty() && modes.iter().all(|mode| mode.is_signed()))
            } else {
                let said: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
                Standing::Broken(vec![("response_modes", said.join(" "))])
            };
            hold(RuleBroken::SignedResponse, standing);
        }
        all
    }

    fn weak_proofs(self, rules: Rules) -> Breaking {
        let method = ("token_endpoint_auth_method", self.auth_method.to_string());
        let by_method = rules.authentication(self.auth_method).err().map(|_| method);
        let outside = self.settings.outside_assertion && rules.outside_assertion().is_err();
        let outside = outside.then(|| ("outside_assertion", "true".to_owned()));
        by_method.into_iter().chain(outside).collect()
    }

    fn weak_algorithms(self, rules: Rules) -> Breaking {
        let settings = self.settings;
        let of_keys = self.jwks.into_iter().flat_map(|set| &set.keys);
        let of_keys = of_keys.filter_map(crate::jose::Jwk::algorithm);
        let one = |member: &'static str, found: Option<Algorithm>| found.map(|found| (member, found));
        of_keys
            .map(|found| ("jwks", found))
            .chain([("id_token_signed_response_alg", self.signing_algorithm)])
            .chain(one(
                "request_object_signing_alg",
                settings.request_object_signing_alg,
            ))
            .chain(one(
                "backchannel_authentication_request_signing_alg",
                settings.ciba.backchannel_authentication_request_signing_alg,
            ))
            .chain(one(
                "authorization_signed_response_alg",
                settings.authorization_signed_response_alg,
            ))
            .chain(one(
                "userinfo_signed_response_alg",
                settings.userinfo_signed_response_alg,
            ))
            .chain(one(
                "introspection_signed_response_alg",
                settings.introspection_signed_response_alg,
            ))
            .chain(one(
                "token_endpoint_auth_signing_alg",
                settings.token_endpoint_auth_signing_alg(),
            ))
            .filter(|(_, found)| rules.algorithm(*found).is_err())
            .map(|(member, found)| (member, found.to_string()))
            .collect()
    }

    fn open_addresses(self, rules: Rules) -> Breaking {
        let open = self.redirect_uris.iter();
        open.filter(|uri| rules.redirect_uri(uri).is_err())
            .map(|uri| ("redirect_uris", uri.as_str().to_owned()))
            .collect()
    }

    fn other_responses(self) -> Breaking {
        let said = self.settings.response_types.iter();
        said.filter(|one| **one != ResponseType::Code)
            .map(|one| ("response_types", one.to_string()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(profile: ClientProfile) -> Rules {
        Rules::of(&ClientSettings {
            profile,
            ..ClientSettings::default()
        })
    }

    #[test]
    fn the_baseline_asks_nothing_beyond_what_holds_for_everybody() {
        let rules = rules(ClientProfile::Baseline);
        assert_eq!(rules.request(false, false), Ok(()));
        assert_eq!(
            rules.response(ResponseType::CodeIdToken, ResponseMode::FormPost),
            Ok(())
        );
        assert_eq!(rules.authentication(ClientAuthMethod::None), Ok(()));
        assert_eq!(rules.algorithm(Algorithm::Rs256), Ok(()));
        assert_eq!(rules.tokens(false), Ok(()));
        assert_eq!(rules.named_address(false), Ok(()));
        assert!(rules.rotates_refresh_tokens());
        let long = Duration::from_mins(5);
        assert_eq!(rules.code_life(long), long);
    }

    #[test]
    fn each_profile_of_fapi_switches_its_rules_on_together() {
        let security = rules(ClientProfile::Fapi2Security);
        let signing = rules(ClientProfile::Fapi2MessageSigning);
        let app = RedirectUri::register("com.example.app:/cb").unwrap();
        for rules in [security, signing] {
            assert_eq!(rules.request(false, true), Err(RuleBroken::Pushed));
            let hybrid = rules.response(ResponseType::CodeIdToken, ResponseMode::Jwt);
            assert_eq!(hybrid, Err(RuleBroken::ResponseType));
            for weak in [
                ClientAuthMethod::None,
                ClientAuthMethod::ClientSecretBasic,
                ClientAuthMethod::ClientSecretPost,
            ] {
                assert_eq!(rules.authentication(weak), Err(RuleBroken::Authentication));
            }
            assert_eq!(rules.authentication(ClientAuthMethod::PrivateKeyJwt), Ok(()));
            assert_eq!(rules.algorithm(Algorithm::Rs256), Err(RuleBroken::Algorithm));
            assert_eq!(rules.algorithm(Algorithm::Ps256), Ok(()));
            assert_eq!(rules.redirect_uri(&app), Err(RuleBroken::RedirectUri));
            assert_eq!(rules.named_address(false), Err(RuleBroken::NamedAddress));
            assert_eq!(rules.tokens(false), Err(RuleBroken::SenderConstrained));
            assert!(!rules.rotates_refresh_tokens());
            assert_eq!(rules.code_life(Duration::from_mins(5)), CODE_LIFE);
        }
        assert_eq!(security.request(true, false), Ok(()));
        assert_eq!(signing.request(true, false), Err(RuleBroken::SignedRequest));
        assert_eq!(signing.request(true, true), Ok(()));
        assert_eq!(security.response(ResponseType::Code, ResponseMode::Query), Ok(()));
        assert_eq!(
            signing.response(ResponseType::Code, ResponseMode::Query),
            Err(RuleBroken::SignedResponse)
        );
        assert_eq!(
            signing.response(ResponseType::Code, ResponseMode::QueryJwt),
            Ok(())
        );
    }
}
