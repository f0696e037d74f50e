//! "This was not me".

use std::time::Duration;

use doorward::domain::Right;
use doorward::job::{Worked, work_on_next};
use doorward::{enrolment, session};

use super::{PASSWORD, letters, linked, options, rosa, signed_in, town};
use crate::admin::give_rights;
use crate::break_glass::reachable;
use crate::signin::{Town, enter_password, is_signed_in};
use crate::support::Authenticator;

#[tokio::test(flavor = "multi_thread")]
async fn to_read_the_page_changes_nothing_however_often() {
    let town = town().await;
    rosa(&town).await;
    let browser = signed_in(&town).await;
    signed_in(&town).await;
    let link = linked(&town, "new-device").await;
    for _ in 0..3 {
        let page = town.browser().get(&link).await;
        assert_eq!(page.status, 200);
        assert!(
            page.text().contains("Sign-in with a new browser"),
            "{}",
            page.text()
        );
    }
    assert!(is_signed_in(&browser.get("/").await));
    assert!(town.events("account.not_me").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn to_say_it_ends_all_sessions_and_holds_the_account_once() {
    let town = town().await;
    rosa(&town).await;
    let mine = signed_in(&town).await;
    let theirs = signed_in(&town).await;
    let page = theirs.get("/account/passkeys").await;
    let (mut added, answer) = Authenticator::create(&options(&page), &town.server.issuer, true);
    theirs.submit(&page, &[("answer", &answer), ("name", "x")]).await;
    let link = linked(&town, "new-device").await;
    let stranger = town.browser();
    let page = stranger.get(&link).await;
    let done = stranger.press(&page, "not-me").await;
    assert_eq!(done.status, 200);
    assert!(done.text().contains("The account is held"), "{}", done.text());
    for browser in [&mine, &theirs] {
        assert!(!is_signed_in(&browser.get("/").await));
    }
    let refused = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(!is_signed_in(&refused));
    assert_eq!(
        town.events("account.not_me").await,
        [("success".into(), String::new())]
    );
    assert_eq!(town.events("factor.password.removed").await.len(), 1);
    // Nor does the passkey that somebody else has added lead in.
    let browser = town.browser();
    let shown = browser.get("/signin").await;
    let answer = added.get(&options(&shown));
    let refused = browser.submit(&shown, &[("answer", &answer)]).await;
    assert!(!is_signed_in(&refused) && !is_signed_in(&browser.get("/").await));
    assert_eq!(town.events("signin.passkey").await.last().unwrap().0, "refused");
    let again = stranger.press(&page, "not-me").await;
    assert_eq!(again.status, 410);
    assert_eq!(town.events("account.not_me").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_who_may_help_are_told_and_nobody_else() {
    let town = town().await;
    let rosa_id = rosa(&town).await;
    for (name, rights) in [
        ("helper", vec![Right::PeopleManage]),
        ("reader", vec![Right::PeopleRead, Right::RulesManage]),
    ] {
        let id = reachable(&town, name).await;
        give_rights(&town, id, name, &rights).await;
    }
    signed_in(&town).await;
    signed_in(&town).await;
    let link = linked(&town, "new-device").await;
    let page = town.browser().get(&link).await;
    assert!(told(&town).await.is_empty(), "nobody has said anything");
    let browser = town.browser();
    let page = browser.get(&page.url).await;
    browser.press(&page, "not-me").await;
    assert_eq!(told(&town).await, ["helper@northbeam.example"]);
    let letters = letters(&town).await;
    let (.., text) = letters.iter().find(|(kind, ..)| kind == "not-me").unwrap();
    assert!(text.contains(&format!("/admin/people/{rosa_id}/help")), "{text}");
    assert!(text.contains("Sign-in with a new browser"), "{text}");
}

/// Whom the letters to administrators went to, after the work that is due is done.
async fn told(town: &Town) -> Vec<String> {
    let kinds = [session::jobs(), enrolment::jobs()].concat();
    while work_on_next(&town.server.house, &kinds).await.unwrap() == Worked::Attempted {}
    let about = letters(town)
        .await
        .into_iter()
        .filter(|(kind, ..)| kind == "not-me");
    about.map(|(_, to, _)| to).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_good_for_three_days_and_only_as_it_was_sent() {
    let town = town().await;
    rosa(&town).await;
    signed_in(&town).await;
    signed_in(&town).await;
    let link = linked(&town, "new-device").await;
    for wrong in ["/account/not-me/x", &link[..link.len() - 1]] {
        assert_eq!(town.browser().get(wrong).await.status, 410, "{wrong}");
    }
    town.wait(Duration::from_hours(71));
    assert_eq!(town.browser().get(&link).await.status, 200);
    town.wait(Duration::from_hours(1));
    assert_eq!(town.browser().get(&link).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_page_says_nothing() {
    let town = town().await;
    rosa(&town).await;
    signed_in(&town).await;
    signed_in(&town).await;
    let link = linked(&town, "new-device").await;
    let browser = town.browser();
    assert_eq!(browser.post(&link, &[("form_token", "x")]).await.status, 403);
    assert!(town.events("account.not_me").await.is_empty());
}
