//! Rules that ask a passkey beside lists of the products that people may add: together they must lock nobody out.

use std::time::Duration;

use doorward::access;
use doorward::domain::{PasskeyId, PersonId, ProductProof, Right, RuleId, RuleMode};
use doorward::factor::passkey::policy::{self, ListRefusal};
use doorward::factor::passkey::{self, Removal};
use doorward::factor::removal;
use doorward::factor::second::Stays;
use doorward::rule::{Change, LockedOut, NewException, Refusal, RuleSet};
use doorward::storage::Sql;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{change, definition, draft};
use crate::account::attestation::{LISTED, Maker, OTHER, id, metadata};
use crate::admin::{give_rights, give_role};
use crate::signin::passkey::{give, options};
use crate::signin::{Town, is_signed_in};

const DAY: Duration = Duration::from_hours(24);
const ADMINISTRATOR: Option<&str> = Some(access::ADMINISTRATOR);

/// A town that knows products, with an administrator and somebody who is none.
async fn town() -> (Town, PersonId, PersonId, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (blob, roots) = metadata(&Maker::new(LISTED), &folder);
    let town = Town::with(|config| {
        config.passkeys.metadata_file = Some(blob);
        config.passkeys.metadata_roots_file = Some(roots);
    })
    .await;
    let (ada, ben) = (town.person("ada").await, town.person("ben").await);
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    (town, ada, ben, folder)
}

async fn switch(town: &Town, id: RuleId, mode: RuleMode) -> Result<RuleSet, Refusal> {
    change(town, Change::Switch(id, mode)).await
}

/// Tries to switch a rule on, and leaves it as a draft.
async fn try_on(town: &Town, id: RuleId) -> Result<(), Refusal> {
    let tried = switch(town, id, RuleMode::On).await.map(|_| ());
    switch(town, id, RuleMode::Draft).await.unwrap();
    tried
}

/// Lists products in an act of its own; none: takes the list away.
async fn list(town: &Town, role: Option<&str>, products: &[[u8; 16]]) -> Result<(), ListRefusal> {
    let products: Vec<_> = products.iter().map(|product| id(*product)).collect();
    let mut op = town.op();
    let set = policy::set(
        &mut op,
        town.organisation,
        role,
        (ProductProof::Attested, &products),
    )
    .await
    .unwrap();
    if set.is_ok() {
        op.commit().await.unwrap();
    }
    set
}

fn of_administrators(then: &Value) -> Value {
    json!({ "name": "Passkeys", "when": { "roles": ["administrator"] }, "then": then })
}

fn phishing_resistant() -> Value {
    of_administrators(&json!({ "do": "phishing_resistant" }))
}

