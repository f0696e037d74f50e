//! A grant is one file and one line.

use std::fs;
use std::path::Path;

use doorward::domain::GrantType;
use regex_lite::Regex;

use super::source::sources;

#[test]
fn each_grant_is_a_file_that_one_line_of_one_table_names() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(project.join("src/domain/grant.rs")).unwrap();
    let line = Regex::new(r#"(?m)^ +\w+ = "[^"]+" in (\w+): \w+, \w+;$"#).unwrap();
    let named: Vec<&str> = line
        .captures_iter(&table)
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    assert_eq!(named.len(), GrantType::ALL.len());
    let folder = "oauth/token/grant/";
    let all = sources();
    let files = all.iter().filter_map(|source| source.path.strip_prefix(folder));
    let files: Vec<&str> = files.filter_map(|file| file.strip_suffix(".rs")).collect();
    for file in files.iter().filter(|file| **file != "mod") {
        let lines = named.iter().filter(|name| *name == file).count();
        assert_eq!(lines, 1, "{file} is named once");
    }
    assert_eq!(files.len(), named.len() + 1, "and all of them are there");
}

#[test]
fn the_token_endpoint_names_no_grant_but_in_its_own_file() {
    let shared = [
        "oauth/token/mod.rs",
        "oauth/token/answer.rs",
        "oauth/token/grant/mod.rs",
    ];
    for source in sources()
        .iter()
        .filter(|source| shared.contains(&source.path.as_str()))
    {
        for grant in GrantType::ALL {
            let variant = format!("GrantType::{grant:?}");
            assert!(!source.text.contains(&variant), "{} knows {variant}", source.path);
        }
    }
}
