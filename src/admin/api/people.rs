//! People: listed, looked at, invited, helped.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::helping::{self, Uninvited, Wrong};
use super::super::invite::LONGEST_NAME;
use super::super::right::{PeopleManage, PeopleRead};
use super::called::Called;
use super::{Why, conclude, nothing, unfit, with_person};
use crate::access;
use crate::domain::{
    EmailAddress, OrganisationId, PassId, PassPurpose, PassState, PersonId, PersonStatus, Subject, Timestamp,
    Username, rfc3339,
};
use crate::enrolment::{self, Asked, Invitation, InvitationError, Unswitched};
use crate::factor::lockout::{self, Lock};
use crate::factor::removal::{self, Factor, Which};
use crate::factor::{password, recovery, second};
use crate::http::json as answer;
use crate::http::{FormError, Json, Problem, Query};
use crate::oauth::revocation::Ending;
use crate::op::{Op, OpError};
use crate::person::{self, NewPerson, Person, PersonError};
use crate::rule::{self, TrustedDevice};
use crate::session;

/// Longest language tag (RFC 5646 section 4.4.1), in bytes.
const LONGEST_TAG: usize = 35;

pub(super) const ONE: &str = "/admin/v1/people/{id}";

/// `GET /admin/v1/people`, with `name` the beginning of a user name, `after` the last user name of the page before, `held=true` for those
/// whose accounts are held, `locked=true` for those whom wrong guesses lock out (all of them, with
/// `locks`): `people`, at most 200, and `next` (for `after`) where there may be more.
pub(super) async fn list(called: Called<PeopleRead>, query: Result<Query, FormError>) -> Response {
    let mut op = called.op();
    let done = match query {
        Ok(query) => match (query.get("held"), query.get("locked")) {
            (None, None) => listed(&mut op, &called, &query).await.map(Ok),
            (Some("true"), None) => held(&mut op, &called, &query).await.map(Ok),
            (None, Some("true")) => locked(&mut op, &called).await.map(Ok),
            _ => {
                let problem = Problem::new(StatusCode::BAD_REQUEST);
                Ok(Err(
                    problem.detail("`held` or `locked` is true, or both are left out")
                ))
            }
        },
        Err(wrong) => Ok(Err(Problem::new(wrong.status()).detail(wrong.to_string()))),
    };
    conclude(op, done, |body: Value| answer(StatusCode::OK, &body)).await
}

async fn listed(op: &mut Op, called: &Called<PeopleRead>, query: &Query) -> Result<Value, OpError> {
    let organisation = called.organisation_id();
    let beginning = query.get("name").unwrap_or_default().trim().to_lowercase();
    let after = query.get("after").and_then(|text| Username::parse(text).ok());
    let found = person::beginning(op, organisation, &beginning, after.as_ref()).await?;
    let next = found.last().filter(|_| found.len() >= person::PAGE_LENGTH);
    let next = next.map(|last| last.username.clone());
    let people = Listed::all(op, organisation, &found.iter().collect::<Vec<_>>()).await?;
    Ok(json!({ "people": people, "next": next }))
}

async fn held(op: &mut Op, called: &Called<PeopleRead>, query: &Query) -> Result<Value, OpError> {
    let organisation = called.organisation_id();
    let beginning = query.get("name").unwrap_or_default().trim().to_lowercase();
    let after = query.get("after").and_then(|text| Username::parse(text).ok());
    let found = enrolment::held(op, organisation, &beginning, after.as_ref()).await?;
    let next = found.last().filter(|_| found.len() >= person::PAGE_LENGTH);
    let next = next.map(|last| last.person.username.clone());
    let people: Vec<&Person> = found.iter().map(|one| &one.person).collect();
    let listed = Listed::all(op, organisation, &people).await?;
    let people = listed.into_iter().zip(&found).map(|(listed, one)| Waiting {
        listed,
        held_since: one.hold.since,
        held_about: one.hold.about.clone(),
        waits: one.waits(),
    });
    Ok(json!({ "people": people.collect::<Vec<_>>(), "next": next }))
}

