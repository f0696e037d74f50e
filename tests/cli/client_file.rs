//! `doorward client add` and `doorward client change`.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use super::client::{run, set_up};
use super::documents::shown_json;
use super::{doorward, said};

const NORTHBEAM: [&str; 2] = ["--organisation", "northbeam"];

fn write(folder: &Path, name: &str, document: &Value) {
    std::fs::write(folder.join(name), document.to_string()).unwrap();
}

fn shown(folder: &Path, id: &str) -> Value {
    let (code, output, fault) = run(folder, &["client", "show", id]);
    assert_eq!(code, 0, "{fault}");
    serde_json::from_str(&output).unwrap()
}

/// `client add FILE` with more words, as the fault or the client.
fn add(folder: &Path, document: &Value, more: &[&str]) -> Result<Value, String> {
    write(folder, "client.json", document);
    let words = [&["client", "add", "client.json", "--json"], &NORTHBEAM[..], more].concat();
    let (code, output, fault) = run(folder, &words);
    if code == 0 {
        Ok(serde_json::from_str(&output).unwrap())
    } else {
        assert_eq!((code, output.as_str()), (1, ""));
        Err(fault)
    }
}

/// `client change ID -`.
fn change(folder: &Path, id: &str, changes: &Value) -> (i32, String, String) {
    let mut command = doorward(folder, &["client", "change", id, "-", "--json"]);
    command.env("DOORWARD_KEYS__ALGORITHMS", "ES256");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = changes.to_string();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_client_is_added_as_the_documents_show_it() {
    let folder = set_up();
    let [document] = &shown_json("docs/oauth/registration.md")[..] else {
        panic!("there is one example");
    };
    write(folder.path(), "ledger.json", document);
    let words = [
        "client",
        "add",
        "ledger.json",
        "--organisation",
        "northbeam",
        "--id",
        "ledger",
    ];
    let (code, output, fault) = run(folder.path(), &words);
    assert_eq!(code, 0, "{fault}");
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "client_id      ledger");
    let secret = lines[1].strip_prefix("client_secret  ").unwrap();
    assert_eq!((lines.len(), secret.len()), (2, 43));
    let told = shown(folder.path(), "ledger");
    assert_eq!(told["status"], "active");
    assert_eq!(told["registered_itself"], false);
    assert_eq!(told["consent_required"], false);
    assert_eq!(told["scope"], "openid profile");
    assert!(!told.to_string().contains(secret), "it is shown once");
    let (code, _, fault) = run(folder.path(), &words);
    assert_eq!(code, 1);
    assert!(
        fault.contains("client_id: a client with this id exists already"),
        "{fault}"
    );
}

#[test]
fn options_fill_in_and_bound_what_the_file_says() {
    let folder = set_up();
    let callback = json!(["https://app.example/cb"]);
    let plain = json!({ "client_name": "App", "redirect_uris": callback });
    let made = add(
        folder.path(),
        &plain,
        &["--scope", "openid email", "--shared", "--without-pkce"],
    )
    .unwrap();
    assert_eq!(made["scope"], "email openid");
    assert_eq!(made["shared"], true);
    assert_eq!(made["require_pkce"], false);
    assert_eq!(made["consent_required"], true);
    assert_eq!(made["client_secret"].as_str().unwrap().len(), 43);
    assert!(made["client_id"].as_str().unwrap().starts_with("c_"));
    let public = json!({ "redirect_uris": callback, "token_endpoint_auth_method": "none" });
    let made = add(folder.path(), &public, &["--without-pkce"]).unwrap();
    assert_eq!(
        (&made["client_secret"], &made["require_pkce"]),
        (&Value::Null, &Value::Null)
    );
    let off = json!({ "redirect_uris": callback, "require_pkce": false });
    assert_eq!(add(folder.path(), &off, &[]).unwrap()["require_pkce"], false);
    for (document, more, expected) in [
        (
            &plain,
            &["--redirect-host", "other.example"][..],
            "redirect address",
        ),
        (&plain, &["--grant-type", "refresh_token"], "grant_types"),
        (&plain, &["--auth-method", "none"], "token_endpoint_auth_method"),
        (
            &plain,
            &["--service-account", "0190a0b0-0000-7000-8000-000000000000"],
            "no such service account",
        ),
        (
            &plain,
            &["--application", "0190a0b0-0000-7000-8000-000000000000"],
            "application_id",
        ),
        (&plain, &["--id", "https://app.example/client"], "client_id"),
    ] {
        let fault = add(folder.path(), document, more).unwrap_err();
        assert!(fault.contains(expected), "{fault}");
    }
}

