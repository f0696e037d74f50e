//! The form of a group.

use super::{lines, written};
use crate::access::{AccessError, GroupDocument};
use crate::domain::{GroupKind, Timestamp, rfc3339};
use crate::http::fields::{Field, Group as Fields, Kind};
use crate::http::{Form, Text};

/// Filled in with what was written, or with what the group is; none: a new one.
pub(super) fn groups(text: &Text, present: Option<&GroupDocument>, form: Option<&Form>) -> Vec<Fields> {
    let value = |name: &str, of: &dyn Fn(&GroupDocument) -> String| match form {
        Some(form) => form.get(name).unwrap_or_default().to_owned(),
        None => present.map(of).unwrap_or_default(),
    };
    let mut fields = Vec::new();
    if present.is_none() {
        fields.extend(naming(text, form));
    }
    let title = value("title", &|one| one.title.clone());
    let purpose = value("purpose", &|one| one.purpose.clone());
    let parent = value("parent", &|one| one.parent.clone().unwrap_or_default());
    let ends = value("ends_at", &|one| {
        one.ends_at.map(rfc3339::written).unwrap_or_default()
    });
    let owners = value("owners", &|one| {
        one.owners.iter().cloned().collect::<Vec<_>>().join("\n")
    });
    fields.extend([
        Field::of(text, "title", ("admin-group-field-title", ""), Kind::Line(title)),
        Field::of(
            text,
            "purpose",
            ("admin-group-field-purpose", ""),
            Kind::Lines(purpose),
        ),
        Field::of(
            text,
            "parent",
            ("admin-group-field-parent", "admin-group-field-parent-hint"),
            Kind::Line(parent),
        ),
        Field::of(
            text,
            "ends_at",
            ("admin-group-field-ends", "admin-group-field-ends-hint"),
            Kind::Line(ends),
        ),
        Field::of(
            text,
            "owners",
            ("admin-group-field-owners", "admin-group-field-owners-hint"),
            Kind::Lines(owners),
        ),
    ]);
    vec![Fields {
        legend: text.get("admin-group-about"),
        hint: String::new(),
        fields,
        folded: false,
    }]
}

/// What a new group is called for good.
fn naming(text: &Text, form: Option<&Form>) -> [Field; 2] {
    let written = |name: &str| form.and_then(|form| form.get(name)).unwrap_or_default();
    let kinds = GroupKind::ALL.iter().map(|kind| {
        let title = text.get(&format!("admin-group-{kind}"));
        (kind.to_string(), title, written("kind") == kind.as_str())
    });
    let kind = ("admin-group-field-kind", "admin-group-field-kind-hint");
    let name = ("admin-group-field-name", "admin-group-field-name-hint");
    [
        Field::of(text, "kind", kind, Kind::Choice(kinds.collect())),
        Field::of(text, "name", name, Kind::Line(written("name").to_owned())),
    ]
}

/// The form by which somebody becomes a member.
pub(super) fn joining(text: &Text, form: Option<&Form>) -> Vec<Fields> {
    let value = |name: &str| {
        let written = form.and_then(|form| form.get(name));
        Kind::Line(written.unwrap_or_default().to_owned())
    };
    let member = ("admin-group-field-member", "admin-access-holder-hint");
    let until = ("admin-access-field-until", "admin-group-field-ends-hint");
    vec![Fields {
        legend: text.get("admin-group-join-title"),
        hint: String::new(),
        fields: vec![
            Field::of(text, "member", member, value("member")),
            Field::of(text, "until", until, value("until")),
        ],
        folded: false,
    }]
}

/// The kind and name of a new group.
pub(super) fn named(form: &Form) -> Option<(GroupKind, String)> {
    let kind = GroupKind::parse(form.get("kind")?)?;
    Some((kind, written(form, "name")?.to_owned()))
}

/// What is written.
pub(super) fn document(form: &Form) -> Result<GroupDocument, AccessError> {
    Ok(GroupDocument {
        title: written(form, "title").unwrap_or_default().to_owned(),
        purpose: written(form, "purpose").unwrap_or_default().to_owned(),
        parent: written(form, "parent").map(str::to_owned),
        ends_at: end(form, "ends_at")?,
        owners: lines(form, "owners").map(str::to_owned).collect(),
    })
}

/// The end of a day, or a moment; none if nothing is written.
pub(super) fn end(form: &Form, name: &str) -> Result<Option<Timestamp>, AccessError> {
    let Some(text) = written(form, name) else {
        return Ok(None);
    };
    let day = rfc3339::day(text).map(|day| day.plus(std::time::Duration::from_hours(24)));
    let moment = day.or_else(|| rfc3339::moment(text));
    moment
        .map(Some)
        .ok_or_else(|| AccessError::Moment(text.to_owned()))
}
