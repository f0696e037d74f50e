//! Accounts for emergencies: left out by rules that say so, told to the administrators, reviewed by somebody else.

use std::time::Duration;

use doorward::access;
use doorward::break_glass::{self, Refusal};
use doorward::domain::{Actor, PersonId, Right};
use doorward::enrolment::{self, Delivery};
use doorward::job::{Worked, work_on_next};
use doorward::mail;
use doorward::op::Op;
use doorward::person::{self, PersonError};
use doorward::session;
use serde_json::json;

use crate::admin::give_rights;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::Browser;

/// A town whose mails are kept, with two administrators who can be written to.
async fn town() -> (Town, [PersonId; 2]) {
    let town = Town::with(|config| config.mail.kept = true).await;
    let (ada, max) = (reachable(&town, "ada").await, reachable(&town, "max").await);
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    give_rights(&town, max, "keeper", &[Right::RulesManage]).await;
    (town, [ada, max])
}

pub(crate) async fn reachable(town: &Town, name: &str) -> PersonId {
    let id = town.person(name).await;
    town.give_address(id, &format!("{name}@northbeam.example"), true)
        .await;
    id
}

async fn mark(town: &Town, id: PersonId, reason: &str) -> Result<(), PersonError> {
    let mut op = town.op();
    let person = person::find(&mut op, id).await.unwrap().unwrap();
    person::mark_break_glass(&mut op, &person, reason).await?;
    op.commit().await.unwrap();
    Ok(())
}

/// Whom the letters about uses went to, after the work that is due is done.
async fn told(town: &Town) -> Vec<String> {
    // Other jobs may be due before it.
    let kinds = [session::jobs(), break_glass::jobs()].concat();
    while work_on_next(&town.server.house, &kinds).await.unwrap() == Worked::Attempted {}
    let mails = mail::list(&mut town.op()).await.unwrap();
    let about = mails.into_iter().filter(|one| one.kind == "break-glass");
    let mut addresses: Vec<String> = about.map(|one| one.to.to_string()).collect();
    addresses.sort();
    addresses
}

