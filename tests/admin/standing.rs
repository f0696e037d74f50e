//! Accounts that are switched off, and on again.

use doorward::domain::{PersonStatus, Right, Subject};
use doorward::enrolment::{self, Unswitched};
use doorward::person::{self, NewServiceAccount};
use http::Method;
use serde_json::json;

use super::api::{caller, give, keeper, refused, register_program};
use super::{administered, give_rights};
use crate::account::token_of;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};

async fn switch(town: &Town, name: &str, to: PersonStatus) -> Result<(), Unswitched> {
    let mut op = town.op();
    let id = town.id_of(name).await;
    let person = person::find(&mut op, id).await.unwrap().unwrap();
    let done = enrolment::switch(&mut op, &person, to, "a test").await.unwrap();
    op.commit().await.unwrap();
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_switched_off_with_a_reason_and_on_again() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    let phone = town.browser();
    assert!(is_signed_in(&enter_password(&phone, "rosa", PASSWORD).await));
    give_rights(&town, rosa, "gardener", &[]).await;
    let here = format!("/admin/people/{rosa}");
    let page = browser.get(&here).await;
    let unexplained = browser.press_with(&page, "switch-off", &[("reason", " ")]).await;
    assert_eq!(unexplained.status, 422);
    assert!(is_signed_in(&phone.get("/").await));

    let done = browser
        .press_with(&page, "switch-off", &[("reason", "left the company")])
        .await;
    assert!(
        done.text().contains("The account is switched off"),
        "{}",
        done.text()
    );
    let kept = browser.get(&here).await;
    assert!(
        kept.text().contains("gardener"),
        "switched off, it keeps its roles: {}",
        kept.text()
    );
    assert!(!is_signed_in(&phone.get("/").await), "the session has ended");
    assert!(!is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
    let again = browser
        .press_with(&page, "switch-off", &[("reason", "left the company")])
        .await;
    assert_eq!(again.status, 409);
    assert!(
        again.text().contains("The account is so already"),
        "{}",
        again.text()
    );

    let back = browser
        .press_with(&done, "switch-on", &[("reason", "came back")])
        .await;
    assert!(back.text().contains("The account is on again"), "{}", back.text());
    assert!(
        !is_signed_in(&phone.get("/").await),
        "what was given out before stays dead"
    );
    assert!(is_signed_in(&enter_password(&phone, "rosa", PASSWORD).await));
    let told = town.events("person.changed").await;
    for reason in ["left the company", "came back"] {
        assert!(
            told.contains(&("success".to_owned(), reason.to_owned())),
            "{told:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_switches_off_themselves_or_somebody_who_may_do_more() {
    let (town, _) = administered().await;
    let ben = town.person("ben").await;
    give_rights(&town, ben, "helper", &[Right::PeopleRead, Right::PeopleManage]).await;
    let browser = town.browser();
    enter_password(&browser, "ben", PASSWORD).await;
    for name in ["ada", "ben"] {
        let here = format!("/admin/people/{}", town.id_of(name).await);
        let page = browser.get(&here).await;
        assert!(!page.has_button("switch-off"), "{name}");
        let token = token_of(&page);
        let form = [
            ("form_token", token.as_str()),
            ("act", "off"),
            ("reason", "a coup"),
        ];
        assert_eq!(browser.post(&here, &form).await.status, 403, "{name}");
    }
    assert!(is_signed_in(
        &enter_password(&town.browser(), "ada", PASSWORD).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_the_last_to_administer_stays() {
    let (town, _) = administered().await;
    town.person("rosa").await;
    let eve = town.person("eve").await;
    assert_eq!(
        switch(&town, "ada", PersonStatus::Disabled).await,
        Err(Unswitched::LastAdministrator)
    );
    give_rights(&town, eve, "second", &[Right::RulesManage]).await;
    assert_eq!(switch(&town, "ada", PersonStatus::Disabled).await, Ok(()));
    assert_eq!(
        switch(&town, "eve", PersonStatus::Left).await,
        Err(Unswitched::LastAdministrator)
    );
    assert_eq!(
        switch(&town, "ada", PersonStatus::Disabled).await,
        Err(Unswitched::Already(PersonStatus::Disabled))
    );
    assert_eq!(switch(&town, "rosa", PersonStatus::Left).await, Ok(()));
    assert_eq!(switch(&town, "ada", PersonStatus::Active).await, Ok(()));
    assert_eq!(switch(&town, "eve", PersonStatus::Left).await, Ok(()));
}

/// Two administrators, of whom a rule lets in one only.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_alone_gets_in_by_the_rules_stays() {
    let (town, _) = administered().await;
    let eve = town.person("eve").await;
    give_rights(&town, eve, "second", &[Right::RulesManage]).await;
    let rule = json!({
        "name": "Not the second", "when": { "roles": ["second"] },
        "then": { "do": "refuse", "sentence": "Not now." },
    });
    crate::rule::add(&town, rule).await;
    assert!(matches!(
        switch(&town, "ada", PersonStatus::Disabled).await,
        Err(Unswitched::LockedOut(_))
    ));
    assert_eq!(switch(&town, "eve", PersonStatus::Disabled).await, Ok(()));
}

#[tokio::test]
async fn programs_switch_accounts_too() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let path = format!("/people/{}", stage.ada);
    let put = async |status: &str, reason: &str| {
        let body = Some(json!({ "status": status, "reason": reason }));
        caller.call(Method::PUT, &format!("{path}/status"), body).await
    };
    assert_eq!(refused(&put("disabled", "").await).0, 422);
    assert_eq!(put("asleep", "a test").await.status, 400);
    assert_eq!(put("disabled", "left").await.status, 204);
    assert_eq!(caller.get(&path).await.json()["status"], json!("disabled"));
    assert_eq!(refused(&put("disabled", "left").await).0, 409);
    assert_eq!(put("active", "is back").await.status, 204);
    assert_eq!(caller.get(&path).await.json()["status"], json!("active"));
    let nobody = format!("/people/{}/status", stage.organisation);
    let body = Some(json!({ "status": "disabled", "reason": "left" }));
    assert_eq!(refused(&caller.call(Method::PUT, &nobody, body).await).0, 404);
}

#[tokio::test]
async fn programs_make_and_switch_service_accounts() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let add = async |name: &str| {
        let body = Some(json!({ "name": name, "purpose": "Books what was sold" }));
        caller.call(Method::POST, "/service-accounts", body).await
    };
    let made = add("ledger").await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(refused(&add("ledger").await).0, 409);
    for unfit in ["", "two words"] {
        assert_eq!(refused(&add(unfit).await).0, 422, "{unfit}");
    }
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let listed = caller.get("/service-accounts").await.json();
    let row = json!({ "id": id, "name": "ledger", "purpose": "Books what was sold", "status": "active" });
    assert!(
        listed["service_accounts"].as_array().unwrap().contains(&row),
        "{listed}"
    );

    let put = async |id: &str, status: &str| {
        let body = Some(json!({ "status": status, "reason": "a test" }));
        let path = format!("/service-accounts/{id}/status");
        caller.call(Method::PUT, &path, body).await
    };
    assert_eq!(put(&id, "disabled").await.status, 204);
    assert_eq!(refused(&put(&id, "disabled").await).0, 409);
    assert_eq!(put(&id, "active").await.status, 204);
    assert_eq!(refused(&put(&stage.ada.to_string(), "disabled").await).0, 404);
    // The caller's own: no token of it is good from then on.
    assert_eq!(put(&stage.robot.to_string(), "disabled").await.status, 204);
    assert_eq!(refused(&caller.get("/service-accounts").await).0, 401);
}

#[tokio::test]
async fn programs_switch_no_service_account_that_may_do_more() {
    let (mut stage, token) = keeper().await;
    let mut op = stage.op();
    let account = NewServiceAccount {
        organisation_id: stage.organisation,
        name: "lesser".to_owned(),
        purpose: "To be tried.".to_owned(),
        attributes: serde_json::Map::new(),
    };
    let lesser = person::create_service_account(&mut op, account).await.unwrap();
    op.commit().await.unwrap();
    let robot = std::mem::replace(&mut stage.robot, lesser);
    give(
        &stage,
        Subject::ServiceAccount(lesser),
        "lesser",
        &[Right::AccessManage],
    )
    .await;
    register_program(&mut stage, "lesser").await;
    let own = super::api::token(&stage, "lesser", "access:manage").await;
    let body = || Some(json!({ "status": "disabled", "reason": "a coup" }));
    let path = format!("/service-accounts/{robot}/status");
    let refused_to = caller(&stage, &own).call(Method::PUT, &path, body()).await;
    assert_eq!(refused(&refused_to).0, 403);
    let path = format!("/service-accounts/{lesser}/status");
    assert_eq!(
        caller(&stage, &token)
            .call(Method::PUT, &path, body())
            .await
            .status,
        204
    );
}
