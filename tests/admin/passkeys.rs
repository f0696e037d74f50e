//! Lists of the products that people may add, by the console's page and over HTTP.

use doorward::access;
use doorward::domain::{ProductProof, Right, RuleMode};
use doorward::factor::passkey::policy;
use doorward::factor::rules;
use doorward::rule::Change;
use http::Method;
use serde_json::json;
use tempfile::TempDir;

use super::api::{caller, keeper_with, refused};
use super::give_rights;
use crate::account::attestation::{FALLEN, LISTED, Maker, OTHER, id, metadata};
use crate::account::token_of;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::Browser;

const HERE: &str = "/admin/passkeys";

/// A town with metadata or without, with an administrator and somebody who only reads, each signed in.
async fn administered(known: bool) -> (Town, Browser, Browser, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (blob, roots) = metadata(&Maker::new(LISTED), &folder);
    let town = Town::with(|config| {
        if known {
            config.passkeys.metadata_file = Some(blob);
            config.passkeys.metadata_roots_file = Some(roots);
        }
    })
    .await;
    let (ada, max) = (town.person("ada").await, town.person("max").await);
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    give_rights(&town, max, "reader", &[Right::RulesRead]).await;
    let enter = async |name: &str| {
        let browser = town.browser();
        assert!(is_signed_in(&enter_password(&browser, name, PASSWORD).await));
        browser
    };
    let (ada, max) = (enter("ada").await, enter("max").await);
    (town, ada, max, folder)
}

