//! What would be asked of somebody who signs in, and why: a sign-in that does not take place.

use std::net::IpAddr;

use axum::response::Response;
use http::StatusCode;

use super::right::{May, RulesRead};
use super::rule_words as words;
use super::rules;
use crate::client;
use crate::domain::{ClientId, Country, DeviceStanding, OrganisationId, RuleMode, Scopes};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Frame, Inquiry, Query, Text, page};
use crate::op::{Op, OpError};
use crate::person;
use crate::rule::{self, Aim, Checked, Explained, RuleSet, Situation};

pub(super) const HERE: &str = "/admin/rules/check";

#[derive(Debug, askama::Template)]
#[template(path = "admin/check.html")]
struct CheckPage {
    frame: Frame,
    wrong: String,
    answer: Option<Answer>,
    groups: Vec<Group>,
}

/// What is told of such a sign-in.
#[derive(Debug)]
struct Answer {
    /// Whose it would be.
    who: String,
    asked: Vec<String>,
    /// What would be asked if the rules that only report were on; empty if there is none.
    reported: Vec<String>,
    rules: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    name: String,
    mode: String,
    mode_word: &'static str,
    why: String,
}

/// What is asked about, as it is typed.
#[derive(Debug, Default)]
struct Typed {
    person: String,
    client: String,
    scopes: String,
    address: String,
    country: String,
    device: String,
}

impl Typed {
    fn of(query: &Query) -> Self {
        let typed = |name: &str| query.get(name).unwrap_or_default().trim().to_owned();
        Self {
            person: typed("person"),
            client: typed("client"),
            scopes: typed("scopes"),
            address: typed("address"),
            country: typed("country"),
            device: typed("device"),
        }
    }
}

