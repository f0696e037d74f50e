//! `doorward person`.

use std::path::Path;
use std::process::Command;

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::{doorward, said};

pub(super) fn person(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = doorward(folder, arguments);
    command.env("DOORWARD_KEYS__ALGORITHMS", "ES256");
    command
}

/// A folder whose house has an organisation and Ada, who looks after it.
pub(super) fn set_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ada.password"), "a pass phrase of Ada's").unwrap();
    let arguments = [
        "init",
        "--organisation",
        "Northbeam",
        "--name",
        "Ada Yilmaz",
        "--username",
        "ada@northbeam.example",
        "--password-file",
        "ada.password",
    ];
    let (code, _, fault) = said(&mut person(folder.path(), &arguments));
    assert_eq!(code, 0, "{fault}");
    folder
}

const KIM: [&str; 10] = [
    "person",
    "invite",
    "--organisation",
    "northbeam",
    "--username",
    "Kim@northbeam.example",
    "--name",
    "Kim Aydin",
    "--email",
    "kim@northbeam.example",
];

#[test]
fn a_person_is_invited_shown_and_helped() {
    let folder = set_up();
    let run = |arguments: &[&str]| said(&mut person(folder.path(), arguments));
    let invite: Vec<&str> = KIM
        .iter()
        .copied()
        .chain(["--role", "administrator", "--show"])
        .collect();
    let (code, output, fault) = run(&invite);
    assert_eq!(code, 0, "{fault}");
    assert!(output.contains("http://localhost:8080/enrol/"), "{output}");
    let (_, output, _) = run(&["person", "show", "kim@northbeam.example", "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(shown["email"], "kim@northbeam.example");
    assert_eq!(shown["roles"], serde_json::json!(["administrator"]));
    assert_eq!(
        (&shown["password"], &shown["held"]),
        (&false.into(), &false.into())
    );
    let (_, output, _) = run(&["person", "list", "--organisation", "northbeam"]);
    assert_eq!(
        output,
        "active    ada@northbeam.example  Ada Yilmaz\nactive    kim@northbeam.example  Kim Aydin\n"
    );
    let (_, output, _) = run(&["person", "show", "ada@northbeam.example"]);
    for line in ["locked          no", "groups          none"] {
        assert!(output.lines().any(|one| one == line), "{output}");
    }
    let recover = [
        "person",
        "recover",
        "ada@northbeam.example",
        "--reason",
        "lost the phone",
        "--show",
    ];
    let (code, output, fault) = run(&recover);
    assert_eq!(code, 0, "{fault}");
    assert!(output.contains("/enrol/"), "{output}");
    let (_, output, _) = run(&["person", "passes", "--organisation", "northbeam"]);
    assert_eq!(output.lines().count(), 2, "{output}");
    let (_, output, _) = run(&["audit", "list"]);
    assert!(
        output.contains("the operator issued an enrolment pass to ada@northbeam.example"),
        "{output}"
    );
}

#[test]
fn it_is_told_and_changed_whose_recovery_needs_two() {
    let folder = set_up();
    let run = |arguments: &[&str]| {
        let rule = ["person", "recovery-rule", "--organisation", "northbeam"];
        said(&mut person(folder.path(), &[&rule[..], arguments].concat()))
    };
    let lines = |whose: &str| {
        format!("two have to agree before the recovery of: {whose}\nthe installation asks it of: nobody\n")
    };
    assert_eq!(run(&[]).1, lines("nobody"));
    assert_eq!(run(&["--needs-two", "everybody"]).1, lines("everybody"));
    let told: serde_json::Value = serde_json::from_str(&run(&["--json"]).1).unwrap();
    assert_eq!(
        told,
        serde_json::json!({ "needs_two": "everybody", "least": "nobody", "asked": "everybody", "lowered_at": null })
    );
    let (code, _, fault) = run(&["--needs-two", "some"]);
    assert_eq!(code, 2);
    assert!(fault.contains("nobody, administrators, everybody"), "{fault}");
    let recover = [
        "person",
        "recover",
        "ada@northbeam.example",
        "--reason",
        "lost",
        "--show",
    ];
    let (_, output, _) = said(&mut person(folder.path(), &recover));
    assert!(output.contains("waits for an administrator to agree"), "{output}");
    assert!(
        output.contains("there is no link before they do") && output.contains("--show"),
        "{output}"
    );
    assert!(!output.contains("/enrol/"), "{output}");
}

#[test]
fn a_link_is_listed_and_taken_back_once() {
    let folder = set_up();
    let run = |arguments: &[&str]| said(&mut person(folder.path(), arguments));
    let invite: Vec<&str> = KIM.iter().copied().chain(["--show"]).collect();
    assert_eq!(run(&invite).0, 0);
    let passes = ["person", "passes", "--organisation", "northbeam", "--json"];
    let (_, output, _) = run(&passes);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    let told = told.as_array().unwrap();
    let kim = told.iter().find(|one| one["username"] == "kim@northbeam.example");
    let kim = kim.unwrap();
    assert_eq!(
        (&kim["purpose"], &kim["state"]),
        (&"invitation".into(), &"issued".into())
    );
    let id = kim["id"].as_str().unwrap();
    let take_back = ["person", "take-back", "--organisation", "northbeam", id];
    let (code, output, fault) = run(&take_back);
    assert_eq!(code, 0, "{fault}");
    assert_eq!(output, "the link is taken back\n");
    let (code, _, fault) = run(&take_back);
    assert_eq!(code, 1);
    assert!(fault.contains("there is no open link of that id"), "{fault}");
    let (_, output, _) = run(&passes);
    assert!(!output.contains("kim"), "{output}");
}

#[test]
fn what_cannot_be_done_is_told_and_leaves_nothing_behind() {
    let folder = set_up();
    let run = |arguments: &[&str]| said(&mut person(folder.path(), arguments));
    let with =
        |more: &[&'static str]| -> Vec<&str> { KIM.iter().copied().chain(more.iter().copied()).collect() };
    for (arguments, expected) in [
        (with(&[]), "error: no mail is sent here"),
        (
            with(&["--role", "king", "--show"]),
            "error: the organisation has no role \"king\"",
        ),
        (
            with(&["--department", "moon", "--show"]),
            "error: the organisation has no department \"moon\"",
        ),
        (vec!["person", "show", "nobody"], "error: there is no such person"),
        (
            vec!["person", "list", "--organisation", "nobody"],
            "error: there is no such organisation",
        ),
        (
            vec![
                "person",
                "recover",
                "ada@northbeam.example",
                "--reason",
                " ",
                "--show",
            ],
            "error: a reason is needed",
        ),
        (
            vec!["person", "agree", "--organisation", "northbeam", "x"],
            "error: nothing of that id waits",
        ),
    ] {
        let (code, output, fault) = run(&arguments);
        assert_eq!((code, output.as_str()), (1, ""), "{arguments:?}");
        assert!(fault.contains(expected), "{fault}");
    }
    let (_, output, _) = run(&["person", "list", "--organisation", "northbeam"]);
    assert_eq!(output.lines().count(), 1, "{output}");
}

/// Gives whoever has an authenticator a second one, by its rows alone: no command makes one. Answers its id.
async fn add_authenticator(folder: &Path) -> String {
    let url = format!("sqlite:{}", folder.join("data/doorward.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let id = "01980a6e-3c52-7d4f-8a53-0f1c2d3e4f50";
    let copy = "INSERT INTO totp (id, person_id, name, sealed_secret, last_step, created_at) \
                SELECT $1, person_id, 'Old phone', sealed_secret, last_step, created_at FROM totp";
    sqlx::query(copy).bind(id).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    id.to_owned()
}

#[tokio::test]
async fn the_operator_removes_one_factor_and_not_the_last() {
    let folder = set_up();
    let run = |arguments: &[&str]| said(&mut person(folder.path(), arguments));
    // Ada has the authenticator that came with the set-up, and no other.
    let (_, output, _) = run(&["person", "show", "ada@northbeam.example", "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&output).unwrap();
    let id = shown["factors"][0]["id"].as_str().unwrap();
    assert_eq!(shown["factors"][0]["kind"], "authenticator");
    let (_, output, _) = run(&["person", "show", "ada@northbeam.example"]);
    assert!(output.contains(id), "{output}");
    let remove = |id: &str, reason: &str| {
        let words = [
            "person",
            "remove-factor",
            "ada@northbeam.example",
            id,
            "--reason",
            reason,
        ];
        run(&words)
    };
    for (id, reason, expected) in [
        (id, "lost", "error: it is their last second factor"),
        (id, " ", "error: a reason is needed"),
        ("x", "lost", "error: the person has no such factor"),
    ] {
        let (code, output, fault) = remove(id, reason);
        assert_eq!((code, output.as_str()), (1, ""), "{id}");
        assert!(fault.contains(expected), "{fault}");
    }
    let second = add_authenticator(folder.path()).await;
    let (code, output, fault) = remove(&second, "sold the phone");
    assert_eq!(code, 0, "{fault}");
    assert!(
        output.contains("the factor of ada@northbeam.example is removed"),
        "{output}"
    );
    let (_, output, _) = run(&["audit", "list"]);
    assert!(
        output.contains("the operator removed an authenticator of ada@northbeam.example")
            && output.contains("sold the phone"),
        "{output}"
    );
}

#[tokio::test]
async fn those_who_are_held_are_listed_with_what_they_have_said() {
    let folder = set_up();
    let run = |arguments: &[&str]| said(&mut person(folder.path(), arguments));
    let list = ["person", "list", "--organisation", "northbeam", "--held"];
    assert_eq!(
        run(&list),
        (0, "nobody's account is held\n".to_owned(), String::new())
    );
    let url = format!("sqlite:{}", folder.path().join("data/doorward.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let hold = "UPDATE person SET held_at = created_at, held_about = 'new-device'";
    sqlx::query(hold).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let (_, output, _) = run(&list);
    assert!(
        output.starts_with("waits   20")
            && output.ends_with("  new-device          ada@northbeam.example  Ada Yilmaz\n"),
        "{output}"
    );
    let words = "person recover ada@northbeam.example --reason known-by-voice --show";
    let recover: Vec<&str> = words.split(' ').collect();
    assert_eq!(run(&recover).0, 0);
    let (_, output, _) = run(&[&list[..], &["--json"]].concat());
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (&told[0]["held_about"], &told[0]["waits"]),
        (&"new-device".into(), &false.into())
    );
}

#[test]
fn an_account_is_switched_off_and_on_again_but_not_the_last_of_those_who_administer() {
    let folder = set_up();
    let run = |arguments: &[&str]| said(&mut person(folder.path(), arguments));
    assert_eq!(run(&[&KIM[..], &["--show"]].concat()).0, 0);
    let switch = |word: &str, name: &str| run(&["person", word, name, "--reason", "a test"]);
    let kim = "kim@northbeam.example";
    assert_eq!(
        switch("disable", kim),
        (0, "the account is off\n".into(), String::new())
    );
    let shown = run(&["person", "show", kim]).1;
    assert!(shown.contains("disabled"), "{shown}");
    let (code, _, fault) = switch("disable", kim);
    assert_eq!(
        (code, fault.as_str()),
        (1, "error: the account is disabled already\n")
    );
    assert_eq!(
        switch("enable", kim),
        (0, "the account is on\n".into(), String::new())
    );
    let (code, _, fault) = switch("disable", "ada@northbeam.example");
    assert_eq!(code, 1);
    assert!(
        fault.contains("nobody else administers the organisation"),
        "{fault}"
    );
}

#[test]
fn a_client_that_acts_for_itself_is_set_up_by_commands_alone() {
    let folder = set_up();
    let run = |arguments: &[&str]| said(&mut person(folder.path(), arguments));
    let ours = ["--organisation", "northbeam"];
    let account = |words: &[&str]| run(&[&["service-account"], words, &ours].concat());
    let (code, id, fault) = account(&["add", "ledger", "--purpose", "Books what was sold"]);
    assert_eq!(code, 0, "{fault}");
    let id = id.trim();
    let listed = account(&["list"]).1;
    assert_eq!(listed, format!("{id}  ledger: Books what was sold\n"));
    let client = serde_json::json!({
        "client_name": "Ledger", "grant_types": ["client_credentials"], "service_account_id": id,
    });
    std::fs::write(folder.path().join("ledger.json"), client.to_string()).unwrap();
    let (code, _, fault) = run(&[&["client", "add", "./ledger.json", "--id", "ledger"], &ours[..]].concat());
    assert_eq!(code, 0, "{fault}");
    let off = ["disable", "ledger", "--reason", "a test"];
    assert_eq!(account(&off).1, "the service account is off\n");
    assert!(account(&["list"]).1.contains("ledger (disabled)"));
    let (code, _, fault) = account(&["add", "two words", "--purpose", ""]);
    assert_eq!(code, 1);
    assert!(fault.contains("without blanks"), "{fault}");
    let (code, _, fault) = account(&["enable", "nothing", "--reason", "a test"]);
    assert_eq!(code, 1);
    assert!(fault.contains("no such service account"), "{fault}");
}
