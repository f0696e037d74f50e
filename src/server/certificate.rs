//! Certificates of clients: asked for by our own listener, or told by a listed proxy (RFC 8705, RFC 9440).

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum_server::tls::TlsInfo;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, SignatureScheme};

use crate::config::{ClientCertificates, Server};
use crate::domain::ClientCertificate;
use crate::http::{CertificateError, told_certificate};

/// The certificate of a request, from where the configuration has it come from. A listed proxy that speaks TLS with us
/// shows a certificate of its own, which is not that of the client.
pub(super) fn of_request(
    server: &Server,
    request: &Request,
    peer: Option<IpAddr>,
) -> Result<Option<ClientCertificate>, CertificateError> {
    let peer = peer.map(|peer| peer.to_canonical());
    let by_proxy = peer.is_some_and(|peer| server.trusted_proxies.iter().any(|proxy| proxy.contains(&peer)));
    match server.client_certificates {
        ClientCertificates::Proxy if by_proxy => told_certificate(request.headers()),
        ClientCertificates::Listener if !by_proxy => Ok(shown(request)),
        ClientCertificates::Off | ClientCertificates::Listener | ClientCertificates::Proxy => Ok(None),
    }
}

/// Whether this connection is one of TLS with us.
pub(super) fn is_by_tls(request: &Request) -> bool {
    request.extensions().get::<Arc<TlsInfo>>().is_some()
}

/// What was shown in the handshake of this connection.
fn shown(request: &Request) -> Option<ClientCertificate> {
    let connection = request.extensions().get::<Arc<TlsInfo>>()?;
    let (certificate, chain) = connection.peer_certificates.split_first()?;
    Some(ClientCertificate {
        certificate: certificate.clone(),
        chain: chain.to_vec(),
    })
}

/// Takes any certificate of a client whose key it holds, and none.
pub(super) fn any_held(provider: Arc<CryptoProvider>) -> Arc<dyn ClientCertVerifier> {
    Arc::new(Held(provider))
}

/// Takes any certificate whose key is held, and none: who issued it is asked where it must prove something, since it may
/// belong to a client that is known by its key alone.
#[derive(Debug)]
struct Held(Arc<CryptoProvider>);

impl ClientCertVerifier for Held {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
