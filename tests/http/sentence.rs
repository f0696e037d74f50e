//! The sentences of all rooms: complete in each language, used, and none missing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex_lite::Regex;

/// Of each key, the arguments of its sentence.
type Sentences = BTreeMap<String, BTreeSet<String>>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text of all files below a folder that end so.
fn files(folder: &Path, ending: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|have| have == ending) {
            let text = std::fs::read_to_string(&path).unwrap();
            // Examples in comments name keys that need not exist, and use none.
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push(code.collect::<Vec<_>>().join("\n"));
        }
    }
}

fn texts(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    files(&root().join(folder), ending, &mut found);
    assert!(!found.is_empty(), "{folder}");
    found
}

fn sentences(language: &str) -> Sentences {
    let key = Regex::new(r"^([a-z][a-z0-9-]*) *=").unwrap();
    let argument = Regex::new(r"\$([a-z][a-z0-9_-]*)").unwrap();
    let mut sentences = Sentences::new();
    for file in texts(&format!("locales/{language}"), "ftl") {
        let mut current = None;
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if let Some(found) = key.captures(line) {
                let key = found[1].to_owned();
                assert!(!sentences.contains_key(&key), "{language}: {key} is there twice");
                sentences.insert(key.clone(), BTreeSet::new());
                current = Some(key);
            }
            let Some(arguments) = current.as_ref().and_then(|key| sentences.get_mut(key)) else {
                continue;
            };
            arguments.extend(argument.captures_iter(line).map(|found| found[1].to_owned()));
        }
    }
    sentences
}

#[test]
fn german_and_turkish_say_all_that_english_says_with_the_same_values() {
    let english = sentences("en");
    assert!(!english.is_empty());
    for language in ["de", "tr"] {
        let other = sentences(language);
        for (key, arguments) in &english {
            assert_eq!(other.get(key), Some(arguments), "{language}: {key}");
        }
        for key in other.keys() {
            assert!(english.contains_key(key), "only in {language}: {key}");
        }
    }
}

#[test]
fn every_sentence_that_a_page_asks_for_exists() {
    let english = sentences("en");
    let in_templates = Regex::new(r#"text\.get(?:_with|_args|_count)?\(\s*"([^"]+)""#).unwrap();
    let in_code = Regex::new(
        r#"(?:text\.get|\.get_with|\.get_args|\.get_count|\.frame)\(\s*"([^"]+)"|error_page\(\s*(?:http::)?StatusCode::\w+,\s*"([^"]+)""#,
    )
    .unwrap();
    for (folder, ending, pattern) in [("templates", "html", &in_templates), ("src", "rs", &in_code)] {
        for text in texts(folder, ending) {
            for found in pattern.captures_iter(&text) {
                let key = found.get(1).or(found.get(2)).unwrap().as_str();
                assert!(english.contains_key(key), "{folder}: no sentence for {key}");
            }
        }
    }
}

#[test]
fn no_sentence_is_left_over() {
    let mut sources = texts("templates", "html");
    sources.extend(texts("src", "rs"));
    // A key can be put together from a word of ours: `format!("scope-{word}")` uses all that begin so.
    let composed = Regex::new(r#""([a-z][a-z0-9-]*-)\{"#).unwrap();
    let starts: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| composed.captures_iter(source).map(|found| found[1].to_owned()))
        .collect();
    let left_over: Vec<String> = sentences("en")
        .into_keys()
        .filter(|key| {
            !sources
                .iter()
                .any(|source| source.contains(&format!("\"{key}\"")))
        })
        .filter(|key| !starts.iter().any(|start| key.starts_with(start)))
        .collect();
    assert_eq!(left_over, Vec::<String>::new());
}
