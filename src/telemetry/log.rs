//! Log lines.

use std::io::IsTerminal as _;

use tracing::Span;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::line_limit::LineLimit;
use crate::domain::CorrelationId;

/// What log lines look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStyle {
    /// For people: coloured where standard error is a terminal.
    Pretty,
    /// For machines: one JSON object a line.
    Json,
}

/// Why logs cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("the filter of log lines is not valid")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    #[error("logs have started already")]
    Started(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts writing log lines to standard error, from one place in the code no more than can be read. `filter` is such as
/// `info,doorward=debug`.
pub fn start_logs(style: LogStyle, filter: &str) -> Result<(), LogError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let registry = tracing_subscriber::registry().with(filter).with(LineLimit);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match style {
        LogStyle::Pretty => {
            let lines = lines
                .with_ansi(std::io::stderr().is_terminal())
                .with_target(false)
                .compact();
            registry.with(lines).try_init()?;
        }
        LogStyle::Json => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            registry.with(lines).try_init()?;
        }
    }
    Ok(())
}

/// The span around a request: every line within it carries these fields. `route` is the pattern of the router, never the
/// path as it came, which can hold what nobody should log.
#[must_use]
pub fn request_span(correlation_id: CorrelationId, method: &http::Method, route: &'static str) -> Span {
    tracing::info_span!("request", %correlation_id, %method, route)
}
