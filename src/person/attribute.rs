//! Attributes that an organisation declares: what they are called, what they hold, whose word counts, who may see them.
//!
//! An organisation that has declared none takes every attribute, as it always did; from the first declaration on, only declared ones are set.
//! What somebody had before stays readable.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::attribute_store as store;
use super::{Attributes, Person, PersonError, organisation_store};
use crate::domain::{
    AttributeKind, AttributeSight, AttributeSource, EventKind, Notice, OrganisationId, PersonId, Subject,
    is_plain, reason,
};
use crate::op::{Affected, EventDraft, Op, OpError};
use crate::storage::Tx;

/// What every subject has by itself.
const OWN: [&str; 4] = ["groups", "id", "organisation", "roles"];

/// Most attributes that an organisation declares, choices of one, and texts in a list.
const MOST: usize = 200;

/// Longest text, in characters.
const LONGEST: usize = 1_000;

/// An attribute as it is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The word by which policies and claims read it: `cost_centre`.
    pub name: String,
    /// For people: Cost centre.
    pub title: String,
    pub kind: AttributeKind,
    /// The texts of a choice, in their order; of no other kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Who has the say about it, and may change it.
    #[serde(default = "administrator")]
    pub source: AttributeSource,
    #[serde(default = "own")]
    pub seen_by: AttributeSight,
}

fn administrator() -> AttributeSource {
    AttributeSource::Administrator
}

fn own() -> AttributeSight {
    AttributeSight::Own
}

/// Why an attribute is not declared, or a value not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttributeFault {
    #[error(
        "name: an attribute is called by 1 to 60 lower-case letters, digits and underscores, and begins with a letter"
    )]
    Name,
    #[error("name: {0} is given to everybody by Doorward itself")]
    Own(String),
    #[error("title: an attribute has a title of 1 to 200 characters that can be seen")]
    Title,
    #[error("choices: one of a list has 1 to 200 different texts to choose from, and no other kind has any")]
    Choices,
    #[error("kind: somebody has a value of {0} already, so that it stays what it is")]
    InUse(String),
    #[error("the organisation declares 200 attributes already")]
    TooMany,
    #[error("the organisation has declared no attribute called {0}")]
    Undeclared(String),
    #[error("{name}: it has to be {expected}")]
    Unfit { name: String, expected: String },
    #[error("{name} is told by {whose}: it is changed there")]
    Elsewhere { name: String, whose: AttributeSource },
}

impl Declaration {
    fn check(&self) -> Result<(), AttributeFault> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let begins = self.name.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
        if !begins || self.name.len() > 60 || !self.name.bytes().all(allowed) {
            return Err(AttributeFault::Name);
        }
        if OWN.contains(&self.name.as_str()) {
            return Err(AttributeFault::Own(self.name.clone()));
        }
        if !is_plain(&self.title) || self.title.chars().count() > 200 {
            return Err(AttributeFault::Title);
        }
        let mut choices = self.choices.clone();
        choices.sort_unstable();
        choices.dedup();
        let sound = match self.kind {
            AttributeKind::Choice => {
                (1..=MOST).contains(&choices.len()) && choices.len() == self.choices.len()
            }
            _ => choices.is_empty(),
        };
        if sound
            && choices
                .iter()
                .all(|one| is_plain(one) && one.chars().count() <= 200)
        {
            Ok(())
        } else {
            Err(AttributeFault::Choices)
        }
    }

    /// What a value has to be; none if it is.
    fn expected(&self, value: &Value) -> Option<String> {
        let short = |text: &str| text.chars().count() <= LONGEST;
        let (fits, expected) = match self.kind {
            AttributeKind::Text => (
                value.as_str().is_some_and(short),
                "a text of at most 1000 characters",
            ),
            AttributeKind::Number => (value.as_i64().is_some(), "a whole number"),
            AttributeKind::Truth => (value.is_boolean(), "true or false"),
            AttributeKind::Texts => {
                let text = |one: &Value| one.as_str().is_some_and(short);
                let texts = value.as_array();
                let fits = texts.is_some_and(|all| all.len() <= MOST && all.iter().all(text));
                (fits, "a list of texts")
            }
            AttributeKind::Choice => {
                let one = value
                    .as_str()
                    .is_some_and(|text| self.choices.iter().any(|one| one == text));
                let expected = || format!("one of {}", self.choices.join(", "));
                return (!one).then(expected);
            }
        };
        (!fits).then(|| expected.to_owned())
    }
}

