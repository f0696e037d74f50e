//! The form of a role.

use std::collections::BTreeSet;

use super::super::fields::{Field, Group as Fields, Kind};
use super::{lines, written};
use crate::access::{self, AccessError, Application, MayGive, PermissionNamed, Role, RoleDocument};
use crate::domain::{OrganisationId, Right, Risk};
use crate::http::{Form, Text};
use crate::op::{Op, OpError};

/// What a role can be made of.
pub(super) struct There {
    /// Those that are open to the organisation.
    applications: Vec<Application>,
    roles: Vec<Role>,
}

impl There {
    pub(super) async fn read(op: &mut Op, organisation: OrganisationId) -> Result<Self, OpError> {
        let mut applications = access::applications(op).await?;
        applications.retain(|one| one.is_open_to(organisation));
        Ok(Self {
            applications,
            roles: access::roles(op, organisation).await?,
        })
    }
}

fn box_of(application: &Application, permission: &str) -> String {
    format!("permission_{}_{permission}", application.id)
}

/// Filled in with what was written, or with what the role is (its name and document); none: a new one.
pub(super) fn groups(
    text: &Text,
    there: &There,
    present: Option<(&str, &RoleDocument)>,
    form: Option<&Form>,
) -> Vec<Fields> {
    let document = present.map(|(_, document)| document);
    let value = |name: &str, of: &dyn Fn(&RoleDocument) -> String| match form {
        Some(form) => form.get(name).unwrap_or_default().to_owned(),
        None => document.map(of).unwrap_or_default(),
    };
    let ticked = |name: &str, of: &dyn Fn(&RoleDocument) -> bool| match form {
        Some(form) => form.get(name).is_some(),
        None => document.is_some_and(of),
    };
    let number = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
    let mut about = Vec::new();
    if present.is_none() {
        let name = value("name", &|_| String::new());
        let keys = ("admin-group-field-name", "admin-role-field-name-hint");
        about.push(Field::of(text, "name", keys, Kind::Line(name)));
    }
    let risk = value("risk", &|one| one.risk.to_string());
    let risks = Risk::ALL.iter().map(|one| {
        let chosen = one.as_str() == risk || (risk.is_empty() && *one == Risk::Medium);
        (
            one.to_string(),
            text.get(&format!("admin-role-risk-{one}")),
            chosen,
        )
    });
    let boxes = [
        ("second_factor", ticked("second_factor", &|one| one.second_factor)),
        ("requestable", ticked("requestable", &|one| one.requestable)),
    ];
    let boxes = boxes.map(|(name, is)| {
        let label = format!("admin-role-field-{}", name.replace('_', "-"));
        (name.to_owned(), text.get(&label), is)
    });
    let line = |name: &str, of: &dyn Fn(&RoleDocument) -> String| Kind::Line(value(name, of));
    let days = |name: &str, of: &dyn Fn(&RoleDocument) -> String| Kind::Number(value(name, of));
    about.extend([
        Field::of(
            text,
            "title",
            ("admin-group-field-title", ""),
            line("title", &|one| one.title.clone()),
        ),
        Field::of(
            text,
            "purpose",
            ("admin-group-field-purpose", "admin-role-field-purpose-hint"),
            Kind::Lines(value("purpose", &|one| one.purpose.clone())),
        ),
        Field::of(
            text,
            "owner",
            ("admin-role-field-owner", "admin-role-field-owner-hint"),
            line("owner", &|one| one.owner.clone().unwrap_or_default()),
        ),
        Field::of(
            text,
            "risk",
            ("admin-role-field-risk", ""),
            Kind::Choice(risks.collect()),
        ),
        Field::of(
            text,
            "longest_days",
            ("admin-role-field-longest", "admin-role-field-longest-hint"),
            days("longest_days", &|one| number(one.longest_days)),
        ),
        Field::of(
            text,
            "review_days",
            ("admin-role-field-review", ""),
            days("review_days", &|one| number(one.review_days)),
        ),
        Field::of(
            text,
            "also",
            ("admin-role-field-also", ""),
            Kind::Boxes(boxes.to_vec()),
        ),
    ]);
    let mut gives = permissions(text, there, &ticked);
    let others = there
        .roles
        .iter()
        .filter(|role| present.is_none_or(|(name, _)| name != role.name))
        .map(|role| {
            let name = format!("include_{}", role.name);
            let is = ticked(&name, &|one| one.includes.contains(&role.name));
            (name, role.about.title.clone(), is)
        });
    let keys = ("admin-role-field-includes", "");
    gives.push(Field::of(text, "includes", keys, Kind::Boxes(others.collect())));
    let may_give = value("may_give", &|one| {
        one.may_give.iter().map(written_as).collect::<Vec<_>>().join("\n")
    });
    let keys = ("admin-role-field-may-give", "admin-role-field-may-give-hint");
    gives.push(Field::of(text, "may_give", keys, Kind::Lines(may_give)));
    let group = |legend: &str, fields| Fields {
        legend: text.get(legend),
        hint: String::new(),
        fields,
        folded: false,
    };
    vec![group("admin-role-about", about), group("admin-role-gives", gives)]
}