async fn locked(op: &mut Op, called: &Called<PeopleRead>) -> Result<Value, OpError> {
    let organisation = called.organisation_id();
    let (people, locks): (Vec<Person>, Vec<Vec<Lock>>) = lockout::of_organisation(op, organisation)
        .await?
        .into_iter()
        .unzip();
    let listed = Listed::all(op, organisation, &people.iter().collect::<Vec<_>>()).await?;
    let people = listed.into_iter().zip(locks);
    let people = people.map(|(listed, locks)| LockedOut { listed, locks });
    Ok(json!({ "people": people.collect::<Vec<_>>(), "next": null }))
}

/// Somebody whom wrong guesses lock out.
#[derive(Debug, Serialize)]
struct LockedOut {
    #[serde(flatten)]
    listed: Listed,
    locks: Vec<Lock>,
}

/// Somebody whose account is held.
#[derive(Debug, Serialize)]
struct Waiting {
    #[serde(flatten)]
    listed: Listed,
    #[serde(with = "rfc3339")]
    held_since: Timestamp,
    /// The notice that the owner has answered "this was not me" to.
    held_about: Option<String>,
    /// Nobody has helped yet.
    waits: bool,
}

/// A person as every answer has them.
#[derive(Debug, Serialize)]
struct Row {
    id: PersonId,
    username: Username,
    name: String,
    email: Option<String>,
    email_verified: bool,
    status: PersonStatus,
    break_glass: bool,
}

