//! Exceptions with an end: how a page shows those of a rule, and what its forms for them mean.

use crate::domain::{PersonId, RuleId, rfc3339};
use crate::http::{Form, Text, day};
use crate::op::{Op, OpError};
use crate::person;
use crate::rule::{Change, NewException, Rule};

/// The exceptions of a rule on a page of its own; drawn by `part/exceptions.html`.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    pub(super) rows: Vec<Row>,
    /// What is typed of a new one.
    pub(super) typed: Typed,
    /// Whether the reader may give and end them.
    pub(super) may_change: bool,
}

#[derive(Debug)]
pub(super) struct Row {
    /// The user name.
    pub(super) person: String,
    /// Until when, why, and by whom it is given.
    pub(super) detail: String,
}

/// A new exception as it is typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) person: String,
    pub(super) until: String,
    pub(super) reason: String,
}

impl Typed {
    pub(super) fn of_form(form: &Form) -> Self {
        let typed = |name: &str| form.get(name).unwrap_or_default().trim().to_owned();
        Self {
            person: typed("exception_person"),
            until: typed("exception_until"),
            reason: typed("exception_reason"),
        }
    }
}

/// Those that hold now.
pub(super) async fn show(
    op: &mut Op,
    text: &Text,
    rule: &Rule,
    (typed, may_change): (Typed, bool),
) -> Result<Exceptions, OpError> {
    let (mut rows, now) = (Vec::new(), op.now);
    for one in rule.exceptions.iter().filter(|one| one.holds(now)) {
        let by = giver(op, text, &one.by).await?;
        let why = [("reason", one.reason.as_str()), ("by", by.as_str())];
        rows.push(Row {
            person: one.person.clone(),
            detail: format!(
                "{} · {}",
                text.get_with("admin-exception-until-day", "date", &day(one.last_day())),
                text.get_args("admin-exception-why", &why)
            ),
        });
    }
    Ok(Exceptions {
        rows,
        typed,
        may_change,
    })
}

/// Who has given an exception, in words.
async fn giver(op: &mut Op, text: &Text, by: &str) -> Result<String, OpError> {
    let person = match by.parse::<PersonId>() {
        Ok(id) => person::find(op, id).await?,
        Err(_) => None,
    };
    Ok(match person {
        Some(person) => person.name,
        None if by == "operator" => text.get("admin-exception-operator"),
        None => by.to_owned(),
    })
}

/// What a button of these forms means (`act` is `except` or `readmit`); none if it is not one of theirs.
pub(super) fn meant(
    rule: RuleId,
    act: &str,
    form: &Form,
) -> Result<Option<(Change, &'static str)>, &'static str> {
    match act {
        "except" => {
            let typed = Typed::of_form(form);
            let last_day = rfc3339::day(&typed.until).ok_or("admin-exception-wrong-day")?;
            let new = NewException {
                person: typed.person.to_lowercase(),
                last_day,
                reason: typed.reason,
            };
            Ok(Some((Change::Except(rule, new), "excepted")))
        }
        "readmit" => {
            let person = form.get("person").unwrap_or_default().to_owned();
            Ok(Some((Change::Readmit(rule, person), "readmitted")))
        }
        _ => Ok(None),
    }
}
