//! Counters, gauges and histograms. Labels are words of our own, never input, so that their number is bounded.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::{EventKind, GrantType, Outcome};

/// The media type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of the classes of request time in seconds: from a token (well below a millisecond) to a slow sign-in.
const CLASSES: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// All metrics of the process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    request_time: Family<Route, Histogram>,
    events: Family<EventLabels, Counter>,
    tokens: Family<Exchange, Counter>,
    connections_refused: Family<Bound, Counter>,
    /// Connections of the public listener.
    pub connections: Gauge,
    /// Events that wait for the commit they share with others.
    pub audit_backlog: Gauge,
    /// Password hashes that wait for a worker.
    pub hashing_queue: Gauge,
    /// Password hashes under way.
    pub hashing_running: Gauge,
    /// Connections to the database that are in use (SQLite: those for reading).
    pub database_connections_in_use: Gauge,
    /// 1 while Redis is lost, else 0.
    pub redis_lost: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Bound {
    bound: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Exchange {
    grant_type: &'static str,
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("doorward"),
            requests: Family::default(),
            request_time: Family::new_with_constructor(|| Histogram::new(CLASSES.iter().copied())),
            events: Family::default(),
            tokens: Family::default(),
            connections_refused: Family::default(),
            connections: Gauge::default(),
            audit_backlog: Gauge::default(),
            hashing_queue: Gauge::default(),
            hashing_running: Gauge::default(),
            database_connections_in_use: Gauge::default(),
            redis_lost: Gauge::default(),
        };
        metrics.register_counters();
        metrics.register_gauges();
        metrics
    }
}

impl Metrics {
    fn register_counters(&mut self) {
        let registry = &mut self.registry;
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running program", build);
        registry.register(
            "http_requests",
            "Requests by route and class of status",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from the request's head to the answer's head",
            Unit::Seconds,
            self.request_time.clone(),
        );
        registry.register(
            "events",
            "Events on record (sign-ins, tokens, decisions, changes) by kind and outcome",
            self.events.clone(),
        );
        registry.register(
            "tokens",
            "Answers of the token endpoint by grant type and outcome",
            self.tokens.clone(),
        );
        registry.register(
            "connections_refused",
            "Connections closed as they came, by the bound that was reached: address or total",
            self.connections_refused.clone(),
        );
    }

    fn register_gauges(&mut self) {
        let gauges = [
            (
                "connections",
                "Open connections of the public listener",
                &self.connections,
            ),
            (
                "audit_backlog",
                "Events that wait for their commit",
                &self.audit_backlog,
            ),
            (
                "hashing_queue",
                "Password hashes that wait for a worker",
                &self.hashing_queue,
            ),
            (
                "hashing_running",
                "Password hashes under way",
                &self.hashing_running,
            ),
            (
                "database_connections_in_use",
                "Connections to the database that are in use",
                &self.database_connections_in_use,
            ),
            ("redis_lost", "1 while Redis cannot be reached", &self.redis_lost),
        ];
        for (name, help, gauge) in gauges {
            self.registry.register(name, help, gauge.clone());
        }
    }

    /// Counts a request that has been answered. `route` is the pattern of the router.
    pub fn count_request(&self, method: &http::Method, route: &'static str, status: u16, time: Duration) {
        let method = method_word(method);
        self.requests
            .get_or_create(&Request {
                method,
                route,
                status: status_class(status),
            })
            .inc();
        self.request_time
            .get_or_create(&Route { method, route })
            .observe(time.as_secs_f64());
    }

    /// Counts an event that is on record: sign-ins, tokens and decisions are among them.
    pub fn count_event(&self, kind: EventKind, outcome: Outcome) {
        self.events
            .get_or_create(&EventLabels {
                kind: kind.as_str(),
                outcome: outcome.as_str(),
            })
            .inc();
    }

    /// Counts an answer of the token endpoint; `None` for a grant type that is not known here, or none at all.
    pub fn count_tokens(&self, grant_type: Option<GrantType>, outcome: Outcome) {
        let exchange = Exchange {
            grant_type: grant_type.map_or("unknown", GrantType::as_str),
            outcome: outcome.as_str(),
        };
        self.tokens.get_or_create(&exchange).inc();
    }

    /// Counts a connection that was closed as it came; `bound` is the word of ours for what it was too many for.
    pub fn count_connection_refused(&self, bound: &'static str) {
        self.connections_refused.get_or_create(&Bound { bound }).inc();
    }

    /// All metrics in `OpenMetrics` 1.0, of media type [`CONTENT_TYPE`].
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(16 * 1_024);
        // Writing to a text cannot fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

/// The method as a word; methods that nobody has heard of share one.
fn method_word(method: &http::Method) -> &'static str {
    use http::Method as M;
    const KNOWN: &[(M, &str)] = &[
        (M::GET, "GET"),
        (M::POST, "POST"),
        (M::HEAD, "HEAD"),
        (M::PUT, "PUT"),
        (M::PATCH, "PATCH"),
        (M::DELETE, "DELETE"),
        (M::OPTIONS, "OPTIONS"),
    ];
    KNOWN
        .iter()
        .find(|(known, _)| known == method)
        .map_or("other", |(_, word)| word)
}

const fn status_class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_written() {
        let metrics = Metrics::default();
        let strange = http::Method::from_bytes(b"BREW").unwrap();
        metrics.count_request(
            &http::Method::POST,
            "/oauth/token",
            200,
            Duration::from_micros(300),
        );
        metrics.count_request(&http::Method::POST, "/oauth/token", 401, Duration::from_millis(2));
        metrics.count_request(&strange, "/oauth/token", 405, Duration::from_millis(2));
        metrics.count_event(EventKind::TokenIssued, Outcome::Success);
        metrics.count_event(EventKind::DecisionMade, Outcome::Refused);
        metrics.count_tokens(Some(GrantType::RefreshToken), Outcome::Success);
        metrics.count_tokens(None, Outcome::Refused);
        metrics.hashing_queue.set(3);
        let text = metrics.text();
        for line in [
            r#"doorward_http_requests_total{method="POST",route="/oauth/token",status="2xx"} 1"#,
            r#"doorward_http_requests_total{method="POST",route="/oauth/token",status="4xx"} 1"#,
            r#"doorward_http_requests_total{method="other",route="/oauth/token",status="4xx"} 1"#,
            r#"doorward_http_request_duration_seconds_bucket{le="0.0005",method="POST",route="/oauth/token"} 1"#,
            r#"doorward_events_total{kind="oauth.token.issued",outcome="success"} 1"#,
            r#"doorward_events_total{kind="access.decision",outcome="refused"} 1"#,
            r#"doorward_tokens_total{grant_type="refresh_token",outcome="success"} 1"#,
            r#"doorward_tokens_total{grant_type="unknown",outcome="refused"} 1"#,
            "doorward_hashing_queue 3",
            "# EOF",
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
    }
}
