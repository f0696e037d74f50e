//! What the templates of pages keep to.

use std::path::{Path, PathBuf};

fn templates(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// On a phone the rows of a table are blocks: a cell that does not tell its column would be a number without a meaning.
#[test]
fn each_cell_of_a_table_tells_its_column() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut found = Vec::new();
    templates(&root.join("admin"), &mut found);
    templates(&root.join("part"), &mut found);
    let (mut cells, mut silent) = (0, Vec::new());
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        for cell in text.match_indices("<td").map(|(at, _)| &text[at..]) {
            cells += 1;
            if !cell.starts_with("<td data-label=") {
                silent.push(path.display().to_string());
            }
        }
    }
    assert!(cells > 10, "no cells were found");
    assert!(silent.is_empty(), "{silent:#?}");
}
