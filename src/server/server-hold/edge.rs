//! The layer around every route: who calls from where, how long it may take, what is logged and counted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use tracing::Instrument as _;

use crate::domain::{CorrelationId, Seen};
use crate::http::{client_address, secure};
use crate::op::House;

/// Longest accepted path and query.
const URI_LIMIT: usize = 16 * 1024;
const USER_AGENT_LIMIT: usize = 256;

pub(super) async fn edge(State(house): State<Arc<House>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let correlation_id: CorrelationId = house.chance.id(house.clock.now());
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let address = peer.map(|peer| client_address(peer, request.headers(), &house.config.server.trusted_proxies));
    let span = tracing::info_span!("request", %correlation_id);

    let response = match address.transpose() {
        Err(refusal) => (StatusCode::BAD_REQUEST, refusal.to_string()).into_response(),
        Ok(_) if uri_length(&request) > URI_LIMIT => StatusCode::URI_TOO_LONG.into_response(),
        Ok(address) => {
            let user_agent = user_agent(request.headers());
            request.extensions_mut().insert(Seen { correlation_id, address, user_agent });
            let answer = next.run(request).instrument(span.clone());
            tokio::time::timeout(house.config.server.request_timeout, answer)
                .await
                .unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
        }
    };

    let response = secure(&house, response, correlation_id);
    let route = path.as_ref().map_or("unknown", MatchedPath::as_str);
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    house.metrics.request(route, &method, status, elapsed);
    let _entered = span.enter();
    tracing::info!(%method, route, status, elapsed_us = elapsed.as_micros(), "answered");
    response
}

fn uri_length(request: &Request) -> usize {
    request.uri().path_and_query().map_or(0, |uri| uri.as_str().len())
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(USER_AGENT_LIMIT).collect())
}
