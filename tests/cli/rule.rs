//! `doorward rule`.

use super::client::{run, set_up};

const RULE: &str = r#"{
  "name": "Passkey for administrators",
  "when": { "roles": ["administrator"] },
  "then": { "do": "phishing_resistant" }
}"#;

fn rule(folder: &std::path::Path, command: &str, more: &[&str]) -> (i32, String, String) {
    let words = ["rule", command, "--organisation", "northbeam"];
    run(folder, &[&words[..], more].concat())
}

/// After the rule was drafted and switched on.
fn the_history_is_told(folder: &std::path::Path) {
    let (_, output, _) = rule(folder, "history", &[]);
    assert!(
        output.contains("2  ") && output.contains("Passkey for administrators: switched to on (by operator)"),
        "{output}"
    );
    let (_, output, _) = rule(folder, "history", &["--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (&told[0]["what"], &told[0]["mode"], &told[1]["what"]),
        (&"switched".into(), &"on".into(), &"added".into())
    );
    let (_, output, _) = rule(folder, "history", &["--revision", "1"]);
    assert!(
        output.contains("1  draft   Passkey for administrators"),
        "{output}"
    );
    let (code, _, fault) = rule(folder, "history", &["--revision", "9"]);
    assert!(code == 1 && fault.contains("never had this revision"), "{fault}");
}

#[test]
fn a_rule_is_drafted_looked_at_switched_and_removed() {
    let folder = set_up();
    let folder = folder.path();
    std::fs::write(folder.join("rule.json"), RULE).unwrap();
    let (code, output, fault) = rule(folder, "add", &["rule.json"]);
    assert_eq!(code, 0, "{fault}");
    assert!(
        output.contains("1  draft   Passkey for administrators"),
        "{output}"
    );
    let name = "Passkey for administrators";
    let check = ["ada@northbeam.example", "--address", "192.0.2.7"];
    let (_, output, _) = rule(folder, "check", &check);
    assert!(output.starts_with("asked for nothing more"), "{output}");
    let (code, output, fault) = rule(folder, "switch", &[name, "on"]);
    assert_eq!(code, 0, "{fault}");
    assert!(output.contains("1  on      Passkey"), "{output}");
    let (_, output, _) = rule(folder, "check", &check);
    assert!(output.starts_with("asked for urn:doorward:acr:3"), "{output}");
    assert!(
        output.contains("on      Passkey for administrators: applies"),
        "{output}"
    );
    let (_, output, _) = rule(folder, "check", &[&check[..], &["--json"]].concat());
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(told["verdict"]["by"][0], name);
    assert_eq!(told["rules"][0]["applies"], true);

    the_history_is_told(folder);
    let (code, output, fault) = rule(folder, "replay", &[name, "--json"]);
    assert_eq!(code, 0, "{fault}");
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(told["all"]["let_in"], 0, "nobody has signed in yet");
    let (_, output, _) = rule(folder, "replay", &[name]);
    assert!(output.contains("everybody"), "{output}");

    let (code, _, fault) = rule(folder, "report", &[name]);
    assert_eq!(code, 1);
    assert!(
        fault.contains("the rule does not report") && fault.contains("rule list"),
        "{fault}"
    );
    assert_eq!(rule(folder, "switch", &[name, "report"]).0, 0);
    let (_, output, fault) = rule(folder, "report", &[name]);
    assert!(output.contains("0  signed in"), "{output}{fault}");
    let (_, output, _) = rule(folder, "report", &[name, "--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(told["sign_ins"]["enrol"], 0);

    let (code, output, _) = rule(folder, "remove", &[name]);
    assert_eq!((code, output.trim()), (0, "the organisation has no rules"));
    let (_, output, _) = rule(folder, "list", &["--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (&told["revision"], told["rules"].as_array().unwrap().len()),
        (&4.into(), 0)
    );
}

#[test]
fn what_is_wrong_with_a_rule_is_said_with_what_to_do() {
    let folder = set_up();
    let folder = folder.path();
    std::fs::write(
        folder.join("rule.json"),
        RULE.replace("administrator\"", "wizard\""),
    )
    .unwrap();
    let (code, _, fault) = rule(folder, "add", &["rule.json"]);
    assert_eq!(code, 1);
    assert!(
        fault.contains("the organisation has no role called wizard"),
        "{fault}"
    );
    std::fs::write(folder.join("rule.json"), RULE.replace("roles", "role")).unwrap();
    let (code, _, fault) = rule(folder, "add", &["rule.json"]);
    assert_eq!(code, 1);
    assert!(fault.contains("unknown field `role`"), "{fault}");
    let (code, _, fault) = rule(folder, "switch", &["No such rule", "on"]);
    assert_eq!(code, 1);
    assert!(
        fault.contains("there is no such rule") && fault.contains("rule list"),
        "{fault}"
    );
    let (code, _, fault) = rule(folder, "switch", &["No such rule", "off"]);
    assert_eq!(code, 2);
    assert!(fault.contains("say draft, report or on"), "{fault}");
    let everybody = r#"{ "name": "Closed", "then": { "do": "refuse", "sentence": "Closed." } }"#;
    std::fs::write(folder.join("rule.json"), everybody).unwrap();
    assert_eq!(rule(folder, "add", &["rule.json"]).0, 0);
    let (code, _, fault) = rule(folder, "switch", &["Closed", "on"]);
    assert_eq!(code, 1);
    assert!(
        fault.contains("nobody of the organisation would get in"),
        "{fault}"
    );
    let (code, _, fault) = rule(folder, "check", &["nobody"]);
    assert_eq!(code, 1);
    assert!(fault.contains("there is no such person"), "{fault}");
}

#[test]
fn countries_are_those_of_a_database_or_as_they_are_said() {
    let folder = set_up();
    let folder = folder.path();
    let text = r#"{ "name": "Abroad", "when": { "countries": ["TR"] }, "then": { "do": "second_factor" } }"#;
    std::fs::write(folder.join("rule.json"), text).unwrap();
    let (code, _, fault) = rule(folder, "add", &["rule.json"]);
    assert_eq!(code, 1);
    assert!(fault.contains("`risk.geoip_file`"), "{fault}");
    let with = |more: &[&str]| {
        let words = [&["rule", more[0], "--organisation", "northbeam"], &more[1..]].concat();
        let mut command = super::doorward(folder, &words);
        command.env("DOORWARD_KEYS__ALGORITHMS", "ES256").env(
            "DOORWARD_RISK__GEOIP_FILE",
            crate::rule::place::file("country.mmdb"),
        );
        super::said(&mut command)
    };
    assert_eq!(with(&["add", "rule.json"]).0, 0);
    assert_eq!(with(&["switch", "Abroad", "on"]).0, 0);
    let asked = |more: &[&str]| {
        let (code, output, fault) = with(&[&["check", "ada@northbeam.example"], more].concat());
        assert_eq!(code, 0, "{fault}");
        output.starts_with("asked for urn:doorward:acr:2")
    };
    assert!(asked(&["--address", "198.51.100.7"]));
    assert!(!asked(&["--address", "192.0.2.7"]));
    assert!(!asked(&[]));
    assert!(asked(&["--country", "TR"]));
    assert!(!asked(&["--address", "198.51.100.7", "--country", "DE"]));
    let (_, output, _) = with(&["check", "ada@northbeam.example"]);
    assert!(output.contains("does not apply: countries"), "{output}");
    let (code, _, fault) = with(&["check", "ada@northbeam.example", "--country", "tr"]);
    assert_eq!(code, 2);
    assert!(fault.contains("two letters in capitals"), "{fault}");
}
