//! Every statement of the house, found in its sources, is prepared on both engines.

use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Executor as _, SqlSafeStr as _, Statement as _,
    TypeInfo as _,
};
use syn::spanned::Spanned as _;
use syn::visit::Visit;

use super::engine::{open, with_postgres_url};

/// A call of `Sql::new` or `Sql::pair` in the sources.
pub(super) struct Statement {
    pub(super) place: String,
    pub(super) sqlite: String,
    pub(super) postgres: String,
    is_pair: bool,
}

struct Finder {
    file: PathBuf,
    statements: Vec<Statement>,
}

impl<'ast> Visit<'ast> for Finder {
    /// Unit tests may have tables of their own.
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !module
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("cfg"))
        {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func {
            let names: Vec<String> = path
                .path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect();
            if let [.., owner, function] = names.as_slice()
                && owner == "Sql"
                && (function == "new" || function == "pair")
            {
                self.add(call, function == "pair");
            }
        }
        syn::visit::visit_expr_call(self, call);
    }
}

impl Finder {
    fn add(&mut self, call: &syn::ExprCall, is_pair: bool) {
        let line = call.func.span().start().line;
        let place = format!("{}:{line}", self.file.display());
        let texts: Vec<String> = call
            .args
            .iter()
            .map(|argument| text_of(argument, &place))
            .collect();
        let (sqlite, postgres) = match (texts.as_slice(), is_pair) {
            ([one], false) => (one.clone(), one.clone()),
            ([sqlite, postgres], true) => (sqlite.clone(), postgres.clone()),
            _ => panic!("{place}: Sql::new takes one text, Sql::pair takes two"),
        };
        self.statements.push(Statement {
            place,
            sqlite,
            postgres,
            is_pair,
        });
    }
}

fn text_of(argument: &syn::Expr, place: &str) -> String {
    match argument {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => text.value(),
        _ => panic!("{place}: a statement is a literal text, so that this test can read it"),
    }
}

pub(super) fn statements() -> Vec<Statement> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
                let mut finder = Finder {
                    file: path,
                    statements: Vec::new(),
                };
                finder.visit_file(&file);
                found.append(&mut finder.statements);
            }
        }
    }
    // A call inside `impl Sql` or of a re-exported name would go by another path; there are statements in any case.
    assert!(found.len() > 5, "only {} statements found", found.len());
    found
}

/// The kinds that PostgreSQL may answer: those that `Value` has. A bare `1` or a `SUM` is of another kind.
const KINDS: &[&str] = &["INT8", "BOOL", "TEXT", "BYTEA"];

/// The names of the columns that a statement answers, or why it cannot be prepared.
#[expect(
    clippy::disallowed_methods,
    reason = "the texts are read from our own sources"
)]
async fn on_sqlite(connection: &mut SqliteConnection, text: &str) -> Result<Vec<String>, String> {
    let text = AssertSqlSafe(text.to_owned()).into_sql_str();
    let statement = connection
        .prepare(text)
        .await
        .map_err(|fault| fault.to_string())?;
    let columns = statement.columns().iter().map(|column| column.name().to_owned());
    Ok(columns.collect())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the texts are read from our own sources"
)]
async fn on_postgres(connection: &mut PgConnection, text: &str) -> Result<Vec<String>, String> {
    let text = AssertSqlSafe(text.to_owned()).into_sql_str();
    let statement = connection
        .prepare(text)
        .await
        .map_err(|fault| fault.to_string())?;
    let name = |column: &sqlx::postgres::PgColumn| {
        let (name, kind) = (column.name().to_owned(), column.type_info().name());
        let known = KINDS.contains(&kind);
        known
            .then_some(name)
            .ok_or_else(|| format!("{} is of kind {kind}", column.name()))
    };
    statement.columns().iter().map(name).collect()
}

#[tokio::test]
async fn every_statement_of_the_house_is_understood_by_both_engines_and_answers_the_same_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    open(&format!("sqlite:{}", path.display()))
        .await
        .migrate()
        .await
        .unwrap();
    let options = SqliteConnectOptions::new().filename(path);
    let mut sqlite = SqliteConnection::connect_with(&options).await.unwrap();
    with_postgres_url(async |url| {
        open(&url).await.migrate().await.unwrap();
        let mut postgres = PgConnection::connect(&url).await.unwrap();
        let mut wrong = Vec::new();
        for statement in statements() {
            let left = on_sqlite(&mut sqlite, &statement.sqlite).await;
            let right = on_postgres(&mut postgres, &statement.postgres).await;
            if left.is_err() || left != right {
                wrong.push(format!(
                    "{}\n  {}\n  SQLite: {left:?}\n  PostgreSQL: {right:?}",
                    statement.place, statement.sqlite
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
}

#[test]
fn few_statements_need_two_texts() {
    let pairs: Vec<String> = statements()
        .into_iter()
        .filter(|statement| statement.is_pair)
        .map(|statement| statement.place)
        .collect();
    assert!(
        pairs.len() <= 10,
        "more than ten statements have two texts: {pairs:#?}"
    );
}
