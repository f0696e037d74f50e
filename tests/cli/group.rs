//! `doorward group`.

use std::path::Path;

use serde_json::{Value, json};

use super::person::{person, set_up};
use super::said;

const ADA: &str = "ada@northbeam.example";
const NORTHBEAM: [&str; 2] = ["--organisation", "northbeam"];

/// Runs a command on groups or grants of Northbeam.
fn run(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let words: Vec<&str> = words.iter().copied().chain(NORTHBEAM).collect();
    said(&mut person(folder, &words))
}

fn done(folder: &Path, words: &[&str]) -> String {
    let (code, output, fault) = run(folder, words);
    assert_eq!(code, 0, "{words:?}: {fault}");
    output.trim_end().to_owned()
}

fn shown(folder: &Path, group: &str) -> Value {
    serde_json::from_str(&done(folder, &["group", "show", group, "--json"])).unwrap()
}

#[test]
fn a_project_is_added_joined_moved_shown_and_left() {
    let folder = set_up();
    let folder = folder.path();
    done(folder, &["group", "add", "project:launch", "--title", "Launch"]);
    let add = [
        "group",
        "add",
        "project:desk",
        "--title",
        "Desk",
        "--parent",
        "launch",
        "--ends",
        "2099-06-30",
    ];
    let id = done(
        folder,
        &[&add[..], &["--owner", ADA, "--purpose", "Answers the press"]].concat(),
    );
    done(
        folder,
        &["group", "join", "project:desk", ADA, "--until", "2099-01-31"],
    );
    let desk = shown(folder, "project:desk");
    assert_eq!(desk["id"], id);
    assert_eq!(
        desk["about"],
        json!({
            "title": "Desk", "purpose": "Answers the press", "parent": "launch", "ends_at": "2099-07-01T00:00:00Z",
            "owners": [ADA],
        })
    );
    assert_eq!(desk["members"][0]["member"], ADA);
    assert_eq!(desk["members"][0]["until"], "2099-02-01T00:00:00Z");
    let tree = done(folder, &["group", "list"]);
    let lines =
        "project:launch  Launch  0 members\n  project:desk  Desk  1 member, ends 2099-07-01T00:00:00Z";
    assert_eq!(tree, lines);
    assert_eq!(
        done(
            folder,
            &["group", "change", "project:desk", "--endless", "--parent", ""]
        ),
        "changed"
    );
    assert_eq!(
        done(folder, &["group", "change", "project:desk", "--endless"]),
        "nothing is different"
    );
    let desk = shown(folder, "project:desk");
    assert_eq!(desk["about"].get("parent").or(desk["about"].get("ends_at")), None);
    done(folder, &["group", "leave", "project:desk", ADA]);
    assert_eq!(shown(folder, "project:desk")["members"], json!([]));
    let story = done(folder, &["audit", "list"]);
    assert!(
        story.contains("changed") && story.contains("project") || story.contains("desk"),
        "{story}"
    );
}

#[test]
fn a_preview_tells_who_would_get_what_and_changes_nothing() {
    let folder = set_up();
    let folder = folder.path();
    done(folder, &["group", "add", "team:keys", "--title", "Keys"]);
    let preview = ["group", "join", "team:keys", ADA, "--preview"];
    assert!(done(folder, &preview).starts_with("nothing would change"));
    let role = folder.join("reader.json");
    std::fs::write(&role, r#"{ "title": "Reader", "rights": ["people:read"] }"#).unwrap();
    done(folder, &["role", "add", "reader", role.to_str().unwrap()]);
    let kim = [
        "person",
        "invite",
        "--username",
        "kim@northbeam.example",
        "--name",
        "Kim",
        "--email",
        "kim@northbeam.example",
    ];
    done(folder, &[&kim[..], &["--show"]].concat());
    let give = ["grant", "give", "team:keys", "reader", "--reason", "Their work"];
    done(folder, &give);
    let preview = ["group", "join", "team:keys", "kim@northbeam.example", "--preview"];
    let told = done(folder, &preview);
    assert_eq!(
        told,
        "people:read (Doorward): would get it: kim@northbeam.example"
    );
    assert_eq!(shown(folder, "team:keys")["members"], json!([]));
    done(folder, &preview[..4]);
    let file = folder.join("none.json");
    std::fs::write(&file, r#"{ "rights": [] }"#).unwrap();
    let told = done(
        folder,
        &["role", "change", "reader", file.to_str().unwrap(), "--preview"],
    );
    assert_eq!(
        told,
        "people:read (Doorward): would lose it: kim@northbeam.example"
    );
}

#[test]
fn what_is_no_group_is_refused_with_why() {
    let folder = set_up();
    let folder = folder.path();
    done(folder, &["group", "add", "region:emea", "--title", "EMEA"]);
    for (words, says) in [
        (
            &["add", "planet:mars", "--title", "Mars"][..],
            "is written by its kind",
        ),
        (&["add", "region:Mars", "--title", "Mars"], "lower-case letters"),
        (&["add", "region:emea", "--title", "Again"], "taken"),
        (
            &["add", "region:mars", "--title", "Mars", "--parent", "sol"],
            "called sol",
        ),
        (
            &["add", "region:mars", "--title", "Mars", "--owner", "nobody"],
            "no person called nobody",
        ),
        (&["change", "region:emea", "--parent", "emea"], "below itself"),
        (
            &["change", "region:mars", "--title", "Mars"],
            "no group called region:mars",
        ),
        (&["join", "region:emea", "nobody"], "no person called nobody"),
        (
            &["join", "region:emea", ADA, "--until", "2001-01-01"],
            "end before it begins",
        ),
        (
            &["join", "region:emea", "service_account:none"],
            "no service account called none",
        ),
    ] {
        let words: Vec<&str> = ["group"].into_iter().chain(words.iter().copied()).collect();
        let (code, output, fault) = run(folder, &words);
        assert_eq!((code, output.as_str()), (1, ""), "{words:?}");
        assert!(fault.contains(says), "{words:?}: {fault}");
    }
    assert_eq!(done(folder, &["group", "list"]), "region:emea  EMEA  0 members");
}