/// The attributes that an organisation declares, by name.
pub async fn attributes(op: &mut Op, organisation: OrganisationId) -> Result<Vec<Declaration>, OpError> {
    Ok(store::declarations(op.reading().await?, organisation).await?)
}

/// The kinds of those, by name.
pub async fn attribute_kinds(
    op: &mut Op,
    organisation: OrganisationId,
) -> Result<BTreeMap<String, AttributeKind>, OpError> {
    let declared = attributes(op, organisation).await?;
    Ok(declared.into_iter().map(|one| (one.name, one.kind)).collect())
}

/// The attributes of a person that they may see themselves: all but those that are declared to be for administrators.
pub async fn own_attributes(op: &mut Op, person: &Person) -> Result<Attributes, OpError> {
    let declared = attributes(op, person.organisation_id).await?;
    let hidden = |name: &String| {
        let found = declared.iter().find(|one| one.name == *name);
        found.is_some_and(|one| one.seen_by == AttributeSight::Administrators)
    };
    let shown = person.attributes.iter().filter(|(name, _)| !hidden(name));
    Ok(shown.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Whether an attribute may have a value, as far as the organisation declares any.
pub async fn takes_attribute(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
    value: &Value,
) -> Result<bool, OpError> {
    let declared = attributes(op, organisation).await?;
    Ok(declared.is_empty() || fit(&declared, name, value).is_ok())
}

/// Declares an attribute, or changes what is declared of it. Its kind stays once somebody has a value.
pub async fn declare_attribute(
    op: &mut Op,
    organisation: OrganisationId,
    new: Declaration,
) -> Result<(), PersonError> {
    new.check()?;
    let now = op.now;
    let declared = attributes(op, organisation).await?;
    let before = declared.iter().find(|one| one.name == new.name).cloned();
    if before.is_none() && declared.len() >= MOST {
        return Err(AttributeFault::TooMany.into());
    }
    let narrower = |before: &Declaration| {
        before.kind != new.kind || before.choices.iter().any(|one| !new.choices.contains(one))
    };
    if before.as_ref().is_some_and(narrower) && super::knows_attribute(op, organisation, &new.name).await? {
        return Err(AttributeFault::InUse(new.name).into());
    }
    let tx = op.writing().await?;
    if organisation_store::organisation(tx, organisation)
        .await?
        .is_none()
    {
        return Err(PersonError::OrganisationUnknown);
    }
    store::put_declaration(tx, organisation, &new, now).await?;
    record(op, organisation, &new.name, (json!(before), json!(new)));
    Ok(())
}

/// Ends the declaration of an attribute. Values that people have stay.
pub async fn withdraw_attribute(
    op: &mut Op,
    organisation: OrganisationId,
    name: &str,
) -> Result<(), PersonError> {
    let declared = attributes(op, organisation).await?;
    let before = declared.into_iter().find(|one| one.name == name);
    let undeclared = || AttributeFault::Undeclared(name.to_owned());
    let before = before.ok_or_else(undeclared)?;
    store::delete_declaration(op.writing().await?, organisation, name).await?;
    record(op, organisation, name, (json!(before), Value::Null));
    Ok(())
}

fn record(op: &mut Op, organisation: OrganisationId, name: &str, (before, after): (Value, Value)) {
    op.record(
        EventDraft::success(EventKind::AttributeDeclared)
            .organisation(organisation)
            .target_named("attribute", name)
            .change(before, after),
    );
    op.tell(Notice::Organisation(organisation));
}

/// Whether all of these may be set, as far as they are declared.
pub(super) async fn check(
    tx: &mut Tx,
    organisation: OrganisationId,
    values: &Attributes,
) -> Result<(), PersonError> {
    if values.is_empty() {
        return Ok(());
    }
    let declared = store::declarations(tx, organisation).await?;
    if declared.is_empty() {
        return Ok(());
    }
    for (name, value) in values {
        fit(&declared, name, value)?;
    }
    Ok(())
}

fn fit<'a>(
    declared: &'a [Declaration],
    name: &str,
    value: &Value,
) -> Result<&'a Declaration, AttributeFault> {
    let found = declared.iter().find(|one| one.name == name);
    let found = found.ok_or_else(|| AttributeFault::Undeclared(name.to_owned()))?;
    match found.expected(value) {
        Some(expected) if !value.is_null() => Err(AttributeFault::Unfit {
            name: name.to_owned(),
            expected,
        }),
        _ => Ok(found),
    }
}

