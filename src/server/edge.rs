//! The layer around every route: who calls from where, how long it may take, what is logged and counted.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use tracing::Instrument as _;

use super::{certificate, health};
use crate::config::Server;
use crate::domain::{ClientCertificate, CorrelationId, Seen};
use crate::http::{Problem, client_address};
use crate::op::House;
use crate::telemetry::request_span;

const USER_AGENT_LIMIT: usize = 256;

/// What the layer needs: the house, and the patterns of all routes (names for logs and metrics; never a path as it came,
/// which can hold what nobody should log).
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) house: Arc<House>,
    pub(super) patterns: Arc<BTreeSet<&'static str>>,
}

pub(super) async fn edge(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let house = &edge.house;
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let correlation_id: CorrelationId = house.chance.id(house.clock.now());
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched
        .and_then(|path| edge.patterns.get(path.as_str()))
        .copied()
        .unwrap_or("unknown");
    let span = request_span(correlation_id, &method, route);

    let response = match admit(&house.config.server, &request, peer, route) {
        Err(refusal) => refusal.into_response(),
        Ok((address, certificate)) => {
            let user_agent = user_agent(request.headers());
            request.extensions_mut().insert(Seen {
                correlation_id,
                address,
                user_agent,
                certificate,
                device: None,
            });
            let answer = next.run(request).instrument(span.clone());
            tokio::time::timeout(house.config.server.request_timeout, answer)
                .await
                .unwrap_or_else(|_| Problem::new(StatusCode::REQUEST_TIMEOUT).into_response())
        }
    };

    let status = response.status();
    let elapsed = started.elapsed();
    house
        .metrics
        .count_request(&method, route, status.as_u16(), elapsed);
    span.in_scope(|| log(route, status, elapsed));
    response
}

/// The client's address and certificate, or why nothing more is read of the request.
fn admit(
    server: &Server,
    request: &Request,
    peer: Option<IpAddr>,
    route: &'static str,
) -> Result<(Option<IpAddr>, Option<Arc<ClientCertificate>>), Problem> {
    // Whoever asks for the health of the process may stand anywhere in the network, and learns nothing.
    let exposed = peer.is_some_and(|peer| is_exposed(server, peer)) && !certificate::is_by_tls(request);
    if exposed && !health::PATHS.contains(&route) {
        let detail =
            "plain http is answered to this machine and to listed proxies (server.trusted_proxies) only";
        return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST).detail(detail));
    }
    let malformed = |refusal: String| Problem::new(StatusCode::BAD_REQUEST).detail(refusal);
    let address = peer
        .map(|peer| client_address(peer, request.headers(), &server.trusted_proxies))
        .transpose()
        .map_err(|refusal| malformed(refusal.to_string()))?;
    let certificate = certificate::of_request(server, request, peer);
    let certificate = certificate.map_err(|refusal| malformed(refusal.to_string()))?;
    Ok((address, certificate.map(Arc::new)))
}

/// Whether what this peer sends goes through a network as it is. The issuer is https then, and RFC 9110 section 7.4 has a
/// server reject such a request for an https address unless a trusted gateway brings it: a password that could be read on
/// its way is not taken as if nothing were wrong.
fn is_exposed(server: &Server, peer: IpAddr) -> bool {
    let peer = peer.to_canonical();
    server.tls.is_none()
        && !peer.is_loopback()
        && !server.trusted_proxies.iter().any(|proxy| proxy.contains(&peer))
}

/// Refusals and faults are told; the many answers that went well only when somebody looks closer. So are the health checks
/// whatever they answer: they come every few seconds, starting is no fault, and what is missing is told once where it is
/// found. A flood of refusals is no flood of lines: `telemetry` bounds how many one place writes.
fn log(route: &'static str, status: StatusCode, elapsed: Duration) {
    let (status, elapsed_us) = (status.as_u16(), elapsed.as_micros());
    match status {
        _ if health::PATHS.contains(&route) => tracing::debug!(status, elapsed_us, "answered"),
        500.. => tracing::warn!(status, elapsed_us, "answered"),
        400..500 => tracing::info!(status, elapsed_us, "answered"),
        _ => tracing::debug!(status, elapsed_us, "answered"),
    }
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(USER_AGENT_LIMIT).collect())
}
