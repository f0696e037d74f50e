//! Who may call whom. This table is the plan of the house; `docs/architecture.md` draws it.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;

use super::source::{Source, sources};

/// Each room: its storey, and the rooms of its own storey that it may call.
const ROOMS: &[(&str, u8, &[&str])] = &[
    ("domain", 0, &[]),
    ("jose", 0, &["domain"]),
    ("config", 1, &[]),
    ("storage", 1, &[]),
    ("ephemeral", 1, &[]),
    ("telemetry", 1, &[]),
    ("outbound", 1, &[]),
    ("keys", 2, &["op"]),
    ("audit", 2, &["keys"]),
    ("op", 2, &["keys", "audit"]),
    ("one_time", 2, &["op"]),
    ("http", 2, &["op", "keys"]),
    ("decision", 3, &[]),
    ("job", 3, &[]),
    ("person", 3, &["decision", "job"]),
    ("mail", 3, &["job", "person"]),
    ("break_glass", 3, &["decision", "job", "person", "mail"]),
    ("access", 3, &["decision", "person"]),
    ("policy", 3, &["decision", "person", "access"]),
    ("client", 3, &["person", "access"]),
    ("rule", 3, &["decision", "person", "access", "client"]),
    (
        "session",
        3,
        &[
            "decision",
            "person",
            "access",
            "job",
            "factor",
            "rule",
            "mail",
            "break_glass",
        ],
    ),
    ("factor", 3, &["person", "access", "rule", "mail"]),
    ("signin", 4, &[]),
    ("oauth", 4, &[]),
    ("authzen", 4, &[]),
    ("roll_out", 4, &[]),
    ("enrolment", 5, &[]),
    ("account", 5, &["enrolment"]),
    ("admin", 5, &["enrolment"]),
    ("server", 6, &[]),
    ("demo", 6, &["server"]),
    ("cli", 6, &["server", "demo"]),
];

/// Crates that only some rooms may use.
const CRATES: &[(&str, &[&str])] = &[
    ("sqlx", &["storage"]),
    ("redis", &["ephemeral"]),
    ("cedar_policy", &["decision"]),
    ("cedar_policy_core", &["decision"]),
    ("aws_lc_rs", &["jose", "keys", "op", "factor", "cli", "demo"]),
    ("argon2", &["factor"]),
    ("bcrypt", &["factor"]),
    ("scrypt", &["factor"]),
    ("sha_crypt", &["factor"]),
    ("md4", &["factor"]),
    ("totp_rs", &["factor"]),
    ("maxminddb", &["rule"]),
    ("webauthn_rs", &["factor"]),
    ("sha2", &["domain", "audit", "one_time"]),
    ("openidconnect", &["demo"]),
    ("oauth2", &["demo"]),
    ("reqwest", &["demo", "outbound"]),
    ("lettre", &["outbound"]),
    ("axum_server", &["server", "demo"]),
    ("rcgen", &["demo"]),
    ("rustix", &["server", "factor"]),
    ("clap", &["cli"]),
];

#[test]
fn a_room_calls_lower_storeys_and_its_listed_neighbours_only() {
    let mut wrong = BTreeSet::new();
    for source in sources() {
        let Some((room, storey, neighbours)) = ROOMS.iter().find(|(name, ..)| *name == source.room()) else {
            assert!(
                ["lib", "main"].contains(&source.room()),
                "{} belongs to no room of the table",
                source.path
            );
            continue;
        };
        for called in called_rooms(&source) {
            let Some((_, its_storey, _)) = ROOMS.iter().find(|(name, ..)| *name == called) else {
                panic!(
                    "{} calls crate::{called}, which is no room of the table",
                    source.path
                );
            };
            let allowed = called == *room || its_storey < storey || neighbours.contains(&called.as_str());
            if !allowed {
                wrong.insert(format!(
                    "{} (storey {storey}) calls {called} (storey {its_storey})",
                    source.path
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn crates_with_one_purpose_are_used_in_their_rooms_only() {
    let mut wrong = BTreeSet::new();
    for source in sources() {
        let used = first_segments(&source);
        for (name, rooms) in CRATES {
            if used.contains(*name) && !rooms.contains(&source.room()) && source.room() != "main" {
                wrong.insert(format!("{} uses {name}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The sample application stands for somebody else's: it knows the issuer's address and public crates, nothing of us.
#[test]
fn the_sample_application_imports_no_room_of_the_house() {
    let desk: Vec<Source> = sources()
        .into_iter()
        .filter(|source| {
            source.path.starts_with("demo/desk/")
                || source.path == "demo/integration.rs"
                || source.path == "demo/transport.rs"
        })
        .collect();
    assert!(desk.len() > 5, "the sample application was not found");
    for source in desk {
        let called = called_rooms(&source);
        assert!(
            called.iter().all(|room| room == "demo"),
            "{} calls {called:?}",
            source.path
        );
        for line in source.text.lines().filter(|line| line.contains("crate::demo::")) {
            let own = ["desk", "integration", "transport"]
                .iter()
                .any(|module| line.contains(&format!("crate::demo::{module}")));
            assert!(own, "{}: {line}", source.path);
        }
    }
}

/// The layer that guards the sample application is an example: whoever copies it has public crates only.
#[test]
fn the_layer_that_others_copy_needs_public_crates_only() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/axum/guard.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let file = syn::parse_file(&text).unwrap();
    let mut paths = Paths::default();
    paths.visit_file(&file);
    assert!(paths.rooms.is_empty(), "{:?}", paths.rooms);
    let mut imported = BTreeSet::new();
    for item in &file.items {
        if let syn::Item::Use(item) = item {
            let syn::UseTree::Path(tree) = &item.tree else {
                panic!("it imports a whole crate");
            };
            imported.insert(tree.ident.to_string());
        }
    }
    let allowed = ["axum", "http", "serde", "serde_json", "std"].map(str::to_owned);
    assert_eq!(imported, BTreeSet::from(allowed));
    let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
    for needed in ["axum", "http", "reqwest", "serde", "serde_json"] {
        assert!(
            head.contains(needed),
            "its head does not say that it needs {needed}"
        );
    }
    assert!(!text.contains("super::") && !text.contains("doorward::"));
}

/// First segments after `crate::`, in `use` trees, paths and macros.
fn called_rooms(source: &Source) -> BTreeSet<String> {
    let mut paths = Paths::default();
    paths.visit_file(&source.file);
    paths.rooms
}

fn first_segments(source: &Source) -> BTreeSet<String> {
    let mut paths = Paths::default();
    paths.visit_file(&source.file);
    paths.crates
}

#[derive(Default)]
struct Paths {
    rooms: BTreeSet<String>,
    crates: BTreeSet<String>,
}

impl Paths {
    fn path(&mut self, segments: &[String]) {
        match segments {
            [first, second, ..] if first == "crate" => {
                self.rooms.insert(second.clone());
            }
            [first, _, ..] => {
                self.crates.insert(first.clone());
            }
            _ => {}
        }
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(path.ident.to_string())),
            syn::UseTree::Name(name) => self.path(&with(name.ident.to_string())),
            syn::UseTree::Rename(name) => self.path(&with(name.ident.to_string())),
            syn::UseTree::Glob(_) => self.path(&with("*".to_owned())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) if ident == "crate" => {
                    if let Some(TokenTree::Ident(room)) = trees.get(index + 3) {
                        self.rooms.insert(room.to_string());
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        self.path(&segments);
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        syn::visit::visit_macro(self, call);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Unit tests may reach further.
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }
}
