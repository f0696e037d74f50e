//! A forgotten password, set anew with a code that goes by mail and the person's own second factor.

use std::time::Duration;

use doorward::domain::{PersonId, Secret};
use doorward::factor::{password, recovery, renewal};
use doorward::job::{Worked, work_on_next};
use doorward::{break_glass, enrolment, person, session};
use regex_lite::Regex;

use super::{ADDRESS, kinds, letters, options, rosa, signed_in, town};
use crate::signin::{PASSWORD, SECRET, Town, authorize, enter_password, identify, is_signed_in, passkey};
use crate::support::{Browser, Page};

const NEW: &str = "nine blue doorways";
const EVENT: &str = "factor.password.reset";

/// A town in which rosa has an address and an authenticator.
async fn town_of_rosa() -> Town {
    let town = town().await;
    let id = rosa(&town).await;
    town.give_authenticator(id).await;
    town
}

pub(crate) async fn work(town: &Town) {
    // Other jobs may be due before it.
    let kinds = [enrolment::jobs(), session::jobs(), break_glass::jobs()].concat();
    while work_on_next(&town.server.house, &kinds).await.unwrap() == Worked::Attempted {}
}

/// Asks for a code, from the page of the password.
async fn ask(town: &Town, browser: &Browser, username: &str) -> Page {
    let page = identify(browser, username).await;
    let asked = browser.press(&page, "reset").await;
    work(town).await;
    asked
}

/// The code of the newest mail.
pub(super) async fn mailed(town: &Town) -> String {
    mailed_to(town, ADDRESS).await
}

pub(crate) async fn mailed_to(town: &Town, address: &str) -> String {
    let mut newest = letters(town).await.pop().unwrap_or_default();
    // The server works too, and may be about to write it.
    for _ in 0..200 {
        if newest.0 == "password-reset" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        newest = letters(town).await.pop().unwrap_or_default();
    }
    let (kind, to, text) = newest;
    assert_eq!((kind.as_str(), to.as_str()), ("password-reset", address));
    let code = Regex::new("(?m)^  ([0-9]{6})$").unwrap();
    code.captures(&text).unwrap()[1].to_owned()
}

