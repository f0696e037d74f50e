//! One person: what they hold, with what they sign in, and what an administrator does about it.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::held;
use super::helping::{self, Wrong};
use super::names::Names;
use super::passes::{self, Shown};
use super::people::{HERE, status};
use super::right::{May, MayNow, PeopleManage, PeopleRead};
use super::why;
use crate::access;
use crate::domain::{PersonId, PersonStatus, Right, Subject};
use crate::enrolment::{self, Unswitched};
use crate::factor::lockout::{self, Lock};
use crate::factor::removal::{self, Factor, Refusal, Which};
use crate::factor::{password, recovery};
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, day, device, minute, page, see_other};
use crate::op::{Op, OpError};
use crate::person::{self, Person};
use crate::rule::{self, TrustedDevice};
use crate::session;

pub(super) const ONE: &str = "/admin/people/{id}";

#[derive(Debug, askama::Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    frame: Frame,
    done: String,
    wrong: String,
    name: String,
    here: String,
    help: String,
    /// Where one asks why they may do something; empty for those who may not ask.
    why: String,
    about: Vec<(String, String)>,
    factors: Vec<(String, String)>,
    /// A link that is good, or waits, for those who may issue one.
    open: Option<Shown>,
    /// Those that the reader may remove.
    removable: Vec<Removable>,
    /// Devices that the person trusts, for those who look after accounts, and whether they may end that.
    trusted: Vec<Removable>,
    may_distrust: bool,
    /// Whether the reader may end the locks that there are.
    may_unlock: bool,
    /// How the reader may switch the account: `off`, or `on` again; empty if they may not.
    switch: String,
    /// The factor that was to be removed (`off` or `on`: the account that was to be switched; empty: a lock that was to be ended), and why.
    typed: (String, String),
}

impl PersonPage {
    /// Whether a link waits for a second administrator.
    fn waits(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.waits)
    }
}

#[derive(Debug)]
struct Removable {
    id: String,
    name: String,
    detail: String,
}

/// What a page says besides what is so.
#[derive(Debug, Default)]
struct Said {
    done: String,
    wrong: Option<Wrong>,
    typed: (String, String),
}

