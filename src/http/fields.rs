//! Fields of long forms, as data: a page says what is asked, one template draws it.

use super::Text;

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Also its id.
    pub name: String,
    pub label: String,
    pub hint: String,
    pub kind: Kind,
}

impl Field {
    /// By the keys of its label and hint (empty: none).
    #[must_use]
    pub fn of(text: &Text, name: &str, (label, hint): (&str, &str), kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            label: text.get(label),
            hint: if hint.is_empty() {
                String::new()
            } else {
                text.get(hint)
            },
            kind,
        }
    }
}

/// How it is filled in.
#[derive(Debug, Clone)]
pub enum Kind {
    Line(String),
    /// Several lines of text.
    Lines(String),
    /// Text of a program: many lines, each character as it is.
    Code(String),
    /// A number that is not negative.
    Number(String),
    /// A day: `2026-12-31`.
    Date(String),
    /// One of these: value, label, whether it is chosen.
    Choice(Vec<(String, String, bool)>),
    /// Any of these: name, label, whether it is ticked.
    Boxes(Vec<(String, String, bool)>),
}

/// Fields that belong together, under a heading.
#[derive(Debug, Clone)]
pub struct Group {
    pub legend: String,
    pub hint: String,
    pub fields: Vec<Field>,
    /// Whether it is seldom needed and empty: shown as its heading alone until it is opened.
    pub folded: bool,
}
