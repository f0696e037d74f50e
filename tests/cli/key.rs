//! `doorward key`.

use std::path::Path;
use std::process::Command;

use super::{doorward, said};

/// A house without RSA keys, which take long to make.
fn key(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = doorward(folder, arguments);
    command.env("DOORWARD_KEYS__ALGORITHMS", "ES256,Ed25519");
    command
}

/// A folder with such a house.
fn set_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("password"), "a pass phrase of Ada's").unwrap();
    let words = "init --organisation Northbeam --username ada --name Ada --password-file password";
    let words: Vec<&str> = words.split(' ').collect();
    let (code, _, fault) = said(&mut key(folder.path(), &words));
    assert_eq!(code, 0, "{fault}");
    folder
}

/// Algorithm, use and state of each key, the newest first.
fn listed(folder: &Path) -> Vec<(String, String, String)> {
    let (code, output, fault) = said(&mut key(folder, &["key", "list", "--json"]));
    assert_eq!(code, 0, "{fault}");
    let keys: Vec<serde_json::Value> = serde_json::from_str(&output).unwrap();
    let word = |key: &serde_json::Value, name: &str| key[name].as_str().unwrap().to_owned();
    keys.iter()
        .map(|key| (word(key, "algorithm"), word(key, "use"), word(key, "state")))
        .collect()
}

fn states(folder: &Path, algorithm: &str) -> Vec<String> {
    listed(folder)
        .into_iter()
        .filter(|(found, key_use, _)| found == algorithm && key_use == "token")
        .map(|(_, _, state)| state)
        .collect()
}

#[test]
fn a_rotation_publishes_a_key_before_it_signs() {
    let folder = set_up();
    assert_eq!(states(folder.path(), "ES256"), ["signing"]);
    assert_eq!(states(folder.path(), "Ed25519"), ["signing"]);

    let rotate = ["key", "rotate", "--algorithm", "ES256"];
    let (code, output, fault) = said(&mut key(folder.path(), &rotate));
    assert_eq!(code, 0, "{fault}");
    assert!(output.starts_with("ES256: the new key "), "{output}");
    assert_eq!(states(folder.path(), "ES256"), ["published", "signing"]);
    assert_eq!(states(folder.path(), "Ed25519"), ["signing"]);

    let (code, output, _) = said(&mut key(folder.path(), &rotate));
    assert_eq!(code, 0);
    assert!(output.contains("nothing was changed"), "{output}");
    assert_eq!(states(folder.path(), "ES256"), ["published", "signing"]);
}

#[test]
fn a_key_that_may_have_leaked_is_replaced_at_once() {
    let folder = set_up();
    let rotate = ["key", "rotate", "--algorithm", "Ed25519", "--immediately"];
    let (code, _, fault) = said(&mut key(folder.path(), &rotate));
    assert_eq!(code, 0, "{fault}");
    let states = states(folder.path(), "Ed25519");
    assert_eq!(states.len(), 2);
    assert_eq!(states[0], "signing");
    assert_ne!(states[1], "signing");
}

#[test]
fn keys_are_listed_for_people_and_unknown_algorithms_are_not_understood() {
    let folder = set_up();
    let (code, output, fault) = said(&mut key(folder.path(), &["key", "list"]));
    assert_eq!(code, 0, "{fault}");
    let mut lines = output.lines();
    assert!(lines.next().unwrap().starts_with("algorithm  use "), "{output}");
    assert!(
        lines.any(|line| line.starts_with("ES256      token       signing ")),
        "{output}"
    );
    assert!(
        !output.contains("PRIVATE") && !output.contains("00us"),
        "{output}"
    );

    let (code, _, fault) = said(&mut key(
        folder.path(),
        &["key", "rotate", "--algorithm", "ES265"],
    ));
    assert_eq!(code, 2);
    assert!(fault.contains("ES256"), "{fault}");
}

#[test]
fn another_master_key_is_told_with_a_hint() {
    let folder = set_up();
    let other = data_encoding::BASE64.encode(&[7; 32]);
    std::fs::write(folder.path().join("data/other.key"), other).unwrap();
    let mut command = key(folder.path(), &["key", "list"]);
    command.env("DOORWARD_KEYS__MASTER_KEY_FILE", "data/other.key");
    let (code, output, fault) = said(&mut command);
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(
        fault.contains("hint: the database was made with another master key"),
        "{fault}"
    );
}

/// The id of the newest key of this use.
fn newest(folder: &Path, key_use: &str) -> String {
    let (code, output, fault) = said(&mut key(folder, &["key", "list", "--json"]));
    assert_eq!(code, 0, "{fault}");
    let keys: Vec<serde_json::Value> = serde_json::from_str(&output).unwrap();
    let found = keys
        .iter()
        .find(|key| key["use"] == key_use && key["state"] == "signing");
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_that_has_leaked_is_revoked_and_another_signs() {
    let folder = set_up();
    let id = newest(folder.path(), "token");
    let (code, output, fault) = said(&mut key(folder.path(), &["key", "revoke", &id]));
    assert_eq!(code, 0, "{fault}");
    let mut lines = output.lines();
    assert_eq!(lines.next(), Some(format!("{id} is revoked").as_str()));
    assert!(lines.next().unwrap().starts_with("the new key "), "{output}");
    let mut of_tokens: Vec<String> = listed(folder.path())
        .into_iter()
        .filter(|(_, key_use, _)| key_use == "token")
        .map(|(_, _, state)| state)
        .collect();
    of_tokens.sort();
    assert_eq!(of_tokens, ["revoked", "signing", "signing"]);

    let (code, output, _) = said(&mut key(folder.path(), &["key", "revoke", &id]));
    assert_eq!(code, 0);
    assert!(output.contains("nothing was changed"), "{output}");
    let (code, events, _) = said(&mut key(folder.path(), &["audit", "list"]));
    assert_eq!(code, 0);
    assert!(events.contains(&id), "{events}");
}

#[test]
fn a_key_that_is_not_there_or_signs_the_log_is_not_revoked() {
    let folder = set_up();
    // Chance may begin an id with a hyphen.
    let (code, output, fault) = said(&mut key(folder.path(), &["key", "revoke", "-none"]));
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(fault.contains("no such signing key"), "{fault}");
    assert!(fault.contains("doorward key list"), "{fault}");

    let id = newest(folder.path(), "checkpoint");
    let (code, output, fault) = said(&mut key(folder.path(), &["key", "revoke", &id]));
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(fault.contains("signs the audit log"), "{fault}");
    assert!(fault.contains("key rotate --log --immediately"), "{fault}");

    let rotate = ["key", "rotate", "--log", "--immediately"];
    let (code, output, fault) = said(&mut key(folder.path(), &rotate));
    assert_eq!(code, 0, "{output}{fault}");
    assert_ne!(newest(folder.path(), "checkpoint"), id);
    let (code, _, fault) = said(&mut key(folder.path(), &["audit", "verify"]));
    assert_eq!(code, 0, "{fault}");
}
