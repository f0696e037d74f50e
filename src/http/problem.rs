//! Problem documents (RFC 9457) and what is told of faults.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::domain::Seen;
use crate::op::OpError;

/// The time after which a request that met a passing fault may be tried again.
pub const PASSING: Duration = Duration::from_secs(2);

/// The `Retry-After` of a time to wait: whole seconds, so that who obeys does not come too early.
#[must_use]
pub fn retry_after(wait: Duration) -> HeaderValue {
    let begun = u64::from(wait.subsec_nanos() > 0);
    HeaderValue::from(wait.as_secs().saturating_add(begun))
}

/// An answer that says what went wrong, for programs.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    detail: Option<String>,
    instance: Option<String>,
    retry_after: Option<Duration>,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
}

impl Problem {
    /// A problem that its status says whole (`about:blank`, RFC 9457 section 4.2.1).
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            kind: "about:blank",
            detail: None,
            instance: None,
            retry_after: None,
        }
    }

    /// 503 when the same request may succeed a little later, else 500. The cause goes to the log, the caller gets the
    /// correlation id.
    #[must_use]
    pub fn from_fault(fault: &OpError, seen: &Seen) -> Self {
        log_fault(fault, seen);
        let mut problem = Self::new(fault_status(fault)).seen(seen);
        problem.retry_after = fault.is_passing().then_some(PASSING);
        problem
    }

    /// Names the kind of problem by a URI.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// Says what is wrong in this very case. Never internal text.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds the correlation id.
    #[must_use]
    pub fn seen(mut self, seen: &Seen) -> Self {
        self.instance = Some(format!("urn:uuid:{}", seen.correlation_id));
        self
    }

    /// Says when to try again (429 and 503).
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            kind: self.kind,
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            detail: self.detail.as_deref(),
            instance: self.instance.as_deref(),
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (self.status, [(CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, retry_after(wait));
        }
        response
    }
}

/// The status that tells a fault.
pub(super) fn fault_status(fault: &OpError) -> StatusCode {
    if fault.is_passing() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

/// Puts a fault into the log, with all its causes: once, where it becomes an answer.
pub fn log_fault(fault: &OpError, seen: &Seen) {
    let mut causes = fault.to_string();
    let mut cause = fault.source();
    while let Some(deeper) = cause {
        let _ = write!(causes, ": {deeper}");
        cause = deeper.source();
    }
    let correlation_id = seen.correlation_id;
    if fault.is_passing() {
        tracing::warn!(%correlation_id, fault = causes, "a request met a passing fault");
    } else {
        tracing::error!(%correlation_id, fault = causes, "a request met a fault");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CorrelationId, Timestamp};

    fn seen() -> Seen {
        Seen {
            correlation_id: CorrelationId::new(Timestamp::from_micros(1), [1; 10]),
            address: None,
            user_agent: None,
            certificate: None,
            device: None,
        }
    }

    #[test]
    fn a_time_to_wait_is_told_in_whole_seconds_that_are_enough() {
        for (millis, told) in [(0, "0"), (1, "1"), (1_000, "1"), (5_001, "6")] {
            assert_eq!(retry_after(Duration::from_millis(millis)), told, "{millis}");
        }
    }

    async fn told(problem: Problem) -> (http::HeaderMap, serde_json::Value) {
        let (parts, body) = problem.into_response().into_parts();
        let bytes = axum::body::to_bytes(body, 10_000).await.unwrap();
        (parts.headers, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn a_fault_tells_its_correlation_id_and_not_its_cause() {
        let (headers, body) = told(Problem::from_fault(
            &OpError::Broken("the cellar is flooded"),
            &seen(),
        ))
        .await;
        assert_eq!(headers["content-type"], "application/problem+json");
        assert_eq!(body["status"], 500);
        assert_eq!(body["instance"], format!("urn:uuid:{}", seen().correlation_id));
        assert!(!body.to_string().contains("cellar"));
        assert!(!headers.contains_key("retry-after"));
    }

    #[tokio::test]
    async fn a_passing_fault_says_when_to_come_back() {
        let (headers, body) = told(Problem::from_fault(&OpError::Overloaded("hashing"), &seen())).await;
        assert_eq!(body["status"], 503);
        assert_eq!(headers["retry-after"], "2");
    }
}
