//! Logs, metrics and health.
//!
//! Logs go to standard error, one line an event, with the correlation id of the request. Metrics are counted in plain
//! values that any room can hold and are written out in `OpenMetrics`. Health says whether the process should live and
//! whether it should get requests. Storey 1: calls `domain` only.

mod health;
mod line_limit;
mod log;
mod metric;

pub use health::{Health, Readiness};
pub use line_limit::tell_left_out_lines;
pub use log::{LogError, LogStyle, request_span, start_logs};
pub use metric::{CONTENT_TYPE, Metrics};
