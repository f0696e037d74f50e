//! The examples that the documents show are the files of `examples/openid-client`, letter by letter, and every one of them
//! runs in a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex_lite::Regex;

const FOLDER: &str = "examples/openid-client";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_of(folder: &str, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|own| own == end))
        .collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn last_paragraph(text: &str) -> &str {
    text.trim_end().rsplit("\n\n").next().unwrap_or_default()
}

fn to_its_end(block: &str) -> &str {
    block.split("```").next().unwrap_or_default()
}

/// The programs that a document shows: the paragraph before each, which names its file, and the program.
fn shown(document: &str) -> Vec<(&str, &str)> {
    let pieces: Vec<&str> = document.split("```js\n").collect();
    let pairs = pieces.windows(2);
    pairs
        .map(|pair| (last_paragraph(pair[0]), to_its_end(pair[1])))
        .collect()
}

#[test]
fn every_program_in_the_documents_is_an_example_as_it_runs_and_each_is_shown_once() {
    let documents = [vec![root().join("docs/oauth.md")], files_of("docs/oauth", "md")].concat();
    let reference = Regex::new(r"\]\(([^)]*/examples/openid-client/[^)]*\.mjs)\)").unwrap();
    let mut seen = BTreeSet::new();
    for document in &documents {
        let told = text(document);
        // A program within the commands of another language would be one that nobody runs.
        assert!(!told.contains(".mjs <<"), "{}", document.display());
        for (before, program) in shown(&told) {
            let named = reference.captures(before);
            let named = named.unwrap_or_else(|| panic!("{before:?} names no file of the program"));
            let path = &named[1];
            let file = document.parent().unwrap().join(path);
            let file = fs::canonicalize(&file).unwrap_or_else(|_| panic!("there is no {path}"));
            let (name, example) = (name(&file), text(&file));
            assert!(file.parent().unwrap().ends_with(FOLDER), "{path}");
            assert!(program == example, "{} shows another {name}", document.display());
            assert!(seen.insert(name.to_owned()), "{name} is shown twice");
        }
    }
    // This one is too long, and is told by its steps.
    seen.insert("client.mjs".to_owned());
    let all: BTreeSet<String> = files_of(FOLDER, "mjs")
        .iter()
        .map(|path| name(path).to_owned())
        .collect();
    assert!(all.len() > 15, "{all:?}");
    assert_eq!(seen, all);
}

#[test]
fn every_example_is_listed_and_runs_in_a_test() {
    let overview = text(&root().join("docs/oauth.md"));
    let tests =
        ["examples.rs", "openid_client.rs"].map(|file| text(&root().join("tests/journey").join(file)));
    let tests = tests.concat();
    for path in files_of(FOLDER, "mjs") {
        let name = name(&path);
        let is_shared = name == "start.mjs";
        assert!(
            is_shared || tests.contains(&format!("\"{name}\"")),
            "no test runs {name}"
        );
        assert!(
            overview.contains(&format!("`{name}`")),
            "docs/oauth.md does not list {name}"
        );
    }
}
