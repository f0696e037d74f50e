//! `doorward client`.

use std::path::Path;

use super::{doorward, said};

/// A folder with one organisation, `northbeam`.
pub(super) fn set_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("password"), "a pass phrase of Ada's").unwrap();
    let fixed = "init --organisation Northbeam --slug northbeam --username ada@northbeam.example --password-file password";
    let mut words: Vec<&str> = fixed.split(' ').collect();
    words.extend(["--name", "Ada Yilmaz"]);
    let (code, _, fault) = run(folder.path(), &words);
    assert_eq!(code, 0, "{fault}");
    folder
}

pub(super) fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    said(doorward(folder, arguments).env("DOORWARD_KEYS__ALGORITHMS", "ES256"))
}

#[test]
fn registration_tokens_are_made_listed_and_revoked() {
    let folder = set_up();
    let within = ["client", "registration-token"];
    let more = "add --organisation northbeam --redirect-host portal.example --uses 1 --days 7 --name Portal";
    let add: Vec<&str> = within.into_iter().chain(more.split(' ')).collect();
    let (code, token, fault) = run(folder.path(), &add);
    assert_eq!(code, 0, "{fault}");
    assert_eq!(token.trim().len(), 43);

    let list = [&within[..], &["list", "--json"]].concat();
    let (_, output, _) = run(folder.path(), &list);
    assert!(!output.contains(token.trim()), "the value is shown once");
    let listed: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(listed[0]["name"], "Portal");
    assert_eq!(listed[0]["uses_left"], 1);
    assert_eq!(listed[0]["policy"]["approval"], true, "its clients wait");

    let revoke = [&within[..], &["revoke", listed[0]["id"].as_str().unwrap()]].concat();
    assert_eq!(run(folder.path(), &revoke).0, 0);
    let (code, _, fault) = run(folder.path(), &revoke);
    assert_eq!(code, 1);
    assert!(fault.contains("there is no such registration token"), "{fault}");
    let nowhere = ["add", "--organisation", "nowhere", "--name", "x"];
    let (code, _, fault) = run(folder.path(), &[&within[..], &nowhere].concat());
    assert_eq!(code, 1);
    assert!(fault.contains("there is no such organisation"), "{fault}");
}

#[test]
fn what_is_not_there_is_said_to_be_so() {
    let folder = set_up();
    let (code, output, fault) = run(folder.path(), &["client", "list", "--json"]);
    assert_eq!((code, output.trim()), (0, "[]"), "{fault}");
    for (arguments, expected) in [
        (&["client", "show", "nobody"][..], "there is no such client"),
        (&["client", "approve", "nobody"], "no client of this id waits"),
        (
            &["client", "approve", "nobody", "--digest", "5f0c"],
            "no client of this id waits",
        ),
        (&["client", "refuse", "nobody"], "no client of this id waits"),
        (&["client", "disable", "nobody"], "there is no such client"),
        (&["client", "secret", "add", "nobody"], "there is no such client"),
        (
            &["client", "secret", "remove", "nobody", "0"],
            "no secret of this id",
        ),
    ] {
        let (code, _, fault) = run(folder.path(), arguments);
        assert_eq!(code, 1, "{arguments:?}");
        assert!(fault.contains(expected), "{fault}");
    }
}
