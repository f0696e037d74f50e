//! Addresses that are too long.

use crate::support::Server;

#[tokio::test]
async fn an_address_that_is_too_long_is_told_to_people_and_to_programs() {
    let server = Server::start().await;
    let client = reqwest::Client::new();
    let ask = async |letters: usize, accept: &str| {
        let address = format!("{}/authorize?state={}", server.issuer, "x".repeat(letters));
        let request = client.get(address).header("accept", accept);
        let answer = request.send().await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), kind, answer.text().await.unwrap())
    };
    let (status, kind, page) = ask(16_384, "text/html").await;
    assert_eq!(status, 414);
    assert!(kind.starts_with("text/html"), "{kind}");
    assert!(
        page.contains("That address is too long") && page.contains("Reference: "),
        "{page}"
    );
    assert!(!page.contains("xxxx"), "nothing of it comes back");
    let (status, kind, problem) = ask(16_384, "*/*").await;
    assert_eq!((status, kind.as_str()), (414, "application/problem+json"));
    assert!(problem.contains("urn:uuid:"), "{problem}");
    assert_eq!(
        ask(10_000, "text/html").await.0,
        400,
        "the client is missing, and that is told"
    );
}
