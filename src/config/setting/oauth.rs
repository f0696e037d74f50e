//! The settings of the provider: `[oauth]`, `[tokens]`, `[limits]`.

use std::time::Duration;

use super::super::shown::{duration, limit, list, number, path, text};
use super::super::word::{
    algorithm, audience, client_authentication, client_id_metadata, content_encryption, endpoint, grant_type,
    host, key_management, permission, registration, response_type, statement_issuer,
};
use super::super::{DpopNonce, check};
use super::{DAY, HOUR, MINUTE, SECOND, Setting, YEAR, store};

pub(super) const OAUTH: &[Setting] = &[
    setting!(oauth.grant_types: list(grant_type)),
    setting!(oauth.endpoints: list(endpoint)),
    setting!(oauth.client_authentication: list(client_authentication)),
    setting!(oauth.client_signing_algorithms: list(algorithm)),
    setting!(oauth.encryption_algorithms: list(key_management)),
    setting!(oauth.content_encryption_algorithms: list(content_encryption)),
    setting!(oauth.endpoints_as_audience: switch()),
    Setting {
        name: "oauth.dpop_nonce",
        set: |draft, said| {
            draft.config.oauth.dpop_nonce = match said.text()? {
                "off" => DpopNonce::Off,
                "required" => DpopNonce::Required,
                _ => return Err("must be \"off\" or \"required\"".to_owned()),
            };
            Ok(())
        },
        show: |draft| match draft.config.oauth.dpop_nonce {
            DpopNonce::Off => text("off"),
            DpopNonce::Required => text("required"),
        },
    },
    setting!(oauth.response_types: list(response_type)),
    // RFC 9126 section 2.2 advises 5 to 600 seconds, FAPI 2.0 section 5.3.2.2 asks for less than 600.
    setting!(oauth.par_life: duration(5 * SECOND..=599 * SECOND)),
    setting!(oauth.require_pushed_authorization_requests: switch()),
    setting!(oauth.registration, said => registration(said.text()?), config => text(config.oauth.registration.as_str())),
    setting!(oauth.registration_organisation, said => said.text().map(str::to_owned), config => text(&config.oauth.registration_organisation)),
    setting!(oauth.registration_applications: list(audience)),
    setting!(oauth.registration_scopes: list(permission)),
    setting!(oauth.software_statement_issuers: list(statement_issuer)),
    setting!(oauth.client_id_metadata, said => client_id_metadata(said.text()?), config => text(config.oauth.client_id_metadata.as_str())),
    setting!(oauth.client_id_metadata_hosts: list(host)),
    setting!(oauth.session_management: switch()),
    setting!(oauth.mtls_trust_anchors_file: file()),
    Setting {
        name: "oauth.mtls_address",
        set: |draft, said| {
            draft.config.oauth.mtls_address = if said.is_empty() {
                None
            } else {
                Some(check::issuer(said.text()?)?)
            };
            Ok(())
        },
        show: |draft| {
            let address = draft.config.oauth.mtls_address.as_ref();
            text(address.map_or("", |url| url.as_str().trim_end_matches('/')))
        },
    },
    setting!(oauth.device_code_life: duration(MINUTE..=HOUR)),
    setting!(oauth.backchannel_request_life: duration(30 * SECOND..=HOUR)),
    setting!(oauth.poll_interval: duration(SECOND..=MINUTE)),
];

pub(super) const TOKENS: &[Setting] = &[
    setting!(tokens.access_token_life: duration(30 * SECOND..=DAY)),
    setting!(tokens.id_token_life: duration(30 * SECOND..=DAY)),
    // RFC 6749 section 4.1.2 advises ten minutes at most.
    setting!(tokens.code_life: duration(10 * SECOND..=10 * MINUTE)),
    setting!(tokens.refresh_token_life: duration(MINUTE..=10 * YEAR)),
    setting!(tokens.refresh_grace: duration(Duration::ZERO..=5 * MINUTE)),
];

pub(super) const LIMITS: &[Setting] = &[
    setting!(limits.client_failures: limit()),
    setting!(limits.client_failures_per_address: limit()),
    setting!(limits.user_codes_per_address: limit()),
    setting!(limits.user_codes_per_person: limit()),
    setting!(limits.user_codes_of_strangers: limit()),
    setting!(limits.backchannel_waiting: number(1..=50)),
    setting!(limits.backchannel_requests: limit()),
    setting!(limits.backchannel_requests_per_person: limit()),
    // Answered requests are kept for an hour.
    setting!(limits.backchannel_pause: duration(Duration::ZERO..=HOUR)),
    setting!(limits.backchannel_user_codes: limit()),
    setting!(limits.registrations_per_address: limit()),
    setting!(limits.unproven_requests_per_address: limit()),
    setting!(limits.unproven_proofs_per_address: limit()),
    setting!(limits.unproven_proofs: limit()),
    setting!(limits.registration_refusals: limit()),
    setting!(limits.request_refusals: limit()),
    setting!(limits.request_objects_per_address: limit()),
    setting!(limits.client_documents_per_address: limit()),
];
