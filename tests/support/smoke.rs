//! Whether the support itself stands.

use super::{Browser, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_starts_says_that_it_is_ready_and_stops() {
    let server = Server::start().await;
    let browser = Browser::new(&server.issuer);
    assert_eq!(browser.get("/readyz").await.body, "ok\n");
    assert_eq!(browser.get("/nothing-is-here").await.status, 404);
    server.stop().await;
}
