//! Who waits for help: people whose accounts are held, and the way to help them; and whom wrong guesses lock out for a while.

use axum::response::Response;
use http::StatusCode;

use super::people::HERE as PEOPLE;
use super::person::locked as locked_words;
use super::right::{May, PeopleRead};
use crate::domain::{PassState, Right, Username};
use crate::enrolment::{self, Held};
use crate::factor::lockout;
use crate::http::{Frame, Inquiry, Text, Visit, minute, page};
use crate::op::{Op, OpError};
use crate::person::{self, Hold};

pub(super) const HERE: &str = "/admin/people/held";

/// Where those stand whom wrong guesses lock out.
pub(super) const LOCKED: &str = "/admin/people/held#locked";

#[derive(Debug, askama::Template)]
#[template(path = "admin/held.html")]
struct HeldPage {
    frame: Frame,
    /// Whose link waits for a second administrator: address, name, who has asked for it and when.
    unagreed: Vec<(String, String, String)>,
    /// Address, name, since when, why, and whether somebody has helped.
    people: Vec<(String, String, String)>,
    /// Who is locked out by wrong guesses: address, name, what is locked until when.
    locked: Vec<(String, String, String)>,
    next: String,
}

/// `GET /admin/people/held`, with `after` the last user name of the page before.
pub(super) async fn list(may: May<PeopleRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    match template(&mut op, &visit, &may, query.get("after")).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(
    op: &mut Op,
    visit: &Visit,
    may: &May<PeopleRead>,
    after: Option<&str>,
) -> Result<HeldPage, OpError> {
    let after = after.and_then(|text| Username::parse(text).ok());
    let found = enrolment::held(op, may.organisation_id(), "", after.as_ref()).await?;
    let may_help = may.powers().has(Right::PeopleManage);
    let row = |one: &Held| {
        let person = format!("{PEOPLE}/{}", one.person.id);
        let to = if may_help {
            format!("{person}/help")
        } else {
            person
        };
        let name = one.person.called();
        (to, name, state(&visit.text, one))
    };
    let mut unagreed = Vec::new();
    // Who may not agree finds them among the people.
    if may_help && after.is_none() {
        for (person, pass) in enrolment::unagreed(op, may.organisation_id()).await? {
            let by = person::doer(op, &visit.text, pass.organisation, &pass.asked_by).await?;
            let asked = [("by", by.as_str()), ("date", &minute(pass.created_at))];
            let asked = visit.text.get_args("admin-held-unagreed-by", &asked);
            let asked = [asked, pass.reason].join(" · ");
            unagreed.push((format!("{PEOPLE}/{}/help", person.id), person.called(), asked));
        }
    }
    let locked = match after {
        Some(_) => Vec::new(),
        None => lockout::of_organisation(op, may.organisation_id()).await?,
    };
    let next = match found.last().filter(|_| found.len() >= person::PAGE_LENGTH) {
        None => String::new(),
        Some(last) => url::form_urlencoded::Serializer::new(format!("{HERE}?"))
            .append_pair("after", last.person.username.as_str())
            .finish(),
    };
    Ok(HeldPage {
        unagreed,
        people: found.iter().map(row).collect(),
        locked: locked
            .iter()
            .map(|(person, locks)| {
                let locks: Vec<String> = locks.iter().map(|lock| locked_words(&visit.text, lock)).collect();
                (
                    format!("{PEOPLE}/{}", person.id),
                    person.called(),
                    locks.join(" · "),
                )
            })
            .collect(),
        next,
        frame: may.frame(op, visit, "admin-held-title").await?,
    })
}

fn state(text: &Text, one: &Held) -> String {
    let helped = match one.pass {
        None => text.get("admin-held-waits"),
        Some((PassState::Waits, _)) => text.get("admin-pass-state-waits"),
        Some((PassState::Issued | PassState::Begun, until)) => {
            text.get_with("admin-held-helped", "date", &minute(until))
        }
    };
    [why(text, &one.hold), helped].join(" · ")
}

/// Since when an account is held, and why.
pub(super) fn why(text: &Text, hold: &Hold) -> String {
    let since = text.get_with("admin-held-since", "date", &minute(hold.since));
    let about = match &hold.about {
        Some(about) => {
            let notice = text.get(&format!("notice-{about}-subject"));
            text.get_with("admin-held-about", "notice", &notice)
        }
        None => text.get("admin-held-other"),
    };
    [since, about].join(" · ")
}
