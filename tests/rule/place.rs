//! Places of addresses: rules by country, and what risk there is in where somebody comes from.

use std::time::Duration;

use doorward::config::Config;
use doorward::domain::{Acr, RuleMode};
use doorward::factor::passkey;
use doorward::rule::{self, Aim, Change, Refusal, Situation};
use doorward::storage::Sql;
use serde_json::json;

use super::{add, change, definition, draft};
use crate::signin::passkey::{give, options};
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::Browser;

/// Addresses of `places/make.py`, and one of which nothing is known.
pub(crate) const BERLIN: &str = "192.0.2.7";
pub(crate) const ISTANBUL: &str = "198.51.100.7";
const NEW_YORK: &str = "203.0.113.7";
const NOWHERE: &str = "203.0.113.200";

const DAY: Duration = Duration::from_hours(24);

pub(crate) fn file(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/rule/places")
        .join(name)
}

/// Behind a proxy that tells from where people come, with a database of places.
pub(crate) fn with_places(config: &mut Config) {
    config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    config.risk.geoip_file = Some(file("city.mmdb"));
}

async fn town() -> Town {
    Town::with(with_places).await
}

fn from(town: &Town, address: &str) -> Browser {
    Browser::from_address(&town.server.issuer, address)
}

/// Signs in and out again from a place; answers what is on record of it.
async fn visit(town: &Town, browser: &Browser) -> serde_json::Value {
    let home = enter_password(browser, "rosa", PASSWORD).await;
    assert!(is_signed_in(&home), "{}", home.text());
    browser.press(&home, "sign-out").await;
    town.details("signin.completed").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_asks_who_comes_from_its_countries() {
    let town = town().await;
    town.person("rosa").await;
    let rule =
        json!({ "name": "Abroad", "when": { "countries": ["TR"] }, "then": { "do": "second_factor" } });
    let id = add(&town, rule).await;
    let asked = async |address: &str| {
        let page = enter_password(&from(&town, address), "rosa", PASSWORD).await;
        assert!(page.has_field("code") || is_signed_in(&page), "{}", page.text());
        page.has_field("code")
    };
    assert!(asked(ISTANBUL).await);
    assert!(!asked(BERLIN).await);
    assert!(!asked(NOWHERE).await, "what is not known is in no country");
    let rule =
        json!({ "name": "Abroad", "unless": { "countries": ["DE"] }, "then": { "do": "second_factor" } });
    change(&town, Change::Define(id, definition(rule))).await.unwrap();
    assert!(asked(ISTANBUL).await);
    assert!(!asked(BERLIN).await);
    assert!(asked(NOWHERE).await, "and it makes no exception");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_no_rule_asks_for_countries() {
    const REVISE: Sql = Sql::new("UPDATE rule_set SET rules = $1 WHERE revision = 1");
    let town = Town::new().await;
    let abroad = || {
        definition(
            json!({ "name": "Abroad", "unless": { "countries": ["DE"] }, "then": { "do": "second_factor" } }),
        )
    };
    let refused = change(&town, Change::Add(abroad(), None)).await.unwrap_err();
    assert_eq!(refused, Refusal::NoCountries);
    assert!(refused.to_string().contains("risk.geoip_file"), "{refused}");
    let plain = draft(
        &town,
        json!({ "name": "Plain", "then": { "do": "second_factor" } }),
    )
    .await;
    let refused = change(&town, Change::Define(plain, abroad())).await;
    assert_eq!(refused.unwrap_err(), Refusal::NoCountries);
    // It was drafted while there was one.
    let stored = json!([{ "id": plain, "mode": "draft", "name": "Abroad", "when": { "countries": ["DE"] }, "then": { "do": "allow" } }]);
    let mut tx = town.server.house.storage.write().await.unwrap();
    tx.query(REVISE).bind(&stored).execute().await.unwrap();
    tx.commit().await.unwrap();
    for mode in [RuleMode::On, RuleMode::Report] {
        let switched = change(&town, Change::Switch(plain, mode)).await;
        assert_eq!(switched.unwrap_err(), Refusal::NoCountries);
    }
    change(&town, Change::Switch(plain, RuleMode::Draft))
        .await
        .unwrap();
    change(&town, Change::Remove(plain)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_knows_from_which_country_each_sign_in_came() {
    let town = town().await;
    town.person("rosa").await;
    for address in [BERLIN, ISTANBUL, ISTANBUL, NOWHERE] {
        visit(&town, &from(&town, address)).await;
    }
    let rule = json!({ "name": "Abroad", "when": { "countries": ["TR"] }, "then": { "do": "refuse", "sentence": "No." } });
    let id = draft(&town, rule).await;
    let refused = async || super::replay::replay(&town, id).await.all.refused;
    assert_eq!(refused().await, 2);
    let sql = async |sql: Sql| {
        let mut tx = town.server.house.storage.write().await.unwrap();
        tx.query(sql).execute().await.unwrap();
        tx.commit().await.unwrap();
    };
    // What was known then counts, and not what is known now; of what was not known then, that.
    sql(Sql::new(
        "UPDATE recorded_sign_in SET country = 'US' WHERE address = '198.51.100.7'",
    ))
    .await;
    assert_eq!(refused().await, 0);
    sql(Sql::new("UPDATE recorded_sign_in SET country = NULL")).await;
    assert_eq!(refused().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_country_and_an_impossible_journey_are_told_and_weighed() {
    let town = town().await;
    town.person("rosa").await;
    let browser = from(&town, BERLIN);
    // The last one is not settled yet.
    for _ in 0..6 {
        town.wait(DAY);
        let told = visit(&town, &browser).await;
        assert_eq!(told["risk"], "low");
        assert_eq!(told.get("risk_signals"), None, "{told}");
    }
    town.wait(Duration::from_hours(1));
    let told = visit(&town, &from(&town, ISTANBUL)).await;
    let signals = json!({ "new_device": 25, "new_network": 25, "new_country": 25, "impossible_travel": 50 });
    assert_eq!((&told["risk_signals"], &told["risk"]), (&signals, &json!("high")));
    assert_eq!(told["risk_sum"], json!(125));
    // Whoever tries it again from there has made nothing of it usual.
    let told = visit(&town, &from(&town, ISTANBUL)).await;
    assert_eq!(told["risk_signals"], signals);
    // A day later everybody can be everywhere.
    town.wait(DAY);
    let told = visit(&town, &from(&town, NEW_YORK)).await;
    let signals = json!({ "new_device": 25, "new_network": 25, "new_country": 25 });
    assert_eq!(told["risk_signals"], signals);
    town.wait(DAY);
    let told = visit(&town, &from(&town, NOWHERE)).await;
    assert_eq!(
        told["risk_signals"],
        json!({ "new_device": 25 }),
        "its network is one that she has been in: {told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sign_ins_by_a_password_alone_make_nothing_usual() {
    let town = town().await;
    let rosa = town.person("rosa").await;
    let browser = from(&town, BERLIN);
    for _ in 0..6 {
        town.wait(DAY);
        visit(&town, &browser).await;
    }
    town.wait(DAY);
    // Whoever knows the password signs in more often than sign-ins are compared.
    let mut op = town.op();
    for _ in 0..120 {
        let situation = Situation::ordinary(&op.house, Some(ISTANBUL.parse().unwrap()), op.now);
        let whose = (town.organisation, rosa);
        rule::record(&mut op, whose, (Aim::own_pages(), &situation), Acr::One)
            .await
            .unwrap();
    }
    op.commit().await.unwrap();
    let told = visit(&town, &from(&town, ISTANBUL)).await;
    let signals = json!({ "new_device": 25, "new_network": 25, "new_country": 25 });
    assert_eq!(told["risk_signals"], signals);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_address_is_told_and_weighed_and_can_be_kept_out() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("bad.txt");
    std::fs::write(&list, "# known to be bad\n198.51.100.0/28 # scanners\n").unwrap();
    let town = Town::with(|config| {
        with_places(config);
        config.risk.geoip_file = None;
        config.risk.bad_addresses_file = Some(list);
    })
    .await;
    town.person("rosa").await;
    assert_eq!(visit(&town, &from(&town, BERLIN)).await["risk"], "low");
    let told = visit(&town, &from(&town, ISTANBUL)).await;
    assert_eq!(told["risk_signals"], json!({ "bad_address": 50 }));
    assert_eq!(told["risk"], "medium");
    let rule = json!({ "name": "Risky", "when": { "risk": ["medium", "high"] }, "then": { "do": "refuse", "sentence": "No." } });
    add(&town, rule).await;
    let page = enter_password(&from(&town, ISTANBUL), "rosa", PASSWORD).await;
    assert!(!is_signed_in(&page));
    let why = town.details("signin.refused").await;
    assert_eq!(
        (&why["risk"], &why["risk_sum"], &why["risk_signals"]),
        (&json!("medium"), &json!(50), &json!({ "bad_address": 50 }))
    );
    visit(&town, &from(&town, BERLIN)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_whose_counter_went_back_is_a_risk_until_it_is_removed_or_a_month_has_passed() {
    let town = Town::new().await;
    let rosa = town.person("rosa").await;
    let mut phone = give(&town, rosa, false).await;
    let mut use_it = async |counter: u32| {
        phone.counter = counter;
        let browser = town.browser();
        let page = browser.get("/signin").await;
        let fields = [("answer", phone.get(&options(&page)))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        is_signed_in(&browser.submit(&page, &fields).await)
    };
    assert!(use_it(7).await);
    assert_eq!(town.details("signin.completed").await.get("risk_signals"), None);
    assert!(!use_it(3).await, "a copy of the key has counted less");
    let own = passkey::list(&mut town.op(), rosa).await.unwrap()[0].id;
    let told = town.details("factor.passkey.counter_fell").await;
    assert_eq!(told["passkey"], json!(own));
    let signals = async || {
        let told = town.details("signin.completed").await;
        told.get("risk_signals").cloned()
    };
    assert!(use_it(20).await);
    assert_eq!(signals().await, Some(json!({ "counter_regression": 40 })));
    town.wait(DAY * 29);
    assert!(use_it(30).await);
    assert_eq!(signals().await, Some(json!({ "counter_regression": 40 })));
    town.wait(DAY * 2);
    assert!(use_it(40).await);
    assert_eq!(signals().await, None);
    // Another time, and the passkey is taken away.
    assert!(!use_it(4).await);
    give(&town, rosa, false).await;
    let mut op = town.op();
    let removed = passkey::remove(&mut op, rosa, own).await.unwrap();
    assert_eq!(removed, passkey::Removal::Removed);
    op.commit().await.unwrap();
    visit_with_a_new_passkey(&town).await;
    assert_eq!(signals().await, None);
}

async fn visit_with_a_new_passkey(town: &Town) {
    let rosa = town.id_of("rosa").await;
    let mut phone = give(town, rosa, false).await;
    let browser = town.browser();
    let page = browser.get("/signin").await;
    let answer = phone.get(&options(&page));
    let home = browser.submit(&page, &[("answer", &answer)]).await;
    assert!(is_signed_in(&home), "{}", home.text());
}
