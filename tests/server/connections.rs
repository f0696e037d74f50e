//! Open connections are bounded by address and in all, and none rests for ever.

use std::net::SocketAddr;
use std::time::Duration;

use doorward::config::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::Server;

/// Longer than anything here takes; only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection from an address of this machine (all of 127.0.0.0/8 is).
async fn connect(server: &Server, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
    socket.connect(server.house.config.server.listen).await.unwrap()
}

/// Asks for `/livez` and leaves the connection open; answers whether the server did.
async fn is_served(connection: &mut TcpStream) -> bool {
    let question = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let asked = async {
        connection.write_all(question).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"ok\n") {
            if connection.read_buf(&mut answer).await? == 0 {
                return Ok(false);
            }
        }
        std::io::Result::Ok(true)
    };
    let asked = tokio::time::timeout(PATIENCE, asked).await;
    // A connection that is closed before it was read from is reset.
    asked.expect("neither served nor closed").unwrap_or(false)
}

async fn served(server: &Server, from: &str) -> TcpStream {
    let mut connection = connect(server, from).await;
    assert!(is_served(&mut connection).await, "{from} was refused");
    connection
}

async fn is_refused(server: &Server, from: &str) -> bool {
    !is_served(&mut connect(server, from).await).await
}

/// Waits for a place: the server learns of a closed connection a moment later.
async fn wait_for_a_place(server: &Server, from: &str) -> TcpStream {
    let place = async {
        loop {
            let mut connection = connect(server, from).await;
            if is_served(&mut connection).await {
                return connection;
            }
        }
    };
    tokio::time::timeout(PATIENCE, place)
        .await
        .expect("no place became free")
}

fn measured(server: &Server, name: &str) -> u64 {
    let text = server.house.metrics.text();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map_or(0, |number| number.trim().parse().unwrap())
}

fn few(config: &mut Config) {
    config.server.connections = 6;
    config.server.connections_per_address = 2;
    config.server.trusted_proxies = vec!["127.0.0.9/32".parse().unwrap()];
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_take_the_connections_of_all() {
    let server = Server::start_with(few).await;
    let first = served(&server, "127.0.0.1").await;
    let _second = served(&server, "127.0.0.1").await;
    assert!(is_refused(&server, "127.0.0.1").await);
    assert!(is_refused(&server, "127.0.0.1").await);
    let _other = served(&server, "127.0.0.2").await;
    assert_eq!(measured(&server, "doorward_connections "), 3);
    let refused = r#"doorward_connections_refused_total{bound="address"} "#;
    assert_eq!(measured(&server, refused), 2);

    drop(first);
    let _third = wait_for_a_place(&server, "127.0.0.1").await;
    assert!(is_refused(&server, "127.0.0.1").await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_proxy_is_bound_by_the_total_only() {
    let server = Server::start_with(few).await;
    let mut open = Vec::new();
    for _ in 0..6 {
        open.push(served(&server, "127.0.0.9").await);
    }
    assert!(is_refused(&server, "127.0.0.9").await);
    assert!(is_refused(&server, "127.0.0.1").await);
    let refused = r#"doorward_connections_refused_total{bound="total"} "#;
    assert_eq!(measured(&server, refused), 2);

    open.pop();
    let _place = wait_for_a_place(&server, "127.0.0.1").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_rests_gives_its_place_back() {
    let server = Server::start_with(|config| {
        few(config);
        config.server.header_timeout = Duration::from_secs(1);
    })
    .await;
    let mut silent = connect(&server, "127.0.0.1").await;
    let mut rested = served(&server, "127.0.0.1").await;
    let mut begun = connect(&server, "127.0.0.2").await;
    begun
        .write_all(b"GET /livez HTTP/1.1\r\nHost: loc")
        .await
        .unwrap();
    for resting in [&mut silent, &mut rested, &mut begun] {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(PATIENCE, resting.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "a connection rests for ever");
    }
    let _place = wait_for_a_place(&server, "127.0.0.1").await;
    server.stop().await;
}
