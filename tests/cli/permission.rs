//! `doorward permission`, and what `doorward application change` does.

use std::path::Path;

use serde_json::{Value, json};

use super::client::{run, set_up};
use super::documents::shown_json;

const LEDGER: &str = "https://ledger.example";

fn done(folder: &Path, words: &[&str]) -> String {
    let (code, output, fault) = run(folder, words);
    assert_eq!(code, 0, "{words:?}\n{fault}");
    output.trim_end().to_owned()
}

fn refused(folder: &Path, words: &[&str], expected: &str) {
    let (code, output, fault) = run(folder, words);
    assert_eq!((code, output.as_str()), (1, ""), "{words:?}");
    assert!(fault.contains(expected), "{words:?}: {fault}");
}

/// A folder with the ledger as the documents show it.
fn with_ledger() -> tempfile::TempDir {
    let folder = set_up();
    let shown = shown_json("docs/oauth/resources-and-details.md");
    std::fs::write(folder.path().join("ledger.json"), shown[0].to_string()).unwrap();
    let add = ["application", "add", "ledger.json", "--organisation", "northbeam"];
    done(folder.path(), &add);
    folder
}

fn told(folder: &Path) -> Value {
    serde_json::from_str(&done(folder, &["application", "show", LEDGER])).unwrap()
}

fn permission<'a>(does: &'a str, name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["permission", does, LEDGER, name], more].concat()
}

const CLOSE: [&str; 4] = [
    "--title",
    "Close a month",
    "--purpose",
    "For whoever answers for the books.",
];

#[test]
fn a_permission_is_added_changed_and_removed() {
    let folder = with_ledger();
    let folder = folder.path();
    let add = permission("add", "ledger:close", &CLOSE);
    assert_eq!(done(folder, &add), "added");
    refused(folder, &add, "taken already");
    let harm = permission("change", "ledger:close", &["--sensitivity", "critical"]);
    assert_eq!(done(folder, &harm), "changed");
    assert_eq!(done(folder, &harm), "nothing is different");
    let expected = json!({
        "name": "ledger:close", "title": CLOSE[1], "purpose": CLOSE[3], "sensitivity": "critical",
    });
    assert_eq!(told(folder)["permissions"][0], expected);
    let remove = permission("remove", "ledger:close", &[]);
    let preview = permission("remove", "ledger:close", &["--preview"]);
    let nobody = "nothing would change: nobody gains or loses a permission";
    assert_eq!(done(folder, &preview), nobody);
    assert_eq!(told(folder)["permissions"].as_array().unwrap().len(), 3);
    assert_eq!(done(folder, &remove), "removed");
    assert_eq!(told(folder)["permissions"].as_array().unwrap().len(), 2);
    refused(
        folder,
        &remove,
        "the application has no permission called ledger:close",
    );
}

#[test]
fn what_a_role_gives_is_not_removed_and_what_makes_no_sense_not_added() {
    let folder = with_ledger();
    let folder = folder.path();
    let role = json!({ "title": "Payer", "permissions": [{ "name": "ledger:pay" }] });
    std::fs::write(folder.join("payer.json"), role.to_string()).unwrap();
    done(
        folder,
        &[
            "role",
            "add",
            "--organisation",
            "northbeam",
            "payer",
            "payer.json",
        ],
    );
    for more in [&[][..], &["--preview"]] {
        let remove = permission("remove", "ledger:pay", more);
        refused(folder, &remove, "in use: first take it out of the roles payer");
    }
    refused(folder, &permission("add", "close", &CLOSE), "a colon within it");
    refused(
        folder,
        &permission("add", "people:read", &CLOSE),
        "rights over Doorward itself",
    );
    let empty = ["--title", "T", "--purpose", ""];
    refused(
        folder,
        &permission("add", "ledger:close", &empty),
        "a purpose of 1 to 2000",
    );
    let nowhere = ["permission", "remove", "https://nowhere.example", "a:b"];
    refused(folder, &nowhere, "there is no such application");
    let (code, _, fault) = run(
        folder,
        &permission("change", "ledger:pay", &["--sensitivity", "awful"]),
    );
    assert_eq!(code, 2);
    assert!(fault.contains("say normal, sensitive or critical"), "{fault}");
    assert_eq!(told(folder)["permissions"].as_array().unwrap().len(), 2);
}

#[test]
fn an_application_is_changed_and_shared_by_the_operator() {
    let folder = with_ledger();
    let folder = folder.path();
    let change = |more: &[&'static str]| [&["application", "change", LEDGER], more].concat();
    let all = change(&[
        "--name",
        "General ledger",
        "--shared",
        "true",
        "--token-format",
        "opaque",
    ]);
    assert_eq!(done(folder, &all), "changed");
    assert_eq!(done(folder, &all), "nothing is different");
    let after = told(folder);
    assert_eq!(
        (&after["name"], &after["shared"], &after["token_format"]),
        (&json!("General ledger"), &json!(true), &json!("opaque"))
    );
    let preview = change(&["--shared", "false", "--preview"]);
    assert_eq!(
        done(folder, &preview),
        "nothing would change: nobody gains or loses a permission"
    );
    assert_eq!(told(folder)["shared"], true);
    assert_eq!(done(folder, &change(&["--shared", "false"])), "changed");
    assert_eq!(told(folder)["shared"], false);
    refused(folder, &change(&["--name", " "]), "an application has a name");
}
