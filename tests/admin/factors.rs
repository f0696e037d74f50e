//! One factor of somebody, removed by an administrator.

use doorward::domain::{PersonId, Right, Subject};
use doorward::factor::second::Stays;
use doorward::factor::{passkey, removal, totp};
use doorward::mail;
use http::Method;
use serde_json::{Value, json};

use super::api::{caller, give, keeper, refused, register_program, token};
use super::{administered, give_rights};
use crate::account::token_of;
use crate::oauth::stage::Stage;
use crate::signin::{PASSWORD, SECRET, Town, enter_password};

/// Gives somebody one more authenticator; answers its id.
async fn authenticator(op: &mut doorward::op::Op, person: PersonId) -> String {
    let before = removal::list(op, person).await.unwrap();
    let secret = doorward::domain::Secret::new(SECRET.to_owned());
    totp::enrol_directly(op, person, &secret).await.unwrap();
    let after = removal::list(op, person).await.unwrap().into_iter();
    let mut new = after.filter(|one| before.iter().all(|old| old.which != one.which));
    new.next().unwrap().which.id()
}

async fn of_town(town: &Town, person: PersonId) -> String {
    let mut op = town.op();
    let id = authenticator(&mut op, person).await;
    op.commit().await.unwrap();
    id
}

async fn of_stage(stage: &Stage, person: PersonId) -> String {
    let mut op = stage.op();
    let id = authenticator(&mut op, person).await;
    op.commit().await.unwrap();
    id
}

