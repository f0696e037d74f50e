//! `doorward application`.

use std::path::Path;

use serde_json::{Value, json};

use super::client::{run, set_up};
use super::documents::shown_json;

const LEDGER: &str = "https://ledger.example";
const ADD: [&str; 5] = ["application", "add", "ledger.json", "--organisation", "northbeam"];

fn write(folder: &Path, name: &str, document: &Value) {
    std::fs::write(folder.join(name), document.to_string()).unwrap();
}

fn done(folder: &Path, words: &[&str]) -> String {
    let (code, output, fault) = run(folder, words);
    assert_eq!(code, 0, "{words:?}\n{fault}");
    output
}

fn refused(folder: &Path, words: &[&str], expected: &str) {
    let (code, _, fault) = run(folder, words);
    assert_eq!(code, 1, "{words:?}");
    assert!(fault.contains(expected), "{fault}");
}

/// The application and the type of authorization details as the documents show them.
fn examples() -> (Value, Value) {
    let shown = shown_json("docs/oauth/resources-and-details.md");
    (shown[0].clone(), shown[1].clone())
}

#[test]
fn an_application_is_added_as_the_documents_show_it() {
    let folder = set_up();
    let (ledger, payment) = examples();
    write(folder.path(), "ledger.json", &ledger);
    write(folder.path(), "payment.json", &payment);
    let id = done(folder.path(), &ADD);
    let id = id.trim();
    let listed: Value =
        serde_json::from_str(&done(folder.path(), &["application", "list", "--json"])).unwrap();
    assert_eq!(listed[0]["id"], id);
    assert_eq!(listed[0]["token_format"], "jwt");
    assert_eq!(listed[0]["permissions"][1]["name"], "ledger:read");
    assert!(done(folder.path(), &["application", "list"]).contains(LEDGER));

    done(folder.path(), &["application", "token-format", LEDGER, "opaque"]);
    done(
        folder.path(),
        &["application", "detail-type", "add", LEDGER, "payment.json"],
    );
    for name in [id, LEDGER] {
        let told: Value = serde_json::from_str(&done(folder.path(), &["application", "show", name])).unwrap();
        assert_eq!(told["token_format"], "opaque");
        assert_eq!(told["authorization_details_types"], json!(["payment"]));
    }
    let types: Value = serde_json::from_str(&done(
        folder.path(),
        &["application", "detail-type", "list", "--json"],
    ))
    .unwrap();
    assert_eq!(types[0]["type"], "payment");
    assert_eq!(types[0]["members"][0]["most"], 100_000);
    assert!(done(folder.path(), &["application", "detail-type", "list"]).contains("Pay an invoice"));

    // A client asks for all of it.
    let client = json!({
        "client_name": "Payer", "redirect_uris": ["https://payer.example/cb"], "scope": "openid ledger:pay",
        "application_id": id, "authorization_details_types": ["payment"],
    });
    write(folder.path(), "payer.json", &client);
    done(
        folder.path(),
        &[
            "client",
            "add",
            "payer.json",
            "--organisation",
            "northbeam",
            "--id",
            "payer",
        ],
    );

    done(
        folder.path(),
        &["application", "detail-type", "remove", "payment"],
    );
    assert_eq!(
        done(folder.path(), &["application", "detail-type", "list", "--json"]).trim(),
        "[]"
    );
    refused(
        folder.path(),
        &["application", "detail-type", "remove", "payment"],
        "there is no such type",
    );
}

