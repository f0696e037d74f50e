//! What people are told of attempts at their account that look like somebody else's.

use std::time::Duration;

use doorward::domain::JobState;
use doorward::job::{self, Worked, work_on_next};
use doorward::{oauth, signin};

use super::{PASSWORD, SECRET, kinds, letters, options, rosa, signed_in, town};
use crate::rule::add;
use crate::rule::place::{self, with_places};
use crate::signin::{Town, enter_password, is_signed_in};
use crate::support::Browser;

/// Does the jobs that are due; answers how often it was looked by now whether a sign-in was finished.
async fn work(town: &Town) -> usize {
    let kinds = [oauth::jobs(), signin::jobs()].concat();
    while work_on_next(&town.server.house, &kinds).await.unwrap() == Worked::Attempted {}
    let done = job::list(&mut town.op(), Some(JobState::Done)).await.unwrap();
    done.iter().filter(|one| one.name == "signin.unfinished").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_after_the_right_password_are_told_once_for_a_row() {
    let town = town().await;
    let rosa = rosa(&town).await;
    town.give_authenticator(rosa).await;
    let browser = town.browser();
    let mut page = enter_password(&browser, "rosa", PASSWORD).await;
    for tries in 1..=5 {
        page = browser.submit(&page, &[("code", "000000")]).await;
        assert!(page.has_field("code"), "{}", page.text());
        let expected = usize::from(tries >= 3);
        assert_eq!(kinds(&town).await.len(), expected, "after {tries}");
        town.wait(Duration::from_secs(30));
    }
    let (kind, _, text) = letters(&town).await.remove(0);
    assert_eq!(kind, "wrong-codes");
    assert!(
        text.contains("somebody knows your password") && text.contains("/account/not-me/"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_after_which_nothing_comes_is_told_unless_the_browser_is_known() {
    let town = town().await;
    let rosa = rosa(&town).await;
    town.give_authenticator(rosa).await;
    // Of what is finished nothing is told.
    let known = town.browser();
    let page = enter_password(&known, "rosa", PASSWORD).await;
    let home = known.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(is_signed_in(&home));
    known.press(&home, "sign-out").await;
    enter_password(&known, "rosa", PASSWORD).await;
    town.wait(Duration::from_mins(31));
    assert_eq!(work(&town).await, 1, "that of the first sign-in");
    assert!(kinds(&town).await.is_empty());

    for strangers in 1..=2 {
        enter_password(&town.browser(), "rosa", PASSWORD).await;
        assert_eq!(work(&town).await, strangers, "it may be finished yet");
        town.wait(Duration::from_mins(31));
        assert_eq!(work(&town).await, strangers + 1);
        assert_eq!(kinds(&town).await, ["unfinished"], "once a day: {strangers}");
    }
    let (.., text) = letters(&town).await.remove(0);
    for word in ["Account: rosa", "Address: 127.0.0.1", "/account/not-me/"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    town.wait(Duration::from_hours(24));
    enter_password(&town.browser(), "rosa", PASSWORD).await;
    town.wait(Duration::from_mins(31));
    work(&town).await;
    assert_eq!(kinds(&town).await, ["unfinished", "unfinished"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_of_high_risk_is_told_done_or_refused() {
    let town = Town::with(|config| {
        with_places(config);
        config.mail.kept = true;
    })
    .await;
    rosa(&town).await;
    let sign_in = async |browser: &Browser| {
        let home = enter_password(browser, "rosa", PASSWORD).await;
        let done = is_signed_in(&home);
        if done {
            browser.press(&home, "sign-out").await;
        }
        done
    };
    let usual = Browser::from_address(&town.server.issuer, place::BERLIN);
    for _ in 0..6 {
        town.wait(Duration::from_hours(24));
        assert!(sign_in(&usual).await);
    }
    assert!(kinds(&town).await.is_empty());
    town.wait(Duration::from_hours(1));
    let far = || Browser::from_address(&town.server.issuer, place::ISTANBUL);
    assert!(sign_in(&far()).await);
    assert_eq!(
        kinds(&town).await,
        ["unusual"],
        "in place of that of a new browser"
    );
    let rule = serde_json::json!({ "name": "Risky", "when": { "risk": ["high"] },
        "then": { "do": "refuse", "sentence": "No." } });
    add(&town, rule).await;
    for _ in 0..2 {
        assert!(!sign_in(&far()).await);
    }
    assert_eq!(kinds(&town).await, ["unusual", "unusual-refused"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_follow_the_language_that_their_reader_has_stored() {
    let town = town().await;
    let id = rosa(&town).await;
    let browser = signed_in(&town).await;
    let page = browser.get("/account/language").await;
    let stored = browser.submit(&page, &[("language", "tr")]).await;
    assert!(stored.text().contains("Diliniz kaydedildi."), "{}", stored.text());
    assert!(browser.get("/account").await.text().contains("Hesabınız"));
    signed_in(&town).await;
    let (.., text) = letters(&town).await.remove(0);
    assert!(text.contains("hesabınıza"), "{text}");
    let locale = async || {
        let person = doorward::person::find(&mut town.op(), id).await.unwrap();
        person.unwrap().locale
    };
    assert_eq!(locale().await.as_deref(), Some("tr"));
    let changes = town.events("person.changed").await.len();
    // A region stays as long as its language does.
    let mut op = town.op();
    let person = doorward::person::find(&mut op, id).await.unwrap().unwrap();
    doorward::person::set_locale(&mut op, &person, "de-AT")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let page = browser.get("/account/language").await;
    assert!(page.body.contains(r#"value="de" checked"#), "{}", page.text());
    browser.submit(&page, &[("language", "de")]).await;
    assert_eq!(locale().await.as_deref(), Some("de-AT"));
    assert_eq!(town.events("person.changed").await.len(), changes + 1);
    let odd = browser.submit(&page, &[("language", "fr")]).await;
    assert_eq!(odd.status, 400);
    assert_eq!(locale().await.as_deref(), Some("de-AT"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_counts_like_a_copy_is_told_once_a_day() {
    let town = town().await;
    let rosa = rosa(&town).await;
    let mut phone = crate::signin::passkey::give(&town, rosa, false).await;
    let mut used = async |counter: u32| {
        phone.counter = counter;
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let answer = phone.get(&options(&page));
        is_signed_in(&browser.submit(&page, &[("answer", &answer)]).await)
    };
    assert!(used(7).await);
    assert!(!used(3).await);
    assert!(!used(3).await);
    assert_eq!(kinds(&town).await, ["passkey-added", "passkey-copied"]);
    town.wait(Duration::from_hours(24));
    assert!(!used(3).await);
    assert_eq!(kinds(&town).await[1..], ["passkey-copied", "passkey-copied"]);
}
