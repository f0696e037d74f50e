//! `doorward policy` and `doorward attribute`.

use std::path::Path;

use serde_json::{Value, json};

use super::client::{run, set_up};
use super::documents::shown_json;

const POLICY: &str = "permit (principal, action, resource)\nwhen { principal has clearance && principal.clearance == \"high\" };\n";

fn done(folder: &Path, words: &[&str]) -> String {
    let (code, output, fault) = run(folder, words);
    assert_eq!(code, 0, "{words:?}\n{fault}");
    output
}

fn refused(folder: &Path, words: &[&str], says: &str) {
    let (code, output, fault) = run(folder, words);
    assert_eq!((code, output.as_str()), (1, ""), "{words:?}");
    assert!(fault.contains(says), "{words:?}: {fault}");
}

/// A command about policies of Northbeam.
fn words<'a>(command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let begin = ["policy", command, "--organisation", "northbeam"];
    begin.into_iter().chain(more.iter().copied()).collect()
}

/// A house with an application that has a permission `ledger:read`.
fn with_application() -> tempfile::TempDir {
    let folder = set_up();
    let ledger = &shown_json("docs/oauth/resources-and-details.md")[0];
    std::fs::write(folder.path().join("ledger.json"), ledger.to_string()).unwrap();
    let add = ["application", "add", "ledger.json", "--organisation", "northbeam"];
    done(folder.path(), &add);
    folder
}

fn case(clearance: &str, expect: &str) -> Value {
    json!({
        "name": format!("{clearance} is {expect}"), "action": "ledger:read", "expect": expect,
        "subject": { "attributes": { "clearance": clearance } },
    })
}

#[test]
fn a_policy_is_drafted_tested_activated_and_retired_with_its_reasons() {
    let folder = with_application();
    let folder = folder.path();
    std::fs::write(folder.join("cleared.cedar"), POLICY).unwrap();
    let cases = json!([case("high", "allow"), case("low", "allow")]);
    std::fs::write(folder.join("cases.json"), cases.to_string()).unwrap();
    let draft = words(
        "draft",
        &[
            "cleared",
            "cleared.cedar",
            "--cases",
            "cases.json",
            "--title",
            "Cleared",
            "--purpose",
            "Books are for few.",
            "--reason",
            "Asked for",
        ],
    );
    let drafted = done(folder, &draft);
    assert!(
        drafted.contains("cleared version 1 is draft: Cleared"),
        "{drafted}"
    );
    // Nobody has such an attribute, and one case fails.
    let test = words("test", &["cleared"]);
    let (code, output, fault) = run(folder, &test);
    assert_eq!(code, 1);
    for line in [
        "ok: high is allow: it is allowed, as it should be",
        "FAILS: low is allow: it should be allowed, and is denied",
        "wrong: line 2, column 22: nobody has an attribute called clearance",
    ] {
        assert!(output.contains(line), "{output}");
    }
    assert!(fault.contains("the version did not pass"), "{fault}");
    refused(
        folder,
        &words("activate", &["cleared", "--reason", "Now"]),
        "nobody has an attribute called clearance",
    );
    let declare = "attribute declare --organisation northbeam clearance --title Clearance --kind choice --choice low --choice high";
    let declared = done(folder, &declare.split(' ').collect::<Vec<_>>());
    assert_eq!(
        declared.trim(),
        "clearance  choice of low, high: Clearance; told by administrator, seen by self"
    );
    let cases = json!([case("high", "allow"), case("low", "deny")]);
    std::fs::write(folder.join("cases.json"), cases.to_string()).unwrap();
    done(folder, &draft);
    in_force_and_out_of_it(folder, &test);
}

fn in_force_and_out_of_it(folder: &Path, test: &[&str]) {
    let tested = done(folder, test);
    assert!(
        tested.contains("in force, it would change 1 of 2 answers"),
        "{tested}"
    );
    assert!(
        tested.contains("cleared: high is allow: denied becomes allowed"),
        "{tested}"
    );
    done(folder, &words("activate", &["cleared", "--reason", "Now"]));
    let listed = done(folder, &words("list", &[]));
    assert_eq!(listed.trim(), "cleared  version 1 active: Cleared");
    let at = done(folder, &words("list", &["--at", "2999-01-01T00:00:00Z"]));
    assert_eq!(at.trim(), "cleared  version 1: Cleared");
    let at = done(folder, &words("list", &["--at", "1999-01-01T00:00:00Z"]));
    assert_eq!(at.trim(), "none was in force");
    done(folder, &words("retire", &["cleared", "--reason", "Not needed"]));
    let steps: Value =
        serde_json::from_str(&done(folder, &words("history", &["cleared", "--json"]))).unwrap();
    let told: Vec<_> = steps
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["step"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["retired", "activated", "tested", "changed", "drafted"]);
    assert_eq!(steps[0]["reason"], "Not needed");
    refused(folder, &words("show", &["nothing"]), "there is no such policy");
}

#[test]
fn a_text_that_is_no_policy_is_refused_with_its_line_and_a_form_with_its_field() {
    let folder = with_application();
    let folder = folder.path();
    std::fs::write(
        folder.join("odd.cedar"),
        "permit (principal, action, resource)\nwhen {{ true };",
    )
    .unwrap();
    let more = [
        "odd",
        "odd.cedar",
        "--title",
        "Odd",
        "--purpose",
        "To be tried.",
        "--reason",
        "Asked for",
    ];
    refused(folder, &words("draft", &more), "cedar: line 2, column 14: ");
    let about = ["limits", "office-hours", "--reason", "Asked for", "--with"];
    let with = |values: &[&'static str]| [&about[..], values].concat();
    refused(
        folder,
        &words("from-template", &with(&["actions=ledger:read"])),
        "values: actions: a list of permissions such as feedback:read is needed",
    );
    let good = with(&["actions=[\"ledger:read\"]", "--with", "zone=Europe/Istanbul"]);
    let drafted = done(folder, &words("from-template", &good));
    assert!(
        drafted.contains("limits version 1 is draft: Office hours only"),
        "{drafted}"
    );
    done(folder, &words("test", &["limits"]));
    let templates = done(folder, &["policy", "templates"]);
    assert_eq!(
        templates.lines().filter(|line| !line.starts_with(' ')).count(),
        10,
        "{templates}"
    );
}

#[test]
fn attributes_are_set_as_they_are_declared() {
    let folder = set_up();
    let folder = folder.path();
    let words = |line: &'static str| line.split(' ').collect::<Vec<_>>();
    let ada = "attribute set ada@northbeam.example --reason Moved";
    refused(
        folder,
        &[words(ada), vec!["floor=3"]].concat(),
        "the organisation has declared no attribute called floor",
    );
    done(
        folder,
        &words("attribute declare --organisation northbeam floor --title Floor --kind number"),
    );
    refused(
        folder,
        &[words(ada), vec!["floor=third"]].concat(),
        "floor: it has to be a whole number",
    );
    let set = done(folder, &[words(ada), vec!["floor=3"]].concat());
    assert_eq!(set.trim(), "{\"floor\":3}");
    let set = done(folder, &[words(ada), vec!["floor=null"]].concat());
    assert_eq!(set.trim(), "{}");
    done(
        folder,
        &words("attribute withdraw --organisation northbeam floor"),
    );
    let listed = done(folder, &words("attribute list --organisation northbeam"));
    assert_eq!(
        listed.trim(),
        "no attribute is declared, so that every one is taken"
    );
}