fn without_passkey() -> Refusal {
    LockedOut::AdministratorsWithoutPasskey.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_list_a_rule_asks_a_passkey_once_an_administrator_has_one() {
    let (town, ada, ben, _folder) = town().await;
    let rule = draft(&town, phishing_resistant()).await;
    try_on(&town, rule).await.unwrap();
    // Whoever is meant by no list makes one on the way in.
    list(&town, Some("analyst"), &[LISTED]).await.unwrap_err();
    give_rights(&town, ben, "analyst", &[]).await;
    list(&town, Some("analyst"), &[LISTED]).await.unwrap();
    try_on(&town, rule).await.unwrap();

    for role in [None, ADMINISTRATOR] {
        list(&town, role, &[LISTED]).await.unwrap();
        assert_eq!(try_on(&town, rule).await.unwrap_err(), without_passkey());
        switch(&town, rule, RuleMode::Report).await.unwrap();
        list(&town, role, &[]).await.unwrap();
        try_on(&town, rule).await.unwrap();
    }
    list(&town, Some("analyst"), &[]).await.unwrap();
    // That of somebody who is no administrator helps the administrators nothing.
    give(&town, ben, true).await;
    let mut phone = give(&town, ada, true).await;
    let own = passkey::list(&mut town.op(), ada).await.unwrap()[0].id;
    list(&town, ADMINISTRATOR, &[LISTED]).await.unwrap();
    switch(&town, rule, RuleMode::On).await.unwrap();

    // What was there before the list opens the door, whichever product it is.
    let browser = town.browser();
    let page = browser.get("/signin").await;
    let home = browser
        .submit(&page, &[("answer", &phone.get(&options(&page)))])
        .await;
    assert!(is_signed_in(&home), "{}", home.text());

    // Nobody removes the one by which administrators get in, unless another has one too.
    town.give_authenticator(ada).await;
    let stays = removed(&town, ada, own).await;
    assert_eq!(stays, Removal::Last(Stays::LastOfAll));
    let mut op = town.op();
    let by_another = removal::remove(&mut op, ada, &own.to_string(), "sold").await;
    assert_eq!(by_another.unwrap(), Err(removal::Refusal::LastOfAll));
    op.commit().await.unwrap();
    let events = town.events("factor.passkey.removed").await;
    let why = "the last passkey by which anybody, or any administrator, gets in";
    assert_eq!(events, vec![("refused".to_owned(), why.to_owned()); 2]);
    give_role(&town, ben, access::ADMINISTRATOR).await;
    assert_eq!(removed(&town, ada, own).await, Removal::Removed);

    // Once they are locked out all the same, by recovery say, nothing keeps anybody from mending it.
    forget_passkeys(&town).await;
    list(&town, None, &[LISTED, OTHER]).await.unwrap();
    switch(&town, rule, RuleMode::Draft).await.unwrap();
    let refused = try_on(&town, rule).await.unwrap_err();
    assert_eq!(refused, LockedOut::EveryoneWithoutPasskey.into());
}

/// Removes a passkey in an act of its own.
async fn removed(town: &Town, person: PersonId, passkey: PasskeyId) -> Removal {
    let mut op = town.op();
    let removed = passkey::remove(&mut op, person, passkey).await;
    op.conclude(removed).await.unwrap()
}

async fn forget_passkeys(town: &Town) {
    const ALL: Sql = Sql::new("DELETE FROM passkey");
    let mut tx = town.server.house.storage.write().await.unwrap();
    tx.query(ALL).execute().await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_rule_and_a_list_at_once_that_lock_out_together_one_counts() {
    let (town, _, _, _folder) = town().await;
    let rule = draft(&town, phishing_resistant()).await;
    for _ in 0..8 {
        let (switched, listed) = tokio::join!(
            switch(&town, rule, RuleMode::On),
            list(&town, ADMINISTRATOR, &[LISTED])
        );
        assert!(
            switched.is_err() || listed.is_err(),
            "an administrator without a passkey is locked out"
        );
        assert!(switched.is_ok() || listed.is_ok(), "{switched:?} {listed:?}");
        let known = |refusal: ListRefusal| !matches!(refusal, ListRefusal::Unknown(_));
        assert!(listed.is_ok() || listed.is_err_and(known), "{listed:?}");
        list(&town, ADMINISTRATOR, &[]).await.unwrap();
        switch(&town, rule, RuleMode::Draft).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_rule_and_a_removal_at_once_that_lock_out_together_one_counts() {
    let (town, ada, _, _folder) = town().await;
    town.give_authenticator(ada).await;
    let rule = draft(&town, phishing_resistant()).await;
    for _ in 0..8 {
        list(&town, ADMINISTRATOR, &[]).await.unwrap();
        if passkey::list(&mut town.op(), ada).await.unwrap().is_empty() {
            give(&town, ada, true).await;
        }
        list(&town, ADMINISTRATOR, &[LISTED]).await.unwrap();
        let own = passkey::list(&mut town.op(), ada).await.unwrap()[0].id;
        let (switched, removal) = tokio::join!(switch(&town, rule, RuleMode::On), removed(&town, ada, own));
        assert!(
            switched.is_err() || removal != Removal::Removed,
            "the one administrator has lost the passkey that is asked for"
        );
        switch(&town, rule, RuleMode::Draft).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_that_will_ask_a_passkey_is_looked_at() {
    let (town, ada, _, _folder) = town().await;
    list(&town, ADMINISTRATOR, &[LISTED]).await.unwrap();
    let enrol = |factor: &str| json!({ "do": "enrol", "factor": factor, "grace_days": 14 });
    let everybody = json!({ "name": "All of us", "then": { "do": "phishing_resistant" } });
    let mut later = phishing_resistant();
    later["starts"] = json!((town.op().now.plus(DAY * 10)).to_string());
    let elsewhere = json!({
        "name": "Elsewhere", "unless": { "networks": ["127.0.0.0/8"] }, "then": { "do": "phishing_resistant" },
    });
    let allowed = json!({ "do": "second_factor" });
    let mut but_ada = phishing_resistant();
    but_ada["unless"] = json!({ "people": ["ada"] });
    let rules = [
        // When its grace is over.
        (of_administrators(&enrol("passkey")), true),
        (of_administrators(&enrol("any")), false),
        (of_administrators(&allowed), false),
        (phishing_resistant(), true),
        (later, true),
        (elsewhere, true),
        // Ben, of whom nothing is listed, makes one; Ada does not.
        (everybody, true),
        (but_ada, false),
    ];
    let mut wrong = Vec::new();
    for (rule, refused) in rules {
        let one = draft(&town, rule.clone()).await;
        let expected = if refused { Err(without_passkey()) } else { Ok(()) };
        if try_on(&town, one).await != expected {
            wrong.push(rule);
        }
        change(&town, Change::Remove(one)).await.unwrap();
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    // An exception that ends opens nothing for good.
    let one = draft(&town, phishing_resistant()).await;
    let exception = NewException {
        person: "ada".to_owned(),
        last_day: town.op().now.plus(DAY * 3),
        reason: "Waits for the new key".to_owned(),
    };
    change(&town, Change::Except(one, exception)).await.unwrap();
    assert_eq!(try_on(&town, one).await.unwrap_err(), without_passkey());
    // A rule above it that ends the list does.
    let allow =
        definition(json!({ "name": "Ada", "when": { "people": ["ada"] }, "then": { "do": "allow" } }));
    let set = change(&town, Change::Add(allow, Some(0))).await.unwrap();
    switch(&town, set.rules[0].id, RuleMode::On).await.unwrap();
    try_on(&town, one).await.unwrap();

    // Where something is listed for everybody, nobody may get in.
    change(&town, Change::Remove(set.rules[0].id)).await.unwrap();
    list(&town, None, &[LISTED]).await.unwrap();
    let everybody = json!({ "name": "All of us", "then": { "do": "phishing_resistant" } });
    let all = draft(&town, everybody).await;
    let refused = try_on(&town, all).await.unwrap_err();
    assert_eq!(refused, LockedOut::EveryoneWithoutPasskey.into());
    list(&town, None, &[]).await.unwrap();
    list(&town, ADMINISTRATOR, &[]).await.unwrap();
    give(&town, ada, true).await;
    list(&town, None, &[LISTED]).await.unwrap();
    try_on(&town, all).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_refused_that_would_keep_administrators_from_the_passkey_that_a_rule_asks() {
    let (town, ada, ben, _folder) = town().await;
    give_rights(&town, ben, "analyst", &[]).await;
    let rule = draft(&town, phishing_resistant()).await;
    switch(&town, rule, RuleMode::On).await.unwrap();
    let refused = ListRefusal::LockedOut(LockedOut::AdministratorsWithoutPasskey);
    for role in [None, ADMINISTRATOR] {
        assert_eq!(list(&town, role, &[LISTED]).await, Err(refused));
    }
    let lists = policy::lists(&mut town.op(), town.organisation).await.unwrap();
    assert!(lists.is_empty(), "{lists:?}");
    assert!(town.events("factor.passkey.policy.changed").await.is_empty());
    list(&town, Some("analyst"), &[LISTED]).await.unwrap();
    list(&town, Some("analyst"), &[]).await.unwrap();

    give(&town, ada, true).await;
    for role in [None, ADMINISTRATOR] {
        list(&town, role, &[LISTED]).await.unwrap();
    }
}
