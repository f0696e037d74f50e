//! A wire to PostgreSQL that a test can cut and mend.

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Whole,
    /// Connections are closed, as by a server that has ended.
    Cut,
    /// Nothing comes through and nothing is said of it, as by a network that drops packets.
    Silent,
}

/// The URL of a database as it is reached by a wire, and what cuts the wire.
pub(crate) async fn wire_to(url: &str) -> (String, watch::Sender<Wire>) {
    let direct: PgConnectOptions = url.parse().unwrap();
    let server = format!("{}:{}", direct.get_host(), direct.get_port());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (control, state) = watch::channel(Wire::Whole);
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::spawn(carry(near, server.clone(), state.clone()));
        }
    });
    let by_wire = direct.host("127.0.0.1").port(port).to_url_lossy();
    (by_wire.to_string(), control)
}

async fn carry(mut near: TcpStream, server: String, mut state: watch::Receiver<Wire>) {
    let mut far = TcpStream::connect(server).await.unwrap();
    let begun = *state.borrow();
    if begun == Wire::Whole {
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => return,
            _ = state.wait_for(|wire| *wire != Wire::Whole) => {}
        }
    }
    // What was silent is closed when the silence ends; nobody can say what of it had come through.
    let _mended = state.wait_for(|wire| *wire != Wire::Silent).await;
}
