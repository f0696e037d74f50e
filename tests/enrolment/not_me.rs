//! "This was not me".

use std::time::Duration;

use doorward::domain::{PersonStatus, RecoveryNeedsTwo, Right, Subject, Timestamp};
use doorward::enrolment::{self, Delivery, Held};
use doorward::job::{Worked, work_on_next};
use doorward::{person, session};

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

/// Who waits for help, each with the notice, and since when.
async fn waiting(town: &Town) -> Vec<(String, Option<String>, Timestamp)> {
    let mut op = town.op();
    let held = enrolment::held(&mut op, town.organisation, "", None)
        .await
        .unwrap();
    let count = enrolment::count_waiting(&mut op, town.organisation)
        .await
        .unwrap();
    let waiting = held.into_iter().filter(Held::waits);
    let waiting = waiting.map(|one| (one.person.username.to_string(), one.hold.about, one.hold.since));
    let waiting: Vec<_> = waiting.collect();
    assert_eq!(i64::try_from(waiting.len()).unwrap(), count);
    waiting
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_it_waits_for_help_until_a_link_is_there_and_again_once_it_has_run_out() {
    let town = town().await;
    let id = rosa(&town).await;
    signed_in(&town).await;
    signed_in(&town).await;
    assert_eq!(waiting(&town).await, []);
    let link = linked(&town, "new-device").await;
    let browser = town.browser();
    let page = browser.get(&link).await;
    assert_eq!(waiting(&town).await, [], "to read the page says nothing");
    let before = town.op().now;
    browser.press(&page, "not-me").await;
    let waits = waiting(&town).await;
    let [(name, about, since)] = &waits[..] else {
        panic!("{waits:?}")
    };
    assert_eq!((name.as_str(), about.as_deref()), ("rosa", Some("new-device")));
    assert!(before <= *since && *since <= town.op().now, "{since}");
    let link_to_help = async || {
        let mut op = town.op();
        let found = person::find(&mut op, id).await.unwrap().unwrap();
        let asked = enrolment::help(&mut op, &found, "known by voice", Delivery::Mail).await;
        op.conclude(asked).await.unwrap().unwrap();
        linked(&town, "recovery").await
    };
    link_to_help().await;
    assert_eq!(waiting(&town).await, [], "she has a link");
    town.wait(Duration::from_hours(4));
    assert_eq!(waiting(&town).await, waits, "it has run out");
    // One that is begun and left leaves her waiting for the same, since the same time.
    let link = link_to_help().await;
    let page = browser.get(&link).await;
    browser.press(&page, "begin").await;
    assert_eq!(waiting(&town).await, []);
    town.wait(Duration::from_hours(4));
    assert_eq!(waiting(&town).await, waits);
    let link = link_to_help().await;
    let page = browser.get(&link).await;
    let page = browser.press(&page, "begin").await;
    let new = "nine quiet harbours";
    let done = browser.submit(&page, &[("new", new), ("again", new)]).await;
    assert!(done.text().contains("All is set"), "{}", done.text());
    let mut op = town.op();
    let held = enrolment::held(&mut op, town.organisation, "", None)
        .await
        .unwrap();
    assert!(held.is_empty(), "{held:?}");
    let found = person::find(&mut op, id).await.unwrap().unwrap();
    assert_eq!(person::find_hold(&mut op, &found).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_waits_for_a_second_administrator_is_no_help_yet() {
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.signin.recovery_needs_two = RecoveryNeedsTwo::Everybody;
    })
    .await;
    let id = rosa(&town).await;
    let mut op = town.op();
    let found = person::find(&mut op, id).await.unwrap().unwrap();
    // Held first because a link was begun; her own word is newer, and says more.
    person::hold(&mut op, &found, None, "a test").await.unwrap();
    op.commit().await.unwrap();
    let (_, about, begun) = waiting(&town).await.remove(0);
    assert_eq!(about, None);
    town.wait(Duration::from_hours(1));
    let mut op = town.op();
    person::hold(&mut op, &found, Some("password"), "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let waits = waiting(&town).await;
    assert_eq!(waits[0].1.as_deref(), Some("password"));
    assert!(waits[0].2 > begun, "{waits:?}");
    let mut op = town.op();
    person::hold(&mut op, &found, Some("locked"), "a test")
        .await
        .unwrap();
    let asked = enrolment::help(&mut op, &found, "known by voice", Delivery::Mail).await;
    op.conclude(asked).await.unwrap().unwrap();
    assert_eq!(waiting(&town).await, waits);
    // Whoever has left waits for nothing.
    let mut op = town.op();
    let left = PersonStatus::Left;
    person::set_status(&mut op, town.organisation, Subject::Person(id), left, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(waiting(&town).await, []);
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
