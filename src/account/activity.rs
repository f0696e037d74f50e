//! What happened to an account lately, in words. Of others it tells only that it was they who acted.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use crate::audit::{self, Cursor, Told};
use crate::client;
use crate::domain::{ClientId, EventKind, PersonId};
use crate::http::{Frame, Inquiry, Text, Visit, device, minute, page};
use crate::op::{House, Op, OpError};
use crate::session::{REPLACED, SignedIn};

/// Events of one page.
const PAGE: u32 = 50;

#[derive(Debug, askama::Template)]
#[template(path = "account/activity.html")]
struct Template {
    frame: Frame,
    /// What happened, and when and where.
    entries: Vec<(String, String)>,
    /// Where the next page begins; empty at the end.
    older: String,
    is_first: bool,
}

/// `GET /account/activity`, with `after` the end of the page before.
pub(super) async fn list(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let after = match query.get("after").map(str::parse::<Cursor>) {
        None => None,
        Some(Ok(cursor)) => Some(cursor),
        Some(Err(_)) => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    let mut op = Op::new(&house, signed_in.actor(), visit.seen.clone());
    match template(&mut op, &visit, signed_in.0.person_id, after).await {
        Ok(template) => page(StatusCode::OK, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template(
    op: &mut Op,
    visit: &Visit,
    person: PersonId,
    after: Option<Cursor>,
) -> Result<Template, OpError> {
    let (happened, older) = read(op, person, after, PAGE).await?;
    let mut entries = Vec::new();
    for one in happened {
        entries.push(in_words(op, &visit.text, &one).await?);
    }
    Ok(Template {
        frame: visit.frame("account-activity-title"),
        entries,
        older: older.map(|cursor| cursor.to_string()).unwrap_or_default(),
        is_first: after.is_none(),
    })
}

/// What an event tells the person whose account it is about.
#[derive(Debug, Serialize)]
pub(super) struct Happened {
    at: String,
    kind: String,
    succeeded: bool,
    /// Who acted: `you`, `administrator`, `server`, `application`.
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    #[serde(skip)]
    moment: crate::domain::Timestamp,
}

/// The newest events, for the document that a person takes away.
pub(super) async fn newest(op: &mut Op, person: PersonId, limit: u32) -> Result<Vec<Happened>, OpError> {
    Ok(read(op, person, None, limit).await?.0)
}

async fn read(
    op: &mut Op,
    person: PersonId,
    after: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<Happened>, Option<Cursor>), OpError> {
    let found = audit::of_person(op.reading().await?, person, after, limit).await?;
    let is_full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let older = found.last().filter(|_| is_full).map(audit::Entry::cursor);
    let id = person.to_string();
    let told = found.iter().map(|entry| &entry.event);
    let happened = told.filter(|told| is_worth_telling(told) && !is_of_another(told, &id));
    Ok((happened.map(|told| happened_to(told, &id)).collect(), older))
}

/// A step that every sign-in has, and a session that only goes on under another id, say nothing.
fn is_worth_telling(told: &Told) -> bool {
    let is_step = matches!(
        told.kind(),
        Some(
            EventKind::SignInIdentified
                | EventKind::AuthorizationRequested
                | EventKind::MailSent
                | EventKind::AddressCodeSent
        )
    );
    // Of a forgotten password: that it was asked for, and what was wrong. That it is set is an event of its own.
    let is_between = told.kind() == Some(EventKind::PasswordReset) && {
        let is_first = told.details.get("step").and_then(|step| step.as_str()) == Some("asked");
        told.succeeded() != is_first
    };
    let goes_on = told.reason.as_deref() == Some(REPLACED);
    !is_step && !is_between && !goes_on
}

/// What someone did to another's account is that one's to read.
fn is_of_another(told: &Told, person: &str) -> bool {
    told.target
        .as_ref()
        .is_some_and(|target| target.kind == "person" && target.id.as_deref() != Some(person))
}

fn happened_to(told: &Told, person: &str) -> Happened {
    // Before somebody is known to have signed in, nobody is; the account that was meant is the target then.
    let by = match (told.actor.kind.as_str(), told.actor.id.as_deref()) {
        ("person", Some(id)) if id == person => "you",
        ("anonymous", _) => "you",
        ("system", _) => "server",
        ("client", _) => "application",
        _ => "administrator",
    };
    let own = by == "you";
    Happened {
        at: told.at.to_string(),
        kind: told.kind.clone(),
        succeeded: told.succeeded(),
        by,
        client: told.client.clone(),
        address: told.address.clone().filter(|_| own),
        user_agent: told.user_agent.clone().filter(|_| own),
        moment: told.at,
    }
}

async fn in_words(op: &mut Op, text: &Text, happened: &Happened) -> Result<(String, String), OpError> {
    let what = match EventKind::parse(&happened.kind).and_then(sentences) {
        Some((done, _)) if happened.succeeded => text.get(done),
        Some((_, refused)) => text.get(refused),
        None => text.get_with("activity-other", "kind", &happened.kind),
    };
    let client = happened.client.as_deref().and_then(|id| ClientId::parse(id).ok());
    let client = match client {
        Some(id) => client::find(op, &id).await?.map(|client| client.name.clone()),
        None => None,
    };
    let by = match happened.by {
        "administrator" => Some(text.get("activity-by-administrator")),
        "server" => Some(text.get("activity-by-server")),
        _ => None,
    };
    let agent = happened.user_agent.as_deref();
    let detail = [
        Some(minute(happened.moment)),
        client,
        by,
        agent.map(|agent| device(text, Some(agent))),
        happened.address.clone(),
    ];
    let detail: Vec<String> = detail.into_iter().flatten().collect();
    Ok((what, crate::domain::plain(&detail.join(" · "))))
}

/// The sentence of what was done, and of what was refused. None: a kind that has no sentence of its own.
fn sentences(kind: EventKind) -> Option<(&'static str, &'static str)> {
    use EventKind as K;
    Some(match kind {
        K::SignInPassword => ("activity-password-right", "activity-password-wrong"),
        K::SignInTotp => ("activity-code-right", "activity-code-wrong"),
        K::SignInPasskey => ("activity-passkey-used", "activity-passkey-wrong"),
        K::PasskeyEnrolled => ("activity-passkey-added", "activity-passkey-not-added"),
        K::PasskeyRenamed => ("activity-passkey-renamed", "activity-passkey-renamed"),
        K::PasskeyCounterFell => ("activity-passkey-counter", "activity-passkey-counter"),
        K::PasskeyRemoved => ("activity-passkey-removed", "activity-passkey-kept"),
        K::SignInRecoveryCode => ("activity-recovery-used", "activity-recovery-wrong"),
        K::SignInCompleted => ("activity-signed-in", "activity-not-let-in"),
        K::SignInRefused => ("activity-not-let-in", "activity-not-let-in"),
        K::SessionEnded => ("activity-session-ended", "activity-session-ended"),
        K::TotpEnrolled => ("activity-authenticator-added", "activity-authenticator-not-added"),
        K::TotpRenamed => ("activity-authenticator-renamed", "activity-authenticator-renamed"),
        K::TotpRemoved => ("activity-authenticator-removed", "activity-authenticator-kept"),
        K::RecoveryCodesMade => ("activity-codes-made", "activity-codes-made"),
        K::PasswordSet => ("activity-password-set", "activity-password-kept"),
        K::FactorLocked => ("activity-locked", "activity-locked"),
        K::FactorUnlocked => ("activity-unlocked", "activity-unlocked"),
        K::PasswordRemoved => ("activity-password-removed", "activity-password-kept"),
        K::PasswordReset => ("activity-reset", "activity-reset-refused"),
        K::NotMe => ("activity-not-me", "activity-not-me"),
        K::PassAsked => ("activity-pass-asked", "activity-pass-asked"),
        K::PassIssued => ("activity-pass-issued", "activity-pass-refused"),
        K::PassUsed => ("activity-pass-used", "activity-pass-refused"),
        K::PassEnded => ("activity-pass-ended", "activity-pass-ended"),
        K::AddressProven => ("activity-address", "activity-address-not"),
        K::ConsentGiven => ("activity-consent-given", "activity-consent-refused"),
        K::ConsentRefused => ("activity-consent-refused", "activity-consent-refused"),
        K::ConsentWithdrawn => ("activity-consent-withdrawn", "activity-consent-withdrawn"),
        K::CodeIssued => ("activity-application", "activity-application-refused"),
        K::PersonTokensRevoked => ("activity-all-ended", "activity-all-ended"),
        K::PersonCreated => ("activity-account-made", "activity-account-made"),
        K::PersonChanged => ("activity-account-changed", "activity-account-changed"),
        K::DeviceTrusted => ("activity-device-trusted", "activity-device-trusted"),
        K::DevicesDistrusted => ("activity-devices-distrusted", "activity-devices-distrusted"),
        K::UserCodeChanged => ("activity-user-code", "activity-user-code"),
        K::DataTaken => ("activity-data-taken", "activity-data-taken"),
        _ => return None,
    })
}
