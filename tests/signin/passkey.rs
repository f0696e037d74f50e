//! Passkeys: alone, as a second factor, and what none of them is.

use std::time::Duration;

use doorward::domain::{ClientAuthMethod, PersonId, PersonStatus, Subject};
use doorward::factor::passkey::{self, Challenge, Kind, NotMade, Removal};
use doorward::factor::second::Stays;
use doorward::person;
use http::StatusCode;
use regex_lite::Regex;

use super::{PASSWORD, SECRET, Town, authorize, enter_password, identify, is_signed_in};
use crate::support::{Authenticator, Browser, Page};

/// Gives a person a passkey.
pub(crate) async fn give(town: &Town, id: PersonId, synced: bool) -> Authenticator {
    let mut op = town.op();
    let owner = person::find(&mut op, id).await.unwrap().unwrap();
    let asked = (Kind::Passkey, Challenge::of(&op, "test", &[]));
    let options = passkey::request_new(&mut op, &owner, asked).await.unwrap();
    let (made, answer) = Authenticator::create(&options.unwrap(), &town.server.issuer, synced);
    let enrolled = passkey::enrol(&mut op, &owner, asked, (&answer, "  My\nphone ")).await;
    enrolled.unwrap().unwrap();
    op.commit().await.unwrap();
    made
}