/// Boxes for the permissions of each application, and for rights over this house.
fn permissions(
    text: &Text,
    there: &There,
    ticked: &dyn Fn(&str, &dyn Fn(&RoleDocument) -> bool) -> bool,
) -> Vec<Field> {
    let mut fields: Vec<Field> = there
        .applications
        .iter()
        .map(|application| {
            let boxes = application.permissions.iter().map(|(word, title, _)| {
                let name = box_of(application, word);
                let is = ticked(&name, &|one| {
                    let mut named = one.permissions.iter();
                    named.any(|one| {
                        one.name == *word && one.application.as_ref() == Some(&application.audience)
                    })
                });
                (name, format!("{title} ({word})"), is)
            });
            Field {
                name: format!("application_{}", application.id),
                label: application.name.clone(),
                hint: String::new(),
                kind: Kind::Boxes(boxes.collect()),
            }
        })
        .collect();
    let rights = Right::ALL.iter().map(|right| {
        let name = format!("right_{right}");
        let is = ticked(&name, &|one| one.rights.contains(right));
        let key = format!("consent-right-{}", right.as_str().replace(':', "-"));
        (name, format!("{} ({right})", text.get(&key)), is)
    });
    let keys = ("admin-role-field-rights", "");
    fields.push(Field::of(text, "rights", keys, Kind::Boxes(rights.collect())));
    fields
}

fn written_as(one: &MayGive) -> String {
    match one.longest_days {
        Some(days) => format!("{} {days}", one.role),
        None => one.role.clone(),
    }
}

/// What is written.
pub(super) fn document(form: &Form, there: &There) -> Result<RoleDocument, AccessError> {
    let mut permissions = Vec::new();
    for application in &there.applications {
        for (word, _, _) in &application.permissions {
            if form.get(&box_of(application, word)).is_some() {
                permissions.push(PermissionNamed {
                    application: Some(application.audience.clone()),
                    name: word.clone(),
                });
            }
        }
    }
    let rights = Right::ALL.iter().copied();
    let rights = rights.filter(|right| form.get(&format!("right_{right}")).is_some());
    let names = there.roles.iter().map(|role| role.name.clone());
    let includes: BTreeSet<String> = names
        .filter(|name| form.get(&format!("include_{name}")).is_some())
        .collect();
    let mut may_give = Vec::new();
    for line in lines(form, "may_give") {
        let (role, days) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        may_give.push(MayGive {
            role: role.to_owned(),
            longest_days: number(days)?,
        });
    }
    Ok(RoleDocument {
        title: written(form, "title").unwrap_or_default().to_owned(),
        purpose: written(form, "purpose").unwrap_or_default().to_owned(),
        second_factor: form.get("second_factor").is_some(),
        permissions,
        rights: rights.collect(),
        includes,
        may_give,
        owner: written(form, "owner").map(str::to_owned),
        risk: form.get("risk").and_then(Risk::parse).unwrap_or(Risk::Medium),
        requestable: form.get("requestable").is_some(),
        longest_days: number(form.get("longest_days").unwrap_or_default())?,
        review_days: number(form.get("review_days").unwrap_or_default())?,
    })
}

/// A number of days; none if nothing is written.
fn number(text: &str) -> Result<Option<i64>, AccessError> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| AccessError::Days),
    }
}
