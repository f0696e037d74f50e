//! The listener: connections, TLS, a database that is away, another server beside it.

mod address;
mod away;
mod certificate;
mod connections;
mod issuer_path;
mod log;
mod renewal;
mod replica;
mod tls;
