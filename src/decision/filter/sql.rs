//! The condition for a database: text with placeholders, and the values for them.
//!
//! Every part of the text is true or false, never null, so that `NOT` means what it says. Names of columns are all that a caller puts into
//! the text, and those have letters, digits and underscores only; values are parameters. What a column holds that is not of the kind it
//! was told to be of is, in SQLite, of no kind; PostgreSQL refuses the statement.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::leaf::{Element, Kind, Leaf, Scalar};

/// Longest name of a column, of its table or schema: what PostgreSQL takes.
const LONGEST: usize = 63;

/// Longest pattern: SQLite refuses those of more than 50,000 bytes, and each wildcard costs.
const LONGEST_PATTERN: usize = 1_000;

/// For which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Placeholders `$1`, `$2`, …
    Postgresql,
    /// Placeholders `?`
    Sqlite,
}

/// A column that holds an attribute of records; null is absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As it stands in the text.
    name: Vec<String>,
    kind: Kind,
}

/// Why a name or kind is none of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ColumnFault {
    #[error(
        "a column is named by one to three words of letters, digits and underscores with dots between them, each of at most 63 characters, and none begins with a digit"
    )]
    Name,
    #[error("a column holds text, integer or boolean")]
    Kind,
}

/// Where the attributes of records are.
#[derive(Debug, Clone)]
pub struct Columns {
    pub dialect: Dialect,
    pub by_attribute: BTreeMap<String, Column>,
    /// The number of the first placeholder of PostgreSQL: the statement around it may have some of its own.
    pub first: usize,
}

/// A condition for a `WHERE`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SqlCondition {
    pub condition: String,
    pub parameters: Vec<Scalar>,
}

/// Why a condition cannot be said to a database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlRefusal {
    #[error(
        "the condition depends on {}, for which there is no column: name one in sql.columns, or the value that all records have in resource.properties",
        .0.join(", ")
    )]
    NoColumn(Vec<String>),
    #[error("the condition asks what is in the list {0}, and columns hold one value each")]
    List(String),
    #[error("a pattern for the attribute {0} is too long")]
    Pattern(String),
}

impl Column {
    /// Reads the name of a column, `feedback.region`, that holds values of a kind.
    pub fn parse(name: &str, kind: Kind) -> Result<Self, ColumnFault> {
        let word = |word: &str| {
            let begins = word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
            let others = word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            begins && others && word.len() <= LONGEST
        };
        let words: Vec<&str> = name.split('.').collect();
        if words.len() > 3 || !words.iter().all(|one| word(one)) {
            return Err(ColumnFault::Name);
        }
        if kind == Kind::List {
            return Err(ColumnFault::Kind);
        }
        Ok(Self {
            name: words.into_iter().map(str::to_owned).collect(),
            kind,
        })
    }

    /// Quoted: a name may be a word of SQL. In brackets for SQLite, which takes what stands in double quotes and is no column for a text.
    fn quoted(&self, dialect: Dialect) -> String {
        let quote = |word: &String| match dialect {
            Dialect::Postgresql => format!("\"{word}\""),
            Dialect::Sqlite => format!("[{word}]"),
        };
        self.name.iter().map(quote).collect::<Vec<_>>().join(".")
    }
}

impl Condition {
    /// The condition for the caller's database.
    pub fn sql(&self, columns: &Columns) -> Result<SqlCondition, SqlRefusal> {
        let attributes = self.leaves().into_iter().flat_map(Leaf::attributes);
        let missing = attributes.filter(|name| !columns.by_attribute.contains_key(*name));
        let missing: std::collections::BTreeSet<String> = missing.map(str::to_owned).collect();
        if !missing.is_empty() {
            return Err(SqlRefusal::NoColumn(missing.into_iter().collect()));
        }
        let mut writer = Writer {
            columns,
            parameters: Vec::new(),
        };
        let condition = writer.condition(self)?;
        let condition = writer.without_zeros(condition, &self.leaves());
        Ok(SqlCondition {
            condition,
            parameters: writer.parameters,
        })
    }
}

struct Writer<'a> {
    columns: &'a Columns,
    parameters: Vec<Scalar>,
}

