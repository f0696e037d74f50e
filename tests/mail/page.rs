//! The mails of the demonstration, as a page.

use doorward::domain::Username;
use doorward::mail::{self, Happened};
use doorward::person::{self, NewPerson};

use crate::signin::Town;

#[tokio::test(flavor = "multi_thread")]
async fn mails_that_are_kept_are_shown_newest_first_and_one_by_one() {
    let town = Town::with(|config| config.mail.kept = true).await;
    let mut op = town.op();
    let mut new = NewPerson::named(
        town.organisation,
        Username::parse("rosa").unwrap(),
        "Rosa <b>W</b>",
    );
    new.email = Some("rosa@northbeam.example".to_owned());
    let rosa = person::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    for happened in [Happened::PasskeyAdded, Happened::PasskeyRemoved] {
        let mut op = town.op();
        mail::tell(&mut op, rosa, &happened).await.unwrap();
        op.commit().await.unwrap();
    }
    let browser = town.browser();
    let page = browser.get("/demo/mail").await;
    let (removed, added) = (
        page.body.find("A passkey was removed").unwrap(),
        page.body.find("A passkey was added").unwrap(),
    );
    assert!(removed < added);
    let link = regex_lite::Regex::new(r#"href="(/demo/mail/[0-9a-f-]{36})""#).unwrap();
    let one = browser.get(&link.captures(&page.body).unwrap()[1]).await;
    assert!(
        one.text().contains("A passkey was removed from your account."),
        "{}",
        one.text()
    );
    assert!(one.body.contains("/account/not-me/"));
    assert!(!one.body.contains("<b>W</b>"));
    let nothing = browser
        .get("/demo/mail/0190a0b0-0000-7000-8000-000000000000")
        .await;
    assert_eq!(nothing.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_not_there_where_mails_are_sent() {
    let town = Town::new().await;
    assert_eq!(town.browser().get("/demo/mail").await.status, 404);
}
