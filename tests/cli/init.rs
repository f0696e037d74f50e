//! `doorward init`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{doorward, said};

const PASSWORD: &str = " a pass phrase of Ada's ";

fn init(folder: &Path, others: &[&str]) -> Command {
    let fixed = [
        "init",
        "--organisation",
        "Northbeam CX",
        "--username",
        "Ada@northbeam.example",
    ];
    let mut arguments = fixed.to_vec();
    arguments.extend(["--name", "Ada Yilmaz", "--password-file", "ada.password"]);
    arguments.extend(others);
    let mut command = doorward(folder, &arguments);
    command.env("DOORWARD_KEYS__ALGORITHMS", "ES256");
    command
}

fn folder_with(password: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ada.password"), password).unwrap();
    folder
}

#[test]
fn an_installation_is_set_up_once() {
    let folder = folder_with(&format!("{PASSWORD}\n"));
    let (code, output, fault) = said(&mut init(folder.path(), &["--json"]));
    assert_eq!(code, 0, "{fault}");
    let answer: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(answer["organization"], "northbeam-cx");
    assert_eq!(answer["username"], "ada@northbeam.example");
    let secret = answer["totp_secret"].as_str().unwrap();
    assert_eq!(
        data_encoding::BASE32_NOPAD
            .decode(secret.as_bytes())
            .unwrap()
            .len(),
        20
    );
    assert!(!output.contains("pass phrase"));

    let (code, output, fault) = said(&mut init(folder.path(), &[]));
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(fault.contains("error: this server is set up already"), "{fault}");
}

#[test]
fn nothing_is_kept_of_a_set_up_that_is_refused() {
    let folder = folder_with("short");
    let (code, output, fault) = said(&mut init(folder.path(), &[]));
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(fault.contains("error: a password has at least"), "{fault}");
    assert!(!fault.contains("short\n"), "{fault}");

    std::fs::write(folder.path().join("ada.password"), PASSWORD).unwrap();
    let (code, _, fault) = said(&mut init(folder.path(), &["--slug", "North Beam"]));
    assert_eq!(code, 1);
    assert!(fault.contains("error: a slug is"), "{fault}");
    let (code, _, fault) = said(&mut init(folder.path(), &["--slug", "northbeam"]));
    assert_eq!(code, 0, "{fault}");
}

#[test]
fn the_password_can_come_from_standard_input_and_a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, fault) = said(&mut init(folder.path(), &[]));
    assert_eq!(code, 1);
    assert!(
        fault.contains("error: the password cannot be read from ada.password"),
        "{fault}"
    );

    let arguments = [
        "init",
        "--organisation",
        "Northbeam",
        "--username",
        "ada",
        "--name",
        "Ada",
        "--password-file",
        "-",
    ];
    let mut child = doorward(folder.path(), &arguments)
        .env("DOORWARD_KEYS__ALGORITHMS", "ES256")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(PASSWORD.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.contains("northbeam is set up; ada is its administrator."),
        "{output}"
    );
    assert!(output.contains("It is shown this once."), "{output}");
}
