//! One group: what it is, who is in it, what is held through it.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use super::super::right::{KeepsGroups, May, MayNow, SeesGroups};
use super::{Said, Step, change, group_form as form, groups, shown, written};
use crate::access::{self, AccessError, Group, GroupDocument, Period};
use crate::client;
use crate::domain::{GroupId, OrganisationId, Right, Subject, Timestamp};
use crate::http::fields::Group as Fields;
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, minute};
use crate::op::{Op, OpError};
use crate::person;

pub(in crate::admin) const ONE: &str = "/admin/groups/{id}";

#[derive(Debug, askama::Template)]
#[template(path = "admin/group.html")]
struct GroupPage {
    frame: Frame,
    said: Said,
    /// Which form an effect belongs to: `about` or `join`.
    looked_at: &'static str,
    name: String,
    here: String,
    facts: Vec<(String, String)>,
    members: Vec<Member>,
    /// None where the reader may not change what it is.
    groups: Vec<Fields>,
    /// None where the reader may not say who is in it.
    joining: Vec<Fields>,
}

impl GroupPage {
    /// Whether somebody has looked at what this form would come to.
    fn looked(&self, form: &str) -> bool {
        self.looked_at == form && self.said.effect.is_some()
    }
}

#[derive(Debug)]
struct Member {
    /// As the forms name them: a username, or `service_account:NAME`.
    word: String,
    name: String,
    href: String,
    period: String,
}

/// `GET /admin/groups/{id}`.
pub(in crate::admin) async fn show(
    sees: SeesGroups,
    Path(id): Path<String>,
    Inquiry { visit, query }: Inquiry,
) -> Response {
    let done = match query.get("done") {
        Some("added") => visit.text.get("admin-group-done-added"),
        Some("changed") => visit.text.get("admin-access-done"),
        Some("joined") => visit.text.get("admin-group-done-joined"),
        Some("left") => visit.text.get("admin-group-done-left"),
        _ => String::new(),
    };
    let said = Said {
        done,
        ..Said::default()
    };
    let page = Page {
        said,
        looked_at: "",
        written: None,
    };
    let made = made(&visit, &sees.may, &id, page).await;
    shown(&visit, made, false)
}

/// What a page is made of besides the group.
struct Page<'a> {
    said: Said,
    looked_at: &'static str,
    written: Option<&'a Form>,
}

/// What the reader may do with a group; none where it is not theirs to see.
async fn open_to<R>(op: &mut Op, may: &May<R>, group: GroupId) -> Result<Option<Open>, OpError> {
    let (organisation, powers) = (may.organisation_id(), may.powers());
    let owns = !powers.owns.is_empty()
        && match access::owns_group(op, organisation, group, may.person_id()).await {
            Ok(owns) => owns,
            Err(AccessError::Fault(fault)) => return Err(fault),
            Err(_) => false,
        };
    let manages = powers.has(Right::AccessManage);
    let sees = owns || powers.has(Right::AccessRead);
    Ok(sees.then_some(Open {
        about: manages,
        members: owns || manages,
        people: powers.has(Right::PeopleRead),
    }))
}

/// What of a group's page is open.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// To change what it is.
    about: bool,
    /// To say who is in it.
    members: bool,
    /// To go on to the pages of its members.
    people: bool,
}

async fn made<R>(
    visit: &Visit,
    may: &May<R>,
    id: &str,
    page: Page<'_>,
) -> Result<Option<GroupPage>, OpError> {
    let (op, organisation) = (&mut may.op(visit), may.organisation_id());
    let Some((group, document)) = found(op, organisation, id).await? else {
        return Ok(None);
    };
    let Some(open) = open_to(op, may, group.id).await? else {
        return Ok(None);
    };
    let text = &visit.text;
    let of_about = page.written.filter(|_| page.looked_at != "join");
    let of_join = page.written.filter(|_| page.looked_at == "join");
    let members = members(op, text, (organisation, group.id), open).await?;
    let groups = open.about.then(|| form::groups(text, Some(&document), of_about));
    let joining = open.members.then(|| form::joining(text, of_join));
    Ok(Some(GroupPage {
        frame: may.frame(op, visit, "admin-group-title").await?,
        facts: facts(text, &group, &document),
        members,
        groups: groups.unwrap_or_default(),
        joining: joining.unwrap_or_default(),
        here: format!("{}/{}", groups::HERE, group.id),
        name: group.about.title,
        said: page.said,
        looked_at: page.looked_at,
    }))
}

async fn found(
    op: &mut Op,
    organisation: OrganisationId,
    id: &str,
) -> Result<Option<(Group, GroupDocument)>, OpError> {
    let Ok(id) = id.parse::<GroupId>() else {
        return Ok(None);
    };
    let Some(group) = access::group(op, organisation, id).await? else {
        return Ok(None);
    };
    let document = access::group_document(op, organisation, &group).await?;
    Ok(Some((group, document)))
}

