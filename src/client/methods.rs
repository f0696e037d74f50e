//! The methods of client authentication that can work here.

use crate::config::{ClientCertificates, Config};
use crate::domain::ClientAuthMethod;

/// Whether certificates of clients are looked at.
#[must_use]
pub fn takes_certificates(config: &Config) -> bool {
    config.server.client_certificates != ClientCertificates::Off
}

/// The methods that are on and can work: what discovery names, and what clients may register themselves with.
#[must_use]
pub fn methods(config: &Config) -> Vec<ClientAuthMethod> {
    let works = |method: &&ClientAuthMethod| match method {
        ClientAuthMethod::TlsClientAuth => {
            takes_certificates(config) && config.oauth.mtls_trust_anchors_file.is_some()
        }
        ClientAuthMethod::SelfSignedTlsClientAuth => takes_certificates(config),
        _ => true,
    };
    let on = config.oauth.client_authentication.iter();
    on.filter(works).copied().collect()
}
