//! Inviting somebody new.

use axum::response::Response;
use http::StatusCode;

use super::helping::{self, Uninvited};
use super::names::Names;
use super::people::HERE as PEOPLE;
use super::right::{May, MayNow, PeopleManage};
use crate::decision;
use crate::domain::{EmailAddress, GroupKind, OrganisationId, Subject, Username};
use crate::enrolment::{Invitation, InvitationError, Refusal};
use crate::http::{Form, Frame, Language, Submission, Text, Visit, page, see_other};
use crate::op::OpError;
use crate::person::{NewPerson, PersonError};

pub(super) const HERE: &str = "/admin/people/invite";

/// Longest full name, in characters.
pub(super) const LONGEST_NAME: usize = 200;

#[derive(Debug, askama::Template)]
#[template(path = "admin/invite.html")]
struct InvitePage {
    frame: Frame,
    wrong: String,
    username: String,
    full_name: String,
    email: String,
    /// Tag, own name, whether it is chosen.
    languages: Vec<(&'static str, &'static str, bool)>,
    /// Word, title, whether it is chosen.
    departments: Vec<(String, String, bool)>,
    roles: Vec<(String, String, bool)>,
}

/// `GET /admin/people/invite`.
pub(super) async fn show(may: MayNow<PeopleManage>, visit: Visit) -> Response {
    render(&visit, &may, &Form::default(), String::new()).await
}

async fn render(visit: &Visit, may: &May<PeopleManage>, written: &Form, wrong: String) -> Response {
    let mut op = may.op(visit);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let text = |name: &str| written.get(name).unwrap_or_default().to_owned();
    let by = Subject::Person(may.person_id());
    let template = async {
        let names = Names::of(&mut op, may.organisation_id()).await?;
        let prefix = format!("{}:", GroupKind::Department);
        let departments = names
            .group_words()
            .filter_map(|(label, title)| Some((label.strip_prefix(&prefix)?, title)));
        let mut roles = Vec::new();
        // What the administrator may not give is not offered.
        for (role, title) in names.role_words() {
            if decision::may_give(&mut op, by, role).await? {
                let ticked = written.get(&format!("role_{role}")).is_some();
                roles.push((role.to_owned(), title.to_owned(), ticked));
            }
        }
        Ok(InvitePage {
            frame: may.frame(&mut op, visit, "admin-invite-title").await?,
            wrong,
            username: text("username"),
            full_name: text("name"),
            email: text("email"),
            languages: Language::ALL
                .map(|one| {
                    let chosen = written.get("language").unwrap_or(visit.text.language());
                    (one.tag(), one.name(), one.tag() == chosen)
                })
                .to_vec(),
            departments: departments
                .map(|(word, title)| {
                    let chosen = written.get("department") == Some(word);
                    (word.to_owned(), title.to_owned(), chosen)
                })
                .collect(),
            roles,
        })
    };
    match template.await {
        Ok(template) => page(status, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// `POST /admin/people/invite`: `username`, `name`, `email`, `language`, `department`, `role_…` for each role.
pub(super) async fn act(may: MayNow<PeopleManage>, Submission { visit, form }: Submission) -> Response {
    let invitation = match read(may.organisation_id(), &form) {
        Ok(invitation) => invitation,
        Err(key) => return render(&visit, &may, &form, visit.text.get(key)).await,
    };
    let mut op = may.op(&visit);
    let username = invitation.person.username.clone();
    let Err(refusal) = helping::invite(&mut op, invitation).await else {
        return match op.commit().await {
            Ok(()) => see_other(&found(&username)),
            Err(fault) => visit.fault_page(&fault),
        };
    };
    match sentence(&visit.text, refusal) {
        Ok(wrong) => render(&visit, &may, &form, wrong).await,
        Err(fault) => visit.fault_page(&fault),
    }
}

/// The list that shows the one who was invited.
fn found(username: &Username) -> String {
    url::form_urlencoded::Serializer::new(format!("{PEOPLE}?"))
        .append_pair("name", username.as_str())
        .append_pair("done", "invited")
        .finish()
}

fn read(organisation: OrganisationId, form: &Form) -> Result<Invitation, &'static str> {
    let text = |name: &str| form.get(name).unwrap_or_default().trim();
    let username = Username::parse(text("username")).map_err(|_| "admin-invite-wrong-username")?;
    let email = EmailAddress::parse(text("email")).map_err(|_| "admin-invite-wrong-email")?;
    let name = text("name");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err("admin-invite-wrong-name");
    }
    let mut person = NewPerson::named(organisation, username, name);
    person.email = Some(email.to_string());
    // Without one it is that of the page on which the invitation is taken.
    let language = Language::ALL
        .into_iter()
        .find(|one| one.tag() == text("language"));
    person.locale = language.map(|one| one.tag().to_owned());
    let department = text("department");
    Ok(Invitation {
        person,
        department: (!department.is_empty()).then(|| department.to_owned()),
        roles: form
            .pairs()
            .filter_map(|(name, _)| name.strip_prefix("role_"))
            .map(str::to_owned)
            .collect(),
    })
}

fn sentence(text: &Text, refusal: Uninvited) -> Result<String, OpError> {
    let refused = match refusal {
        Uninvited::Above(role) => return Ok(text.get_with("admin-invite-wrong-above", "role", &role)),
        Uninvited::Refused(refused) => refused,
    };
    Ok(text.get(match refused {
        InvitationError::Fault(fault) | InvitationError::Person(PersonError::Fault(fault)) => {
            return Err(fault);
        }
        InvitationError::Person(PersonError::UsernameTaken) => "admin-invite-wrong-taken",
        InvitationError::Pass(Refusal::NoMail) => "admin-invite-wrong-mail",
        _ => "admin-invite-wrong-gone",
    }))
}
