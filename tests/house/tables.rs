//! A table is written by one room, in its store.

use std::collections::BTreeMap;

use regex_lite::Regex;

use super::source::sources;

const OWNERS: &[(&str, &[&str])] = &[
    (
        "audit",
        &[
            "event",
            "unsequenced_event",
            "event_run",
            "merkle_tile",
            "checkpoint",
            "lease",
        ],
    ),
    ("keys", &["signing_key"]),
    ("one_time", &["one_time_artefact"]),
    ("op", &["notice", "access_epoch", "subject_access_epoch"]),
    (
        "person",
        &[
            "organisation",
            "person",
            "service_account",
            "attribute_declaration",
            "account_past",
        ],
    ),
    (
        "factor",
        &[
            "password",
            "totp",
            "recovery_code",
            "failure_count",
            "passkey",
            "passkey_policy",
        ],
    ),
    ("signin", &["signin_attempt"]),
    (
        "access",
        &[
            "people_group",
            "group_owner",
            "membership",
            "membership_past",
            "application",
            "permission",
            "role",
            "role_permission",
            "role_right",
            "role_include",
            "role_giving",
            "access_revision",
            "access_grant",
            "access_grant_within",
            "authorization_details_type",
            "resource",
        ],
    ),
    ("policy", &["policy", "policy_version", "policy_step"]),
    (
        "client",
        &[
            "client",
            "client_secret",
            "registration_token",
            "client_registration",
            "client_document",
            "client_use",
            "trusted_issuer",
        ],
    ),
    ("job", &["job"]),
    ("rule", &["rule_set", "recorded_sign_in", "device"]),
    ("mail", &["mail"]),
    ("break_glass", &["break_glass_use"]),
    ("roll_out", &["roll_out_reminder", "roll_out_round"]),
    (
        "enrolment",
        &[
            "enrolment_pass",
            "address_code",
            "password_reset",
            "recovery_rule",
        ],
    ),
    ("session", &["session", "continuation"]),
    (
        "oauth",
        &[
            "consent",
            "token_family",
            "opaque_token",
            "revoked_token",
            "token_cutoff",
            "polled_request",
            "backchannel_code",
        ],
    ),
];

#[test]
fn a_table_is_written_by_its_owner_only() {
    let writing = Regex::new(r"\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)").unwrap();
    let owner_of: BTreeMap<&str, &str> = OWNERS
        .iter()
        .flat_map(|(owner, tables)| tables.iter().map(|table| (*table, *owner)))
        .collect();
    let mut written = 0;
    let mut wrong = Vec::new();
    for source in sources() {
        // The tests of a file may write tables that nobody has.
        let (text, _) = source
            .text
            .split_once("\n#[cfg(test)]")
            .unwrap_or((&source.text, ""));
        for found in writing.captures_iter(text) {
            written += 1;
            match owner_of.get(&found[1]) {
                Some(owner) if *owner == source.room() => {}
                other => wrong.push(format!("{} writes {} (owner {other:?})", source.path, &found[1])),
            }
        }
    }
    assert!(written > 20, "the statements were not found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_table_of_the_migrations_has_an_owner() {
    let create = Regex::new(r"CREATE TABLE ([a-z_]+)").unwrap();
    let drop = Regex::new(r"DROP TABLE ([a-z_]+)").unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let text: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let text = text.join("\n");
    // SQLite changes a key by a table that takes the place of the old one.
    let anew = Regex::new(r"ALTER TABLE ([a-z_]+) RENAME TO ([a-z_]+)").unwrap();
    let anew: Vec<(&str, &str)> = anew
        .captures_iter(&text)
        .map(|found| (found.get(1).unwrap().as_str(), found.get(2).unwrap().as_str()))
        .collect();
    let gone: Vec<&str> = drop
        .captures_iter(&text)
        .map(|found| found.get(1).unwrap().as_str())
        .filter(|table| !anew.iter().any(|(_, to)| to == table))
        .chain(anew.iter().map(|(from, _)| *from))
        .collect();
    for found in create.captures_iter(&text) {
        let owned = OWNERS.iter().any(|(_, tables)| tables.contains(&&found[1]));
        assert_ne!(
            owned,
            gone.contains(&&found[1]),
            "{} has an owner: {owned}",
            &found[1]
        );
    }
}