/// `GET /admin/rules/check`, with `person` (a user name) and perhaps `client`, `scopes`, `address`, `country`, `device`.
pub(super) async fn show(may: May<RulesRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let mut op = may.op(&visit);
    let typed = Typed::of(&query);
    let drawn = async {
        let answered = answer(&mut op, &visit.text, (may.organisation_id(), &typed)).await?;
        let (answer, wrong) = match answered {
            Ok(answer) => (answer, String::new()),
            Err(wrong) => (None, wrong),
        };
        Ok::<_, OpError>(CheckPage {
            frame: may.frame(&mut op, &visit, "admin-check-title").await?,
            wrong,
            answer,
            groups: vec![form(&visit.text, &typed)],
        })
    };
    match drawn.await {
        Ok(template) if template.wrong.is_empty() => page(StatusCode::OK, &template),
        Ok(template) => page(StatusCode::UNPROCESSABLE_ENTITY, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// Asks the rules about somebody of an organisation; none if nobody there has this user name.
pub(super) async fn of_username(
    op: &mut Op,
    (organisation, username): (OrganisationId, &str),
    aim: Aim<'_>,
    situation: &Situation,
) -> Result<Option<Checked>, OpError> {
    match person::find_named_within(op, organisation, username).await? {
        Some(person) => rule::check(op, person.id, aim, situation).await,
        None => Ok(None),
    }
}

/// None if nothing is asked yet; else what is told, or what is wrong with what is typed.
async fn answer(
    op: &mut Op,
    text: &Text,
    (organisation, typed): (OrganisationId, &Typed),
) -> Result<Result<Option<Answer>, String>, OpError> {
    if typed.person.is_empty() {
        return Ok(Ok(None));
    }
    let asked = match read(text, typed) {
        Ok(asked) => asked,
        Err(wrong) => return Ok(Err(wrong)),
    };
    if let Some(id) = &asked.client
        && !is_here(op, organisation, id).await?
    {
        return Ok(Err(text.get_with(
            "admin-rule-wrong-not-there",
            "what",
            id.as_str(),
        )));
    }
    let aim = Aim {
        client: asked.client.as_ref(),
        scopes: &asked.scopes,
    };
    let from = (asked.address, asked.country);
    let situation = Situation::supposed(&op.house, from, asked.device, op.now);
    let checked = of_username(op, (organisation, &typed.person), aim, &situation).await?;
    let Some(checked) = checked else {
        return Ok(Err(text.get("admin-break-glass-wrong-nobody")));
    };
    let set = rule::current(op, organisation).await?;
    Ok(Ok(Some(told(text, &set, typed, &checked))))
}

/// A client that is not there fits no rule, so that a slip of the pen would tell the wrong answer.
async fn is_here(op: &mut Op, organisation: OrganisationId, id: &ClientId) -> Result<bool, OpError> {
    let found = client::find(op, id).await?;
    Ok(found.is_some_and(|client| client.is_open_to(organisation)))
}

/// What is asked about.
struct Asked {
    client: Option<ClientId>,
    scopes: Scopes,
    address: Option<IpAddr>,
    country: Option<Country>,
    device: DeviceStanding,
}

fn read(text: &Text, typed: &Typed) -> Result<Asked, String> {
    let given = |value: &String| (!value.is_empty()).then(|| value.clone());
    let with = |key: &str, what: &str| text.get_with(key, "what", what);
    let client = given(&typed.client).map(|id| {
        let wrong = with("admin-rule-wrong-not-there", &id);
        ClientId::parse(&id).map_err(|_| wrong)
    });
    let address = given(&typed.address).map(|address| {
        let wrong = with("admin-check-wrong-address", &address);
        address.parse().map_err(|_| wrong)
    });
    let country = given(&typed.country).map(|code| {
        let wrong = with("admin-rule-wrong-country", &code);
        Country::parse(&code).ok_or(wrong)
    });
    let scopes = typed.scopes.replace(',', " ");
    Ok(Asked {
        client: client.transpose()?,
        scopes: Scopes::parse(&scopes).map_err(|_| text.get("admin-check-wrong-scopes"))?,
        address: address.transpose()?,
        country: country.transpose()?,
        device: DeviceStanding::parse(&typed.device).unwrap_or(DeviceStanding::New),
    })
}

fn told(text: &Text, set: &RuleSet, typed: &Typed, checked: &Checked) -> Answer {
    let rows = checked.rules.iter().map(|one| Row {
        href: set.find(&one.rule).map_or_else(
            || rules::HERE.to_owned(),
            |rule| format!("{}/{}", rules::HERE, rule.id),
        ),
        name: one.rule.clone(),
        mode: words::mode(text, one.mode),
        mode_word: one.mode.as_str(),
        why: why(text, one, checked),
    });
    Answer {
        who: typed.person.clone(),
        asked: words::verdict(text, &checked.verdict),
        reported: checked
            .reported
            .as_ref()
            .map(|reported| words::verdict(text, reported))
            .unwrap_or_default(),
        rules: rows.collect(),
    }
}

/// Why a rule applies or not.
fn why(text: &Text, one: &Explained, checked: &Checked) -> String {
    let counts = checked.verdict.by.iter().any(|name| **name == *one.rule);
    match one.because {
        None if counts => text.get("admin-check-applies"),
        None if one.mode == RuleMode::On => text.get("admin-check-below"),
        None => text.get("admin-check-would"),
        Some("unless") => text.get("admin-check-unless"),
        Some("starts") => text.get("admin-check-starts"),
        Some("exception") => text.get("admin-check-exception"),
        Some(condition) => {
            let word = match condition {
                "account_younger_than_days" => "age".to_owned(),
                other => other.replace('_', "-"),
            };
            let label = text.get(&format!("admin-when-{word}"));
            text.get_with("admin-check-condition", "condition", &label)
        }
    }
}

fn form(text: &Text, typed: &Typed) -> Group {
    let line = |name: &str, label: &str, hint: &str, value: &str| {
        Field::of(text, name, (label, hint), Kind::Line(value.to_owned()))
    };
    let chosen = DeviceStanding::parse(&typed.device).unwrap_or(DeviceStanding::New);
    let devices = DeviceStanding::ALL.iter().map(|device| {
        let label = text.get(&format!("admin-device-{device}"));
        (device.as_str().to_owned(), label, *device == chosen)
    });
    Group {
        legend: text.get("admin-check-form"),
        hint: text.get("admin-check-form-hint"),
        fields: vec![
            line("person", "admin-check-person", "", &typed.person),
            line(
                "client",
                "admin-check-client",
                "admin-check-client-hint",
                &typed.client,
            ),
            line(
                "scopes",
                "admin-when-scopes",
                "admin-when-scopes-hint",
                &typed.scopes,
            ),
            line(
                "address",
                "admin-check-address",
                "admin-check-address-hint",
                &typed.address,
            ),
            line(
                "country",
                "admin-check-country",
                "admin-check-country-hint",
                &typed.country,
            ),
            Field::of(
                text,
                "device",
                ("admin-when-devices", ""),
                Kind::Choice(devices.collect()),
            ),
        ],
        folded: false,
    }
}
