//! Configuration: one struct a section, read from one file and the environment, checked as a whole at start.
//!
//! Unknown keys are refused with file, line and the nearest valid name; secrets can come from files (`*_file`). Storey 1:
//! calls `domain` only. The only place that reads the environment.

mod check;
mod defaults;
mod error;
mod load;
mod said;
mod sections;
mod setting;
mod shown;
mod source;
mod word;

pub use error::{ConfigError, Origin, Problem};
pub use load::{Loaded, environment, settings};
pub use sections::{
    ClientCertificates, ClientIdMetadata, Config, Database, Decisions, DpopNonce, Keys, Limits, LogFormat,
    Logs, Mail, MailSecurity, Metrics, Mtls, OAuth, Outbound, Passkeys, Passwords, Redis, Registration, Risk,
    Server, SignIn, StatementIssuer, Tls, Tokens,
};