#[test]
fn a_refusal_names_the_member_and_nothing_is_stored() {
    let folder = set_up();
    let callback = json!(["https://app.example/cb"]);
    for (name, wrong) in [
        ("redirect_uris", json!(["http://app.example/cb"])),
        ("grant_types", json!(["password"])),
        ("grant_types", json!(["client_credentials"])),
        ("token_endpoint_auth_method", json!("basic")),
        ("token_exchange", json!({ "subject_client": ["desk"] })),
        ("may_act", json!({})),
        (
            "service_account_id",
            json!("0190a0b0-0000-7000-8000-000000000000"),
        ),
        ("further_applications", json!(["cx"])),
        ("authorization_details_types", json!(["unknown"])),
        ("client_secret", json!("chosen by hand")),
        ("registration_access_token", json!("x")),
        ("require_pkce", json!("no")),
        ("profile", json!("fapi3")),
        ("client_name", json!("")),
    ] {
        let mut document = json!({ "client_name": "App", "redirect_uris": callback });
        document[name] = wrong;
        let fault = add(folder.path(), &document, &["--id", "app"]).unwrap_err();
        let said = if name == "redirect_uris" {
            "invalid_redirect_uri"
        } else {
            name
        };
        assert!(fault.contains(said), "{name}: {fault}");
    }
    let public = json!({
        "redirect_uris": callback, "token_endpoint_auth_method": "none", "require_pkce": false,
    });
    let fault = add(folder.path(), &public, &[]).unwrap_err();
    assert!(fault.contains("require_pkce"), "{fault}");
    std::fs::write(folder.path().join("client.json"), "{").unwrap();
    let words = [&["client", "add", "client.json"], &NORTHBEAM[..]].concat();
    let (code, _, fault) = run(folder.path(), &words);
    assert_eq!(code, 1);
    assert!(fault.contains("client.json is not the JSON"), "{fault}");
    assert_eq!(run(folder.path(), &["client", "list", "--json"]).1.trim(), "[]");
}

#[test]
fn a_change_names_what_changes_and_is_on_record() {
    let folder = set_up();
    let document =
        json!({ "client_name": "App", "redirect_uris": ["https://app.example/cb"], "unheard_of": 1 });
    write(folder.path(), "client.json", &document);
    let words = [&["client", "add", "client.json", "--id", "app"], &NORTHBEAM[..]].concat();
    let (code, _, fault) = run(folder.path(), &words);
    assert_eq!(code, 0, "{fault}");
    assert!(fault.contains("unheard_of means nothing here"), "{fault}");
    let first = shown(folder.path(), "app");

    let exchange = json!({ "subject_clients": ["app"], "delegation": true });
    let changes = json!({
        "client_name": "Better App", "token_exchange": exchange, "may_act": { "client_id": "app" },
        "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"],
        "claim_rules": [{ "claim": "roles", "source": "roles", "id_token": true, "access_token": true, "userinfo": true }],
        "consent_required": false,
    });
    let (code, output, fault) = change(folder.path(), "app", &changes);
    assert_eq!(code, 0, "{fault}");
    let after: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(after["client_name"], "Better App");
    assert_eq!(
        after["redirect_uris"], first["redirect_uris"],
        "what is not named stays"
    );
    assert_eq!(after["token_exchange"]["delegation"], true);
    assert_eq!(after["claim_rules"][0]["claim"], "roles");
    assert_eq!(after["client_secret"], Value::Null);
    assert_eq!(shown(folder.path(), "app"), after);

    // What was shown can be edited; its digest holds that nothing else has changed.
    let mut whole = after.clone();
    whole["client_name"] = json!("Best App");
    whole["may_act"] = Value::Null;
    assert_eq!(change(folder.path(), "app", &whole).0, 0);
    assert_eq!(shown(folder.path(), "app")["may_act"], Value::Null);
    let (code, _, fault) = change(folder.path(), "app", &whole);
    assert_eq!(code, 1);
    assert!(fault.contains("has changed since you saw it"), "{fault}");
    let (code, output, _) = change(
        folder.path(),
        "app",
        &json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
    );
    assert_eq!(code, 0);
    let told: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        told["client_secret"].as_str().unwrap().len(),
        43,
        "another method needs another secret"
    );
}

#[test]
fn a_change_that_is_refused_changes_nothing() {
    let folder = set_up();
    let document = json!({ "client_name": "App", "redirect_uris": ["https://app.example/cb"] });
    add(folder.path(), &document, &["--id", "app"]).unwrap();
    let before = shown(folder.path(), "app");
    for (changes, expected) in [
        (json!({ "client_id": "other" }), "client_id does not change"),
        (json!({ "status": "pending" }), "status does not change"),
        (
            json!({ "redirect_uris": [] }),
            "authorization_code needs an address",
        ),
        (json!({ "shared": "yes" }), "shared is not valid"),
        (
            json!({ "grant_types": ["client_credentials"] }),
            "client_credentials needs a service account",
        ),
        (
            json!({ "token_endpoint_auth_method": "none", "require_pkce": false }),
            "require_pkce",
        ),
    ] {
        let (code, _, fault) = change(folder.path(), "app", &changes);
        assert_eq!(code, 1);
        assert!(fault.contains(expected), "{fault}");
    }
    assert_eq!(shown(folder.path(), "app"), before);
    assert_eq!(change(folder.path(), "nobody", &json!({})).0, 1);
    assert_eq!(run(folder.path(), &["client", "disable", "app"]).0, 0);
    assert_eq!(change(folder.path(), "app", &json!({})).0, 1);
}

#[test]
fn a_word_that_is_not_understood_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for words in [
        &["client", "add", "client.json"][..],
        &[
            "client",
            "add",
            "client.json",
            "--organisation",
            "x",
            "--id",
            "a b",
        ],
        &["client", "change", "app"],
    ] {
        assert_eq!(said(&mut doorward(folder.path(), words)).0, 2, "{words:?}");
    }
}
