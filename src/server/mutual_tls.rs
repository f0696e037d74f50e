//! The listener beside, for clients with certificates (RFC 8705 section 5): the same routes, by TLS, and each connection is asked for
//! a certificate.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsAcceptor;
use tokio::task::JoinHandle;

use super::connections::Bounded;
use super::listen::{bind, server};
use super::tls::{Asked, Certificate};
use super::{StartError, router};
use crate::config::Config;
use crate::op::House;

/// What is ready to be served, before anything else is begun: a port that is taken is told at once.
#[derive(Debug)]
pub(super) struct Ready {
    listener: TcpListener,
    pub(super) certificate: Certificate,
}

/// The listener under way.
#[derive(Debug)]
pub(super) struct Beside {
    handle: Handle<SocketAddr>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Ready {
    /// The listener, if one is configured.
    pub(super) fn of(config: &Config) -> Result<Option<Self>, StartError> {
        let Some(mtls) = &config.server.mtls else {
            return Ok(None);
        };
        let certificate = Certificate::load(&mtls.tls, Asked::Clients)?;
        let listener = bind(mtls.listen)?;
        Ok(Some(Self {
            listener,
            certificate,
        }))
    }

    /// Serves; its connections are counted with those of the other listener.
    pub(super) fn serve(self, house: &Arc<House>, bounded: Bounded) -> Result<Beside, StartError> {
        let handle = Handle::new();
        let app = router(Arc::clone(house)).into_make_service_with_connect_info::<SocketAddr>();
        let acceptor = RustlsAcceptor::new(self.certificate.config())
            .handshake_timeout(house.config.server.header_timeout)
            .acceptor(bounded);
        let server = server(self.listener, &house.config)?.handle(handle.clone());
        Ok(Beside {
            handle,
            serving: tokio::spawn(server.acceptor(acceptor).serve(app)),
        })
    }
}

impl Beside {
    /// No new connections; requests under way have so long.
    pub(super) fn stop(&self, within: Duration) {
        self.handle.graceful_shutdown(Some(within));
    }

    /// Waits until it has stopped.
    pub(super) async fn stopped(self) -> std::io::Result<()> {
        self.serving.await.unwrap_or(Ok(()))
    }
}
