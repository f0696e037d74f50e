//! Reminders by mail while the grace runs, and those that an administrator asks for.

use doorward::domain::{FactorAsked, PersonStatus, RuleMode};
use doorward::job;
use doorward::person;
use doorward::roll_out::{self, NotCalled};
use doorward::rule::{self, Change};
use doorward::storage::Sql;
use serde_json::json;

use super::{Firm, hours};

async fn call(firm: &Firm, id: doorward::domain::RuleId) -> Result<(), NotCalled> {
    let (set, one) = firm.current(id).await;
    let mut op = firm.bare.op();
    let called = roll_out::call(&mut op, &set, &one).await.unwrap();
    op.commit().await.unwrap();
    called
}

#[tokio::test]
async fn whoever_is_left_is_reminded_at_the_start_at_half_and_before_the_end_once_each() {
    let firm = Firm::new().await;
    firm.person("rosa").await;
    firm.roll_out(FactorAsked::Any, 14).await;
    for _ in 0..32 {
        firm.go_on().await;
        firm.wait(12);
    }
    let all = ["start", "half", "three-days", "last-day"];
    assert_eq!(
        firm.letters().await,
        all.map(|kind| format!("reminder-{kind} rosa"))
    );
    let told = firm.bare.events("roll_out.reminded").await;
    assert_eq!(told.len(), 4);
    assert_eq!(told[0]["details"]["people"], 1);
}

#[tokio::test]
async fn a_letter_says_what_until_when_in_words_and_where_in_the_language_of_the_reader() {
    let firm = Firm::new().await;
    firm.person_with("rosa", |new| new.locale = Some("de-AT".to_owned()))
        .await;
    let id = firm.roll_out(FactorAsked::Passkey, 14).await;
    firm.go_on().await;
    let (subject, text) = firm.newest().await;
    assert_eq!(subject, "Bitte fügen Sie einen Passkey hinzu");
    // The clock stands at 2027-01-15 08:00, so that the grace ends on the 29th.
    assert!(
        text.contains("Der letzte Tag dafür ist Donnerstag, 28. Januar 2027."),
        "{text}"
    );
    assert!(text.contains("Northbeam bittet Sie"), "{text}");
    assert!(text.contains("/account/passkeys\n"), "{text}");
    assert!(!text.contains("/account/authenticators"), "{text}");
    firm.wait(24 * 13);
    firm.go_on().await;
    let (subject, _) = firm.newest().await;
    assert_eq!(
        subject,
        "Letzter Tag für den Passkey: Donnerstag, 28. Januar 2027"
    );
    firm.wait(48);
    call(&firm, id).await.unwrap();
    firm.work().await;
    let (_, text) = firm.newest().await;
    assert!(text.contains("Die Zeit dafür ist abgelaufen"), "{text}");

    let firm = Firm::new().await;
    firm.person_with("cem", |new| new.locale = Some("tr".to_owned()))
        .await;
    firm.roll_out(FactorAsked::Any, 7).await;
    firm.go_on().await;
    let (subject, text) = firm.newest().await;
    assert_eq!(subject, "Lütfen ikinci bir etken kurun");
    assert!(
        text.contains("Bunun için son gün: 21 Ocak 2027 Perşembe."),
        "{text}"
    );
    assert!(
        text.contains("/account/passkeys\n") && text.contains("/account/authenticators/add\n"),
        "{text}"
    );
}

