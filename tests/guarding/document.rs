//! What the document shows of the recipes is in their files, letter by letter.

use std::path::Path;

/// The files from which each language is shown.
const FILES: [(&str, &[&str]); 3] = [
    (
        "rust",
        &[
            "src/demo/desk/mod.rs",
            "src/demo/desk/access.rs",
            "src/demo/desk/handlers.rs",
        ],
    ),
    ("js", &["examples/express/app.mjs"]),
    ("python", &["examples/fastapi/app.py"]),
];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A text without the spaces at which its lines begin.
fn flush(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    lines.join("\n")
}

#[test]
fn the_document_of_guards_shows_lines_that_run() {
    let document = read("docs/guarding.md");
    for (language, files) in FILES {
        let start = format!("```{language}\n");
        let blocks = document.split(&start).skip(1);
        let blocks: Vec<&str> = blocks.map(|block| block.split("```").next().unwrap()).collect();
        assert!(blocks.len() >= 2, "{language}");
        for block in blocks {
            let shown = files
                .iter()
                .any(|file| flush(&read(file)).contains(&flush(block)));
            assert!(shown, "no file of {files:?} has\n{block}");
        }
    }
}
