//! `doorward password`.

use super::{doorward, said};

const HASH: &str = "$2b$04$LP9hDcqdO7F7dGsnOqH4req2SRoKXLr7Ln1miT/OTfzcERr5hcefW";

#[tokio::test]
async fn hashes_of_another_system_are_taken_over_all_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("ada.password", "a pass phrase of Ada's");
    let fixed = ["init", "--organisation", "Northbeam", "--username", "ada"];
    let mut command = doorward(folder.path(), &fixed);
    command.args(["--name", "Ada", "--password-file", "ada.password"]);
    let (code, _, fault) = said(&mut command);
    assert_eq!(code, 0, "{fault}");

    write(
        "wrong.txt",
        &format!("ada {HASH}\n\nnobody {HASH}\nada $1$old$hash\nada\n"),
    );
    let (code, _, fault) = said(&mut doorward(folder.path(), &["password", "import", "wrong.txt"]));
    assert_eq!(code, 1);
    for told in [
        "line 3 names nobody",
        "line 4 is no hash",
        "line 5 is no username",
        "docs/passwords.md",
    ] {
        assert!(fault.contains(told), "{told}: {fault}");
    }
    assert!(!fault.contains("line 1"), "{fault}");

    write("hashes.txt", &format!("ada {HASH}\n"));
    let (code, line, fault) = said(&mut doorward(
        folder.path(),
        &["password", "import", "hashes.txt"],
    ));
    assert_eq!(code, 0, "{fault}");
    assert!(line.contains("password of 1 person"), "{line}");
    let (_, story, _) = said(&mut doorward(folder.path(), &["audit", "list"]));
    assert_eq!(story.matches("set the password of").count(), 2, "{story}");
    assert!(!story.contains("$2b$"), "{story}");
}
