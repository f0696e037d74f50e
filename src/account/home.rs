//! The first page of an account: who one is, and how well it is guarded.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::access;
use crate::domain::{Acr, FactorAsked, PersonId, Subject};
use crate::factor::recovery::{self, Useless};
use crate::factor::{authenticators, passkey, password, second};
use crate::http::{Frame, Text, Visit, day, page};
use crate::op::{House, Op, OpError};
use crate::person::{self, Person};
use crate::rule::Aim;
use crate::session::requirement::{self, Required};
use crate::session::{self, Session, SignedIn};

#[derive(Debug, askama::Template)]
#[template(path = "account/home.html")]
struct Template {
    frame: Frame,
    name: String,
    username: String,
    facts: Vec<(String, String)>,
    /// Address, title and state of what guards the account.
    security: Vec<(&'static str, String, String)>,
    /// What is missing, if something is.
    advice: String,
    /// What has to be set up soon; empty if nothing has.
    reminder: String,
    /// Whether the console is for this person.
    console: bool,
}

/// `GET /account`.
pub(super) async fn show(signed_in: SignedIn, State(house): State<Arc<House>>, visit: Visit) -> Response {
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    match template(&mut op, &visit, &signed_in.0).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(op: &mut Op, visit: &Visit, session: &Session) -> Result<Template, OpError> {
    let person = person::find(op, session.person_id).await?;
    let person = person.ok_or(OpError::Broken("a session of a person who is not there"))?;
    let organisation = person::find_organisation(op, person.organisation_id).await?;
    let organisation = organisation
        .map(|organisation| organisation.name.clone())
        .unwrap_or_default();
    let nothing = Required::default();
    let required = requirement::for_person(op, person.id, &nothing, Aim::own_pages()).await?;
    let (security, advice) = security(op, &visit.text, (&person, &required)).await?;
    Ok(Template {
        frame: visit.frame("account-title"),
        facts: facts(op, &visit.text, &person, organisation).await?,
        name: person.name,
        username: person.username.to_string(),
        security,
        advice,
        reminder: reminder(op, &visit.text, (session.person_id, &required)).await?,
        console: !access::powers(op, Subject::Person(session.person_id))
            .await?
            .are_none(),
    })
}

/// What a rule asks this person to set up, and until when.
async fn reminder(
    op: &mut Op,
    text: &Text,
    (id, required): (PersonId, &Required),
) -> Result<String, OpError> {
    let Some(enrol) = required.rules.verdict.enrol else {
        return Ok(String::new());
    };
    let has = match enrol.factor {
        FactorAsked::Any => second::is_enrolled(op, id).await?,
        FactorAsked::Passkey => passkey::is_enrolled(op, id).await?,
    };
    Ok(if has {
        String::new()
    } else {
        text.get_with(enrol.sentence(), "date", &day(enrol.due))
    })
}

/// What is known of a person, as far as it is there.
async fn facts(
    op: &mut Op,
    text: &Text,
    person: &Person,
    organisation: String,
) -> Result<Vec<(String, String)>, OpError> {
    let own = person::own_attributes(op, person).await?;
    let attribute = |name: &str| Some(own.get(name)?.as_str()?.to_owned());
    let profile = access::profile(op, Subject::Person(person.id), None).await?;
    let words = |names: Vec<&String>| {
        let names: Vec<String> = names.into_iter().map(|name| name.replace('_', " ")).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let facts = [
        ("account-organisation", Some(organisation)),
        ("account-email", person.email.clone()),
        ("account-department", attribute("department")),
        ("account-region", attribute("region")),
        ("account-job", attribute("job_title")),
        ("account-roles", words(profile.roles.iter().collect())),
        ("account-groups", words(profile.groups.iter().collect())),
    ];
    Ok(facts
        .into_iter()
        .filter_map(|(key, value)| Some((text.get(key), value.filter(|value| !value.is_empty())?)))
        .collect())
}

type Rows = Vec<(&'static str, String, String)>;

async fn security(
    op: &mut Op,
    text: &Text,
    (person, required): (&Person, &Required),
) -> Result<(Rows, String), OpError> {
    let changed = password::changed_at(op, person.id).await?;
    let authenticators = authenticators::list(op, person.id).await?.len();
    let passkeys = passkey::list(op, person.id).await?.len();
    let codes = recovery::left(op, person.id).await?;
    let sessions = session::of_person(op, person.id).await?.len();
    let count =
        |key: &str, number: usize| text.get_count(key, "count", i64::try_from(number).unwrap_or(i64::MAX));
    let password = match changed {
        Some(at) => text.get_with("account-password-changed", "date", &day(at)),
        None => text.get("account-password-none"),
    };
    let rows = vec![
        ("/account/password", text.get("account-nav-password"), password),
        (
            "/account/authenticators",
            text.get("account-nav-authenticators"),
            count("account-authenticators-count", authenticators),
        ),
        (
            "/account/passkeys",
            text.get("account-nav-passkeys"),
            count("account-passkeys-count", passkeys),
        ),
        (
            "/account/recovery-codes",
            text.get("account-nav-recovery-codes"),
            text.get_count("account-codes-count", "count", codes),
        ),
        (
            "/account/sessions",
            text.get("account-nav-sessions"),
            count("account-sessions-count", sessions),
        ),
    ];
    let advice = advice(op, (person, required), (passkeys, codes)).await?;
    Ok((rows, advice.map_or_else(String::new, |key| text.get(key))))
}

/// The sentence of what is missing most.
async fn advice(
    op: &mut Op,
    (person, required): (&Person, &Required),
    (passkeys, codes): (usize, i64),
) -> Result<Option<&'static str>, OpError> {
    // No code stands in for a passkey that is asked for.
    let strictly = required.acr == Some(Acr::PhishingResistant);
    Ok(match (recovery::useless(op, person.id).await?, codes) {
        (Some(Useless::NoSecondFactor), _) => Some("account-advice-authenticator"),
        (Some(Useless::NoPassword), _) if passkeys == 1 => Some("account-advice-passkey"),
        (None, _) if passkeys == 1 && strictly => Some("account-advice-second-passkey"),
        (None, 0) => Some("account-advice-first-codes"),
        (None, 1..=2) => Some("account-advice-codes"),
        (Some(Useless::NoPassword) | None, _) => None,
    })
}
