//! `docs/oauth.md` and the documents below it tell of every endpoint, error and setting of the room.

use std::fs;
use std::path::Path;

fn documents() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let parts = fs::read_dir(folder.join("oauth")).unwrap();
    let mut all = fs::read_to_string(folder.join("oauth.md")).unwrap();
    for part in parts {
        all.push_str(&fs::read_to_string(part.unwrap().path()).unwrap());
    }
    all
}

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, open: &str, close: char) -> Vec<&'a str> {
    let pieces = text.split(open).skip(1);
    pieces.filter_map(|piece| piece.split(close).next()).collect()
}

#[test]
fn every_endpoint_is_told() {
    let documents = documents();
    let routes = doorward::oauth::routes();
    assert!(routes.len() > 30);
    for route in routes {
        assert!(documents.contains(route.path), "{} is told nowhere", route.path);
    }
}

#[test]
fn every_error_is_told() {
    let (documents, source) = (documents(), source("src/oauth/error.rs"));
    let texts = between(&source, "=> \"", '"');
    let codes: Vec<&str> = texts.into_iter().filter(|text| !text.contains(' ')).collect();
    assert!(codes.len() > 20, "{codes:?}");
    for code in codes {
        assert!(documents.contains(&format!("`{code}`")), "{code} is told nowhere");
    }
}

#[test]
fn every_setting_is_told() {
    let (documents, source) = (documents(), source("src/config/setting.rs"));
    let names = [
        between(&source, "setting!(oauth.", ':'),
        between(&source, "name: \"oauth.", '"'),
    ]
    .concat();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        let name = name.split(',').next().unwrap();
        assert!(documents.contains(name), "oauth.{name} is told nowhere");
    }
}
