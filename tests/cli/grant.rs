//! `doorward grant` and `doorward why`.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::person::{person, set_up};
use super::said;

const ADA: &str = "ada@northbeam.example";

fn run(folder: &Path, words: &[&str]) -> (i32, String, String) {
    said(&mut person(folder, words))
}

/// What these words print.
fn done(folder: &Path, words: &[&str]) -> String {
    let (code, output, fault) = run(folder, words);
    assert_eq!(code, 0, "{words:?}: {fault}");
    output
}

/// They fail, and say this.
fn refused(folder: &Path, words: &[&str], says: &str) {
    let (code, output, fault) = run(folder, words);
    assert_eq!((code, output.as_str()), (1, ""), "{words:?}");
    assert!(fault.contains(says), "{words:?}: {fault}");
}

fn list(folder: &Path) -> Vec<Value> {
    serde_json::from_str(&done(folder, &["grant", "list", ADA, "--json"])).unwrap()
}

#[test]
fn a_role_is_given_until_the_end_of_a_day_listed_and_ended_with_reasons() {
    let folder = set_up();
    let folder = folder.path();
    let before = list(folder).len();
    let give = [
        "grant",
        "give",
        ADA,
        "administrator",
        "--until",
        "2099-12-31",
        "--reason",
        "Stands in",
    ];
    let given = done(folder, &give);
    let id = given.trim();
    let listed = list(folder);
    assert_eq!(listed.len(), before + 1);
    let one = listed.iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(
        (&one["until"], &one["reason"], &one["state"], &one["given_by"]),
        (
            &json!("2100-01-01T00:00:00Z"),
            &json!("Stands in"),
            &json!("counts"),
            &json!("operator")
        )
    );
    let line = done(folder, &["grant", "list", ADA]);
    assert!(
        line.contains("until 2100-01-01T00:00:00Z, not used yet; given by operator: Stands in"),
        "{line}"
    );
    let end = [
        "grant",
        "end",
        "--organisation",
        "northbeam",
        id,
        "--reason",
        "Is back",
    ];
    done(folder, &end);
    assert_eq!(list(folder).len(), before);
    refused(folder, &end, "has ended");
    let story = done(folder, &["audit", "list"]);
    for told in ["the role administrator", "Stands in", "Is back"] {
        assert!(story.contains(told), "{told}: {story}");
    }
}

#[test]
fn what_cannot_be_given_is_refused_with_why_and_gives_nothing() {
    let folder = set_up();
    let folder = folder.path();
    let before = list(folder);
    for (words, says) in [
        (&[ADA, "wizard", "--reason", "x"][..], "no role called wizard"),
        (
            &["nobody@northbeam.example", "administrator", "--reason", "x"],
            "no such person",
        ),
        (&[ADA, "administrator", "--reason", " "], "a reason is needed"),
        (
            &[ADA, "administrator", "--within", "region:moon", "--reason", "x"],
            "no group called region:moon",
        ),
        (
            &[ADA, "administrator", "--until", "2001-01-01", "--reason", "x"],
            "end before it begins",
        ),
        (
            &["team:care", "administrator", "--reason", "x"],
            "no such organisation",
        ),
    ] {
        let words: Vec<&str> = ["grant", "give"]
            .into_iter()
            .chain(words.iter().copied())
            .collect();
        refused(folder, &words, says);
    }
    let unreadable = [
        "grant",
        "give",
        ADA,
        "administrator",
        "--until",
        "soon",
        "--reason",
        "x",
    ];
    assert_eq!(run(folder, &unreadable).0, 2);
    assert_eq!(list(folder), before);
}

#[test]
fn the_organisation_of_a_client_need_not_be_said() {
    let folder = set_up();
    let folder = folder.path();
    let document = json!({ "client_name": "Portal", "redirect_uris": ["https://portal.example/callback"] });
    std::fs::write(folder.join("client.json"), document.to_string()).unwrap();
    let add = [
        "client",
        "add",
        "client.json",
        "--json",
        "--organisation",
        "northbeam",
    ];
    let added: Value = serde_json::from_str(&done(folder, &add)).unwrap();
    let portal = format!("client:{}", added["client_id"].as_str().unwrap());
    for (holder, says) in [
        // It was found, and has no access of its own.
        (portal.as_str(), "acts for people only"),
        ("client:nobody", "no such client"),
        ("client:", "no such client"),
        ("service_account:nightly", "no such organisation"),
    ] {
        refused(
            folder,
            &["grant", "give", holder, "administrator", "--reason", "x"],
            says,
        );
        refused(folder, &["grant", "list", holder], says);
    }
}

/// A house with an application that nobody may use yet.
fn with_ledger() -> TempDir {
    let folder = set_up();
    let application = json!({
        "name": "Ledger", "audience": "https://ledger.example",
        "permissions": [{ "name": "ledger:read", "title": "Read", "purpose": "To read.", "sensitivity": "normal" }],
    });
    std::fs::write(folder.path().join("ledger.json"), application.to_string()).unwrap();
    let add = ["application", "add", "--organisation", "northbeam", "ledger.json"];
    done(folder.path(), &add);
    folder
}

#[test]
fn why_somebody_may_not_is_told_and_on_record() {
    let folder = with_ledger();
    let folder = folder.path();
    let told = done(folder, &["why", ADA, "ledger:read", "account/7"]);
    assert!(
        told.starts_with("no: No role or policy gives ledger:read."),
        "{told}"
    );
    for (words, says) in [
        (
            &["why", ADA, "ledger:write", "account/7"][..],
            "has a permission ledger:write",
        ),
        (
            &["why", ADA, "ledger:read", "account/7", "--application", "nobody"],
            "no such application",
        ),
    ] {
        refused(folder, words, says);
    }
    assert_eq!(run(folder, &["why", ADA, "ledger:read", "account"]).0, 2);
    let story = done(folder, &["audit", "list"]);
    assert!(story.contains("asked why ledger:read of account/7"), "{story}");
}
