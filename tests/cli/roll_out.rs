//! `doorward roll-out` and `doorward coverage`, and exceptions from rules.

use super::client::{run, set_up};

const RULE: &str = r#"{
  "name": "Passkey for everybody",
  "starts": "2026-01-05T00:00:00Z",
  "then": { "do": "enrol", "factor": "passkey", "grace_days": 14 }
}"#;

const NAME: &str = "Passkey for everybody";
const ADA: &str = "ada@northbeam.example";

fn act(folder: &std::path::Path, command: [&str; 2], more: &[&str]) -> (i32, String, String) {
    let words = [&command[..], &["--organisation", "northbeam"]].concat();
    run(folder, &[&words[..], more].concat())
}

/// A day in about this time from now, as it is written.
fn day(ahead_days: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = i64::try_from(now.unwrap().as_secs()).unwrap() + ahead_days * 86_400;
    let at = doorward::domain::Timestamp::from_seconds(seconds);
    at.to_string()[..10].to_owned()
}

#[test]
fn a_roll_out_is_listed_shown_and_reminded_of() {
    let folder = set_up();
    let folder = folder.path();
    std::fs::write(folder.join("rule.json"), RULE).unwrap();
    assert_eq!(act(folder, ["rule", "add"], &["rule.json"]).0, 0);
    let (code, output, fault) = act(folder, ["rule", "switch"], &[NAME, "on"]);
    assert_eq!(code, 0, "{fault}");
    assert!(output.contains("starts 2026-01-05T00:00:00Z"), "{output}");
    let (_, output, _) = act(folder, ["roll-out", "list"], &[]);
    assert!(output.contains("on            0  1"), "{output}");
    let (_, output, _) = act(folder, ["roll-out", "list"], &["--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (&told[0]["name"], &told[0]["all"]["people"]),
        (&NAME.into(), &1.into())
    );
    assert!(told[0].get("left").is_none());
    let (code, output, fault) = act(folder, ["roll-out", "show"], &[NAME]);
    assert_eq!(code, 0, "{fault}");
    assert!(
        output.contains("left: ada@northbeam.example (Ada Yilmaz)"),
        "{output}"
    );
    assert!(
        output.contains("     1        0         0     1  everybody"),
        "{output}"
    );
    let (_, output, _) = act(folder, ["roll-out", "show"], &[NAME, "--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(told["left"][0]["username"], ADA);
    assert_eq!(
        (&told["factor"], &told["grace_days"]),
        (&"passkey".into(), &14.into())
    );
    let (code, _, fault) = act(folder, ["roll-out", "remind"], &[NAME]);
    assert_eq!(code, 1);
    assert!(fault.contains("no mail is sent here"), "{fault}");
    let (code, _, fault) = act(folder, ["roll-out", "show"], &["Nothing"]);
    assert_eq!(code, 1);
    assert!(
        fault.contains("there is no rule of this name") && fault.contains("roll-out list"),
        "{fault}"
    );
}

#[test]
fn an_exception_is_made_shown_explained_and_ended() {
    let folder = set_up();
    let folder = folder.path();
    let rule = RULE.replace("\"grace_days\": 14", "\"grace_days\": 0");
    std::fs::write(folder.join("rule.json"), rule).unwrap();
    assert_eq!(act(folder, ["rule", "add"], &["rule.json"]).0, 0);
    assert_eq!(act(folder, ["rule", "switch"], &[NAME, "on"]).0, 0);
    let until = day(30);
    let except = |person: &str, until: &str, reason: &str| {
        let words = [NAME, person, "--until", until, "--reason", reason];
        act(folder, ["rule", "except"], &words)
    };
    for (person, until, reason, sentence) in [
        ("nobody", until.as_str(), "x", "no person called nobody"),
        (ADA, "2020-01-01", "x", "over already"),
        (ADA, &day(500), "x", "a year at most"),
        (ADA, &until, " ", "needs a reason"),
    ] {
        let (code, _, fault) = except(person, until, reason);
        assert_eq!(code, 1, "{sentence}");
        assert!(fault.contains(sentence), "{fault}");
    }
    let (code, _, fault) = except(ADA, "tomorrow", "x");
    assert_eq!(code, 2);
    assert!(fault.contains("write a day like 2026-12-31"), "{fault}");
    let (code, output, fault) = except(ADA, &until, "Lost the key");
    assert_eq!(code, 0, "{fault}");
    assert!(
        output.contains("not for ada@northbeam.example until "),
        "{output}"
    );
    assert!(output.contains("Lost the key (given by operator)"), "{output}");
    let (_, output, _) = act(folder, ["rule", "check"], &[ADA]);
    assert!(output.starts_with("asked for nothing more"), "{output}");
    assert!(output.contains("passes over this person for a while"), "{output}");
    let (_, output, _) = act(folder, ["rule", "list"], &["--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(told["rules"][0]["exceptions"][0]["person"], ADA);
    let (_, output, _) = act(folder, ["roll-out", "show"], &[NAME, "--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(told["all"]["excepted"], 1);
    let (code, output, fault) = act(folder, ["rule", "readmit"], &[NAME, ADA]);
    assert_eq!(code, 0, "{fault}");
    assert!(!output.contains("not for"), "{output}");
    let (code, _, fault) = act(folder, ["rule", "readmit"], &[NAME, ADA]);
    assert_eq!(code, 1);
    assert!(fault.contains("makes no exception for this person"), "{fault}");
    let (_, output, _) = act(folder, ["rule", "check"], &[ADA]);
    assert!(output.starts_with("asked for urn:doorward:acr:3"), "{output}");
}

#[test]
fn coverage_tells_who_has_a_second_factor_and_who_has_not() {
    let folder = set_up();
    let folder = folder.path();
    let words = "person invite --organisation northbeam --username kim@northbeam.example --name Kim --show";
    let mut invite: Vec<&str> = words.split(' ').collect();
    invite.extend(["--email", "kim@northbeam.example"]);
    assert_eq!(run(folder, &invite).0, 0);
    let (code, output, fault) = run(folder, &["coverage", "--organisation", "northbeam"]);
    assert_eq!(code, 0, "{fault}");
    assert!(
        output.contains("     2       1 (50 %)        0  everybody\n"),
        "{output}"
    );
    assert!(
        output.ends_with("left: kim@northbeam.example (Kim)\n") && !output.contains("left: ada"),
        "{output}"
    );
    let (_, output, _) = run(folder, &["coverage", "--organisation", "northbeam", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        told["all"],
        serde_json::json!({ "people": 2, "second_factor": 1, "passkey": 0 })
    );
    assert_eq!(told["left"][0]["username"], "kim@northbeam.example");
    let (code, _, fault) = run(folder, &["coverage", "--organisation", "nowhere"]);
    assert_eq!(code, 1);
    assert!(fault.contains("there is no such organisation"), "{fault}");
}
