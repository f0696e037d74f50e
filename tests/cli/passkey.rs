//! `doorward passkey`.

use super::{doorward, said};

#[test]
fn a_product_that_no_metadata_knows_is_not_listed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ada.password"), "a pass phrase of Ada's").unwrap();
    let fixed = ["init", "--organisation", "Northbeam", "--username", "ada"];
    let mut command = doorward(folder.path(), &fixed);
    command.args(["--name", "Ada", "--password-file", "ada.password"]);
    let (code, _, fault) = said(&mut command);
    assert_eq!(code, 0, "{fault}");

    let run = |words: &[&str]| said(&mut doorward(folder.path(), words));
    let policy = |act: &str, organisation: &str, more: &[&str]| {
        let mut words = vec!["passkey", "policy", act, "--organisation", organisation];
        words.extend(more);
        run(&words)
    };
    let product = "2fc0579f-8113-47ea-b116-bb5a8db9202a";
    let (code, _, fault) = policy("set", "northbeam", &[product]);
    assert_eq!(code, 1);
    for told in ["does not know", product, "doorward passkey products"] {
        assert!(fault.contains(told), "{told}: {fault}");
    }
    let (code, _, fault) = policy("set", "northbeam", &["nonsense"]);
    assert_eq!(code, 2);
    let (_, example) = fault.split_once("such as ").expect("an example");
    let example: String = example.chars().take(36).collect();
    let (code, line, fault) = policy("set", "northbeam", &[&example, "--claimed"]);
    assert_eq!((code, line.as_str()), (0, "1 product may be added\n"), "{fault}");
    assert_eq!(policy("clear", "northbeam", &[]).0, 0);
    assert_eq!(policy("set", "elsewhere", &[product]).0, 1);
    for (act, role) in [("show", None), ("clear", Some("administrator"))] {
        let role: Vec<&str> = role.iter().flat_map(|role| ["--role", role]).collect();
        let (code, line, fault) = policy(act, "northbeam", &role);
        assert_eq!(code, 0, "{fault}");
        assert!(line.contains("all products may be added"), "{line}");
    }
    assert_eq!(run(&["passkey", "products"]).0, 0);
}

#[test]
fn a_server_does_not_start_with_metadata_that_it_does_not_believe() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("blob.jwt"), "a.b.c").unwrap();
    let serve = || {
        let mut command = doorward(folder.path(), &["serve"]);
        command.env("DOORWARD_SERVER__LISTEN", "127.0.0.1:0");
        command
    };
    let (code, _, fault) = said(serve().env("DOORWARD_PASSKEYS__METADATA_FILE", "blob.jwt"));
    assert_eq!(code, 1);
    assert!(fault.contains("passkeys.metadata_file"), "{fault}");
    let (code, _, fault) = said(serve().env("DOORWARD_PASSWORDS__BREACHED_FILE", "blob.jwt"));
    assert_eq!(code, 1);
    assert!(fault.contains("passwords.breached_file"), "{fault}");
}
