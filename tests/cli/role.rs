//! `doorward role`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::person::{person, set_up};
use super::said;

fn run(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let northbeam = ["--organisation", "northbeam"];
    let words: Vec<&str> = ["role"].iter().chain(words).copied().chain(northbeam).collect();
    said(&mut person(folder, &words))
}

fn done(folder: &Path, words: &[&str]) -> String {
    let (code, output, fault) = run(folder, words);
    assert_eq!(code, 0, "{words:?}: {fault}");
    output.trim_end().to_owned()
}

fn file(folder: &Path, content: &Value) -> PathBuf {
    let path = folder.join("role.json");
    std::fs::write(&path, content.to_string()).unwrap();
    path
}

#[test]
fn a_role_is_added_shown_as_it_was_written_changed_and_removed() {
    let folder = set_up();
    let folder = folder.path();
    let agent = file(folder, &json!({ "title": "Agent", "rights": ["people:read"] }));
    done(folder, &["add", "agent", agent.to_str().unwrap()]);
    let written = json!({
        "title": "Lead", "purpose": "Leads a team.", "second_factor": true, "permissions": [], "rights": [],
        "includes": ["agent"], "may_give": [{ "role": "agent", "longest_days": 30 }],
        "owner": "ada@northbeam.example", "risk": "high", "requestable": true, "longest_days": 365, "review_days": 90,
    });
    let lead = file(folder, &written);
    done(folder, &["add", "lead", lead.to_str().unwrap()]);
    let shown: Value = serde_json::from_str(&done(folder, &["show", "lead"])).unwrap();
    assert_eq!(shown, written);
    let change = file(
        folder,
        &json!({ "risk": "low", "longest_days": null, "includes": [], "may_give": [] }),
    );
    let change = change.to_str().unwrap();
    assert_eq!(done(folder, &["change", "lead", change]), "changed");
    assert_eq!(done(folder, &["change", "lead", change]), "nothing is different");
    let shown: Value = serde_json::from_str(&done(folder, &["show", "lead"])).unwrap();
    assert_eq!((&shown["risk"], shown.get("longest_days")), (&json!("low"), None));
    assert_eq!(done(folder, &["remove", "lead"]), "removed");
    let all = done(folder, &["list"]);
    assert!(all.contains("agent  Agent  medium risk  1 permission"), "{all}");
    assert!(!all.contains("lead"), "{all}");
}

#[test]
fn what_is_no_role_is_refused_with_the_member_that_is_wrong() {
    let folder = set_up();
    let folder = folder.path();
    for (content, says) in [
        (json!({ "purpose": "No title" }), "missing field `title`"),
        (json!({ "title": "A", "colour": "red" }), "unknown field `colour`"),
        (
            json!({ "title": "A", "rights": ["all:things"] }),
            "unknown variant `all:things`",
        ),
        (
            json!({ "title": "A", "includes": ["ghost"] }),
            "no role called ghost",
        ),
        (
            json!({ "title": "A", "may_give": [{ "role": "ghost" }] }),
            "no role called ghost",
        ),
        (
            json!({ "title": "A", "owner": "ghost" }),
            "no person called ghost",
        ),
        (
            json!({ "title": "A", "permissions": [{ "name": "moon:walk" }] }),
            "permission moon:walk",
        ),
        (json!({ "title": "A", "longest_days": 0 }), "1 to 36500"),
    ] {
        let path = file(folder, &content);
        let (code, output, fault) = run(folder, &["add", "fresh", path.to_str().unwrap()]);
        assert_eq!((code, output.as_str()), (1, ""), "{content}");
        assert!(fault.contains(says), "{content}: {fault}");
    }
    assert!(!done(folder, &["list"]).contains("fresh"));
}