/// `GET /admin/people/{id}`.
pub(super) async fn show(
    may: May<PeopleRead>,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("ended") => visit.text.get("admin-person-ended"),
        Some("taken-back") => visit.text.get("admin-pass-taken-back"),
        Some("removed") => visit.text.get("admin-factor-removed"),
        Some("distrusted") => visit.text.get("admin-device-ended"),
        Some("unlocked") => visit.text.get("admin-lock-ended"),
        Some("off") => visit.text.get("admin-account-is-off"),
        Some("on") => visit.text.get("admin-account-is-on"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    render(&visit, &may, &id, said).await
}

async fn render<R>(visit: &Visit, may: &May<R>, id: &str, said: Said) -> Response {
    let mut op = may.op(visit);
    let status = match said.wrong {
        None => StatusCode::OK,
        Some(Wrong::Above) => StatusCode::FORBIDDEN,
        Some(Wrong::Stays(Refusal::Gone) | Wrong::NoDevice) => StatusCode::NOT_FOUND,
        Some(Wrong::Stays(Refusal::Last | Refusal::LastOfAll) | Wrong::Refused(enrolment::Refusal::Gone)) => {
            StatusCode::CONFLICT
        }
        Some(
            Wrong::Locked(lockout::Refusal::NotLocked)
            | Wrong::Unswitched(
                Unswitched::Already(_) | Unswitched::LastAdministrator | Unswitched::LockedOut(_),
            ),
        ) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    match template(&mut op, visit, may, (id, said)).await {
        Ok(Some(template)) => page(status, &template),
        Ok(None) => visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template<R>(
    op: &mut Op,
    visit: &Visit,
    may: &May<R>,
    (id, said): (&str, Said),
) -> Result<Option<PersonPage>, OpError> {
    let Some(person) = helping::person(op, may.organisation_id(), id).await? else {
        return Ok(None);
    };
    let all = removal::list(op, person.id).await?;
    let locks = lockout::locks(op, person.id).await?;
    let trusted = rule::trusted(op, person.id).await?;
    let by = Subject::Person(may.person_id());
    let may_manage = may.powers().has(Right::PeopleManage);
    let may_remove = may_manage && helping::is_below(op, by, &person).await?;
    let open = match enrolment::open_pass(op, &person).await? {
        Some(pass) if may_manage => Some(passes::shown(op, &visit.text, &pass, may_remove).await?),
        _ => None,
    };
    let wrong = said.wrong.map(|wrong| sentence(&visit.text, wrong));
    Ok(Some(PersonPage {
        frame: may.frame(op, visit, "admin-person-title").await?,
        done: said.done,
        wrong: wrong.unwrap_or_default(),
        name: person.name.clone(),
        here: format!("{HERE}/{id}"),
        help: format!("{HERE}/{id}/help"),
        why: if may.powers().has(Right::AccessRead) {
            why::of_person(&person)
        } else {
            String::new()
        },
        about: about(op, &visit.text, &person, &locks).await?,
        factors: factors(op, &visit.text, person.id, (&all, trusted.len())).await?,
        open,
        may_unlock: may_remove && !locks.is_empty(),
        switch: switch(person.status, may_remove).to_owned(),
        trusted: if may_manage {
            trusted.iter().map(|one| device_row(&visit.text, one)).collect()
        } else {
            Vec::new()
        },
        may_distrust: may_remove,
        removable: if may_remove {
            all.iter().map(|one| removable(&visit.text, one)).collect()
        } else {
            Vec::new()
        },
        typed: said.typed,
    }))
}

const fn switch(status: PersonStatus, may: bool) -> &'static str {
    match status {
        _ if !may => "",
        PersonStatus::Active => "off",
        PersonStatus::Disabled | PersonStatus::Left => "on",
    }
}

fn sentence(text: &Text, wrong: Wrong) -> String {
    text.get(match wrong {
        Wrong::Above => "admin-help-wrong-above",
        Wrong::Refused(enrolment::Refusal::Gone) => "admin-pass-gone",
        Wrong::Refused(_) => "admin-help-wrong-account",
        Wrong::Stays(Refusal::Gone) => "admin-factor-gone",
        Wrong::Stays(Refusal::Reason)
        | Wrong::Locked(lockout::Refusal::Reason)
        | Wrong::Unswitched(Unswitched::Reason) => "admin-help-wrong-reason",
        Wrong::Unswitched(Unswitched::Already(_)) => "admin-account-wrong-already",
        Wrong::Unswitched(Unswitched::LastAdministrator) => "admin-account-wrong-last",
        Wrong::Unswitched(Unswitched::LockedOut(_)) => "admin-account-wrong-locked",
        Wrong::Locked(lockout::Refusal::NotLocked) => "admin-lock-none",
        Wrong::NoDevice => "admin-device-gone",
        Wrong::Stays(Refusal::Last) => "admin-factor-last",
        Wrong::Stays(Refusal::LastOfAll) => "admin-factor-last-of-all",
    })
}

fn device_row(text: &Text, one: &TrustedDevice) -> Removable {
    let since = text.get_with("account-device-since", "date", &minute(one.since));
    let detail: Vec<String> = [Some(since), one.address.clone()].into_iter().flatten().collect();
    Removable {
        id: one.id.to_string(),
        name: device(text, one.user_agent.as_deref()),
        detail: detail.join(" · "),
    }
}

fn removable(text: &Text, one: &Factor) -> Removable {
    let kind = match one.which {
        Which::Authenticator(_) => "admin-factor-authenticator",
        Which::Passkey(_) => "admin-factor-passkey",
    };
    let used = match one.used_at {
        Some(at) => text.get_with("account-authenticator-used", "date", &minute(at)),
        None => text.get("account-authenticator-unused"),
    };
    let made = text.get_with("account-authenticator-made", "date", &day(one.created_at));
    Removable {
        id: one.which.id(),
        name: one.name.clone(),
        detail: [text.get(kind), made, used].join(" · "),
    }
}

/// `POST /admin/people/{id}`, field `act`: `end` all that the person has, sessions and what applications were given, `remove` a factor
/// (with `factor`, `reason`), `unlock` (with `reason`), switch the account `off` or `on` (with `reason`), `distrust` a device (with `device`), or `take-back` a link (with `pass`).
pub(super) async fn act(
    may: MayNow<PeopleManage>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let mut op = may.op(&visit);
    let person = match helping::person(&mut op, may.organisation_id(), &id).await {
        Ok(Some(person)) => person,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    let by = Subject::Person(may.person_id());
    let Some(done) = done(&mut op, by, &person, &form).await else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    match op.conclude(done).await {
        Ok(Ok(word)) => see_other(&format!("{HERE}/{id}?done={word}")),
        Ok(Err(wrong)) => {
            let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
            let said = Said {
                done: String::new(),
                wrong: Some(wrong),
                typed: (typed_for(&form), text("reason")),
            };
            render(&visit, &may, &id, said).await
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

/// What came of what a form asks for, with the word of what was done; none: nothing that is known.
async fn done(
    op: &mut Op,
    by: Subject,
    person: &Person,
    form: &Form,
) -> Option<Result<Result<&'static str, Wrong>, OpError>> {
    let text = |name: &str| form.get(name).unwrap_or_default();
    match form.get("act")? {
        "end" => {
            let ended = helping::end_sessions(op, by, person).await;
            Some(ended.map(|ended| ended.map(|_| "ended")))
        }
        "remove" => {
            let which = (text("factor"), text("reason"));
            let removed = helping::remove_factor(op, by, person, which).await;
            Some(removed.map(|removed| removed.map(|()| "removed")))
        }
        "unlock" => {
            let unlocked = helping::unlock(op, by, person, text("reason")).await;
            Some(unlocked.map(|unlocked| unlocked.map(|()| "unlocked")))
        }
        act @ ("off" | "on") => {
            let (to, word) = match act {
                "off" => (PersonStatus::Disabled, "off"),
                _ => (PersonStatus::Active, "on"),
            };
            let switched = helping::switch(op, by, person, (to, text("reason"))).await;
            Some(switched.map(|switched| switched.map(|()| word)))
        }
        "distrust" => {
            let ended = helping::distrust(op, by, person, text("device")).await;
            Some(ended.map(|ended| ended.map(|()| "distrusted")))
        }
        "take-back" => {
            let ended = helping::take_back(op, by, person, text("pass")).await;
            Some(ended.map(|ended| ended.map(|()| "taken-back")))
        }
        _ => None,
    }
}

/// For which form of the page a reason was typed.
fn typed_for(form: &Form) -> String {
    let act = form.get("act").filter(|act| ["off", "on"].contains(act));
    act.or_else(|| form.get("factor")).unwrap_or_default().to_owned()
}

/// Names with commas between, or that there are none.
fn or_none(text: &Text, names: &[String]) -> String {
    if names.is_empty() {
        text.get("admin-none")
    } else {
        names.join(", ")
    }
}

async fn about(
    op: &mut Op,
    text: &Text,
    person: &Person,
    locks: &[Lock],
) -> Result<Vec<(String, String)>, OpError> {
    let kept = access::kept(op, Subject::Person(person.id)).await?;
    let names = Names::of(op, person.organisation_id).await?;
    let email = person.email.clone().unwrap_or_else(|| text.get("admin-none"));
    let mut facts = vec![
        (text.get("admin-person-username"), person.username.to_string()),
        (text.get("admin-person-email"), email),
        (
            text.get("admin-person-roles"),
            or_none(text, &names.roles(&kept.roles)),
        ),
        (
            text.get("admin-person-groups"),
            or_none(text, &names.groups(text, &kept.groups)),
        ),
    ];
    if let Some(status) = status(text, person.status) {
        facts.push((text.get("admin-person-status"), status));
    }
    if let Some(hold) = person::find_hold(op, person).await? {
        facts.push((text.get("admin-person-held"), held::why(text, &hold)));
    }
    facts.extend(
        locks
            .iter()
            .map(|lock| (text.get("admin-lock"), locked(text, lock))),
    );
    Ok(facts)
}

/// What is locked, for whom, and until when.
pub(super) fn locked(text: &Text, lock: &Lock) -> String {
    let factor = text.get(&format!("admin-lock-{}", lock.factor.replace('_', "-")));
    let whose = text.get(if lock.known_browsers {
        "admin-lock-known"
    } else {
        "admin-lock-strangers"
    });
    let until = match lock.until {
        Some(until) => text.get_with("admin-lock-until", "date", &minute(until)),
        None => text.get("admin-lock-for-good"),
    };
    [factor, whose, until].join(" · ")
}

async fn factors(
    op: &mut Op,
    text: &Text,
    id: PersonId,
    (all, trusted): (&[Factor], usize),
) -> Result<Vec<(String, String)>, OpError> {
    let set = password::changed_at(op, id).await?;
    let set = set.map(day);
    let (mut authenticators, mut passkeys) = (Vec::new(), Vec::new());
    for one in all {
        match one.which {
            Which::Authenticator(_) => authenticators.push(one.name.clone()),
            Which::Passkey(_) => passkeys.push(one.name.clone()),
        }
    }
    let sessions = session::of_person(op, id).await?.len();
    Ok(vec![
        (
            text.get("admin-factor-password"),
            set.unwrap_or_else(|| text.get("admin-none")),
        ),
        (
            text.get("admin-factor-authenticators"),
            or_none(text, &authenticators),
        ),
        (text.get("admin-factor-passkeys"), or_none(text, &passkeys)),
        (
            text.get("admin-factor-codes"),
            recovery::left(op, id).await?.to_string(),
        ),
        (text.get("admin-factor-sessions"), sessions.to_string()),
        (text.get("admin-factor-trusted"), trusted.to_string()),
    ])
}