fn other_than(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

/// As far as the page on which the second factor is asked for.
async fn reach(town: &Town, browser: &Browser) -> Page {
    let page = ask(town, browser, "rosa").await;
    let page = browser.submit(&page, &[("code", &mailed(town).await)]).await;
    assert!(page.text().contains("One more proof"), "{}", page.text());
    page
}

/// As far as the page on which the password is set.
async fn prove(town: &Town, browser: &Browser) -> Page {
    let page = reach(town, browser).await;
    let page = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(page.has_field("new"), "{}", page.text());
    page
}

async fn set(browser: &Browser, page: &Page, new: &str) -> Page {
    browser.submit(page, &[("new", new), ("again", new)]).await
}

/// What the password of rosa leads to, by a browser of its own.
async fn taken(town: &Town, password: &str) -> bool {
    let page = enter_password(&town.browser(), "rosa", password).await;
    page.text().contains("authenticator") && page.has_field("code")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_mail_and_the_second_factor_set_a_new_password_and_sign_nobody_in() {
    let town = town().await;
    let id = rosa(&town).await;
    let elsewhere = signed_in(&town).await;
    town.give_authenticator(id).await;
    let browser = town.browser();
    let proven = prove(&town, &browser).await;
    let done = set(&browser, &proven, NEW).await;
    assert!(
        done.status == 200 && done.text().contains("The new password is set"),
        "{}",
        done.text()
    );
    assert!(!is_signed_in(&browser.get("/").await));
    assert!(!is_signed_in(&elsewhere.get("/").await), "sessions of before end");
    assert_eq!(letters(&town).await.pop().unwrap().0, "password");
    assert!(!taken(&town, PASSWORD).await);
    town.wait(Duration::from_secs(30));
    let page = enter_password(&browser, "rosa", NEW).await;
    let home = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    let steps: Vec<String> = town
        .bodies(EVENT)
        .await
        .iter()
        .map(|event| {
            format!(
                "{} {}",
                event["details"]["step"].as_str().unwrap(),
                event["outcome"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            "asked success",
            "code success",
            "mail success",
            "second_factor success",
            "set success"
        ]
    );
    assert_eq!(town.bodies(EVENT).await[3]["details"]["means"], "totp");
    // It is used up.
    assert_eq!(set(&browser, &proven, NEW).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_leads_back_to_the_application_that_the_person_came_from() {
    let town = town_of_rosa().await;
    let back = "https://desk.example/back";
    let method = doorward::domain::ClientAuthMethod::ClientSecretBasic;
    town.register("desk", method, back).await;
    let browser = town.browser();
    let page = browser.get(&authorize("desk", back, &[])).await;
    let page = browser.submit(&page, &[("username", "rosa")]).await;
    let page = browser.press(&page, "reset").await;
    work(&town).await;
    let page = browser.submit(&page, &[("code", &mailed(&town).await)]).await;
    let page = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    let done = set(&browser, &page, NEW).await;
    let link = Regex::new(r#"id="sign-in"[^>]*href="([^"]+)""#).unwrap();
    let link = link.captures(&done.body).unwrap()[1].to_owned();
    town.wait(Duration::from_secs(30));
    let page = browser.get(&link).await;
    let page = browser.submit(&page, &[("password", NEW)]).await;
    let page = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(page.location().unwrap().starts_with(back), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_mail_nor_the_second_factor_is_enough_alone() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let page = ask(&town, &browser, "rosa").await;
    let token = Regex::new(r#"name="form_token" value="([^"]+)""#).unwrap();
    let token = token.captures(&page.body).unwrap()[1].to_owned();
    let path = page.url.strip_prefix(&town.server.issuer).unwrap().to_owned();
    let send = async |act: &str, fields: &[(&str, &str)]| {
        let own = [("form_token", token.as_str()), ("act", act)];
        browser.post(&path, &[&own, fields].concat()).await
    };
    let new = [("new", NEW), ("again", NEW)];
    let code = town.code(SECRET);
    for (act, fields) in [("totp", &[("code", code.as_str())][..]), ("password", &new)] {
        let page = send(act, fields).await;
        assert!(
            page.text().contains("Enter the code of the mail"),
            "{}",
            page.text()
        );
    }
    send("code", &[("code", &mailed(&town).await)]).await;
    let page = send("password", &new).await;
    assert!(page.text().contains("One more proof"), "{}", page.text());
    assert!(taken(&town, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_learns_nothing_of_an_account() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let shape = |page: &Page, name: &str| {
        let ids = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|value=\"[^\"]{40,}\"").unwrap();
        ids.replace_all(&page.body, "#").replace(name, "NAME")
    };
    let known = ask(&town, &browser, "rosa").await;
    let right = mailed(&town).await;
    let expected = shape(&known, "rosa");
    let wrong = browser.submit(&known, &[("code", &other_than(&right))]).await;
    let expected_wrong = shape(&wrong, "rosa");
    assert!(
        wrong.status == 422 && wrong.text().contains("not the code"),
        "{}",
        wrong.text()
    );
    // Somebody without a second factor, without a proven address, for emergencies, held, nobody.
    let (ben, cem, dora, emil) = (
        town.person("ben").await,
        town.person("cem").await,
        town.person("dora").await,
        town.person("emil").await,
    );
    for id in [cem, dora, emil] {
        town.give_authenticator(id).await;
    }
    for (id, proven) in [(ben, true), (cem, false), (dora, true), (emil, true)] {
        town.give_address(id, ADDRESS, proven).await;
        let mut op = town.op();
        let found = person::find(&mut op, id).await.unwrap().unwrap();
        if id == dora {
            let marked = person::mark_break_glass(&mut op, &found, "the last way in").await;
            marked.unwrap();
        }
        if id == emil {
            person::hold(&mut op, &found, None, "a test").await.unwrap();
        }
        op.commit().await.unwrap();
    }
    for name in ["ben", "cem", "dora", "emil", "nobody"] {
        let before = letters(&town).await.len();
        let page = ask(&town, &browser, name).await;
        assert_eq!(shape(&page, name), expected, "{name}");
        let page = browser.submit(&page, &[("code", &right)]).await;
        assert_eq!(
            (page.status, shape(&page, name)),
            (wrong.status, expected_wrong.clone()),
            "{name}"
        );
        let written: Vec<String> = kinds(&town).await.split_off(before);
        let expected: &[&str] = if name == "ben" {
            &["password-reset-alone"]
        } else {
            &[]
        };
        assert_eq!(written, expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_its_own_request_its_own_browser_and_ten_minutes() {
    let town = town_of_rosa().await;
    let (browser, other) = (town.browser(), town.browser());
    let first = ask(&town, &browser, "rosa").await;
    let code = mailed(&town).await;
    let second = browser.press(&first, "again").await;
    work(&town).await;
    assert_ne!(first.url, second.url);
    let page = browser.submit(&second, &[("code", &code)]).await;
    assert_eq!(page.status, 422);
    let path = first.url.strip_prefix(&town.server.issuer).unwrap();
    assert_eq!(other.get(path).await.status, 410);
    town.wait(Duration::from_secs(599));
    assert_eq!(browser.get(path).await.status, 200);
    town.wait(Duration::from_secs(1));
    assert_eq!(browser.get(path).await.status, 410);
    assert_eq!(browser.submit(&first, &[("code", &code)]).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_tried_five_times_and_asked_for_three_times() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let mut page = ask(&town, &browser, "rosa").await;
    let code = mailed(&town).await;
    for _ in 0..5 {
        page = browser.submit(&page, &[("code", &other_than(&code))]).await;
        assert!(page.text().contains("not the code"), "{}", page.text());
    }
    let page = browser.submit(&page, &[("code", &code)]).await;
    assert!(
        page.status == 422 && page.text().contains("tried too often"),
        "{}",
        page.text()
    );
    for _ in 0..2 {
        assert_eq!(browser.press(&page, "again").await.status, 200);
    }
    assert_eq!(browser.press(&page, "again").await.status, 429);
    // Whoever has signed in by a browser may still ask there.
    let known = signed_in_with_code(&town).await;
    assert_eq!(ask(&town, &known, "rosa").await.status, 200);
}

/// A browser by which rosa has signed in, and out again.
async fn signed_in_with_code(town: &Town) -> Browser {
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    let home = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    browser.press(&home, "sign-out").await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_and_passkeys_are_second_factors_too() {
    let town = town_of_rosa().await;
    let id = town.id_of("rosa").await;
    let mut op = town.op();
    let codes = recovery::make(&mut op, id).await.unwrap();
    op.commit().await.unwrap();
    let browser = town.browser();
    let page = reach(&town, &browser).await;
    let wrong = browser
        .press_with(&page, "recover", &[("code", "AAAA-AAAA-AAAA-AAAA")])
        .await;
    assert_eq!(wrong.status, 422);
    let page = browser
        .press_with(&wrong, "recover", &[("code", &codes[0])])
        .await;
    let done = set(&browser, &page, NEW).await;
    assert!(done.text().contains("The new password is set"), "{}", done.text());
    let mut key = passkey::give(&town, id, false).await;
    let page = reach(&town, &browser).await;
    let answer = key.get(&options(&page));
    let page = browser.submit(&page, &[("answer", &answer)]).await;
    assert!(page.has_field("new"), "{}", page.text());
    let means: Vec<String> = town
        .bodies(EVENT)
        .await
        .iter()
        .filter_map(|event| event["details"]["means"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(means, ["recovery_code", "recovery_code", "passkey"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_of_the_authenticator_count_at_the_account_as_at_a_sign_in() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let mut page = reach(&town, &browser).await;
    for _ in 0..3 {
        page = browser.submit(&page, &[("code", "000000")]).await;
        assert!(page.text().contains("One more proof"), "{}", page.text());
    }
    // The first delay has begun: the right one is not taken either, here or at a sign-in.
    let refused = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(refused.has_field("code"), "{}", refused.text());
    let reasons = town.events(EVENT).await;
    assert_eq!(reasons.last().unwrap().1, "locked after failures");
    assert!(kinds(&town).await.contains(&"wrong-codes".to_owned()));
    town.wait(Duration::from_secs(2));
    let page = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(page.has_field("new"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_does_not_fit_is_refused_and_nothing_is_lost() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let page = prove(&town, &browser).await;
    let refused = set(&browser, &page, "short").await;
    assert_eq!(refused.status, 422);
    let fields = [("new", NEW), ("again", "nine blue door ways")];
    let refused = browser.submit(&page, &fields).await;
    assert!(
        refused.text().contains("differ") || refused.status == 422,
        "{}",
        refused.text()
    );
    assert!(taken(&town, PASSWORD).await);
    let done = set(&browser, &page, NEW).await;
    assert!(done.text().contains("The new password is set"), "{}", done.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_meanwhile_that_it_was_not_they_ends_it() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let page = prove(&town, &browser).await;
    let mut op = town.op();
    let found = person::find(&mut op, town.id_of("rosa").await)
        .await
        .unwrap()
        .unwrap();
    person::hold(&mut op, &found, Some("wrong-codes"), "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    assert_eq!(set(&browser, &page, NEW).await.status, 410);
    // Also once the account is free again.
    let mut op = town.op();
    person::release(&mut op, &found, "a test").await.unwrap();
    op.commit().await.unwrap();
    assert_eq!(set(&browser, &page, NEW).await.status, 410);
    assert!(taken(&town, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_over_at_the_same_moment_whether_a_code_was_sent_or_not() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let mut pages = Vec::new();
    for name in ["rosa", "nobody"] {
        let page = identify(&browser, name).await;
        pages.push(browser.press(&page, "reset").await);
    }
    // The job comes later.
    town.wait(Duration::from_secs(30));
    work(&town).await;
    assert_eq!(letters(&town).await.len(), 1);
    town.wait(Duration::from_secs(569));
    for (after, status) in [(0, 200), (1, 410)] {
        town.wait(Duration::from_secs(after));
        for page in &pages {
            let path = page.url.strip_prefix(&town.server.issuer).unwrap();
            assert_eq!(browser.get(path).await.status, status, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_changes_what_guards_the_account_ends_it() {
    let changes: [(&str, Change); 4] = [
        ("password", |town, id| Box::pin(new_password(town, id))),
        ("address", |town, id| Box::pin(new_address(town, id))),
        ("factor", |town, id| Box::pin(town.give_authenticator(id))),
        ("mark", |town, id| Box::pin(mark(town, id))),
    ];
    for (what, change) in changes {
        let town = town_of_rosa().await;
        let id = town.id_of("rosa").await;
        let browser = town.browser();
        let page = prove(&town, &browser).await;
        change(&town, id).await;
        assert_eq!(set(&browser, &page, NEW).await.status, 410, "{what}");
        let last = town.events(EVENT).await.pop().unwrap();
        assert_eq!(last.0, "refused", "{what}");
        assert!(!taken(&town, NEW).await, "{what}");
    }
}

type Change = for<'a> fn(&'a Town, PersonId) -> std::pin::Pin<Box<dyn Future<Output = ()> + 'a>>;

async fn new_password(town: &Town, id: PersonId) {
    town.wait(Duration::from_secs(1));
    let mut op = town.op();
    let new = Secret::new("twelve red staircases".to_owned());
    password::set(&mut op, id, &new).await.unwrap().unwrap();
    op.commit().await.unwrap();
}

async fn new_address(town: &Town, id: PersonId) {
    town.give_address(id, "rosa@home.example", true).await;
}

async fn mark(town: &Town, id: PersonId) {
    let mut op = town.op();
    let found = person::find(&mut op, id).await.unwrap().unwrap();
    person::mark_break_glass(&mut op, &found, "a test").await.unwrap();
    op.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_under_way_the_first_that_is_done_ends_the_other() {
    let town = town_of_rosa().await;
    let (browser, other) = (town.browser(), town.browser());
    let page = prove(&town, &browser).await;
    town.wait(Duration::from_secs(31));
    let late = prove(&town, &other).await;
    let done = set(&browser, &page, NEW).await;
    assert!(done.text().contains("The new password is set"), "{}", done.text());
    assert_eq!(set(&other, &late, "twelve red staircases").await.status, 410);
    assert!(taken(&town, NEW).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_that_is_there_is_no_new_one() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let page = prove(&town, &browser).await;
    let same = set(&browser, &page, PASSWORD).await;
    assert!(
        same.text().contains("the password that you have already"),
        "{}",
        same.text()
    );
    let done = set(&browser, &same, NEW).await;
    assert!(done.text().contains("The new password is set"), "{}", done.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_no_password_opens_gets_none_by_mail() {
    let town = town_of_rosa().await;
    let id = town.id_of("rosa").await;
    passkey::give(&town, id, false).await;
    let mut op = town.op();
    renewal::forget_password(&mut op, id, "a test").await.unwrap();
    op.commit().await.unwrap();
    let before = letters(&town).await.len();
    let page = ask(&town, &town.browser(), "rosa").await;
    assert!(
        page.text().contains("Enter the code of the mail"),
        "{}",
        page.text()
    );
    // They are told so, once a day.
    ask(&town, &town.browser(), "rosa").await;
    let written = letters(&town).await;
    assert_eq!(written.len(), before + 1);
    assert_eq!(kinds(&town).await.last().unwrap(), "password-reset-none");
    let last = town.events(EVENT).await.pop().unwrap();
    assert_eq!(last.1, "the account has no password");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_nothing_besides_is_told_once_a_day_and_a_try_at_an_emergency_account_is_told_too() {
    let town = town().await;
    rosa(&town).await;
    for _ in 0..2 {
        ask(&town, &town.browser(), "rosa").await;
    }
    assert_eq!(kinds(&town).await, ["password-reset-alone"]);
    mark(&town, town.id_of("rosa").await).await;
    ask(&town, &town.browser(), "rosa").await;
    assert_eq!(kinds(&town).await, ["password-reset-alone"]);
    assert_eq!(town.details("break_glass.used").await["act"], "attempt");
    assert_eq!(town.events("break_glass.used").await.pop().unwrap().0, "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_off_or_no_mail_goes_the_page_offers_nothing() {
    for off in [true, false] {
        let town = Town::with(|config| {
            config.mail.kept = off;
            config.signin.password_reset = !off;
        })
        .await;
        town.person("rosa").await;
        let browser = town.browser();
        let page = identify(&browser, "rosa").await;
        assert!(!page.has_button("reset") && page.text().contains("Forgot your password?"));
        let page = browser.get("/reset-password").await;
        assert!(
            page.status == 404 && page.text().contains("administrator"),
            "{}",
            page.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_without_a_name_is_asked_for_it() {
    let town = town_of_rosa().await;
    let browser = town.browser();
    let page = browser.get("/reset-password").await;
    let refused = browser.submit(&page, &[("username", " ")]).await;
    assert_eq!(refused.status, 422);
    let page = browser.submit(&refused, &[("username", "ROSA")]).await;
    work(&town).await;
    let page = browser.submit(&page, &[("code", &mailed(&town).await)]).await;
    assert!(page.text().contains("One more proof"), "{}", page.text());
}
