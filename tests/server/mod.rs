//! The listener: connections, TLS, a database that is away.

mod connections;
mod tls;