/// What the page asks passkeys for.
pub(crate) fn options(page: &Page) -> String {
    let found = Regex::new(r#"data-passkey="[a-z]+" data-options="([^"]*)""#).unwrap();
    let text = &found
        .captures(&page.body)
        .unwrap_or_else(|| panic!("{}", page.body))[1];
    text.replace("&#34;", "\"").replace("&quot;", "\"")
}

fn wrong(page: &Page) -> bool {
    let text = page.text();
    text.contains("That was not a passkey of this account") || text.contains("This passkey is not known here")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_without_a_name_and_without_a_password() {
    for (synced, key) in [(true, "swk"), (false, "hwk")] {
        let town = Town::new().await;
        let rosa = town.person("rosa").await;
        // A second factor is asked of her, which the passkey is as well.
        town.demand_second_factor(rosa).await;
        let mut phone = give(&town, rosa, synced).await;
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'"), "{policy}");
        let home = browser
            .submit(&page, &[("answer", &phone.get(&options(&page)))])
            .await;
        assert!(is_signed_in(&home), "{}", home.text());
        assert_eq!(
            town.events("signin.passkey").await,
            [("success".into(), String::new())]
        );
        let told = town.details("signin.completed").await;
        assert_eq!(told["acr"], "urn:doorward:acr:3");
        assert_eq!(told["amr"], serde_json::json!([key, "user", "mfa"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_answers_one_step_of_one_browser_once() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let mut phone = give(&town, rosa, true).await;
    let (browser, other) = (town.browser(), town.browser());
    let page = browser.get("/signin").await;
    let elsewhere = other.get("/signin").await;
    assert_ne!(options(&page), options(&elsewhere));
    let answer = phone.get(&options(&page));
    let stolen = other.submit(&elsewhere, &[("answer", &answer)]).await;
    assert!(wrong(&stolen), "{}", stolen.text());
    assert!(is_signed_in(&browser.submit(&page, &[("answer", &answer)]).await));
    // Neither the form nor the answer works again.
    browser.post("/signout", &[]).await;
    let again = browser.submit(&page, &[("answer", &answer)]).await;
    assert!(!is_signed_in(&again) || again.status != StatusCode::OK || again.url.contains("/signin/"));
    let fresh = town.browser();
    let page = fresh.get("/signin").await;
    assert!(wrong(&fresh.submit(&page, &[("answer", &answer)]).await));
    let reasons: Vec<String> = town
        .events("signin.passkey")
        .await
        .into_iter()
        .map(|(_, why)| why)
        .collect();
    assert!(
        reasons
            .iter()
            .filter(|why| *why == "the passkey answered another request")
            .count()
            >= 2
    );
}

type Change = fn(&mut Authenticator);

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_good_proves_nothing() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let changes: [(Change, &str); 3] = [
        (
            |one| one.origin = "https://evil.example".to_owned(),
            "the passkey answered another origin",
        ),
        (|one| one.verifies = false, "the person was not verified"),
        (|one| one.counter = 7, ""),
    ];
    for (change, why) in changes {
        let mut phone = give(&town, rosa, true).await;
        change(&mut phone);
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let after = browser
            .submit(&page, &[("answer", &phone.get(&options(&page)))])
            .await;
        let last = town.events("signin.passkey").await.pop().unwrap();
        assert_eq!(last.1, why, "{last:?}");
        assert_eq!(is_signed_in(&after), why.is_empty());
        if why.is_empty() {
            // A copy of the key has counted less.
            phone.counter = 3;
            let browser = town.browser();
            let page = browser.get("/signin").await;
            let after = browser
                .submit(&page, &[("answer", &phone.get(&options(&page)))])
                .await;
            assert!(wrong(&after), "{}", after.text());
            let last = town.events("signin.passkey").await.pop().unwrap();
            assert_eq!(last.1, "the counter of the passkey went back");
        }
    }
    for answer in ["", "{}", "no JSON", "[]"] {
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let after = browser.submit(&page, &[("answer", answer)]).await;
        assert!(wrong(&after), "{answer}: {}", after.text());
    }
}

/// Signs in by a passkey alone, or after the password.
async fn use_it(town: &Town, phone: &mut Authenticator, alone: bool) -> Page {
    let browser = town.browser();
    let page = if alone {
        browser.get("/signin").await
    } else {
        enter_password(&browser, "rosa", PASSWORD).await
    };
    browser
        .submit(&page, &[("answer", &phone.get(&options(&page)))])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_passkey_is_copied_is_noted_at_each_use() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let mut phone = give(&town, rosa, true).await;
    let noted = async || {
        let own = passkey::list(&mut town.op(), rosa).await.unwrap();
        (own[0].synced, own[0].backed_up)
    };
    assert_eq!(noted().await, (true, true));
    for (backed_up, alone) in [(false, true), (true, true), (false, false), (true, false)] {
        phone.backed_up = backed_up;
        let home = use_it(&town, &mut phone, alone).await;
        assert!(is_signed_in(&home), "{}", home.text());
        assert_eq!(noted().await, (true, backed_up), "alone: {alone}");
    }
    // That it may be copied weighs, not that it is.
    let told = town.details("signin.completed").await;
    assert_eq!(told["amr"], serde_json::json!(["pwd", "swk", "user", "mfa"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_says_otherwise_than_before_whether_it_may_be_copied_is_refused() {
    let changes: [(bool, Change); 3] = [
        (true, |one| (one.synced, one.backed_up) = (false, false)),
        (false, |one| one.synced = true),
        // Copied, though it still says that it cannot be.
        (false, |one| one.backed_up = true),
    ];
    for (synced, change) in changes {
        let town = Town::new().await;
        let rosa = town.person("rosa").await;
        let mut phone = give(&town, rosa, synced).await;
        change(&mut phone);
        for alone in [true, false] {
            let after = use_it(&town, &mut phone, alone).await;
            assert!(
                !is_signed_in(&after) && wrong(&after),
                "{synced}, {alone}: {}",
                after.text()
            );
            let last = town.events("signin.passkey").await.pop().unwrap();
            let why = "the passkey says otherwise than when it was made whether it may be copied";
            assert_eq!(last, ("refused".into(), why.into()));
        }
        let own = passkey::list(&mut town.op(), rosa).await.unwrap();
        let kept = (own[0].synced, own[0].backed_up, own[0].used_at);
        assert_eq!(kept, (synced, synced, None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_password_a_passkey_is_the_second_factor_of_its_own_person_only() {
    let town = Town::new().await;
    let (rosa, ben) = (town.person("rosa").await, town.person("ben").await);
    let mut key = give(&town, rosa, false).await;
    let mut bens = give(&town, ben, false).await;
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(
        page.text().contains("Confirm with your passkey"),
        "{}",
        page.text()
    );
    assert!(!page.has_field("code"), "she has no authenticator");
    let text = page.text();
    assert!(
        text.contains("Cannot sign in?") && text.contains("An administrator of your organisation helps you"),
        "{text}"
    );
    let stranger = browser
        .submit(&page, &[("answer", &bens.get(&options(&page)))])
        .await;
    assert!(wrong(&stranger), "{}", stranger.text());
    let home = browser
        .submit(&stranger, &[("answer", &key.get(&options(&stranger)))])
        .await;
    assert!(is_signed_in(&home), "{}", home.text());
    let told = town.details("signin.completed").await;
    assert_eq!(told["amr"], serde_json::json!(["pwd", "hwk", "user", "mfa"]));
    // An authenticator that has verified its holder once is held to it.
    key.verifies = false;
    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    assert!(wrong(
        &other
            .submit(&page, &[("answer", &key.get(&options(&page)))])
            .await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_is_removed_or_of_somebody_who_may_not_sign_in_opens_nothing() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let mut phone = give(&town, rosa, true).await;
    let mut op = town.op();
    let own = passkey::list(&mut op, rosa).await.unwrap();
    assert_eq!(
        (own.len(), own[0].name.as_str(), own[0].synced),
        (1, "My phone", true)
    );
    let ben = town.person("ben").await;
    let removal = passkey::remove(&mut op, ben, own[0].id).await.unwrap();
    assert_eq!(removal, Removal::Unknown);
    assert!(passkey::rename(&mut op, rosa, own[0].id, "").await.unwrap());
    let removal = passkey::remove(&mut op, rosa, own[0].id).await.unwrap();
    assert_eq!(removal, Removal::Removed);
    op.commit().await.unwrap();
    let browser = town.browser();
    let page = browser.get("/signin").await;
    assert!(wrong(
        &browser
            .submit(&page, &[("answer", &phone.get(&options(&page)))])
            .await
    ));
    let mut second = give(&town, rosa, true).await;
    let mut op = town.op();
    let (subject, disabled) = (Subject::Person(rosa), PersonStatus::Disabled);
    person::set_status(&mut op, town.organisation, subject, disabled, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let page = browser.get("/signin").await;
    let after = browser
        .submit(&page, &[("answer", &second.get(&options(&page)))])
        .await;
    assert!(!is_signed_in(&after) && wrong(&after), "{}", after.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_credential_is_enrolled_once() {
    let town = Town::new().await;
    let (rosa, ben) = (town.person("rosa").await, town.person("ben").await);
    let mut op = town.op();
    let owner = person::find(&mut op, rosa).await.unwrap().unwrap();
    let asked = (Kind::Passkey, Challenge::of(&op, "test", &[]));
    let options = passkey::request_new(&mut op, &owner, asked).await.unwrap();
    let (_, answer) = Authenticator::create(&options.unwrap(), &town.server.issuer, true);
    let other = (Kind::Passkey, Challenge::of(&op, "test", &["other"]));
    let ben = person::find(&mut op, ben).await.unwrap().unwrap();
    let tries = [
        (&owner, other, answer.as_str(), Err(NotMade::Invalid)),
        (&owner, asked, answer.as_str(), Ok(())),
        (&ben, asked, answer.as_str(), Err(NotMade::Present)),
        (&owner, asked, "{}", Err(NotMade::Invalid)),
    ];
    for (owner, asked, answer, expected) in tries {
        let made = passkey::enrol(&mut op, owner, asked, (answer, "x")).await;
        assert_eq!(made.unwrap(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_removals_at_once_one_leaves_the_factor_that_a_rule_demands() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.demand_second_factor(rosa).await;
    for synced in [true, false] {
        give(&town, rosa, synced).await;
    }
    let own = passkey::list(&mut town.op(), rosa).await.unwrap();
    let remove = async |id| {
        let mut op = town.op();
        let removal = passkey::remove(&mut op, rosa, id).await.unwrap();
        op.commit().await.unwrap();
        removal
    };
    // The first is under way while the second begins, which waits for it.
    let mut first = town.op();
    let removal = passkey::remove(&mut first, rosa, own[0].id).await.unwrap();
    assert_eq!(removal, Removal::Removed);
    let second = remove(own[1].id);
    let mut second = std::pin::pin!(second);
    let early = tokio::time::timeout(Duration::from_millis(200), &mut second).await;
    assert!(early.is_err(), "{early:?}");
    let (committed, removal) = tokio::join!(first.commit(), second);
    committed.unwrap();
    assert_eq!(removal, Removal::Last(Stays::Required));
    let left = passkey::list(&mut town.op(), rosa).await.unwrap();
    assert_eq!(left.len(), 1);
    // One that is not hers is not there, whatever a rule says.
    let gone = own.iter().find(|one| one.id != left[0].id).unwrap();
    assert_eq!(remove(gone.id).await, Removal::Unknown);
}

/// Sends what the browser has made to the page at hand.
async fn make(town: &Town, browser: &Browser, page: &Page) -> (Authenticator, Page) {
    let (made, answer) = Authenticator::create(&options(page), &town.server.issuer, true);
    let after = browser.submit(page, &[("answer", &answer)]).await;
    (made, after)
}

/// An application that asks for a proof that cannot be phished.
async fn strict(town: &Town) -> String {
    let callback = "https://app.example/callback";
    town.register("assured", ClientAuthMethod::ClientSecretBasic, callback)
        .await;
    authorize("assured", callback, &[("acr_values", "urn:doorward:acr:3")])
}

#[tokio::test(flavor = "multi_thread")]
async fn where_only_a_passkey_will_do_it_is_made_on_the_way_after_what_the_person_has() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let browser = town.browser();
    let page = browser.get(&strict(&town).await).await;
    let page = browser.submit(&page, &[("username", "rosa")]).await;
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(
        page.has_field("code") && !page.body.contains("data-options"),
        "{}",
        page.text()
    );
    let page = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(page.text().contains("You have none yet"), "{}", page.text());
    assert!(!page.has_button("not-now"));
    let (mut phone, page) = make(&town, &browser, &page).await;
    assert!(
        page.body.contains("<code>"),
        "codes come with it: {}",
        page.text()
    );
    let page = browser.press(&page, "continue").await;
    // It is used once: what is told of the sign-in is what happened.
    let done = browser
        .submit(&page, &[("answer", &phone.get(&options(&page)))])
        .await;
    assert!(
        done.location().is_some_and(|to| to.contains("code=")),
        "{}",
        done.text()
    );
    let told = town.details("signin.completed").await;
    assert_eq!(told["acr"], "urn:doorward:acr:3");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_some_time_ago_adds_no_passkey_without_the_password() {
    let town = Town::new().await;
    town.person("rosa").await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    town.wait(Duration::from_secs(301));
    let page = browser.get(&strict(&town).await).await;
    assert!(page.has_field("password"), "{}", page.text());
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(page.text().contains("You have none yet"), "{}", page.text());
    // What is not made for this step is refused with a sentence.
    let wrong = browser.submit(&page, &[("answer", "{}")]).await;
    assert!(
        wrong.text().contains("That passkey was not added"),
        "{}",
        wrong.text()
    );
    let (mut phone, page) = make(&town, &browser, &wrong).await;
    let page = browser
        .submit(&page, &[("answer", &phone.get(&options(&page)))])
        .await;
    assert!(page.body.contains("<code>"), "{}", page.text());
    let done = browser.press(&page, "continue").await;
    assert!(done.location().is_some(), "{}", done.text());
}

/// Signs in by password in a browser that says that it could make a passkey.
async fn able(browser: &Browser) -> Page {
    let page = identify(browser, "rosa").await;
    browser
        .submit(&page, &[("password", PASSWORD), ("passkeys", "yes")])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_offered_after_a_password_and_a_refusal_is_kept_for_thirty_days() {
    let town = Town::new().await;
    town.person("rosa").await;
    // Without scripts nothing is offered.
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));

    let browser = town.browser();
    let page = able(&browser).await;
    assert!(page.has_button("not-now"), "{}", page.text());
    let refused = browser.press(&page, "not-now").await;
    assert!(is_signed_in(&refused), "{}", refused.text());
    browser.press(&refused, "sign-out").await;
    let kept = able(&browser).await;
    assert!(
        is_signed_in(&kept),
        "this one is not asked again: {}",
        kept.text()
    );
    let again = town.browser();
    assert!(
        able(&again).await.has_button("not-now"),
        "another browser is asked"
    );

    let page = able(&again).await;
    let (mut phone, page) = make(&town, &again, &page).await;
    assert!(page.body.contains("<code>"), "{}", page.text());
    let home = again.press(&page, "continue").await;
    assert!(is_signed_in(&home), "it goes on by the password: {}", home.text());
    assert_eq!(
        town.details("signin.completed").await["acr"],
        "urn:doorward:acr:1"
    );

    // From the next sign-in on it is asked for, and nothing is offered.
    let other = town.browser();
    let page = able(&other).await;
    let home = other
        .submit(&page, &[("answer", &phone.get(&options(&page)))])
        .await;
    assert!(is_signed_in(&home), "{}", home.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_grace_of_a_roll_out_runs_it_is_offered_at_each_sign_in_with_the_date() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let rule = serde_json::json!({ "name": "Factor for all",
        "then": { "do": "enrol", "factor": "any", "grace_days": 14 } });
    crate::rule::add(&town, rule).await;
    let browser = town.browser();
    for _ in 0..2 {
        let page = able(&browser).await;
        assert!(page.has_button("not-now"), "{}", page.text());
        let reminder = "Your organisation asks you to set up a second factor before 20";
        assert!(page.text().contains(reminder), "{}", page.text());
        let refused = browser.press(&page, "not-now").await;
        assert!(is_signed_in(&refused), "{}", refused.text());
        browser.press(&refused, "sign-out").await;
    }
    // Whoever has one is not reminded.
    town.give_authenticator(rosa).await;
    let page = able(&browser).await;
    let home = browser.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
}