impl Row {
    fn of(person: &Person) -> Self {
        Self {
            id: person.id,
            username: person.username.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            email_verified: person.email_verified,
            status: person.status,
            break_glass: person.break_glass_since.is_some(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    person: Row,
    password: bool,
    second_factor: bool,
    passkey: bool,
}

impl Listed {
    /// People in the order of their user names.
    async fn all(
        op: &mut Op,
        organisation: OrganisationId,
        people: &[&Person],
    ) -> Result<Vec<Self>, OpError> {
        let factors = second::of_organisation(op, organisation).await?;
        let passwords = password::owners(op, people).await?;
        let listed = people.iter().map(|person| {
            let factors = factors.get(&person.id).copied().unwrap_or_default();
            Self {
                person: Row::of(person),
                password: passwords.contains(&person.id),
                second_factor: factors.second,
                passkey: factors.passkey,
            }
        });
        Ok(listed.collect())
    }
}

/// `GET /admin/v1/people/{id}`: with roles, groups, and what they sign in with.
pub(super) async fn show(called: Called<PeopleRead>, Path(id): Path<String>) -> Response {
    let act = async |op: &mut Op, person: &Person| whole(op, person).await.map(Ok);
    with_person(&called, &id, act, |body| answer(StatusCode::OK, &body)).await
}

/// Somebody with what they hold and sign in with.
#[derive(Debug, Serialize)]
struct Whole {
    #[serde(flatten)]
    person: Row,
    roles: Vec<String>,
    groups: Vec<String>,
    /// Nobody gets in until the account is recovered.
    held: bool,
    #[serde(with = "rfc3339::optional")]
    held_since: Option<Timestamp>,
    /// The notice that the owner has answered "this was not me" to.
    held_about: Option<String>,
    #[serde(with = "rfc3339::optional")]
    password_set_at: Option<Timestamp>,
    /// By their names.
    authenticators: Vec<String>,
    passkeys: Vec<String>,
    /// The same with their ids, by which one is removed.
    factors: Vec<Factor>,
    recovery_codes: i64,
    sessions: usize,
    trusted_devices: usize,
    /// What wrong guesses have locked.
    locks: Vec<Lock>,
    /// A link that is good, or waits for a second administrator.
    pass: Option<Open>,
}

/// An open pass, without what was said for it: that is for those who may issue one.
#[derive(Debug, Serialize)]
struct Open {
    id: PassId,
    purpose: PassPurpose,
    state: PassState,
    #[serde(with = "rfc3339")]
    expires_at: Timestamp,
}

async fn whole(op: &mut Op, person: &Person) -> Result<Whole, OpError> {
    let kept = access::kept(op, Subject::Person(person.id)).await?;
    let hold = person::find_hold(op, person).await?;
    let factors = removal::list(op, person.id).await?;
    let (mut authenticators, mut passkeys) = (Vec::new(), Vec::new());
    for one in &factors {
        match one.which {
            Which::Authenticator(_) => authenticators.push(one.name.clone()),
            Which::Passkey(_) => passkeys.push(one.name.clone()),
        }
    }
    Ok(Whole {
        person: Row::of(person),
        roles: kept.roles,
        groups: kept.groups,
        held: hold.is_some(),
        held_since: hold.as_ref().map(|hold| hold.since),
        held_about: hold.and_then(|hold| hold.about),
        password_set_at: password::changed_at(op, person.id).await?,
        authenticators,
        passkeys,
        factors,
        recovery_codes: recovery::left(op, person.id).await?,
        sessions: session::of_person(op, person.id).await?.len(),
        trusted_devices: rule::trusted(op, person.id).await?.len(),
        locks: lockout::locks(op, person.id).await?,
        pass: enrolment::open_pass(op, person).await?.map(|pass| Open {
            id: pass.id,
            purpose: pass.purpose,
            state: pass.state(),
            expires_at: pass.expires_at,
        }),
    })
}

/// Somebody new.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    username: String,
    name: String,
    email: String,
    locale: Option<String>,
    department: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

/// `POST /admin/v1/people`: `username`, `name`, `email`, `locale`, `department`, `roles`. They get a link by mail, by which they set up how
/// they sign in.
pub(super) async fn invite(called: Called<PeopleManage>, Json(new): Json<New>) -> Response {
    let mut op = called.op();
    let organisation = called.organisation_id();
    let invited = match invitation(organisation, new) {
        Ok(invitation) => {
            let username = invitation.person.username.clone();
            let issued = helping::invite(&mut op, invitation).await;
            issued.map(|issued| (username, issued.expires_at))
        }
        Err(problem) => return conclude(op, Ok(Err::<(), _>(problem)), nothing).await,
    };
    match invited {
        Ok((username, until)) => {
            let body = json!({ "username": username, "link_expires_at": until });
            conclude(op, Ok(Ok(())), |()| answer(StatusCode::CREATED, &body)).await
        }
        // Nothing of it stays: the act ends without a commit.
        Err(refusal) => {
            let refused = uninvited(refusal);
            let nothing_done = called.op();
            drop(op);
            conclude(nothing_done, refused.map(Err::<(), _>), nothing).await
        }
    }
}

fn invitation(organisation: OrganisationId, new: New) -> Result<Invitation, Problem> {
    let username = Username::parse(&new.username).map_err(|wrong| unfit(wrong.to_string()))?;
    let email = EmailAddress::parse(&new.email).map_err(|wrong| unfit(wrong.to_string()))?;
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(unfit("a name has 1 to 200 characters"));
    }
    let is_tag = |tag: &String| tag.len() <= LONGEST_TAG && crate::domain::is_plain(tag);
    if !new.locale.as_ref().is_none_or(is_tag) {
        return Err(unfit("a locale is a language tag, like de"));
    }
    let mut person = NewPerson::named(organisation, username, name);
    person.email = Some(email.to_string());
    person.locale = new.locale;
    Ok(Invitation {
        person,
        department: new.department,
        roles: new.roles,
    })
}

fn uninvited(refusal: Uninvited) -> Result<Problem, OpError> {
    let status = match refusal {
        Uninvited::Refused(
            InvitationError::Fault(fault) | InvitationError::Person(PersonError::Fault(fault)),
        ) => {
            return Err(fault);
        }
        Uninvited::Above(_) => StatusCode::FORBIDDEN,
        Uninvited::Refused(InvitationError::Person(PersonError::UsernameTaken)) => StatusCode::CONFLICT,
        Uninvited::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(Problem::new(status).detail(refusal.to_string()))
}

/// `POST /admin/v1/people/{id}/help`: `reason`. Answers `state`: `issued`, or `waits` for a second administrator.
pub(super) async fn ask_help(
    called: Called<PeopleManage>,
    Path(id): Path<String>,
    Json(why): Json<Why>,
) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let asked = helping::ask(op, called.subject(), person, &why.reason).await?;
        Ok(asked.map_err(wrong))
    };
    let tell = |asked| {
        let state = match asked {
            Asked::Issued(_) => "issued",
            Asked::Waits(_) => "waits",
        };
        answer(StatusCode::ACCEPTED, &json!({ "state": state }))
    };
    with_person(&called, &id, act, tell).await
}

/// `POST /admin/v1/people/{id}/help/agreement`: agrees to the help that another administrator has asked for.
pub(super) async fn agree_help(called: Called<PeopleManage>, Path(id): Path<String>) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let agreed = helping::agree(op, called.subject(), person, None).await?;
        Ok(agreed.map_err(wrong))
    };
    let tell = |_| answer(StatusCode::ACCEPTED, &json!({ "state": "issued" }));
    with_person(&called, &id, act, tell).await
}