#[tokio::test]
async fn nobody_is_written_to_who_has_the_factor_an_exception_no_way_in_or_no_proven_address() {
    let firm = Firm::new().await;
    for name in ["ada", "ben", "cem", "deniz", "rosa", "zoe"] {
        firm.person(name).await;
    }
    let find = async |name: &str| {
        let name = doorward::domain::Username::parse(name).unwrap();
        let found = person::find_by_username(&mut firm.bare.op(), &name)
            .await
            .unwrap();
        found.unwrap()
    };
    firm.person_with("eve", |new| new.email_verified = false).await;
    firm.person_with("fay", |new| new.email = None).await;
    firm.give_authenticator(find("ada").await.id).await;
    let mut op = firm.bare.op();
    let ben = find("ben").await.id;
    let ben = doorward::domain::Subject::Person(ben);
    person::set_status(&mut op, firm.organisation, ben, PersonStatus::Disabled, "a test")
        .await
        .unwrap();
    person::hold(&mut op, &find("cem").await, None, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let then = json!({ "do": "enrol", "factor": "any", "grace_days": 14 });
    let rule = json!({ "name": "Not Zoe", "unless": { "people": ["zoe"] }, "then": then });
    let id = firm.draft(rule).await;
    firm.except(id, "deniz", 3).await;
    firm.go_on().await;
    assert!(firm.letters().await.is_empty(), "a draft asks nobody");
    firm.switch(id, RuleMode::On).await;
    firm.go_on().await;
    assert_eq!(firm.letters().await, ["reminder-start rosa"]);
    // When the exception is over, the reminder that is at hand goes to her too.
    firm.wait(24 * 4);
    firm.go_on().await;
    assert_eq!(
        firm.letters().await,
        ["reminder-start rosa", "reminder-start deniz"]
    );
}

#[tokio::test]
async fn a_passkey_is_asked_of_whoever_has_an_authenticator_only() {
    let firm = Firm::new().await;
    let ada = firm.person("ada").await;
    firm.give_authenticator(ada).await;
    firm.roll_out(FactorAsked::Passkey, 14).await;
    firm.go_on().await;
    assert_eq!(firm.letters().await, ["reminder-start ada"]);
}

#[tokio::test]
async fn a_roll_out_reminds_from_its_start_and_anew_when_it_is_switched_on_again() {
    let firm = Firm::new().await;
    firm.person("rosa").await;
    let starts = firm.bare.op().now.plus(hours(24 * 5));
    let rule = json!({
        "name": "Later", "starts": doorward::domain::rfc3339::written(starts),
        "then": { "do": "enrol", "factor": "any", "grace_days": 14 },
    });
    let id = firm.draft(rule).await;
    firm.switch(id, RuleMode::On).await;
    firm.wait(24 * 5 - 1);
    firm.go_on().await;
    assert!(firm.letters().await.is_empty());
    assert_eq!(call(&firm, id).await, Err(NotCalled::NotRunning));
    firm.wait(1);
    firm.go_on().await;
    assert_eq!(firm.letters().await, ["reminder-start rosa"]);
    firm.switch(id, RuleMode::Draft).await;
    firm.wait(24 * 7);
    firm.go_on().await;
    assert_eq!(firm.letters().await.len(), 1);
    firm.switch(id, RuleMode::On).await;
    firm.go_on().await;
    assert_eq!(
        firm.letters().await,
        ["reminder-start rosa", "reminder-start rosa"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_replicas_one_looks_and_work_that_is_done_twice_reminds_once() {
    let firm = Firm::new().await;
    firm.person("rosa").await;
    firm.roll_out(FactorAsked::Any, 14).await;
    let other = firm.bare.replica().await;
    let look = async |bare: &crate::support::Bare| {
        let mut op = bare.op();
        let looked = roll_out::look(&mut op).await;
        op.conclude(looked).await.unwrap();
    };
    tokio::join!(look(&firm.bare), look(&other));
    look(&other).await;
    let jobs = job::list(&mut firm.bare.op(), None).await.unwrap();
    assert_eq!(jobs.len(), 1, "within the hour nobody looks again");
    // The same work once more, as after the end of a process that could not say that it was done.
    let mut op = firm.bare.op();
    job::queue(&mut op, "roll_out.remind", &jobs[0].payload)
        .await
        .unwrap();
    op.commit().await.unwrap();
    firm.work().await;
    assert_eq!(firm.letters().await, ["reminder-start rosa"]);
    firm.wait(1);
    look(&firm.bare).await;
    let jobs = job::list(&mut firm.bare.op(), None).await.unwrap();
    assert_eq!(jobs.len(), 3);
}

#[tokio::test]
async fn a_large_organisation_is_gone_through_a_page_at_a_time() {
    const MAILS: Sql = Sql::new("SELECT CAST(COUNT(*) AS BIGINT) AS mails FROM mail");
    let firm = Firm::new().await;
    let mut op = firm.bare.op();
    for number in 0..450 {
        let name = format!("person{number:03}");
        let username = doorward::domain::Username::parse(&name).unwrap();
        let mut new = person::NewPerson::named(firm.organisation, username, &name);
        new.email = Some(format!("{name}@northbeam.example"));
        new.email_verified = true;
        person::create(&mut op, new).await.unwrap();
    }
    op.commit().await.unwrap();
    firm.roll_out(FactorAsked::Any, 14).await;
    firm.go_on().await;
    let jobs = job::list(&mut firm.bare.op(), None).await.unwrap();
    assert_eq!(jobs.len(), 3, "each page is an act of its own");
    let mut tx = firm.bare.house.storage.read().await.unwrap();
    let mails: i64 = tx.query(MAILS).one(|row| row.get("mails")).await.unwrap();
    assert_eq!(mails, 450);
    drop(tx);
    let told = firm.bare.events("roll_out.reminded").await;
    let people: Vec<i64> = told
        .iter()
        .map(|event| event["details"]["people"].as_i64().unwrap())
        .collect();
    assert_eq!(people, [200, 200, 50]);
}

#[tokio::test]
async fn an_administrator_reminds_those_who_are_left_once_a_day() {
    let firm = Firm::new().await;
    let ada = firm.person("ada").await;
    firm.person("rosa").await;
    firm.give_authenticator(ada).await;
    let id = firm.roll_out(FactorAsked::Any, 14).await;
    call(&firm, id).await.unwrap();
    firm.work().await;
    // It takes the place of the one that would go by itself.
    firm.go_on().await;
    assert_eq!(firm.letters().await, ["reminder-asked rosa"]);
    firm.wait(23);
    let again = firm.bare.op().now.plus(hours(1));
    assert_eq!(call(&firm, id).await, Err(NotCalled::TooSoon(again)));
    firm.wait(1);
    call(&firm, id).await.unwrap();
    firm.work().await;
    assert_eq!(firm.letters().await.len(), 2);
    // Done twice, it reminds once.
    let jobs = job::list(&mut firm.bare.op(), None).await.unwrap();
    let mut op = firm.bare.op();
    job::queue(&mut op, "roll_out.remind", &jobs[0].payload)
        .await
        .unwrap();
    op.commit().await.unwrap();
    firm.work().await;
    assert_eq!(firm.letters().await.len(), 2);
    assert_eq!(firm.bare.events("roll_out.called").await.len(), 2);
    firm.change(Change::Switch(id, RuleMode::Report)).await;
    assert_eq!(call(&firm, id).await, Err(NotCalled::NotRunning));
}

#[tokio::test]
async fn where_no_mail_goes_anywhere_nobody_is_reminded_and_that_is_said() {
    let firm = Firm::with(|_| {}).await;
    firm.person("rosa").await;
    let id = firm.roll_out(FactorAsked::Any, 14).await;
    firm.go_on().await;
    assert!(job::list(&mut firm.bare.op(), None).await.unwrap().is_empty());
    assert_eq!(call(&firm, id).await, Err(NotCalled::NoMail));
}

#[tokio::test]
async fn a_rule_that_is_gone_reminds_nobody_though_its_work_was_queued() {
    let firm = Firm::new().await;
    firm.person("rosa").await;
    let id = firm.roll_out(FactorAsked::Any, 14).await;
    let mut op = firm.bare.op();
    roll_out::look(&mut op).await.unwrap();
    op.commit().await.unwrap();
    firm.change(Change::Remove(id)).await;
    firm.work().await;
    assert!(firm.letters().await.is_empty());
    let set = rule::current(&mut firm.bare.op(), firm.organisation)
        .await
        .unwrap();
    assert!(roll_out::all(&set).is_empty());
}

#[tokio::test]
async fn reminders_are_forgotten_when_no_grace_needs_them() {
    let firm = Firm::new().await;
    firm.person("rosa").await;
    firm.roll_out(FactorAsked::Any, 14).await;
    firm.go_on().await;
    for (days, swept) in [(399, 0), (2, 1)] {
        firm.wait(24 * days);
        let mut op = firm.bare.op();
        assert_eq!(roll_out::sweep(&mut op).await.unwrap(), swept);
        op.commit().await.unwrap();
    }
}