async fn sign_in(town: &Town, name: &str) -> Browser {
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, name, PASSWORD).await));
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_says_so_leaves_marked_accounts_out_and_no_other_rule_does() {
    let (town, _) = town().await;
    let glass = town.person("glass").await;
    town.person("rosa").await;
    let rule = json!({ "name": "All but them", "when": { "break_glass": false }, "then": { "do": "second_factor" } });
    crate::rule::add(&town, rule).await;
    let asked = async |name: &str| !is_signed_in(&enter_password(&town.browser(), name, PASSWORD).await);
    assert!(asked("glass").await, "not marked yet");
    mark(&town, glass, "the safe").await.unwrap();
    assert!(!asked("glass").await);
    assert!(asked("rosa").await);
    let rule =
        json!({ "name": "Them too", "when": { "break_glass": true }, "then": { "do": "second_factor" } });
    crate::rule::add(&town, rule).await;
    assert!(asked("glass").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_needs_a_reason_is_made_once_and_can_be_taken_away() {
    let (town, _) = town().await;
    let glass = town.person("glass").await;
    assert!(matches!(
        mark(&town, glass, " ").await,
        Err(PersonError::ReasonMissing)
    ));
    mark(&town, glass, "the safe").await.unwrap();
    assert!(matches!(
        mark(&town, glass, "again").await,
        Err(PersonError::MarkedAlready)
    ));
    let listed = person::list_break_glass(&mut town.op(), town.organisation)
        .await
        .unwrap();
    assert_eq!(
        (listed.len(), listed[0].0.id, listed[0].1.as_str()),
        (1, glass, "the safe")
    );
    let mut op = town.op();
    let person = person::find(&mut op, glass).await.unwrap().unwrap();
    break_glass::unmark(&mut op, &person, "replaced").await.unwrap();
    let again = break_glass::unmark(&mut op, &person, "replaced").await;
    assert!(matches!(again, Err(PersonError::NotMarked)));
    op.commit().await.unwrap();
    for kind in ["break_glass.marked", "break_glass.unmarked"] {
        assert_eq!(town.events(kind).await.len(), 1, "{kind}");
    }
    // That is told too, so that nobody takes it away for an hour.
    assert_eq!(told(&town).await.len(), 2);
    assert_eq!(town.details("break_glass.used").await["act"], "unmarked");
    sign_in(&town, "glass").await;
    assert_eq!(told(&town).await.len(), 2, "an account like any other");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_administrator_is_told_of_a_sign_in_and_of_a_link_that_is_used() {
    let (town, _) = town().await;
    let glass = reachable(&town, "glass").await;
    sign_in(&town, "glass").await;
    assert!(town.events("break_glass.used").await.is_empty());
    mark(&town, glass, "the safe").await.unwrap();
    sign_in(&town, "glass").await;
    let administrators = ["ada@northbeam.example", "max@northbeam.example"];
    assert_eq!(told(&town).await, administrators);
    assert_eq!(town.details("break_glass.used").await["act"], "sign_in");
    // Whoever gets new factors for it is told as well, before they have them.
    let mut op = town.op();
    let person = person::find(&mut op, glass).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &person, "a try", Delivery::Shown).await;
    let enrolment::Asked::Issued(issued) = op.conclude(asked).await.unwrap().unwrap() else {
        panic!("no second administrator is asked here");
    };
    let link = issued.link.unwrap().expose().to_owned();
    let browser = town.browser();
    let page = browser.get(link.strip_prefix(&town.server.issuer).unwrap()).await;
    assert_eq!(town.events("break_glass.used").await.len(), 1);
    browser.press(&page, "begin").await;
    assert_eq!(town.events("break_glass.used").await.len(), 2);
    assert_eq!(told(&town).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_is_reviewed_once_with_what_was_found_and_not_by_whose_account_it_is() {
    let (town, [ada, max]) = town().await;
    mark(&town, max, "the safe").await.unwrap();
    sign_in(&town, "max").await;
    let waiting = break_glass::uses(&mut town.op(), town.organisation)
        .await
        .unwrap();
    assert_eq!(
        (waiting.len(), waiting[0].person, &waiting[0].reviewed),
        (1, max, &None)
    );
    let review = async |by: PersonId, note: &str| {
        let mut op = Op::inside(&town.server.house, Actor::Person(by));
        let reviewed = break_glass::review(&mut op, town.organisation, waiting[0].id, note).await;
        op.conclude(reviewed).await.unwrap()
    };
    assert_eq!(review(max, "it was me").await, Err(Refusal::Own));
    let program = doorward::domain::ServiceAccountId::new(town.op().now, [9; 10]);
    let mut op = Op::inside(&town.server.house, Actor::ServiceAccount(program));
    let by_program = break_glass::review(&mut op, town.organisation, waiting[0].id, "ok").await;
    assert_eq!(by_program.unwrap(), Err(Refusal::Own), "a program is nobody else");
    drop(op);
    assert_eq!(review(ada, "  ").await, Err(Refusal::Note));
    assert_eq!(review(ada, &"x".repeat(1_001)).await, Err(Refusal::Note));
    assert_eq!(
        break_glass::open(&mut town.op(), town.organisation)
            .await
            .unwrap(),
        1
    );
    // Another organisation's administrator finds nothing.
    let mut op = town.op();
    let other = break_glass::review(&mut op, town.elsewhere().await, waiting[0].id, "x");
    assert_eq!(other.await.unwrap(), Err(Refusal::Gone));
    drop(op);
    assert_eq!(review(ada, "the half-yearly try").await, Ok(()));
    assert_eq!(review(ada, "once more").await, Err(Refusal::Gone));
    let found = break_glass::uses(&mut town.op(), town.organisation)
        .await
        .unwrap();
    let reviewed = found[0].reviewed.clone().unwrap();
    assert_eq!(
        (reviewed.by, reviewed.note.as_str()),
        (ada.to_string(), "the half-yearly try")
    );
    assert_eq!(
        break_glass::open(&mut town.op(), town.organisation)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_marks_shows_and_reviews() {
    const HERE: &str = "/admin/break-glass";
    let (town, _) = town().await;
    town.person("glass").await;
    let ada = sign_in(&town, "ada").await;
    let page = ada.get(HERE).await;
    assert!(page.text().contains("No account is marked"), "{}", page.text());
    let fields = |name| [("username", name), ("reason", "the safe")];
    let nobody = ada.press_with(&page, "mark", &fields("nobody")).await;
    assert_eq!(nobody.status, 422);
    assert!(
        nobody.text().contains("Nobody in your organisation") && nobody.body.contains("value=\"nobody\""),
        "{}",
        nobody.text()
    );
    town.stranger("sam", "Sam of Southgate").await;
    let nobody = ada.press_with(&nobody, "mark", &fields("sam")).await;
    assert_eq!(nobody.status, 422, "somebody of another organisation");
    let page = ada.press_with(&nobody, "mark", &fields("glass")).await;
    assert!(page.text().contains("The account is marked"), "{}", page.text());
    assert!(ada.get("/admin").await.text().contains("No use waits"));
    sign_in(&town, "glass").await;
    assert!(
        ada.get("/admin")
            .await
            .text()
            .contains("One use waits for a review")
    );
    let page = ada.get(HERE).await;
    let id = break_glass::uses(&mut town.op(), town.organisation)
        .await
        .unwrap()[0]
        .id;
    let page = ada
        .press_with(&page, &format!("review-{id}"), &[("note", "a fire drill")])
        .await;
    assert!(
        page.text().contains("The review is noted") && page.text().contains("a fire drill"),
        "{}",
        page.text()
    );
    let glass = town.id_of("glass").await;
    let page = ada
        .press_with(&page, &format!("unmark-{glass}"), &[("why", "replaced")])
        .await;
    assert!(page.text().contains("The mark is gone"), "{}", page.text());
    // Who may read the rules only does not see it.
    let rosa = town.person("rosa").await;
    give_rights(&town, rosa, "auditor", &[Right::RulesRead, Right::PeopleRead]).await;
    assert_eq!(sign_in(&town, "rosa").await.get(HERE).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_and_codes_at_one_are_told_once_an_hour() {
    let (town, _) = town().await;
    let glass = reachable(&town, "glass").await;
    town.give_authenticator(glass).await;
    let wrong = async || {
        enter_password(&town.browser(), "glass", "not the password").await;
    };
    wrong().await;
    assert!(told(&town).await.is_empty(), "an account like any other");
    mark(&town, glass, "the safe").await.unwrap();
    wrong().await;
    wrong().await;
    assert_eq!(told(&town).await.len(), 2, "both administrators, once");
    assert_eq!(town.details("break_glass.used").await["act"], "attempt");
    town.wait(Duration::from_secs(3_601));
    let browser = town.browser();
    let page = enter_password(&browser, "glass", PASSWORD).await;
    browser.submit(&page, &[("code", "000000")]).await;
    assert_eq!(told(&town).await.len(), 4);
    let mails = mail::list(&mut town.op()).await.unwrap();
    let subject = mails.into_iter().find(|one| one.kind == "break-glass").unwrap();
    assert!(
        subject
            .letter
            .unwrap()
            .0
            .contains("is trying an emergency account")
    );
    let uses = break_glass::uses(&mut town.op(), town.organisation)
        .await
        .unwrap();
    assert_eq!(uses.len(), 2, "each waits for a review");
}
