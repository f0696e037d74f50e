//! The clients of an organisation, looked for and listed.

use axum::response::Response;
use http::StatusCode;

use super::super::right::{ClientsRead, May};
use super::words;
use crate::client::{self, Listed, Search};
use crate::domain::{ClientId, ClientStatus};
use crate::http::{Frame, Inquiry, Query, Text, Visit, page};
use crate::op::{Op, OpError};

pub(in crate::admin) const HERE: &str = "/admin/clients";

#[derive(Debug, askama::Template)]
#[template(path = "admin/clients.html")]
struct ClientsPage {
    frame: Frame,
    /// How many wait for approval, as a sentence; empty: none.
    waiting: String,
    /// What was looked for.
    name: String,
    /// Word, sentence, whether it is chosen.
    states: Vec<(&'static str, String, bool)>,
    /// Address, name, what stands there.
    clients: Vec<(String, String, String)>,
    next: String,
}

/// `GET /admin/clients`, with `name` a part of an id or name, `status`, `after` the last id of the page before.
pub(in crate::admin) async fn list(may: May<ClientsRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    match clients(&mut op, &visit, &may, &query).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn clients(
    op: &mut Op,
    visit: &Visit,
    may: &May<ClientsRead>,
    query: &Query,
) -> Result<ClientsPage, OpError> {
    let (organisation, text) = (may.organisation_id(), &visit.text);
    let name = query.get("name").unwrap_or_default().trim();
    let status = query.get("status").and_then(ClientStatus::parse);
    let after = query.get("after").and_then(|text| ClientId::parse(text).ok());
    let asked = Search {
        text: name,
        status,
        after: after.as_ref(),
    };
    let found = client::search(op, organisation, asked).await?;
    let waiting = client::count(op, organisation, ClientStatus::Pending).await?;
    let next = found.last().filter(|_| found.len() >= client::PAGE_LENGTH);
    let choices = ClientStatus::ALL.iter().map(|one| {
        let word = one.as_str();
        (word, words::status(text, *one), status == Some(*one))
    });
    Ok(ClientsPage {
        waiting: match waiting {
            0 => String::new(),
            waiting => text.get_count("admin-clients-waiting", "count", waiting),
        },
        name: name.to_owned(),
        states: choices.collect(),
        clients: found.iter().map(|one| row(text, one)).collect(),
        next: next
            .map(|last| after_this(name, status, &last.client.id))
            .unwrap_or_default(),
        frame: may.frame(op, visit, "admin-clients-title").await?,
    })
}

/// The address of the next page.
fn after_this(name: &str, status: Option<ClientStatus>, last: &ClientId) -> String {
    url::form_urlencoded::Serializer::new(format!("{HERE}?"))
        .append_pair("name", name)
        .append_pair("status", status.map_or("", ClientStatus::as_str))
        .append_pair("after", last.as_str())
        .finish()
}

fn row(text: &Text, listed: &Listed) -> (String, String, String) {
    let client = &listed.client;
    let mut state = vec![words::status(text, client.status)];
    state.push(words::profile(text, client.settings.profile));
    state.push(words::last_use(text, listed.last_used_at));
    let shown = format!("{} ({})", crate::domain::plain(&client.name), client.id);
    (address(&client.id), shown, state.join(" · "))
}

/// The page of one client. Its id may itself be an address.
pub(super) fn address(id: &ClientId) -> String {
    let segment: String = url::form_urlencoded::byte_serialize(id.as_str().as_bytes()).collect();
    format!("{HERE}/{segment}")
}