/// Sets attributes of a person; a null takes one away. Only declared ones, with fitting values, of which this source has the say.
pub async fn set_attributes(
    op: &mut Op,
    (organisation, id): (OrganisationId, PersonId),
    changes: &Map<String, Value>,
    by: AttributeSource,
    why: &str,
) -> Result<Attributes, PersonError> {
    let why = reason(why).ok_or(PersonError::ReasonMissing)?;
    let declared = attributes(op, organisation).await?;
    for (name, value) in changes {
        let whose = fit(&declared, name, value)?.source;
        if whose != by {
            let name = name.clone();
            return Err(AttributeFault::Elsewhere { name, whose }.into());
        }
    }
    let now = op.now;
    let tx = op.writing().await?;
    // Read under the lock of the row, so that of two changes at once none is lost.
    let before = store::hold_attributes(tx, organisation, id).await?;
    let before = before.ok_or(PersonError::Unknown)?;
    let mut after = before.clone();
    for (name, value) in changes {
        if value.is_null() {
            after.remove(name);
        } else {
            after.insert(name.clone(), value.clone());
        }
    }
    store::set_attributes(tx, (organisation, id), &after, now).await?;
    op.record(
        EventDraft::success(EventKind::PersonChanged)
            .organisation(organisation)
            .target("person", id)
            .because(why)
            .change(json!({ "attributes": before }), json!({ "attributes": after })),
    );
    op.change_access(Affected::One(organisation, Subject::Person(id)));
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: AttributeKind, choices: &[&str]) -> Declaration {
        Declaration {
            name: "clearance".to_owned(),
            title: "Clearance".to_owned(),
            kind,
            choices: choices.iter().map(|one| (*one).to_owned()).collect(),
            source: administrator(),
            seen_by: own(),
        }
    }

    #[test]
    fn a_value_fits_its_kind_or_it_is_told_what_it_has_to_be() {
        use AttributeKind as K;
        let long = "x".repeat(LONGEST + 1);
        for (kind, fits, unfit) in [
            (K::Text, json!("a"), json!(1)),
            (K::Text, json!(""), json!(long)),
            (K::Number, json!(-3), json!(1.5)),
            (K::Truth, json!(false), json!("false")),
            (K::Texts, json!(["a", "b"]), json!(["a", 1])),
            (K::Texts, json!([]), json!("a")),
        ] {
            let one = of(kind, &[]);
            assert_eq!(one.expected(&fits), None, "{fits}");
            assert!(one.expected(&unfit).is_some(), "{unfit}");
        }
        let choice = of(K::Choice, &["public", "secret"]);
        assert_eq!(choice.expected(&json!("secret")), None);
        assert_eq!(
            choice.expected(&json!("Secret")).unwrap(),
            "one of public, secret"
        );
    }

    #[test]
    fn a_declaration_is_sound() {
        assert_eq!(of(AttributeKind::Text, &[]).check(), Ok(()));
        assert_eq!(of(AttributeKind::Choice, &["a", "b"]).check(), Ok(()));
        for (kind, choices) in [
            (AttributeKind::Choice, &[][..]),
            (AttributeKind::Choice, &["a", "a"]),
            (AttributeKind::Choice, &["\u{200b}"]),
            (AttributeKind::Text, &["a"]),
        ] {
            assert_eq!(of(kind, choices).check(), Err(AttributeFault::Choices));
        }
        for name in ["", "Clearance", "1a", "a-b", "ü", &"a".repeat(61)] {
            let named = Declaration {
                name: name.to_owned(),
                ..of(AttributeKind::Text, &[])
            };
            assert_eq!(named.check(), Err(AttributeFault::Name), "{name}");
        }
        let named = Declaration {
            name: "roles".to_owned(),
            ..of(AttributeKind::Text, &[])
        };
        assert_eq!(named.check(), Err(AttributeFault::Own("roles".to_owned())));
    }
}
