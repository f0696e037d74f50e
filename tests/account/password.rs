//! Changing one's password.

use doorward::domain::Secret;
use doorward::factor::password::{self as passwords, ChangeRefusal, Unfit};

use super::{PASSWORD, SECRET, add, authenticators_of, rosa, signed_in_with_code, token_of, town};
use crate::signin::passkey::{give, options};
use crate::signin::{enter_password, is_signed_in};
use crate::support::{Browser, Page};

const NEW: &str = "eleven paper lanterns";

async fn change(browser: &Browser, new: &str, again: &str) -> Page {
    let page = browser.get("/account/password").await;
    assert!(
        !page.has_field("current"),
        "the sign-in a moment ago was by the password"
    );
    browser.submit(&page, &[("new", new), ("again", again)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_takes_the_place_of_the_old_one_and_ends_the_other_sessions() {
    let town = town().await;
    let (browser, other) = (rosa(&town).await, rosa(&town).await);
    let done = change(&browser, NEW, NEW).await;
    assert!(
        done.text().contains("Your password is changed"),
        "{}",
        done.text()
    );
    assert!(is_signed_in(&browser.get("/").await), "this session goes on");
    assert!(!is_signed_in(&other.get("/").await), "the other one has ended");
    let events = town.events("factor.password.set").await;
    assert_eq!(events.len(), 2);
    assert!(is_signed_in(&enter_password(&town.browser(), "rosa", NEW).await));
    assert!(!is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_sessions_go_on_if_the_box_is_not_ticked() {
    let town = town().await;
    let (browser, other) = (rosa(&town).await, rosa(&town).await);
    let page = browser.get("/account/password").await;
    let token = super::token_of(&page);
    let fields = [("form_token", token.as_str()), ("new", NEW), ("again", NEW)];
    browser.post("/account/password", &fields).await;
    assert!(is_signed_in(&other.get("/").await));
    assert!(is_signed_in(&enter_password(&town.browser(), "rosa", NEW).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_changes_nothing_and_says_so() {
    let town = town().await;
    let browser = rosa(&town).await;
    let long = "x".repeat(1_025);
    for (new, again, told) in [
        ("fourteen signs", "fourteen signs", "at least 15 characters"),
        (long.as_str(), long.as_str(), "1,024 characters"),
        (
            "name of rosa, Northbeam",
            "name of rosa, Northbeam",
            "is made of your name",
        ),
        (
            "1q2w3e4r5t6y7u8i",
            "1q2w3e4r5t6y7u8i",
            "among the first that are tried",
        ),
        (NEW, "eleven paper lantern", "differ"),
        (PASSWORD, PASSWORD, "the password that you have already"),
    ] {
        let refused = change(&browser, new, again).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(told), "{}", refused.text());
        assert!(
            !refused.body.contains(NEW),
            "a password is not given back to the page"
        );
    }
    assert_eq!(town.events("factor.password.set").await.len(), 1);
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_present_password_is_counted_as_at_sign_in() {
    let town = town().await;
    let id = town.id_of("rosa").await;
    let secret = |text: &str| Secret::new(text.to_owned());
    for _ in 0..3 {
        let mut op = town.op();
        let refused = passwords::change(&mut op, id, Some(&secret("wrong")), &secret(NEW)).await;
        assert_eq!(refused.unwrap(), Err(ChangeRefusal::Current));
        op.commit().await.unwrap();
    }
    // The right one must wait now, like every other.
    let mut op = town.op();
    let locked = passwords::change(&mut op, id, Some(&secret(PASSWORD)), &secret(NEW)).await;
    assert_eq!(locked.unwrap(), Err(ChangeRefusal::Current));
    op.commit().await.unwrap();
    town.wait(std::time::Duration::from_mins(2));
    let mut op = town.op();
    let same = passwords::change(&mut op, id, Some(&secret(PASSWORD)), &secret(PASSWORD)).await;
    assert_eq!(same.unwrap(), Err(ChangeRefusal::Unfit(Unfit::Present)));
    op.commit().await.unwrap();
    let mut op = town.op();
    let changed = passwords::change(&mut op, id, Some(&secret(PASSWORD)), &secret(NEW)).await;
    assert_eq!(changed.unwrap(), Ok(()));
    op.commit().await.unwrap();
    let refused = town.events("factor.password.set").await;
    assert_eq!(
        refused.iter().filter(|(outcome, _)| outcome == "refused").count(),
        4
    );
    assert!(is_signed_in(&enter_password(&town.browser(), "rosa", NEW).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_password_that_waits_at_the_second_factor_proves_nothing_any_more() {
    let town = town().await;
    town.give_authenticator(town.id_of("rosa").await).await;
    let thief = town.browser();
    let waiting = enter_password(&thief, "rosa", PASSWORD).await;
    assert!(waiting.has_field("code"));
    let browser = signed_in_with_code(&town, "rosa").await;
    change(&browser, NEW, NEW).await;
    town.wait(std::time::Duration::from_secs(30));
    let asked = thief.submit(&waiting, &[("code", &town.code(SECRET))]).await;
    assert!(asked.has_field("username"), "{}", asked.text());
    assert!(!is_signed_in(&thief.get("/").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_second_factor_a_password_may_be_short_and_then_the_factor_stays() {
    let town = town().await;
    let browser = rosa(&town).await;
    let page = browser.get("/account/password").await;
    assert!(page.text().contains("At least 15 characters"), "{}", page.text());
    let (secret, _) = add(&town, &browser, "Phone").await;
    town.wait(std::time::Duration::from_mins(1));
    let asked = browser.get("/account/password").await;
    let page = browser.submit(&asked, &[("code", &town.code(&secret))]).await;
    assert!(page.text().contains("At least 8 characters"), "{}", page.text());
    let done = browser
        .submit(&page, &[("new", "lanterns"), ("again", "lanterns")])
        .await;
    assert!(
        done.text().contains("Your password is changed"),
        "{}",
        done.text()
    );

    let listed = browser.get("/account/authenticators").await;
    let one = &authenticators_of(&listed)[0];
    let page = browser.get(one).await;
    let kept = browser.press(&page, "remove").await;
    assert_eq!(kept.status, 409);
    assert!(
        kept.text().contains("too short to stand alone"),
        "{}",
        kept.text()
    );

    let page = browser.get("/account/password").await;
    browser.submit(&page, &[("new", NEW), ("again", NEW)]).await;
    let page = browser.get(one).await;
    let fields = [("form_token", token_of(&page)), ("act", "remove".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let removed = browser.post(one, &fields).await;
    assert!(removed.text().contains("You have none yet"), "{}", removed.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_forgotten_it_and_comes_by_a_passkey_sets_a_new_one_without_the_old() {
    let town = town().await;
    let mut phone = give(&town, town.id_of("rosa").await, true).await;
    let browser = town.browser();
    let name = crate::signin::identify(&browser, "rosa").await;
    assert!(name.text().contains("Forgot your password?"), "{}", name.text());
    let page = browser.get("/signin").await;
    let answer = phone.get(&options(&page));
    assert!(is_signed_in(&browser.submit(&page, &[("answer", &answer)]).await));
    let done = change(&browser, NEW, NEW).await;
    assert!(
        done.text().contains("Your password is changed"),
        "{}",
        done.text()
    );
    // The passkey is asked for beside it.
    let next = enter_password(&town.browser(), "rosa", NEW).await;
    assert!(next.text().contains("passkey"), "{}", next.text());
    assert!(!next.text().contains("do not fit together"), "{}", next.text());
    assert_eq!(town.events("signin.password").await.pop().unwrap().0, "success");
}
