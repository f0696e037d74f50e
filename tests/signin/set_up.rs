//! The set-up link.

use std::time::Duration;

use doorward::signin::setup;

use super::is_signed_in;
use crate::support::{Browser, Server};

async fn link(server: &Server) -> String {
    let mut op = server.op();
    let link = setup::make_link(&mut op).await.unwrap();
    op.commit().await.unwrap();
    link
}

const FIELDS: [(&str, &str); 5] = [
    ("organisation", "Northbeam"),
    ("slug", "northbeam"),
    ("name", "Ada Admin"),
    ("username", "ada@northbeam.example"),
    ("password", "nine blue doors"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_link_makes_the_first_organisation_and_signs_its_administrator_in() {
    let server = Server::start().await;
    let link = link(&server).await;
    let browser = Browser::new(&server.issuer);
    let page = browser.get(&link).await;
    let mut fields = FIELDS;
    fields[4].1 = "short";
    let refused = browser.submit(&page, &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("at least 8"), "{}", refused.text());
    assert!(
        refused.body.contains("value=\"Ada Admin\""),
        "nothing is typed twice"
    );
    assert!(!refused.body.contains("short\""));

    let page = browser.submit(&refused, &FIELDS).await;
    assert!(
        page.body.contains("<svg"),
        "the authenticator comes next: {}",
        page.text()
    );
    let key = regex_lite::Regex::new(r#"(?s)id="key"[^>]*>([A-Z2-7 ]+)<"#).unwrap();
    let secret = key.captures(&page.body).unwrap()[1].replace(' ', "");
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(bytes).build().unwrap();
    let now = server.house.clock.now().as_seconds();
    let code = totp.generate(now.try_into().unwrap()).to_string();
    let codes = browser.submit(&page, &[("code", &code)]).await;
    let home = browser.press(&codes, "continue").await;
    assert!(is_signed_in(&home), "{}", home.text());
    assert!(home.text().contains("Northbeam") && home.text().contains("Ada Admin"));

    let again = Browser::new(&server.issuer).get(&link).await;
    assert_eq!(again.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_after_half_an_hour_and_a_guessed_one_opens_nothing() {
    let server = Server::start().await;
    let link = link(&server).await;
    let browser = Browser::new(&server.issuer);
    assert_eq!(browser.get("/setup/guessed").await.status, 410);
    let page = browser.get(&link).await;
    server.house.clock.advance(Duration::from_mins(31));
    assert_eq!(browser.get(&link).await.status, 410);
    assert_eq!(browser.submit(&page, &FIELDS).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_links_the_second_finds_the_house_founded() {
    let server = Server::start().await;
    let (one, two) = (link(&server).await, link(&server).await);
    let (first, second) = (Browser::new(&server.issuer), Browser::new(&server.issuer));
    let (page_one, page_two) = (first.get(&one).await, second.get(&two).await);
    let mut others = FIELDS;
    others[1].1 = "southgate";
    others[3].1 = "bea";
    let (a, b) = tokio::join!(
        first.submit(&page_one, &FIELDS),
        second.submit(&page_two, &others)
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
}
