//! Locks of somebody, seen and ended by an administrator.

use http::Method;
use serde_json::json;

use super::administer;
use super::api::{caller, keeper, refused};
use crate::account::token_of;
use crate::signin::lock::{BEFORE_LOCK, guess, town};
use crate::signin::{PASSWORD, enter_password, is_signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_seen_on_the_page_of_its_person_and_ended_with_a_reason() {
    let (town, browser) = administer(town().await).await;
    let rosa = town.person("rosa").await;
    let here = format!("/admin/people/{rosa}");
    assert!(!browser.get(&here).await.has_button("unlock"));
    guess(&town, &town.browser(), "rosa", BEFORE_LOCK).await;
    let all = browser.get("/admin/people/held").await.text();
    assert!(
        all.contains("Locked out") && all.contains("(rosa) Password · in all other browsers · until"),
        "{all}"
    );
    let first = browser.get("/admin").await.text();
    assert!(first.contains("Locked out 1 person"), "{first}");
    let page = browser.get(&here).await;
    assert!(
        page.text()
            .contains("Locked Password · in all other browsers · until"),
        "{}",
        page.text()
    );
    let unexplained = browser.press_with(&page, "unlock", &[("reason", " ")]).await;
    assert_eq!(unexplained.status, 422);
    let done = browser
        .press_with(&page, "unlock", &[("reason", "known by voice")])
        .await;
    assert!(done.text().contains("The lock is ended"), "{}", done.text());
    assert!(!done.has_button("unlock"));
    let first = browser.get("/admin").await.text();
    assert!(first.contains("Locked out Nobody"), "{first}");
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
    let again = browser
        .press_with(&page, "unlock", &[("reason", "known by voice")])
        .await;
    assert_eq!(again.status, 409);

    // Nobody does it to themselves.
    let ada = town.id_of("ada").await;
    let page = browser.get(&format!("/admin/people/{ada}")).await;
    let token = token_of(&page);
    let form = [
        ("form_token", token.as_str()),
        ("act", "unlock"),
        ("reason", "me"),
    ];
    assert_eq!(
        browser.post(&format!("/admin/people/{ada}"), &form).await.status,
        403
    );
}

#[tokio::test]
async fn programs_see_and_end_locks() {
    use doorward::factor::lockout::{self, Factor};
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let path = format!("/people/{}", stage.ada);
    let end = async |reason: &str| {
        let body = Some(json!({ "reason": reason }));
        caller.call(Method::DELETE, &format!("{path}/locks"), body).await
    };
    assert_eq!(caller.get(&path).await.json()["locks"], json!([]));
    assert_eq!(refused(&end("over").await).0, 409);
    let mut op = stage.op();
    let counter = lockout::counter(&mut op, stage.ada, Factor::Totp).await.unwrap();
    for _ in 0..50 {
        lockout::fail(&mut op, counter).await.unwrap();
    }
    op.commit().await.unwrap();
    let expected = json!([{ "factor": "totp", "known_browsers": false, "failures": 50, "until": null }]);
    assert_eq!(caller.get(&path).await.json()["locks"], expected);
    let locked = caller.get("/people?locked=true").await.json();
    assert_eq!(locked["people"].as_array().unwrap().len(), 1, "{locked}");
    assert_eq!(
        (&locked["people"][0]["username"], &locked["people"][0]["locks"]),
        (&json!("ada"), &expected)
    );
    for both in ["/people?locked=yes", "/people?locked=true&held=true"] {
        assert_eq!(refused(&caller.get(both).await).0, 400, "{both}");
    }
    assert_eq!(refused(&end("").await).0, 422);
    assert_eq!(end("over").await.status, 204);
    assert_eq!(
        caller.get("/people?locked=true").await.json()["people"],
        json!([])
    );
    assert_eq!(caller.get(&path).await.json()["locks"], json!([]));
}
