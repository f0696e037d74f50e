//! The listener: connections, TLS, a database that is away.

mod away;
mod connections;
mod log;
mod tls;
