//! Proving and changing a mail address.

use std::time::Duration;

use doorward::enrolment::{self, Confirmed};
use doorward::person;
use regex_lite::Regex;

use super::{ADDRESS, kinds, letters, rosa, signed_in, town};
use crate::signin::Town;
use crate::support::Page;

const HERE: &str = "/account/email";
const NEW: &str = "rosa.winter@home.example";

async fn address_of(town: &Town) -> (Option<String>, bool) {
    let id = town.id_of("rosa").await;
    let found = person::find(&mut town.op(), id).await.unwrap().unwrap();
    (found.email, found.email_verified)
}

/// The code of the newest mail, and where it went.
async fn code(town: &Town) -> (String, String) {
    let (kind, to, text) = letters(town).await.pop().unwrap();
    assert_eq!(kind, "address-code");
    let code = Regex::new("(?m)^  ([0-9]{6})$").unwrap();
    (code.captures(&text).unwrap()[1].to_owned(), to)
}

fn other_than(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_holds_once_its_code_is_entered_and_the_old_one_is_told() {
    let town = town().await;
    rosa(&town).await;
    let browser = signed_in(&town).await;
    let page = browser.get(HERE).await;
    assert!(page.text().contains(ADDRESS));
    let page = browser.submit(&page, &[("email", NEW)]).await;
    assert!(page.text().contains("A code is on its way"), "{}", page.text());
    let (code, to) = code(&town).await;
    assert_eq!(to, NEW);
    assert_eq!(address_of(&town).await, (Some(ADDRESS.to_owned()), true));
    let page = browser.submit(&page, &[("code", &code)]).await;
    assert!(page.text().contains("The address is proven"), "{}", page.text());
    assert_eq!(address_of(&town).await, (Some(NEW.to_owned()), true));
    let (kind, to, text) = letters(&town).await.pop().unwrap();
    assert_eq!((kind.as_str(), to.as_str()), ("address", ADDRESS));
    assert!(text.contains(NEW), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_address_is_proven_by_its_code_and_nobody_is_told() {
    let town = town().await;
    let id = rosa(&town).await;
    let mut op = town.op();
    let found = person::find(&mut op, id).await.unwrap().unwrap();
    let address = ADDRESS.parse().unwrap();
    person::set_email(&mut op, &found, &address, false).await.unwrap();
    op.commit().await.unwrap();
    let browser = signed_in(&town).await;
    let page = browser.get(HERE).await;
    let page = browser.press(&page, "verify").await;
    let (code, _) = code(&town).await;
    browser.submit(&page, &[("code", &code)]).await;
    assert_eq!(address_of(&town).await, (Some(ADDRESS.to_owned()), true));
    assert_eq!(kinds(&town).await, ["address-code"]);
}

async fn asked(town: &Town) -> (crate::support::Browser, Page, String) {
    let browser = signed_in(town).await;
    let page = browser.get(HERE).await;
    let page = browser.submit(&page, &[("email", NEW)]).await;
    let (code, _) = code(town).await;
    (browser, page, code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_tried_five_times_at_most() {
    let town = town().await;
    rosa(&town).await;
    let (browser, page, code) = asked(&town).await;
    for _ in 0..5 {
        let wrong = browser.submit(&page, &[("code", &other_than(&code))]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("not the code"), "{}", wrong.text());
    }
    let gone = browser.submit(&page, &[("code", &code)]).await;
    assert_eq!(gone.status, 422);
    assert!(
        gone.text().contains("no code that could be entered"),
        "{}",
        gone.text()
    );
    assert_eq!(address_of(&town).await, (Some(ADDRESS.to_owned()), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_fifteen_minutes_and_for_its_person() {
    let town = town().await;
    rosa(&town).await;
    let (browser, page, code) = asked(&town).await;
    let ben = town.person("ben").await;
    let mut op = town.op();
    let ben = person::find(&mut op, ben).await.unwrap().unwrap();
    let taken = enrolment::confirm(&mut op, &ben, &code).await.unwrap();
    assert_eq!(taken, Confirmed::Gone);
    drop(op);
    town.wait(Duration::from_mins(15));
    let late = browser.submit(&page, &[("code", &code)]).await;
    assert!(!late.text().contains("The address is proven"), "{}", late.text());
    assert_eq!(address_of(&town).await, (Some(ADDRESS.to_owned()), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_code_alone_is_good_and_only_so_many_are_sent() {
    let town = town().await;
    rosa(&town).await;
    let (browser, page, first) = asked(&town).await;
    let page = browser.submit(&page, &[("email", NEW)]).await;
    let (second, _) = code(&town).await;
    if first != second {
        let wrong = browser.submit(&page, &[("code", &first)]).await;
        assert_eq!(wrong.status, 422);
    }
    for _ in 0..3 {
        browser.submit(&page, &[("email", NEW)]).await;
    }
    let limited = browser.submit(&page, &[("email", NEW)]).await;
    assert_eq!(limited.status, 429);
    assert_eq!(kinds(&town).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_is_refused_and_a_change_asks_for_a_fresh_sign_in() {
    let town = town().await;
    rosa(&town).await;
    let browser = signed_in(&town).await;
    let page = browser.get(HERE).await;
    let refused = browser.submit(&page, &[("email", "rosa@x\r\nBcc: a@b")]).await;
    assert_eq!(refused.status, 422);
    assert!(kinds(&town).await.is_empty());
    town.wait(Duration::from_secs(301));
    let asked = browser.submit(&page, &[("email", NEW)]).await;
    assert!(asked.has_field("password"), "{}", asked.text());
    assert!(kinds(&town).await.is_empty());
}