fn product(aaguid: [u8; 16]) -> String {
    format!("product_{}", id(aaguid))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_made_changed_and_taken_away() {
    let (town, ada, _, _folder) = administered(true).await;
    let page = ada.get(HERE).await;
    assert!(
        page.text().contains("all products may be added"),
        "{}",
        page.text()
    );
    assert!(
        page.has_field(&product(OTHER)) && !page.has_field(&product(FALLEN)),
        "one that has fallen is not offered"
    );
    let empty = ada.press(&page, "set").await;
    assert_eq!(empty.status, 422);
    assert!(
        empty.text().contains("Tick at least one product"),
        "{}",
        empty.text()
    );
    let listed = product(LISTED);
    let set = ada
        .press_with(&page, "set", &[("role", access::ADMINISTRATOR), (&listed, "yes")])
        .await;
    assert!(set.text().contains("The list is kept"), "{}", set.text());
    let lists = policy::lists(&mut town.op(), town.organisation).await.unwrap();
    let [list] = lists.as_slice() else {
        panic!("{lists:?}")
    };
    assert_eq!(
        (list.role.as_deref(), list.aaguids.as_slice()),
        (Some(access::ADMINISTRATOR), [id(LISTED)].as_slice())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_changed_or_taken_away_by_those_who_may() {
    let (town, ada, max, _folder) = administered(true).await;
    let mut op = town.op();
    let role = Some(access::ADMINISTRATOR);
    let set = policy::set(
        &mut op,
        town.organisation,
        role,
        (ProductProof::Attested, &[id(LISTED)]),
    )
    .await;
    set.unwrap().unwrap();
    op.commit().await.unwrap();
    let listed = product(LISTED);
    // The form begins with the list that is to be changed.
    let change = ada.get(&format!("{HERE}?role={}", access::ADMINISTRATOR)).await;
    let ticked = |page: &crate::support::Page, name: &str| {
        page.body.contains(&format!(
            "name=\"{name}\" type=\"checkbox\" value=\"yes\" checked"
        ))
    };
    assert!(
        ticked(&change, &listed) && !ticked(&change, &product(OTHER)),
        "{}",
        change.body
    );
    // Who reads rules sees the lists and changes nothing.
    let seen = max.get(HERE).await;
    assert!(
        seen.text().contains("Good Key") && !seen.has_button("set") && !seen.body.contains("value=\"clear\""),
        "{}",
        seen.text()
    );
    let token = token_of(&change);
    let account = max.get("/account").await;
    let refused = max
        .post(HERE, &[("form_token", &token_of(&account)), ("act", "clear")])
        .await;
    assert_eq!(refused.status, 403);
    let cleared = ada
        .post(
            HERE,
            &[
                ("form_token", &token),
                ("act", "clear"),
                ("role", access::ADMINISTRATOR),
            ],
        )
        .await;
    assert!(
        cleared.text().contains("All products are let in again"),
        "{}",
        cleared.text()
    );
    assert!(
        policy::lists(&mut town.op(), town.organisation)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(town.events("factor.passkey.policy.changed").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_listed_is_refused_with_what_to_do() {
    let (town, ada, _, _folder) = administered(true).await;
    let page = ada.get(HERE).await;
    let token = token_of(&page);
    for (role, aaguid, says) in [
        ("nobody", LISTED, "no such role"),
        ("", FALLEN, "not known any more, or has fallen"),
        ("", [9; 16], "not known any more, or has fallen"),
    ] {
        let product = product(aaguid);
        let fields = [
            ("form_token", token.as_str()),
            ("act", "set"),
            ("role", role),
            (&product, "yes"),
        ];
        let refused = ada.post(HERE, &fields).await;
        assert_eq!(refused.status, 422, "{role}");
        assert!(refused.text().contains(says), "{}", refused.text());
    }
    assert!(
        policy::lists(&mut town.op(), town.organisation)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_what_to_do_first_where_a_list_would_lock_administrators_out() {
    let (town, ada, _, _folder) = administered(true).await;
    // Today she may still come here without a passkey.
    let soon = town.op().now.plus(std::time::Duration::from_hours(24));
    let asked = json!({
        "name": "Passkeys", "starts": soon.to_string(), "when": { "roles": ["administrator"] },
        "then": { "do": "phishing_resistant" },
    });
    let rule = crate::rule::add(&town, asked).await;
    let listed = product(LISTED);
    let fields = [("role", access::ADMINISTRATOR), (&listed, "yes")];
    let refused = ada.press_with(&ada.get(HERE).await, "set", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .text()
            .contains("The rules ask every administrator for a passkey, none of them has one"),
        "{}",
        refused.text()
    );
    // The same sentence where the rule comes after the list.
    let switch = async |act: &str| {
        let page = ada.get(&format!("/admin/rules/{rule}")).await;
        ada.press(&page, act).await
    };
    switch("draft").await;
    let set = ada.press_with(&ada.get(HERE).await, "set", &fields).await;
    assert!(set.text().contains("The list is kept"), "{}", set.text());
    let refused = switch("on").await;
    assert!(
        refused
            .text()
            .contains("The rules ask every administrator for a passkey, none of them has one"),
        "{}",
        refused.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_metadata_products_are_listed_by_their_own_word_only() {
    let (town, ada, _, _folder) = administered(false).await;
    let page = ada.get(HERE).await;
    assert!(page.text().contains("passkeys.metadata_file"), "{}", page.text());
    assert!(
        page.text().contains("Bitwarden (by its own word only)"),
        "{}",
        page.text()
    );
    let bitwarden = ("product_d548826e-79b4-db40-a3d8-11116f7e8349", "yes");
    let refused = ada
        .press_with(&page, "set", &[("proof", "attested"), bitwarden])
        .await;
    assert_eq!(refused.status, 422);
    let set = ada.press_with(&page, "set", &[bitwarden]).await;
    assert!(
        set.text().contains("The list is kept") && set.text().contains("Its own word"),
        "{}",
        set.text()
    );
    let lists = policy::lists(&mut town.op(), town.organisation).await.unwrap();
    assert_eq!((lists.len(), lists[0].proof), (1, ProductProof::Claimed));
    assert_eq!(
        town.details("factor.passkey.policy.changed").await["proof"],
        "claimed"
    );
}

#[tokio::test]
async fn programs_keep_lists_too() {
    let folder = tempfile::tempdir().unwrap();
    let (blob, roots) = metadata(&Maker::new(LISTED), &folder);
    let (stage, token) = keeper_with(|config| {
        config.passkeys.metadata_file = Some(blob);
        config.passkeys.metadata_roots_file = Some(roots);
    })
    .await;
    let caller = caller(&stage, &token);
    let there = caller.get("/passkey-products").await.json();
    let products = there["products"].as_array().unwrap();
    let attestable = products.iter().filter(|one| one["attestable"] == true).count();
    assert_eq!((attestable, &there["lists"]), (3, &json!([])));
    let set = async |role: Option<&str>, products: &[String]| {
        let body = Some(json!({ "role": role, "products": products }));
        caller.call(Method::PUT, "/passkey-products/list", body).await
    };
    let listed = id(LISTED).to_string();
    for (role, product) in [
        (None, "nonsense"),
        (None, &id(FALLEN).to_string()),
        (Some("nobody"), &listed),
    ] {
        assert_eq!(
            refused(&set(role, &[product.to_owned()]).await).0,
            422,
            "{product}"
        );
    }
    assert_eq!(
        set(Some("analyst"), std::slice::from_ref(&listed)).await.status,
        204
    );
    let there = caller.get("/passkey-products").await.json();
    assert_eq!(
        there["lists"],
        json!([{ "role": "analyst", "proof": "attested", "proof": "attested", "products": [listed] }])
    );
    assert_eq!(set(Some("analyst"), &[]).await.status, 204);
    assert_eq!(caller.get("/passkey-products").await.json()["lists"], json!([]));
    let asked = json!({
        "name": "Passkeys", "starts": stage.op().now.plus(std::time::Duration::from_hours(24)).to_string(),
        "then": { "do": "phishing_resistant" },
    });
    let mut op = stage.op();
    let add = Change::Add(serde_json::from_value(asked).unwrap(), None);
    let set_of_rules = rules::change(&mut op, stage.organisation, None, add).await;
    let rule = set_of_rules.unwrap().unwrap().rules[0].id;
    let on = Change::Switch(rule, RuleMode::On);
    let switched = rules::change(&mut op, stage.organisation, None, on).await;
    switched.unwrap().unwrap();
    op.commit().await.unwrap();
    let locked = refused(&set(None, std::slice::from_ref(&listed)).await);
    assert_eq!(locked.0, 409, "{locked:?}");
    assert!(locked.1.contains("add a passkey first"), "{locked:?}");
}