impl Writer<'_> {
    fn condition(&mut self, condition: &Condition) -> Result<String, SqlRefusal> {
        Ok(match condition {
            Condition::Always(truth) => constant(*truth).to_owned(),
            Condition::Leaf(leaf) => self.leaf(leaf)?,
            Condition::Not(inner) => format!("NOT {}", self.condition(inner)?),
            Condition::All(parts) => self.joined(parts, " AND ")?,
            Condition::Any(parts) => self.joined(parts, " OR ")?,
        })
    }

    fn joined(&mut self, parts: &[Condition], word: &str) -> Result<String, SqlRefusal> {
        let parts = parts.iter().map(|part| self.condition(part));
        let parts: Vec<String> = parts.collect::<Result<_, _>>()?;
        Ok(format!("({})", parts.join(word)))
    }

    /// One comparison, with what guards it from being null or of another kind.
    fn leaf(&mut self, leaf: &Leaf) -> Result<String, SqlRefusal> {
        let [name, other] = leaf.attributes();
        let Some(column) = self.columns.by_attribute.get(name) else {
            return Err(SqlRefusal::NoColumn(vec![name.to_owned()]));
        };
        let is = |kind: Kind| column.kind == kind;
        Ok(match leaf {
            Leaf::Has(_) => format!("({} IS NOT NULL)", column.quoted(self.columns.dialect)),
            Leaf::Contains(..) | Leaf::Is(_, Kind::List) => return Err(SqlRefusal::List(name.to_owned())),
            Leaf::Is(_, kind) if is(*kind) => format!("({})", self.guard(column)),
            Leaf::OneOf(_, values) => self.one_of(column, values),
            Leaf::Compare(_, order, limit) if is(Kind::Integer) => {
                let placeholder = self.placeholder(Scalar::Integer(*limit));
                self.guarded(
                    column,
                    &format!("{} {} {placeholder}", self.value(column), order.sign()),
                )
            }
            Leaf::Like(_, pattern) if is(Kind::Text) => self.like(name, column, pattern)?,
            Leaf::Same(..) | Leaf::Differ(..) | Leaf::CompareTwo(..) => {
                let Some(other) = self.columns.by_attribute.get(other) else {
                    return Err(SqlRefusal::NoColumn(vec![other.to_owned()]));
                };
                self.two(leaf, column, other)
            }
            Leaf::Is(..) | Leaf::Compare(..) | Leaf::Like(..) => constant(false).to_owned(),
        })
    }

    fn two(&self, leaf: &Leaf, left: &Column, right: &Column) -> String {
        let same = left.kind == right.kind;
        let sign = match leaf {
            Leaf::Same(..) if same => "=",
            Leaf::Differ(..) if same => "<>",
            Leaf::Differ(..) => return format!("({} AND {})", self.guard(left), self.guard(right)),
            Leaf::CompareTwo(_, order, _) if same && left.kind == Kind::Integer => order.sign(),
            _ => return constant(false).to_owned(),
        };
        let compared = format!("{} {sign} {}", self.value(left), self.value(right));
        format!("({} AND {} AND {compared})", self.guard(left), self.guard(right))
    }

    fn one_of(&mut self, column: &Column, values: &std::collections::BTreeSet<Scalar>) -> String {
        let postgresql = self.columns.dialect == Dialect::Postgresql;
        // No text of PostgreSQL has a zero in it.
        let holdable = |value: &&Scalar| match value {
            Scalar::Text(text) => !postgresql || !text.contains('\0'),
            Scalar::Integer(_) | Scalar::Boolean(_) => true,
        };
        let values = values
            .iter()
            .filter(|value| value.kind() == column.kind)
            .filter(holdable);
        let placeholders: Vec<String> = values.cloned().map(|value| self.placeholder(value)).collect();
        let compared = match placeholders.as_slice() {
            [] => return constant(false).to_owned(),
            [one] => format!("{} = {one}", self.value(column)),
            several => format!("{} IN ({})", self.value(column), several.join(", ")),
        };
        self.guarded(column, &compared)
    }

    /// SQLite's `LIKE` takes large and small letters for the same; its `GLOB` does not, but ends at a zero: see
    /// [`Writer::without_zeros`].
    fn like(&mut self, name: &str, column: &Column, pattern: &[Element]) -> Result<String, SqlRefusal> {
        let sqlite = self.columns.dialect == Dialect::Sqlite;
        let mut text = String::new();
        for element in pattern {
            match element {
                Element::Any => text.push(if sqlite { '*' } else { '%' }),
                Element::Text(piece) if piece.contains('\0') => return Ok(constant(false).to_owned()),
                Element::Text(piece) => text.extend(piece.chars().flat_map(|one| escaped(one, sqlite))),
            }
        }
        if text.len() > LONGEST_PATTERN {
            return Err(SqlRefusal::Pattern(name.to_owned()));
        }
        let placeholder = self.placeholder(Scalar::Text(text));
        let compared = if sqlite {
            format!("{} GLOB {placeholder}", self.value(column))
        } else {
            format!("{} LIKE {placeholder} ESCAPE '!'", self.value(column))
        };
        Ok(self.guarded(column, &compared))
    }

    /// In SQLite a text may have a zero in it, at which a pattern ends. A record with such a text is left out where a pattern is
    /// asked for, whether it should match or must not.
    fn without_zeros(&self, condition: String, leaves: &[&Leaf]) -> String {
        if self.columns.dialect != Dialect::Sqlite {
            return condition;
        }
        let liked = leaves.iter().filter(|leaf| matches!(leaf, Leaf::Like(..)));
        let liked: std::collections::BTreeSet<&str> = liked.flat_map(|leaf| leaf.attributes()).collect();
        let columns = liked
            .iter()
            .filter_map(|name| self.columns.by_attribute.get(*name));
        let columns = columns.filter(|column| column.kind == Kind::Text);
        columns.fold(condition, |condition, column| {
            let name = column.quoted(Dialect::Sqlite);
            format!("({condition} AND (typeof({name}) <> 'text' OR instr({name}, char(0)) = 0))")
        })
    }

    fn guarded(&self, column: &Column, compared: &str) -> String {
        format!("({} AND {compared})", self.guard(column))
    }

    /// Whether the column holds something of its kind.
    fn guard(&self, column: &Column) -> String {
        let name = column.quoted(self.columns.dialect);
        match (self.columns.dialect, column.kind) {
            (Dialect::Postgresql, _) => format!("{name} IS NOT NULL"),
            (Dialect::Sqlite, Kind::Boolean) => format!("typeof({name}) = 'integer' AND {name} IN (0, 1)"),
            (Dialect::Sqlite, Kind::Integer) => format!("typeof({name}) = 'integer'"),
            (Dialect::Sqlite, Kind::Text | Kind::List) => format!("typeof({name}) = 'text'"),
        }
    }

    /// What a column holds, compared byte by byte where it is a text, whatever the column was made for.
    fn value(&self, column: &Column) -> String {
        let name = column.quoted(self.columns.dialect);
        match (self.columns.dialect, column.kind) {
            (Dialect::Postgresql, Kind::Text) => format!("CAST({name} AS text)"),
            (Dialect::Sqlite, Kind::Text) => format!("{name} COLLATE BINARY"),
            _ => name,
        }
    }

    /// A truth value stands in the text: SQLite has no type for it.
    fn placeholder(&mut self, value: Scalar) -> String {
        let placeholder = |number: usize| match self.columns.dialect {
            Dialect::Sqlite => "?".to_owned(),
            Dialect::Postgresql => format!("${}", self.columns.first.saturating_add(number)),
        };
        let text = match (&value, self.columns.dialect) {
            (Scalar::Boolean(truth), Dialect::Sqlite) => return u8::from(*truth).to_string(),
            (Scalar::Boolean(truth), Dialect::Postgresql) => {
                return if *truth { "TRUE" } else { "FALSE" }.to_owned();
            }
            (Scalar::Integer(_), Dialect::Postgresql) => {
                format!("CAST({} AS bigint)", placeholder(self.parameters.len()))
            }
            _ => placeholder(self.parameters.len()),
        };
        self.parameters.push(value);
        text
    }
}

fn constant(truth: bool) -> &'static str {
    if truth { "(1 = 1)" } else { "(1 = 0)" }
}

/// A character of a text in a pattern, so that it is no wildcard.
fn escaped(character: char, sqlite: bool) -> Vec<char> {
    match character {
        '*' | '?' | '[' if sqlite => vec!['[', character, ']'],
        '%' | '_' | '!' if !sqlite => vec!['!', character],
        other => vec![other],
    }
}
