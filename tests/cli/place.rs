//! Where commands find their data, and that they make none.

use std::collections::BTreeSet;
use std::path::Path;

use super::{doorward, said};

/// One command of each kind that works on a database which is there.
const COMMANDS: [&str; 34] = [
    "application list",
    "application retire https://a.example --reason x",
    "attribute list --organisation northbeam",
    "audit check proof",
    "audit key",
    "audit list",
    "audit show 0",
    "audit verify",
    "break-glass list --organisation northbeam",
    "client approve nobody",
    "client list",
    "client registration-token list",
    "coverage --organisation northbeam",
    "grant list rosa",
    "group list --organisation northbeam",
    "issuer list --organisation northbeam",
    "job list",
    "key list",
    "key rotate",
    "passkey products",
    "password import hashes",
    "permission remove https://a.example a:read",
    "person list --organisation northbeam",
    "person show ada",
    "policy list --organisation northbeam",
    "revoke person ada",
    "role list --organisation northbeam",
    "roll-out list --organisation northbeam",
    "rule add --organisation northbeam a.json",
    "rule list --organisation northbeam",
    "rule replay --organisation northbeam x",
    "service-account list --organisation northbeam",
    "who feedback:read feedback/f-1 --organisation northbeam",
    "why rosa feedback:read feedback/f-1",
];

/// Those that make a database, or need none.
const OTHERS: [&str; 5] = ["config", "demo", "init", "migrate", "serve"];

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_command_that_reads_or_changes_makes_no_database_and_says_where_it_looked() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["a.json", "hashes", "proof"] {
        std::fs::write(folder.path().join(file), "").unwrap();
    }
    let before = names(folder.path());
    for line in COMMANDS {
        let words: Vec<&str> = line.split(' ').collect();
        for (more, place) in [
            (&[][..], "./data/doorward.db"),
            (&["--data-dir", "elsewhere"], "elsewhere/doorward.db"),
        ] {
            let (code, output, fault) = said(doorward(folder.path(), &words).args(more));
            assert_eq!((code, output.as_str()), (1, ""), "{line}: {fault}");
            let told = format!("error: there is no database at {place}\n");
            assert!(fault.contains(&told), "{line}: {fault}");
            for option in ["--data-dir", "--config"] {
                assert!(fault.contains(option), "{line}: {fault}");
            }
        }
        assert_eq!(names(folder.path()), before, "{line}");
    }
}

#[test]
fn every_command_is_known_to_make_a_database_or_not_to() {
    let folder = tempfile::tempdir().unwrap();
    let (_, help, _) = said(&mut doorward(folder.path(), &["--help"]));
    let (_, listed) = help.split_once("Commands:\n").unwrap();
    let listed = listed.split("\n\n").next().unwrap();
    let listed: BTreeSet<&str> = listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    let known = COMMANDS.iter().map(|line| line.split(' ').next().unwrap());
    assert_eq!(listed, known.chain(OTHERS).collect());
}

#[test]
fn an_empty_database_and_a_missing_master_key_are_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("doorward.db"), "").unwrap();
    let list = ["person", "list", "--organisation", "northbeam"];
    let (code, _, fault) = said(&mut doorward(folder.path(), &list));
    assert_eq!(code, 1);
    assert!(
        fault.contains("error: the database is empty") && fault.contains("--data-dir"),
        "{fault}"
    );
    assert_eq!(said(&mut doorward(folder.path(), &["migrate"])).0, 0);
    let (code, _, fault) = said(&mut doorward(folder.path(), &list));
    assert_eq!(code, 1);
    assert!(
        fault.contains("error: there is no master key at ./data/master.key"),
        "{fault}"
    );
    assert!(!data.join("master.key").exists());
}
