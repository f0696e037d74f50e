//! Devices that somebody trusts, seen and ended by an administrator.

use http::Method;
use serde_json::json;

use super::administer;
use super::api::{caller, keeper, refused};
use crate::signin::{PASSWORD, SECRET, Town, enter_password, is_signed_in};
use crate::support::Browser;

/// Signs rosa in by a browser that she trusts.
async fn trust(town: &Town) -> Browser {
    let browser = town.browser();
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    let code = town.code(SECRET);
    let home = browser.submit(&page, &[("code", &code), ("trust", "yes")]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    browser.press(&home, "sign-out").await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trust_in_a_device_is_seen_and_ended_by_whoever_may() {
    let (town, ada) = administer(Town::new().await).await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let then = json!({ "do": "second_factor", "remember_days": 7 });
    crate::rule::add(
        &town,
        json!({ "name": "All", "when": { "people": ["rosa"] }, "then": then }),
    )
    .await;
    let here = format!("/admin/people/{rosa}");
    assert!(!ada.get(&here).await.has_button("distrust-1"));
    let browser = trust(&town).await;
    let page = ada.get(&here).await;
    assert!(page.text().contains("127.0.0.1"), "{}", page.text());
    let done = ada.press(&page, "distrust-1").await;
    assert!(
        done.text().contains("This device is not trusted any more") && !done.has_button("distrust-1"),
        "{}",
        done.text()
    );
    let again = ada.press(&page, "distrust-1").await;
    assert_eq!(again.status, 404);
    town.wait(std::time::Duration::from_secs(31));
    let page = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(page.has_field("code"), "{}", page.text());
    assert_eq!(town.events("device.distrusted").await.len(), 1);
}

#[tokio::test]
async fn programs_see_and_end_them_too() {
    let (stage, token) = keeper().await;
    let caller = caller(&stage, &token);
    let path = format!("/people/{}", stage.ada);
    assert_eq!(caller.get(&path).await.json()["trusted_devices"], 0);
    let mut op = stage.op();
    op.seen.device = Some(doorward::domain::Digest32([7; 32]).into());
    op.seen.user_agent = Some("Firefox".to_owned());
    let device = op.seen.device.unwrap();
    doorward::rule::see_device(&mut op, stage.ada, doorward::domain::Digest32([7; 32]))
        .await
        .unwrap();
    doorward::rule::trust(&mut op, stage.ada).await.unwrap();
    op.commit().await.unwrap();
    assert_eq!(caller.get(&path).await.json()["trusted_devices"], 1);
    let told = caller.get(&format!("{path}/trusted-devices")).await.json();
    assert_eq!(told["trusted_devices"][0]["id"], device.to_string());
    assert_eq!(told["trusted_devices"][0]["user_agent"], "Firefox");
    let end = async |device: &str| {
        let path = format!("{path}/trusted-devices/{device}");
        caller.call(Method::DELETE, &path, None).await
    };
    assert_eq!(refused(&end("nonsense").await).0, 404);
    assert_eq!(end(&device.to_string()).await.status, 204);
    assert_eq!(refused(&end(&device.to_string()).await).0, 404);
    assert_eq!(caller.get(&path).await.json()["trusted_devices"], 0);
}