#[test]
fn what_makes_no_sense_is_refused_and_not_half_stored() {
    let folder = set_up();
    let (ledger, _) = examples();
    let changed = |name: &str, value: Value| {
        let mut document = ledger.clone();
        document[name] = value;
        document
    };
    let permission = |name: &str| json!([{ "name": name, "title": "T", "purpose": "P" }]);
    let twice = json!([permission("a:b")[0], permission("a:b")[0]]);
    for (document, expected) in [
        (
            changed("permissions", permission("openid")),
            "a permission's name",
        ),
        (changed("permissions", permission("a b:c")), "a permission's name"),
        (changed("permissions", twice), "taken"),
        (changed("audience", json!("https://a.example/#x")), "audience"),
        (changed("audience", json!("")), "audience"),
        (changed("name", json!(" ")), "name"),
        (
            changed("token_format", json!("saml")),
            "ledger.json is not the JSON",
        ),
        (
            changed("tokenformat", json!("jwt")),
            "ledger.json is not the JSON",
        ),
    ] {
        write(folder.path(), "ledger.json", &document);
        refused(folder.path(), &ADD, expected);
    }
    assert_eq!(
        done(folder.path(), &["application", "list", "--json"]).trim(),
        "[]"
    );
    write(
        folder.path(),
        "ledger.json",
        &changed("token_format", json!("opaque")),
    );
    done(folder.path(), &ADD);
    refused(folder.path(), &ADD, "another application has this audience");
    let told: Value = serde_json::from_str(&done(folder.path(), &["application", "show", LEDGER])).unwrap();
    assert_eq!(told["token_format"], "opaque");
}

#[test]
fn a_type_of_authorization_details_is_understood_to_the_last_word() {
    let folder = set_up();
    let (ledger, payment) = examples();
    write(folder.path(), "ledger.json", &ledger);
    done(folder.path(), &ADD);
    let add = ["application", "detail-type", "add", LEDGER, "payment.json"];
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut document = payment.clone();
        change(&mut document);
        document
    };
    for (document, expected) in [
        (
            wrong(&|one| one["titles"] = json!({ "de": "Zahlen" })),
            "words in English",
        ),
        (
            wrong(&|one| one["permission"] = json!("ledger:burn")),
            "ledger:burn",
        ),
        (
            wrong(&|one| one["permision"] = json!("ledger:pay")),
            "payment.json is not the JSON",
        ),
        (
            wrong(&|one| one["members"][0]["requried"] = json!(true)),
            "member amount",
        ),
        (
            wrong(&|one| one["members"][0]["kind"] = json!("money")),
            "member amount",
        ),
    ] {
        write(folder.path(), "payment.json", &document);
        refused(folder.path(), &add, expected);
    }
    refused(
        folder.path(),
        &["application", "show", "https://nowhere.example"],
        "no such application",
    );
    write(folder.path(), "payment.json", &payment);
    done(folder.path(), &add);
    refused(folder.path(), &add, "registered already");
}

#[test]
fn an_application_is_retired_listed_so_and_brought_back() {
    let folder = set_up();
    let (ledger, _) = examples();
    write(folder.path(), "ledger.json", &ledger);
    done(folder.path(), &ADD);
    let told =
        || -> Value { serde_json::from_str(&done(folder.path(), &["application", "show", LEDGER])).unwrap() };
    let turn = |word: &str, more: &[&str]| {
        let words = [&["application", word, LEDGER, "--reason", "Replaced"], more].concat();
        done(folder.path(), &words).trim().to_owned()
    };
    assert_eq!(told()["retired_at"], Value::Null);
    assert_eq!(
        turn("retire", &["--preview"]),
        "nothing would change: nobody gains or loses a permission"
    );
    assert_eq!(told()["retired_at"], Value::Null);
    assert_eq!(turn("retire", &[]), "retired");
    assert_eq!(turn("retire", &[]), "nothing is different");
    assert!(told()["retired_at"].is_string());
    assert!(done(folder.path(), &["application", "list"]).contains(" (retired)"));
    refused(folder.path(), &ADD, "another application has this audience");
    assert_eq!(turn("restore", &[]), "brought back");
    assert!(!done(folder.path(), &["application", "list"]).contains(" (retired)"));
    let words = ["application", "retire", LEDGER, "--reason", " "];
    refused(folder.path(), &words, "a reason is needed");
    let words = [
        "application",
        "retire",
        "https://nowhere.example",
        "--reason",
        "R",
    ];
    refused(folder.path(), &words, "no such application");
    let (code, _, _) = run(folder.path(), &["application", "retire", LEDGER]);
    assert_eq!(code, 2, "without a reason");
}