async fn left(town: &Town, person: PersonId) -> Vec<String> {
    let all = removal::list(&mut town.op(), person).await.unwrap();
    all.into_iter().map(|one| one.which.id()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_is_removed_with_a_reason_and_the_last_one_stays() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    let (first, second) = (of_town(&town, rosa).await, of_town(&town, rosa).await);
    let here = format!("/admin/people/{rosa}");
    let page = browser.get(&here).await;
    let button = format!("remove-{first}");
    let refused = browser.press_with(&page, &button, &[("reason", " ")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Write a reason"), "{}", refused.text());
    let removed = browser
        .press_with(&page, &button, &[("reason", "sold the phone")])
        .await;
    assert!(
        removed.text().contains("The factor is removed"),
        "{}",
        removed.text()
    );
    assert_eq!(left(&town, rosa).await, std::slice::from_ref(&second));
    assert_eq!(
        town.events("factor.totp.removed").await,
        [("success".into(), "sold the phone".into())]
    );
    // It is not there any more.
    let again = browser.press_with(&page, &button, &[("reason", "again")]).await;
    assert!(again.text().contains("not there any more"), "{}", again.text());
    // No rule asks rosa for a second factor, so that she herself could do without; whoever calls and says that they are she may not.
    let button = format!("remove-{second}");
    let last = browser
        .press_with(&again, &button, &[("reason", "lost it too")])
        .await;
    assert_eq!(last.status, 409);
    assert!(
        last.text().contains("This is their last second factor") && last.body.contains("lost it too"),
        "{}",
        last.text()
    );
    assert_eq!(left(&town, rosa).await, [second]);
    let events = town.events("factor.totp.removed").await;
    assert_eq!(events.last().unwrap().0, "refused");
    assert_eq!(town.details("factor.totp.removed").await["why"], "lost it too");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_more_rights_or_is_oneself_or_reads_only_is_left_alone() {
    let (town, all_rights) = administered().await;
    let ada = town.id_of("ada").await;
    let sign_in = async |name: &str, rights: &[Right]| {
        let id = town.person(name).await;
        give_rights(&town, id, name, rights).await;
        let browser = town.browser();
        enter_password(&browser, name, PASSWORD).await;
        (id, browser)
    };
    let (desk, browser) = sign_in("desk", &[Right::PeopleRead, Right::PeopleManage]).await;
    let (_, reading) = sign_in("reader", &[Right::PeopleRead]).await;
    let factor = of_town(&town, ada).await;
    of_town(&town, ada).await;
    let sam = town.stranger("sam", "Sam of Southgate").await;
    for id in [ada, desk] {
        let here = format!("/admin/people/{id}");
        let page = browser.get(&here).await;
        assert!(!page.body.contains("id=\"remove-"), "{}", page.body);
        let form_token = token_of(&page);
        let fields = [
            ("form_token", form_token.as_str()),
            ("act", "remove"),
            ("factor", &factor),
            ("reason", "x"),
        ];
        let refused = browser.post(&here, &fields).await;
        assert_eq!(refused.status, 403);
        assert!(
            refused.text().contains("somebody who may do more here"),
            "{}",
            refused.text()
        );
        let elsewhere = browser.post(&format!("/admin/people/{sam}"), &fields).await;
        assert_eq!(elsewhere.status, 404);
    }
    assert_eq!(left(&town, ada).await.len(), 2);
    let refused = town.events("administration.refused").await;
    assert_eq!(refused.len(), 2, "{refused:?}");
    // A reader sees what there is, and no way to remove it.
    let rosa = town.person("rosa").await;
    let button = format!("remove-{}", of_town(&town, rosa).await);
    let here = format!("/admin/people/{rosa}");
    let page = all_rights.get(&here).await;
    assert!(page.has_button(&button), "{}", page.body);
    let page = reading.get(&here).await;
    assert!(!page.has_button(&button), "{}", page.body);
    let form_token = token_of(&page);
    let fields = [("form_token", form_token.as_str()), ("act", "remove")];
    assert_eq!(reading.post(&here, &fields).await.status, 403);
}

async fn delete(
    stage: &Stage,
    token: &str,
    (person, factor): (PersonId, &str),
    body: Value,
) -> crate::oauth::stage::Answer {
    let path = format!("/people/{person}/factors/{factor}");
    caller(stage, token).call(Method::DELETE, &path, Some(body)).await
}

#[tokio::test]
async fn a_program_removes_one_and_the_owner_is_told() {
    let (stage, token) = keeper().await;
    let mut op = stage.op();
    let ada = doorward::person::find(&mut op, stage.ada).await.unwrap().unwrap();
    let address = doorward::domain::EmailAddress::parse("ada@example.test").unwrap();
    doorward::person::set_email(&mut op, &ada, &address, true)
        .await
        .unwrap();
    op.commit().await.unwrap();
    let first = of_stage(&stage, stage.ada).await;
    let why = || json!({ "reason": "sold the phone" });
    let last = delete(&stage, &token, (stage.ada, &first), why()).await;
    let (status, detail) = refused(&last);
    assert_eq!(status, 409);
    assert!(detail.contains("help them to set up new ones"), "{detail}");
    of_stage(&stage, stage.ada).await;
    let shown = caller(&stage, &token)
        .get(&format!("/people/{}", stage.ada))
        .await
        .json();
    let shown = shown["factors"].as_array().unwrap();
    let named = shown.iter().find(|one| one["id"] == first).unwrap();
    assert_eq!((shown.len(), &named["kind"]), (2, &json!("authenticator")));
    for (factor, body, expected) in [
        (first.as_str(), json!({ "reason": "" }), 422),
        ("x", why(), 404),
        (&stage.ada.to_string(), why(), 404),
    ] {
        let answer = delete(&stage, &token, (stage.ada, factor), body).await;
        assert_eq!(refused(&answer).0, expected, "{answer:?}");
    }
    let removed = delete(&stage, &token, (stage.ada, &first), why()).await;
    assert_eq!((removed.status.as_u16(), removed.body.as_str()), (204, ""));
    let mails = mail::list(&mut stage.op()).await.unwrap();
    let letter = mails.into_iter().find(|one| one.kind == "authenticator-removed");
    let letter = letter.expect("the owner is told").letter.unwrap().1;
    assert!(letter.contains("An administrator"), "{letter}");
    let events = stage.bare.events("factor.totp.removed").await;
    let event = events.last().unwrap();
    assert_eq!(event["reason"], "sold the phone");
    assert_eq!(
        event["actor"],
        json!({ "type": "service_account", "id": stage.robot.to_string() })
    );
}

#[tokio::test]
async fn a_program_without_the_right_or_below_somebody_removes_nothing() {
    let mut stage = Stage::new().await;
    let desk = [Right::PeopleRead, Right::PeopleManage];
    give(&stage, Subject::ServiceAccount(stage.robot), "help_desk", &desk).await;
    give(&stage, Subject::Person(stage.ada), "administrator", Right::ALL).await;
    register_program(&mut stage, "desk2").await;
    let factor = of_stage(&stage, stage.ada).await;
    of_stage(&stage, stage.ada).await;
    let why = || json!({ "reason": "x" });
    let manages = token(&stage, "desk2", "people:read people:manage").await;
    let reads = token(&stage, "desk2", "people:read").await;
    for token in [&manages, &reads] {
        let answer = delete(&stage, token, (stage.ada, &factor), why()).await;
        assert_eq!(refused(&answer).0, 403, "{answer:?}");
    }
    let stranger = stage.stranger().await;
    let theirs = of_stage(&stage, stranger).await;
    of_stage(&stage, stranger).await;
    let answer = delete(&stage, &manages, (stranger, &theirs), why()).await;
    assert_eq!(refused(&answer).0, 404);
    let left = removal::list(&mut stage.op(), stage.ada).await.unwrap();
    assert_eq!(left.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_way_into_an_account_without_a_password_stays() {
    let (town, browser) = administered().await;
    let kim = {
        let mut op = town.op();
        let name = doorward::domain::Username::parse("kim").unwrap();
        let new = doorward::person::NewPerson::named(town.organisation, name, "Kim");
        let id = doorward::person::create(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        id
    };
    crate::signin::passkey::give(&town, kim, false).await;
    of_town(&town, kim).await;
    let own = passkey::list(&mut town.op(), kim).await.unwrap()[0].id;
    let page = browser.get(&format!("/admin/people/{kim}")).await;
    let refused = browser
        .press_with(&page, &format!("remove-{own}"), &[("reason", "sold")])
        .await;
    assert_eq!(refused.status, 409);
    let mut op = town.op();
    let removal = passkey::remove(&mut op, kim, own).await.unwrap();
    assert_eq!(
        removal,
        passkey::Removal::Last(Stays::OnlyWay),
        "nor by its owner"
    );
    op.commit().await.unwrap();
    assert_eq!(left(&town, kim).await.len(), 2);
}
