//! What is known of a person, to take away.

use super::{SECRET, signed_in_with_code, town};

#[tokio::test(flavor = "multi_thread")]
async fn one_file_holds_what_is_known_and_no_secret() {
    let town = town().await;
    let id = town.id_of("rosa").await;
    town.give_authenticator(id).await;
    town.demand_second_factor(id).await;
    town.person("zoe-yildiz").await;
    let browser = signed_in_with_code(&town, "rosa").await;
    let page = browser.get("/account/data").await;
    let taken = browser.press(&page, "take").await;
    assert_eq!(taken.headers["content-type"], "application/json");
    assert_eq!(taken.headers["cache-control"], "no-store");
    assert_eq!(
        taken.headers["content-disposition"],
        "attachment; filename=\"account.json\""
    );
    let document: serde_json::Value = serde_json::from_str(&taken.body).unwrap();
    assert_eq!(document["profile"]["username"], "rosa");
    assert_eq!(document["profile"]["id"], id.to_string());
    assert_eq!(document["organisation"]["name"], "Northbeam");
    assert_eq!(document["roles"], serde_json::json!(["manager"]));
    assert_eq!(document["factors"]["authenticators"].as_array().unwrap().len(), 1);
    assert!(document["factors"]["password"]["changed_at"].is_string());
    assert_eq!(document["sessions"].as_array().unwrap().len(), 1);
    assert!(document["consents"].is_array());
    let signed_in = &document["sign_ins"][0];
    assert_eq!(signed_in["address"], "127.0.0.1", "{signed_in}");
    assert!(
        signed_in["risk"].is_string() && signed_in["device"].is_string(),
        "{signed_in}"
    );
    assert!(document["known_browsers"][0]["seen_at"].is_string());
    let kinds: Vec<&str> = document["activity"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"signin.completed"), "{kinds:?}");
    for secret in [SECRET, "argon2", "sealed", "token_hash", "zoe-yildiz"] {
        assert!(!taken.body.contains(secret), "{secret}: {}", taken.body);
    }
    assert_eq!(town.events("account.data.taken").await.len(), 1);
}