fn facts(text: &Text, group: &Group, document: &GroupDocument) -> Vec<(String, String)> {
    let mut facts = vec![
        (
            text.get("admin-group-field-kind"),
            text.get(&format!("admin-group-{}", group.kind)),
        ),
        (text.get("admin-group-field-name"), group.label()),
    ];
    let mut say = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push((text.get(key), value));
        }
    };
    say("admin-group-field-purpose", document.purpose.clone());
    say(
        "admin-group-field-parent",
        document.parent.clone().unwrap_or_default(),
    );
    say(
        "admin-group-field-ends",
        document.ends_at.map(minute).unwrap_or_default(),
    );
    let owners: Vec<&str> = document.owners.iter().map(String::as_str).collect();
    say("admin-group-field-owners", owners.join(", "));
    facts
}

async fn members(
    op: &mut Op,
    text: &Text,
    (organisation, id): (OrganisationId, GroupId),
    open: Open,
) -> Result<Vec<Member>, OpError> {
    let mut members = Vec::new();
    for (subject, period) in access::members(op, organisation, id).await? {
        let period = words(text, op.now, period);
        match subject {
            Subject::Person(id) => {
                if let Some(one) = person::find(op, id).await? {
                    members.push(Member {
                        word: one.username.to_string(),
                        name: one.called(),
                        href: if open.people {
                            format!("/admin/people/{id}")
                        } else {
                            String::new()
                        },
                        period,
                    });
                }
            }
            Subject::ServiceAccount(id) => {
                if let Some(one) = person::find_service_account(op, id).await? {
                    members.push(Member {
                        word: format!("service_account:{}", one.name),
                        name: one.name.clone(),
                        href: String::new(),
                        period,
                    });
                }
            }
        }
    }
    Ok(members)
}

/// From when, where that is still to come, and until when.
fn words(text: &Text, now: Timestamp, period: Period) -> String {
    let from = (period.from > now).then(|| text.get_with("admin-access-from", "date", &minute(period.from)));
    let until = period
        .until
        .map(|until| text.get_with("admin-access-until", "date", &minute(until)));
    let parts: Vec<String> = from.into_iter().chain(until).collect();
    parts.join(" · ")
}

/// `POST /admin/groups/{id}`, field `act`: `look` or `apply` with field `what`: `about`, or `join` (`member`, `until`); `leave` (`member`).
pub(in crate::admin) async fn act(
    may: MayNow<KeepsGroups>,
    Path(id): Path<String>,
    Submission { visit, form }: Submission,
) -> Response {
    let organisation = may.organisation_id();
    let (group, open) = match opened(&visit, &may, &id).await {
        Ok(Some(found)) => found,
        Ok(None) => return visit.status_page(StatusCode::NOT_FOUND),
        Err(fault) => return visit.fault_page(&fault),
    };
    let here = |word: &str| format!("{}/{}?done={word}", groups::HERE, group.id);
    let whose = (&visit, &*may);
    let asked = (form.get("act"), form.get("what"), Step::of(&form));
    let (said, looked_at) = match asked {
        (_, Some("about"), Some(step)) if open.about => {
            let act = async |op: &mut Op| {
                let document = form::document(&form)?;
                let about = access::group_about(op, organisation, (group.kind, document)).await?;
                access::change_group(op, organisation, group.id, about).await
            };
            let said = change(whose, step, |op| op.now, act, |_| here("changed")).await;
            (said, "about")
        }
        (_, Some("about"), Some(_)) => return visit.error_page(StatusCode::FORBIDDEN, "admin-may-not"),
        (_, Some("join"), Some(step)) => {
            let act = async |op: &mut Op| join(op, (organisation, group.id), &form).await;
            let said = change(whose, step, |op| op.now, act, |()| here("joined")).await;
            (said, "join")
        }
        (Some("leave"), _, _) => {
            let act = async |op: &mut Op| {
                let subject =
                    client::subject(op, organisation, form.get("member").unwrap_or_default()).await?;
                access::remove_member(op, organisation, group.id, subject).await
            };
            let said = change(whose, Step::Apply, |op| op.now, act, |()| here("left")).await;
            (said, "")
        }
        _ => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    let said = match said {
        Ok(said) => said,
        Err(answer) => return answer,
    };
    let wrong = !said.wrong.is_empty();
    let page = Page {
        said,
        looked_at,
        written: (!looked_at.is_empty()).then_some(&form),
    };
    let made = made(&visit, &may, &id, page).await;
    shown(&visit, made, wrong)
}

async fn opened<R>(visit: &Visit, may: &May<R>, id: &str) -> Result<Option<(Group, Open)>, OpError> {
    let op = &mut may.op(visit);
    let Some((group, _)) = found(op, may.organisation_id(), id).await? else {
        return Ok(None);
    };
    let open = open_to(op, may, group.id).await?;
    Ok(open.map(|open| (group, open)))
}

async fn join(
    op: &mut Op,
    (organisation, group): (OrganisationId, GroupId),
    form: &Form,
) -> Result<(), AccessError> {
    let member = written(form, "member").unwrap_or_default();
    let subject = client::subject(op, organisation, member).await?;
    let period = Period {
        from: op.now,
        until: form::end(form, "until")?,
    };
    access::add_member(op, organisation, group, subject, period).await
}