/// `DELETE /admin/v1/people/{id}/sessions`: ends them, and what applications were given.
pub(super) async fn end_sessions(called: Called<PeopleManage>, Path(id): Path<String>) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let ended = helping::end_sessions(op, called.subject(), person).await?;
        Ok(ended.map_err(wrong))
    };
    let tell = |ending: Ending| {
        let body = json!({ "sessions": ending.sessions, "authorizations": ending.authorizations });
        answer(StatusCode::OK, &body)
    };
    with_person(&called, &id, act, tell).await
}

/// `DELETE /admin/v1/people/{id}/factors/{factor}`: `reason`. Their last second factor stays (409).
pub(super) async fn remove_factor(
    called: Called<PeopleManage>,
    Path((id, factor)): Path<(String, String)>,
    Json(why): Json<Why>,
) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let which = (factor.as_str(), why.reason.as_str());
        let removed = helping::remove_factor(op, called.subject(), person, which).await?;
        Ok(removed.map_err(wrong))
    };
    with_person(&called, &id, act, nothing).await
}

/// `DELETE /admin/v1/people/{id}/locks`: `reason`. Ends the locks that failures have brought on them; 409 where there is none.
pub(super) async fn unlock(
    called: Called<PeopleManage>,
    Path(id): Path<String>,
    Json(why): Json<Why>,
) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let unlocked = helping::unlock(op, called.subject(), person, &why.reason).await?;
        Ok(unlocked.map_err(wrong))
    };
    with_person(&called, &id, act, nothing).await
}

/// What an account is to be, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    pub(super) status: PersonStatus,
    pub(super) reason: String,
}

/// `PUT /admin/v1/people/{id}/status`: `status` (`active`, `disabled` or `left`), `reason`. 409 where it is that already, or where nobody else
/// administers the organisation.
pub(super) async fn switch(
    called: Called<PeopleManage>,
    Path(id): Path<String>,
    Json(to): Json<Standing>,
) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let switched = helping::switch(op, called.subject(), person, (to.status, &to.reason)).await?;
        Ok(switched.map_err(wrong))
    };
    with_person(&called, &id, act, nothing).await
}

/// `GET /admin/v1/people/{id}/trusted-devices`: `trusted_devices` (`id`, `since`, `user_agent`, `address`).
pub(super) async fn trusted_devices(called: Called<PeopleManage>, Path(id): Path<String>) -> Response {
    let act = async |op: &mut Op, person: &Person| rule::trusted(op, person.id).await.map(Ok);
    let tell = |found: Vec<TrustedDevice>| answer(StatusCode::OK, &json!({ "trusted_devices": found }));
    with_person(&called, &id, act, tell).await
}

/// `DELETE /admin/v1/people/{id}/trusted-devices/{device}`: it is asked for a second factor again.
pub(super) async fn distrust(
    called: Called<PeopleManage>,
    Path((id, device)): Path<(String, String)>,
) -> Response {
    let act = async |op: &mut Op, person: &Person| {
        let ended = helping::distrust(op, called.subject(), person, &device).await?;
        Ok(ended.map_err(wrong))
    };
    with_person(&called, &id, act, nothing).await
}

/// A refusal as a problem.
pub(super) fn wrong(wrong: Wrong) -> Problem {
    use crate::enrolment::Refusal;
    let status = match wrong {
        Wrong::Above | Wrong::Refused(Refusal::Same) => StatusCode::FORBIDDEN,
        Wrong::Stays(removal::Refusal::Gone) | Wrong::NoDevice => StatusCode::NOT_FOUND,
        Wrong::Refused(Refusal::Gone | Refusal::Account)
        | Wrong::Stays(removal::Refusal::Last | removal::Refusal::LastOfAll)
        | Wrong::Locked(lockout::Refusal::NotLocked)
        | Wrong::Unswitched(
            Unswitched::Already(_) | Unswitched::LastAdministrator | Unswitched::LockedOut(_),
        ) => StatusCode::CONFLICT,
        Wrong::Refused(_)
        | Wrong::Stays(removal::Refusal::Reason)
        | Wrong::Locked(lockout::Refusal::Reason)
        | Wrong::Unswitched(Unswitched::Reason) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status).detail(wrong.to_string())
}
