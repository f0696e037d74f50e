//! The page of an application or permission, and the forms of both.

use super::retirement::Retirement;
use super::{Said, written};
use crate::access::{ApplicationAbout, PermissionAbout};
use crate::domain::{ApplicationId, Sensitivity, TokenFormat};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Form, Frame, Text};

/// The page with the form of an application or of a permission.
#[derive(Debug, askama::Template)]
#[template(path = "admin/application.html")]
pub(super) struct ApplicationPage {
    pub(super) frame: Frame,
    pub(super) said: Said,
    /// What it is about.
    pub(super) lead: String,
    pub(super) facts: Vec<(String, String)>,
    /// Where the forms go.
    pub(super) here: String,
    pub(super) back: String,
    /// None where the reader may change nothing.
    pub(super) groups: Vec<Group>,
    /// Those of an application that is there: address, title, what else is told.
    pub(super) permissions: Option<Vec<(String, String, String)>>,
    /// Where another one is added.
    pub(super) add: String,
    /// Of an application that the reader may change.
    pub(super) retirement: Option<Retirement>,
    pub(super) may_remove: bool,
    /// Whether it is asked once more before the permission is removed.
    pub(super) asks_removal: bool,
}

impl ApplicationPage {
    /// A page that says nothing of what is there.
    pub(super) fn plain(frame: Frame, said: Said, (here, back): (String, String)) -> Self {
        Self {
            frame,
            said,
            lead: String::new(),
            facts: Vec::new(),
            here,
            back,
            groups: Vec::new(),
            permissions: None,
            add: String::new(),
            retirement: None,
            may_remove: false,
            asks_removal: false,
        }
    }
}

/// The address of an application's page.
pub(in crate::admin) fn address(id: ApplicationId) -> String {
    format!("/admin/applications/{id}")
}

/// The address of a permission's page.
pub(super) fn address_of(id: ApplicationId, permission: &str) -> String {
    let segment: String = url::form_urlencoded::byte_serialize(permission.as_bytes()).collect();
    format!("{}/permissions/{segment}", address(id))
}

/// What was sent in a field, or what it is filled in with.
fn value(sent: Option<&Form>, name: &str, present: Option<&str>) -> String {
    let filled = match sent {
        Some(form) => form.get(name),
        None => present,
    };
    filled.unwrap_or_default().to_owned()
}

/// The text of a field; empty where nothing was sent.
pub(super) fn word(form: &Form, name: &str) -> String {
    written(form, name).unwrap_or_default().to_owned()
}

/// Of an application: filled in with what was sent, or with what is so; none: a new one.
pub(super) fn of_application(
    text: &Text,
    present: Option<&ApplicationAbout>,
    sent: Option<&Form>,
) -> Vec<Group> {
    let name = value(sent, "name", present.map(|one| one.name.as_str()));
    let keys = ("admin-application-name", "admin-application-name-hint");
    let mut fields = vec![Field::of(text, "name", keys, Kind::Line(name))];
    if present.is_none() {
        let audience = value(sent, "audience", None);
        let keys = ("admin-application-audience", "admin-application-audience-hint");
        fields.push(Field::of(text, "audience", keys, Kind::Line(audience)));
    }
    let format = value(sent, "token_format", present.map(|one| one.token_format.as_str()));
    let formats = TokenFormat::ALL.iter().map(|one| {
        let label = text.get(&format!("admin-application-tokens-{one}"));
        (one.to_string(), label, one.as_str() == format)
    });
    let keys = ("admin-application-tokens", "");
    fields.push(Field::of(
        text,
        "token_format",
        keys,
        Kind::Choice(formats.collect()),
    ));
    // Only what is offered to others can be taken back here: to offer it is the operator's.
    if present.is_some_and(|one| one.shared) {
        let ticked = sent.is_none_or(|form| form.get("shared").is_some());
        let label = text.get("admin-application-share");
        let boxes = vec![("shared".to_owned(), label, ticked)];
        let keys = ("admin-application-shared", "admin-application-share-hint");
        fields.push(Field::of(text, "sharing", keys, Kind::Boxes(boxes)));
    }
    one_group(text, "admin-application-about", fields)
}

/// What a form says of an application that was, or was not, shared before.
pub(super) fn application(form: &Form, was_shared: bool) -> ApplicationAbout {
    ApplicationAbout {
        name: word(form, "name"),
        shared: was_shared && form.get("shared").is_some(),
        token_format: TokenFormat::parse(&word(form, "token_format")).unwrap_or(TokenFormat::Jwt),
    }
}

/// The same of a permission.
pub(super) fn of_permission(
    text: &Text,
    present: Option<&PermissionAbout>,
    sent: Option<&Form>,
) -> Vec<Group> {
    let mut fields = Vec::new();
    if present.is_none() {
        let keys = ("admin-permission-name", "admin-permission-name-hint");
        let name = value(sent, "name", None);
        fields.push(Field::of(text, "name", keys, Kind::Line(name)));
    }
    let title = value(sent, "title", present.map(|one| one.title.as_str()));
    let purpose = value(sent, "purpose", present.map(|one| one.purpose.as_str()));
    let sensitivity = value(sent, "sensitivity", present.map(|one| one.sensitivity.as_str()));
    let sensitivities = Sensitivity::ALL.iter().map(|one| {
        let label = text.get(&format!("admin-permission-{one}"));
        (one.to_string(), label, one.as_str() == sensitivity)
    });
    let of_purpose = ("admin-group-field-purpose", "admin-permission-purpose-hint");
    fields.extend([
        Field::of(text, "title", ("admin-group-field-title", ""), Kind::Line(title)),
        Field::of(text, "purpose", of_purpose, Kind::Lines(purpose)),
        Field::of(
            text,
            "sensitivity",
            ("admin-permission-sensitivity", ""),
            Kind::Choice(sensitivities.collect()),
        ),
    ]);
    one_group(text, "admin-permission-about", fields)
}

/// What a form says of a permission.
pub(super) fn permission(form: &Form) -> PermissionAbout {
    PermissionAbout {
        title: word(form, "title"),
        purpose: word(form, "purpose"),
        sensitivity: Sensitivity::parse(&word(form, "sensitivity")).unwrap_or(Sensitivity::Normal),
    }
}

fn one_group(text: &Text, legend: &str, fields: Vec<Field>) -> Vec<Group> {
    vec![Group {
        legend: text.get(legend),
        hint: String::new(),
        fields,
        folded: false,
    }]
}
