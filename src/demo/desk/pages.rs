//! The pages of the desk.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use super::access::Seen;
use super::guard::Grounds;
use super::provider::SignedInPerson;
use super::records::Record;

#[derive(Template)]
#[template(path = "desk/welcome.html")]
pub(super) struct Welcome;

#[derive(Template)]
#[template(path = "desk/home.html")]
pub(super) struct Home<'a> {
    pub(super) person: &'a SignedInPerson,
    pub(super) records: &'a [Row],
    pub(super) hidden: usize,
    pub(super) may_export: bool,
    pub(super) may_report: bool,
    pub(super) may_manage: bool,
}

/// One record on the page.
pub(super) struct Row {
    pub(super) seen: Seen,
    pub(super) answered: bool,
}

/// One record, with why this person may see it.
#[derive(Template)]
#[template(path = "desk/record.html")]
pub(super) struct Detail<'a> {
    pub(super) record: &'a Record,
    pub(super) grounds: &'a Grounds,
}

#[derive(Template)]
#[template(path = "desk/reports.html")]
pub(super) struct Reports<'a> {
    pub(super) lines: &'a [(String, usize, String)],
}

#[derive(Template)]
#[template(path = "desk/notice.html")]
pub(super) struct Notice<'a> {
    pub(super) title: &'a str,
    pub(super) sentence: &'a str,
    pub(super) detail: &'a str,
}

#[derive(Template)]
#[template(path = "desk/export.html")]
pub(super) struct Export<'a> {
    pub(super) text: &'a str,
}

/// Renders a page of the desk.
pub(super) fn render(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
