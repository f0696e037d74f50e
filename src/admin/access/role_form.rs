//! The form of a role.

use std::collections::BTreeSet;

use super::{lines, written};
use crate::access::{self, AccessError, Application, MayGive, PermissionNamed, Role, RoleDocument};
use crate::domain::{OrganisationId, Right, Risk};
use crate::http::fields::{Field, Group as Fields, Kind};
use crate::http::{Form, Text};
use crate::op::{Op, OpError};

/// What a role can be made of.
pub(super) struct There {
    /// Those that are open to the organisation, retired ones among them.
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

    /// What a permission is called, with whether its application is retired.
    pub(super) fn called(&self, text: &Text, one: &PermissionNamed) -> String {
        let of = |found: &&Application| Some(&found.audience) == one.application.as_ref();
        if self
            .applications
            .iter()
            .find(of)
            .is_some_and(Application::is_retired)
        {
            text.get_with("admin-application-called-retired", "name", &one.name)
        } else {
            one.name.clone()
        }
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
    let filling = Filling {
        text,
        there,
        present,
        form,
    };
    let group = |legend: &str, fields| Fields {
        legend: text.get(legend),
        hint: String::new(),
        fields,
        folded: false,
    };
    vec![
        group("admin-role-about", filling.about()),
        group("admin-role-gives", filling.gives()),
    ]
}

/// What the form is filled in with.
struct Filling<'a> {
    text: &'a Text,
    there: &'a There,
    present: Option<(&'a str, &'a RoleDocument)>,
    form: Option<&'a Form>,
}

impl Filling<'_> {
    fn value(&self, name: &str, of: impl Fn(&RoleDocument) -> String) -> String {
        match (self.form, self.present) {
            (Some(form), _) => form.get(name).unwrap_or_default().to_owned(),
            (None, Some((_, document))) => of(document),
            (None, None) => String::new(),
        }
    }

    fn ticked(&self, name: &str, of: impl Fn(&RoleDocument) -> bool) -> bool {
        match (self.form, self.present) {
            (Some(form), _) => form.get(name).is_some(),
            (None, Some((_, document))) => of(document),
            (None, None) => false,
        }
    }

    /// A field by its name and the keys of its label and hint.
    fn field(&self, name: &str, keys: (&str, &str), kind: Kind) -> Field {
        Field::of(self.text, name, keys, kind)
    }

    fn line(&self, name: &str, keys: (&str, &str), of: impl Fn(&RoleDocument) -> String) -> Field {
        self.field(name, keys, Kind::Line(self.value(name, of)))
    }

    fn days(&self, name: &str, keys: (&str, &str), of: impl Fn(&RoleDocument) -> Option<i64>) -> Field {
        let shown = |one: &RoleDocument| of(one).map(|days| days.to_string()).unwrap_or_default();
        self.field(name, keys, Kind::Number(self.value(name, shown)))
    }

    fn about(&self) -> Vec<Field> {
        let mut about = Vec::new();
        if self.present.is_none() {
            let keys = ("admin-group-field-name", "admin-role-field-name-hint");
            about.push(self.line("name", keys, |_| String::new()));
        }
        about.push(self.line("title", ("admin-group-field-title", ""), |one| one.title.clone()));
        let keys = ("admin-group-field-purpose", "admin-role-field-purpose-hint");
        let purpose = self.value("purpose", |one| one.purpose.clone());
        about.push(self.field("purpose", keys, Kind::Lines(purpose)));
        let keys = ("admin-role-field-owner", "admin-role-field-owner-hint");
        about.push(self.line("owner", keys, |one| one.owner.clone().unwrap_or_default()));
        about.push(self.risk());
        let keys = ("admin-role-field-longest", "admin-role-field-longest-hint");
        about.push(self.days("longest_days", keys, |one| one.longest_days));
        let keys = ("admin-role-field-review", "");
        about.push(self.days("review_days", keys, |one| one.review_days));
        let boxes = [
            (
                "second_factor",
                self.ticked("second_factor", |one| one.second_factor),
            ),
            ("requestable", self.ticked("requestable", |one| one.requestable)),
        ];
        let boxes = boxes.map(|(name, is)| {
            let label = format!("admin-role-field-{}", name.replace('_', "-"));
            (name.to_owned(), self.text.get(&label), is)
        });
        about.push(self.field("also", ("admin-role-field-also", ""), Kind::Boxes(boxes.to_vec())));
        about
    }

    fn risk(&self) -> Field {
        let risk = self.value("risk", |one| one.risk.to_string());
        let risks = Risk::ALL.iter().map(|one| {
            let chosen = one.as_str() == risk || (risk.is_empty() && *one == Risk::Medium);
            let title = self.text.get(&format!("admin-role-risk-{one}"));
            (one.to_string(), title, chosen)
        });
        self.field(
            "risk",
            ("admin-role-field-risk", ""),
            Kind::Choice(risks.collect()),
        )
    }

    fn gives(&self) -> Vec<Field> {
        let mut gives: Vec<Field> = self
            .there
            .applications
            .iter()
            .filter_map(|one| self.of_application(one))
            .collect();
        let rights = Right::ALL.iter().map(|right| {
            let name = format!("right_{right}");
            let is = self.ticked(&name, |one| one.rights.contains(right));
            let key = format!("consent-right-{}", right.as_str().replace(':', "-"));
            (name, format!("{} ({right})", self.text.get(&key)), is)
        });
        let keys = ("admin-role-field-rights", "");
        gives.push(self.field("rights", keys, Kind::Boxes(rights.collect())));
        let others = self.there.roles.iter();
        let others = others.filter(|role| self.present.is_none_or(|(name, _)| name != role.name));
        let others = others.map(|role| {
            let name = format!("include_{}", role.name);
            let is = self.ticked(&name, |one| one.includes.contains(&role.name));
            (name, role.about.title.clone(), is)
        });
        let keys = ("admin-role-field-includes", "");
        gives.push(self.field("includes", keys, Kind::Boxes(others.collect())));
        let may_give = self.value("may_give", |one| {
            one.may_give.iter().map(written_as).collect::<Vec<_>>().join("\n")
        });
        let keys = ("admin-role-field-may-give", "admin-role-field-may-give-hint");
        gives.push(self.field("may_give", keys, Kind::Lines(may_give)));
        gives
    }

    /// Boxes for the permissions of an application; of a retired one for those that the role has: no role gets them anew.
    fn of_application(&self, application: &Application) -> Option<Field> {
        let has = |document: &RoleDocument, word: &str| {
            let mut named = document.permissions.iter();
            named.any(|one| one.name == word && one.application.as_ref() == Some(&application.audience))
        };
        let had = |word: &str| self.present.is_some_and(|(_, document)| has(document, word));
        let permissions = application.permissions.iter();
        let offered = permissions.filter(|(word, _, _)| !application.is_retired() || had(word));
        let boxes: Vec<_> = offered
            .map(|(word, title, _)| {
                let name = box_of(application, word);
                let is = self.ticked(&name, |one| has(one, word));
                (name, format!("{title} ({word})"), is)
            })
            .collect();
        let is_shown = !application.is_retired() || !boxes.is_empty();
        is_shown.then(|| Field {
            name: format!("application_{}", application.id),
            label: application.called(self.text),
            hint: String::new(),
            kind: Kind::Boxes(boxes),
        })
    }
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
