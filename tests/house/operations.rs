//! What operators read names every metric that there is, and none that is not.

use std::collections::BTreeSet;

use regex_lite::Regex;
use syn::visit::Visit;

use super::source::sources;

/// Words in the functions that register metrics which name none: labels.
const LABELS: &[&str] = &["version"];

#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        let word = text.value();
        // Helps are sentences.
        if !word.contains(' ') && !LABELS.contains(&word.as_str()) {
            self.0.insert(word);
        }
    }
}

fn registered() -> BTreeSet<String> {
    let mut names = Names::default();
    for source in sources() {
        let blocks = source.file.items.iter().filter_map(|item| match item {
            syn::Item::Impl(block) if source.path == "telemetry/metric.rs" => Some(block),
            _ => None,
        });
        for item in blocks.flat_map(|block| &block.items) {
            if let syn::ImplItem::Fn(function) = item
                && function.sig.ident.to_string().starts_with("register_")
            {
                names.visit_impl_item_fn(function);
            }
        }
    }
    assert!(names.0.len() > 10, "the metrics were not found: {:?}", names.0);
    names.0
}

#[test]
fn the_guide_names_every_metric_and_none_that_is_not() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md");
    let guide = std::fs::read_to_string(path).unwrap();
    let suffix = Regex::new("_(total|seconds|info)$").unwrap();
    let told: BTreeSet<String> = Regex::new(r"(?m)^\| `doorward_([a-z_]+)` ")
        .unwrap()
        .captures_iter(&guide)
        .map(|found| suffix.replace(&found[1], "").into_owned())
        .collect();
    assert_eq!(told, registered());
}
