//! Recovery with help.

use std::time::Duration;

use doorward::domain::{Actor, PersonId, RecoveryNeedsTwo, Right};
use doorward::enrolment::{self, Asked, Delivery, Refusal};
use doorward::factor::recovery;
use doorward::op::Op;
use doorward::person;

use super::{PASSWORD, SECRET, key_of, kinds, linked, options, rosa, signed_in, town};
use crate::admin::give_rights;
use crate::signin::{Town, enter_password, is_signed_in};
use crate::support::Authenticator;

/// Letters of one act have no order.
async fn sorted(town: &Town) -> Vec<String> {
    let mut kinds = kinds(town).await;
    kinds.sort();
    kinds
}

const NEW: &str = "nine quiet harbours";

async fn ask(town: &Town, who: PersonId, actor: Actor) -> Result<Asked, Refusal> {
    let mut op = Op::inside(&town.server.house, actor);
    let person = person::find(&mut op, who).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &person, "known by voice", Delivery::Mail).await;
    op.conclude(asked).await.unwrap()
}

async fn help(town: &Town, who: PersonId) -> String {
    let asked = ask(town, who, Actor::Operator).await.unwrap();
    assert!(matches!(asked, Asked::Issued(_)));
    linked(town, "recovery").await
}

#[tokio::test(flavor = "multi_thread")]
async fn until_a_pass_is_used_nothing_has_changed_and_the_owner_knows_of_it() {
    let town = town().await;
    let rosa = rosa(&town).await;
    let browser = signed_in(&town).await;
    let link = help(&town, rosa).await;
    assert_eq!(sorted(&town).await, ["recovery", "recovery-begun"]);
    assert!(is_signed_in(&browser.get("/").await));
    assert_eq!(town.browser().get(&link).await.status, 200);
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
    // Whoever says that it was not they ends the pass too.
    let not_me = linked(&town, "recovery-begun").await;
    let page = browser.get(&not_me).await;
    browser.press(&page, "not-me").await;
    assert_eq!(town.browser().get(&link).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_its_use_all_that_was_before_has_ended_and_the_account_is_as_strong_as_it_was() {
    let town = town().await;
    let rosa = rosa(&town).await;
    let session = signed_in(&town).await;
    town.give_authenticator(rosa).await;
    let link = help(&town, rosa).await;
    let browser = town.browser();
    let page = browser.get(&link).await;
    let page = browser.press(&page, "begin").await;
    assert!(!is_signed_in(&session.get("/").await), "sessions have ended");
    let old = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(
        !old.has_field("code") && !is_signed_in(&old),
        "the password has ended"
    );
    let page = browser.submit(&page, &[("new", NEW), ("again", NEW)]).await;
    assert!(
        page.text().contains("One thing more"),
        "a second factor was there: {}",
        page.text()
    );
    let early = enter_password(&town.browser(), "rosa", NEW).await;
    assert!(
        !early.has_field("code") && !is_signed_in(&early),
        "it is not recovered yet"
    );
    let secret = key_of(&page);
    let done = browser.submit(&page, &[("code", &town.code(&secret))]).await;
    assert!(done.text().contains("All is set"), "{}", done.text());
    town.wait(Duration::from_mins(1));
    let other = town.browser();
    let page = enter_password(&other, "rosa", NEW).await;
    let refused = other.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(!is_signed_in(&refused), "the old authenticator has ended");
    let home = other.submit(&refused, &[("code", &town.code(&secret))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    let kinds = kinds(&town).await;
    assert!(kinds.contains(&"recovered".to_owned()), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_pass_asks_for_no_less_than_the_one_that_was_begun_and_left() {
    let town = town().await;
    let rosa = rosa(&town).await;
    town.give_authenticator(rosa).await;
    let begin = async || {
        let browser = town.browser();
        let page = browser.get(&help(&town, rosa).await).await;
        let page = browser.press(&page, "begin").await;
        (browser, page)
    };
    begin().await;
    // One that nobody begins carries on what the one before it knew, however long that is ago.
    town.wait(Duration::from_hours(24 * 40));
    help(&town, rosa).await;
    town.wait(Duration::from_hours(24 * 40));
    let mut op = town.op();
    enrolment::sweep(&mut op).await.unwrap();
    op.commit().await.unwrap();
    let (browser, page) = begin().await;
    let page = browser.submit(&page, &[("new", NEW), ("again", NEW)]).await;
    assert!(page.text().contains("One thing more"), "{}", page.text());
    let secret = key_of(&page);
    browser.submit(&page, &[("code", &town.code(&secret))]).await;
    // Of an account that is recovered its owner decides again.
    let mut op = town.op();
    let own = doorward::factor::authenticators::list(&mut op, rosa)
        .await
        .unwrap();
    assert_eq!(own.len(), 1);
    let removed = doorward::factor::authenticators::remove(&mut op, rosa, own[0].id).await;
    op.conclude(removed).await.unwrap().unwrap();
    let (browser, page) = begin().await;
    let done = browser.submit(&page, &[("new", NEW), ("again", NEW)]).await;
    assert!(done.text().contains("All is set"), "{}", done.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_leads_back_to_an_account_that_is_held() {
    let town = town().await;
    let rosa = rosa(&town).await;
    signed_in(&town).await;
    signed_in(&town).await;
    let browser = town.browser();
    let page = browser.get(&linked(&town, "new-device").await).await;
    browser.press(&page, "not-me").await;
    let link = help(&town, rosa).await;
    let page = browser.get(&link).await;
    let page = browser.press(&page, "begin").await;
    let done = browser.submit(&page, &[("new", NEW), ("again", NEW)]).await;
    assert!(done.text().contains("All is set"), "{}", done.text());
    assert!(is_signed_in(&enter_password(&browser, "rosa", NEW).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_pass_takes_the_place_of_the_one_before() {
    let town = town().await;
    let rosa = rosa(&town).await;
    let first = help(&town, rosa).await;
    let second = help(&town, rosa).await;
    assert_eq!(town.browser().get(&first).await.status, 410);
    assert_eq!(town.browser().get(&second).await.status, 200);
    town.wait(Duration::from_hours(4));
    assert_eq!(town.browser().get(&second).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_may_have_to_agree_for_administrators_alone() {
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.signin.recovery_needs_two = RecoveryNeedsTwo::Administrators;
    })
    .await;
    let rosa = rosa(&town).await;
    let ada = town.person("ada").await;
    let ben = crate::break_glass::reachable(&town, "ben").await;
    let issued = ask(&town, rosa, Actor::Person(ada)).await;
    assert!(matches!(issued, Ok(Asked::Issued(_))), "{issued:?}");
    crate::admin::give_rights(&town, ben, "desk", &[Right::PeopleRead]).await;
    let waits = ask(&town, ben, Actor::Person(ada)).await;
    assert!(matches!(waits, Ok(Asked::Waits(_))), "{waits:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_may_agree_are_told_who_asks_for_whom_and_why() {
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.signin.recovery_needs_two = RecoveryNeedsTwo::Everybody;
    })
    .await;
    let rosa = rosa(&town).await;
    for name in ["ada", "ben", "cem"] {
        let id = town.person(name).await;
        town.give_address(id, &format!("{name}@northbeam.example"), true)
            .await;
        let rights: &[Right] = if name == "cem" {
            &[]
        } else {
            &[Right::PeopleManage]
        };
        give_rights(&town, id, &format!("role-of-{name}"), rights).await;
    }
    let ada = town.id_of("ada").await;
    let waits = ask(&town, rosa, Actor::Person(ada)).await;
    let Ok(Asked::Waits(id)) = waits else {
        panic!("{waits:?}");
    };
    super::reset::work(&town).await;
    let told = super::letters(&town).await;
    let [(kind, to, text)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(
        (kind.as_str(), to.as_str()),
        ("pass-waits", "ben@northbeam.example")
    );
    for said in [
        "Name of rosa",
        "Name of ada",
        "known by voice",
        &format!("/admin/people/{rosa}/help"),
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // Of one that is agreed to before the mail goes nobody is told.
    let waits = ask(&town, rosa, Actor::Operator).await;
    let Ok(Asked::Waits(second)) = waits else {
        panic!("{waits:?}");
    };
    assert_ne!(id, second);
    let mut op = Op::inside(&town.server.house, Actor::Person(ada));
    let agreed = enrolment::agree(&mut op, town.organisation, second, Delivery::Mail).await;
    assert!(op.conclude(agreed).await.unwrap().is_ok());
    super::reset::work(&town).await;
    assert_eq!(
        kinds(&town)
            .await
            .iter()
            .filter(|one| *one == "pass-waits")
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_have_to_agree_one_alone_issues_nothing() {
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.signin.recovery_needs_two = RecoveryNeedsTwo::Everybody;
    })
    .await;
    let rosa = rosa(&town).await;
    let (ada, ben) = (town.person("ada").await, town.person("ben").await);
    let Ok(Asked::Waits(id)) = ask(&town, rosa, Actor::Person(ada)).await else {
        panic!("it was issued at once");
    };
    assert!(kinds(&town).await.is_empty());
    let agree = async |actor: Actor| {
        let mut op = Op::inside(&town.server.house, actor);
        let agreed = enrolment::agree(&mut op, town.organisation, id, Delivery::Mail).await;
        op.conclude(agreed).await.unwrap().map(|issued| issued.pass)
    };
    assert_eq!(agree(Actor::Person(ada)).await, Err(Refusal::Same));
    assert!(kinds(&town).await.is_empty());
    assert_eq!(agree(Actor::Person(ben)).await, Ok(id));
    assert_eq!(sorted(&town).await, ["recovery", "recovery-begun"]);
    assert_eq!(
        agree(Actor::Operator).await,
        Err(Refusal::Gone),
        "it is issued once"
    );
    let asked = town.events("pass.asked").await;
    assert_eq!(asked, [("success".into(), String::new())]);
    let issued = town.events("pass.issued").await;
    assert_eq!(issued.len(), 2);
    assert_eq!(issued[0].0, "refused");
    // Who has agreed is who acts; who had asked is told beside it.
    assert_eq!(
        town.details("pass.issued").await["asked_by"],
        ada.to_string().as_str()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_pass_is_issued_without_a_reason_or_an_address_or_mail() {
    let town = town().await;
    let rosa = rosa(&town).await;
    let ben = town.person("ben").await;
    assert!(matches!(
        ask(&town, ben, Actor::Operator).await,
        Err(Refusal::NoAddress)
    ));
    let mut op = town.op();
    let person = person::find(&mut op, rosa).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &person, "  ", Delivery::Mail)
        .await
        .unwrap();
    assert!(matches!(asked, Err(Refusal::Reason)));
    let person = person::find(&mut op, ben).await.unwrap().unwrap();
    let shown = enrolment::help(&mut op, &person, "at the desk", Delivery::Shown)
        .await
        .unwrap();
    let Ok(Asked::Issued(issued)) = shown else {
        panic!("not issued")
    };
    let link = issued.link.unwrap();
    op.commit().await.unwrap();
    assert_eq!(town.browser().get(link.expose()).await.status, 200);
    let silent = Town::new().await;
    let ben = silent.person("ben").await;
    assert!(matches!(
        ask(&silent, ben, Actor::Operator).await,
        Err(Refusal::NoMail)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_waited_with_the_old_factors_is_over_after_a_recovery() {
    let town = town().await;
    let rosa = rosa(&town).await;
    town.give_authenticator(rosa).await;
    let mut op = town.op();
    let codes = recovery::make(&mut op, rosa).await.unwrap();
    op.commit().await.unwrap();
    // Whoever has the old password and a code of hers stops at the last page.
    let thief = town.browser();
    let page = enter_password(&thief, "rosa", PASSWORD).await;
    let page = thief.get(&format!("{}/recovery", page.url)).await;
    let waiting = thief.submit(&page, &[("code", &codes[0])]).await;
    assert!(
        waiting.text().contains("9 recovery codes left"),
        "{}",
        waiting.text()
    );
    // She comes back with a passkey alone, so that no new password ends what waits.
    let (browser, link) = (town.browser(), help(&town, rosa).await);
    let page = browser.get(&link).await;
    let page = browser.press(&page, "begin").await;
    let (_, answer) = Authenticator::create(&options(&page), &town.server.issuer, true);
    let fields = [("answer", answer.as_str()), ("name", "Phone")];
    let done = browser.submit(&page, &fields).await;
    assert!(done.body.contains("id=\"sign-in\""), "{}", done.text());
    let after = thief.press(&waiting, "continue").await;
    assert!(!is_signed_in(&after), "{}", after.text());
    assert!(!is_signed_in(&thief.get("/").await));
}
