//! What the documents tell people to type works as it stands there, and what they point at is there.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use regex_lite::Regex;

use super::serve::{Serving, wait_until_ready};
use super::{doorward, said};
use crate::journey::demo::Demo;
use crate::support::free_ports;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The documents of the project with their texts.
fn documents() -> Vec<(PathBuf, String)> {
    let mut paths = vec![project().join("README.md")];
    for folder in ["docs", "docs/decisions"] {
        let entries = std::fs::read_dir(project().join(folder)).unwrap();
        let paths_within = entries.map(|entry| entry.unwrap().path());
        paths.extend(paths_within.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// The whole JSON documents that a document shows, in the order of reading.
pub(super) fn shown_json(document: &str) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(project().join(document)).unwrap();
    let blocks = text.split("```json\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    blocks.map(|block| serde_json::from_str(block).unwrap()).collect()
}

/// The commands that a text shows, as the words after the program's name, in the order of reading.
fn shown_commands(text: &str) -> Vec<Vec<String>> {
    let line = Regex::new(r"(?m)^    (?:cargo run --release --|doorward) ([^#\n]*)").unwrap();
    let word = Regex::new(r#""([^"]*)"|(\S+)"#).unwrap();
    let words = |text: &str| {
        let words = word.captures_iter(text);
        let words = words.map(|found| found.get(1).or(found.get(2)).unwrap().as_str().to_owned());
        words.collect()
    };
    line.captures_iter(text).map(|found| words(&found[1])).collect()
}

/// Those of all documents.
fn commands() -> Vec<Vec<String>> {
    documents()
        .iter()
        .flat_map(|(_, text)| shown_commands(text))
        .collect()
}

/// Writes the files that a document shows beside its commands.
fn write_shown(folder: &Path, document: &str, files: &[&str]) {
    let shown = shown_json(document);
    assert_eq!(shown.len(), files.len(), "{document}");
    for (file, content) in files.iter().zip(&shown) {
        std::fs::write(folder.join(file), content.to_string()).unwrap();
    }
}

/// Starts what serves until it is stopped, on a port of its own, and stops it when it is ready.
async fn serve_a_moment(folder: &Path, arguments: &[&str]) {
    // A demonstration takes the three after its port too.
    let port = free_ports(4);
    let number = port.to_string();
    let mut words = arguments.to_vec();
    if arguments.first() == Some(&"demo") {
        words.extend(["--port", &number]);
    }
    let mut command = doorward(folder, &words);
    if arguments.first() == Some(&"serve") {
        command
            .env("DOORWARD_SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .env("DOORWARD_SERVER__ISSUER", format!("http://localhost:{port}"))
            .env("DOORWARD_METRICS__LISTEN", "");
    }
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut serving = Serving(child);
    wait_until_ready(&mut serving, port).await;
    let id = serving.0.id().to_string();
    let asked = std::process::Command::new("kill").args(["-TERM", &id]).status();
    assert!(asked.unwrap().success());
    assert!(serving.0.wait().unwrap().success(), "{arguments:?}");
}

#[tokio::test]
async fn every_command_that_the_documents_show_works_in_the_order_of_reading() {
    let folder = tempfile::tempdir().unwrap();
    // What people bring with them.
    std::fs::write(folder.path().join("hashes.txt"), "").unwrap();
    write_shown(
        folder.path(),
        "docs/rules.md",
        &["administrators.json", "export.json"],
    );
    write_shown(folder.path(), "docs/access.md", &["press_desk.json"]);
    write_shown(
        folder.path(),
        "docs/policies.md",
        &["no-secrets.json", "four-eyes.json"],
    );
    let policies = std::fs::read_to_string(project().join("docs/policies.md")).unwrap();
    let cedar = policies.split("```cedar\n").nth(1).unwrap();
    std::fs::write(
        folder.path().join("no-secrets.cedar"),
        cedar.split("```").next().unwrap(),
    )
    .unwrap();
    let commands = commands();
    assert!(commands.len() >= 5, "the commands were not found: {commands:?}");
    for command in &commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        if matches!(words.first(), Some(&("demo" | "serve"))) {
            serve_a_moment(folder.path(), &words).await;
        } else {
            let (code, _, fault) = said(&mut doorward(folder.path(), &words));
            assert_eq!(code, 0, "doorward {words:?}\n{fault}");
        }
    }
}

#[test]
fn the_commands_of_administrators_work_with_the_files_that_are_shown_beside_them() {
    let folder = super::client::set_up();
    for (document, files) in [
        (
            "docs/oauth/resources-and-details.md",
            &["ledger-api.json", "payment.json"][..],
        ),
        ("docs/oauth/registration.md", &["ledger.json"]),
    ] {
        write_shown(folder.path(), document, files);
        let commands = shown_commands(&std::fs::read_to_string(project().join(document)).unwrap());
        assert!(commands.len() >= 2, "{document}");
        for command in commands {
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            let (code, _, fault) = super::client::run(folder.path(), &words);
            assert_eq!(code, 0, "doorward {words:?}\n{fault}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_questions_of_an_application_are_answered_as_the_document_shows() {
    let demo = Demo::start().await;
    let text = std::fs::read_to_string(project().join("docs/authzen.md")).unwrap();
    // One after the other: those further down use what those above have set.
    let blocks = text.split("```sh\n").skip(1);
    let script: String = blocks.map(|block| block.split("```").next().unwrap()).collect();
    let clients = demo.table["clients"].as_array().unwrap();
    let client = clients.iter().find(|one| one["client_id"] == "feedback-export");
    let maria = demo.run(&["person", "show", "maria.keller@northbeam.example", "--json"]);
    let maria: serde_json::Value = serde_json::from_slice(&maria.stdout).unwrap();
    let output = std::process::Command::new("sh")
        .args(["-e", "-c", &script])
        .env("PERSON", maria["id"].as_str().unwrap())
        .env("ISSUER", demo.issuer())
        .env("CLIENT_ID", "feedback-export")
        .env(
            "CLIENT_SECRET",
            client.unwrap()["client_secret"].as_str().unwrap(),
        )
        .output()
        .unwrap();
    let answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    let mut answers: Vec<serde_json::Value> = answers.map(|answer| answer.expect("JSON")).collect();
    // The id of a grant is another each time.
    let grant = &mut answers[0]["evaluations"][0]["context"]["grants"][0];
    assert!(grant.as_str().is_some_and(|id| id.len() == 36), "{grant}");
    *grant = "0190…".into();
    assert_eq!(answers, shown_json("docs/authzen.md"));
    let listed = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&listed.stdout).into_owned();
    let decisions = "asked for 2 decisions, 1 allowed and 1 denied (feedback:read of feedback/s-301 to feedback-export: other_organisation)";
    assert!(story.contains(decisions) && listed.status.success(), "{story}");
}

/// The reasons that the decision call can have, as its source and its document have them.
#[test]
fn the_document_of_decisions_names_every_reason() {
    let reason = Regex::new(r#"(?:denied|deny)\(\s*"([a-z_]+)"|reason: "([a-z_]+)""#).unwrap();
    let document = std::fs::read_to_string(project().join("docs/authzen.md")).unwrap();
    let mut seen = 0;
    for file in ["decision/decide.rs", "authzen/asker.rs", "authzen/evaluations.rs"] {
        let source = std::fs::read_to_string(project().join("src").join(file)).unwrap();
        for found in reason.captures_iter(&source) {
            let name = found.get(1).or(found.get(2)).unwrap().as_str();
            assert!(
                document.contains(&format!("`{name}`")),
                "docs/authzen.md lacks {name}"
            );
            seen += 1;
        }
    }
    assert!(seen >= 12, "the reasons were not found: {seen}");
}

/// A replay is told in the same words by the page, the command and the document.
#[test]
fn the_document_of_rules_tells_a_replay_in_the_words_of_the_page() {
    let read = |path: &str| std::fs::read_to_string(project().join(path)).unwrap();
    let (words, document) = (read("locales/en/admin.ftl"), read("docs/rules.md"));
    let command = read("src/cli/rule_told.rs");
    for column in ["let-in", "stepped-up", "enrol", "refused"] {
        let (_, word) = words.split_once(&format!("admin-replay-{column} = ")).unwrap();
        let word = word.lines().next().unwrap().to_lowercase();
        assert!(
            document.contains(&format!("*{word}*")),
            "docs/rules.md lacks {word}"
        );
        assert!(
            command.contains(&format!("  {word}  ")),
            "the command lacks {word}"
        );
    }
}

#[test]
fn what_the_documents_point_at_is_there() {
    let reference = Regex::new(r##"(?:\]\(|src=")([^)"#:]+)(?:#[^)"]*)?[)"]"##).unwrap();
    let mut seen = 0;
    for (document, text) in documents() {
        for found in reference.captures_iter(&text) {
            let target = document.parent().unwrap().join(&found[1]);
            assert!(target.exists(), "{} points at {}", document.display(), &found[1]);
            seen += 1;
        }
    }
    assert!(seen >= 8, "the references were not found");
}
