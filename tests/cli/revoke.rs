//! `doorward revoke`.

use std::path::Path;
use std::process::Command;

use super::{doorward, said};

fn revoke(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = doorward(folder, arguments);
    command.env("DOORWARD_KEYS__ALGORITHMS", "ES256");
    command
}

#[test]
fn all_that_a_person_has_ends_by_one_command_and_is_on_record() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ada.password"), "a pass phrase of Ada's").unwrap();
    let mut arguments = vec!["init", "--organisation", "Northbeam", "--name", "Ada Yilmaz"];
    arguments.extend([
        "--username",
        "ada@northbeam.example",
        "--password-file",
        "ada.password",
    ]);
    let (code, _, fault) = said(&mut revoke(folder.path(), &arguments));
    assert_eq!(code, 0, "{fault}");
    let arguments = ["revoke", "person", "Ada@northbeam.example"];
    let (code, output, fault) = said(&mut revoke(folder.path(), &arguments));
    assert_eq!(code, 0, "{fault}");
    assert_eq!(
        output,
        "ada@northbeam.example: 0 sessions, 0 authorizations and 0 consents have ended\n"
    );
    let (code, output, fault) = said(&mut revoke(folder.path(), &["audit", "list"]));
    assert_eq!(code, 0, "{fault}");
    assert!(
        output.contains("the operator revoked all sessions and tokens of"),
        "{output}"
    );
}

#[test]
fn who_is_not_known_is_told_to_be_so() {
    let folder = super::client::set_up();
    for (arguments, expected) in [
        (["revoke", "person", "nobody"], "error: there is no such person"),
        (["revoke", "person", ""], "error: there is no such person"),
        (["revoke", "client", "nobody"], "error: there is no such client"),
        (["revoke", "client", "a b"], "error: there is no such client"),
    ] {
        let (code, output, fault) = said(&mut revoke(folder.path(), &arguments));
        assert_eq!((code, output.as_str()), (1, ""), "{arguments:?}");
        assert!(fault.contains(expected), "{fault}");
    }
}
