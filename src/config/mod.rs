//! Configuration: one struct a section, read from one file and the environment, checked as a whole at start.
//!
//! Unknown keys are refused with file, line and the nearest valid name; secrets can come from files (`*_file`). Storey 1:
//! calls `domain` only. The only place that reads the environment.

mod defaults;
mod sections;

pub use sections::{Config, Database, Keys, LogFormat, Logs, Metrics, Redis, Server, SignIn, Tls, Tokens};
