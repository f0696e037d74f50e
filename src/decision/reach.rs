//! What somebody may do with something, and with what they may do it: the decision asked backwards for its action (AuthZEN section 8.6) and
//! its resource (section 8.5).

use serde_json::{Map, Value as Json};

use super::candidate::{self, Registered};
use super::copies;
use super::search::{Candidate, Found, LOOKED_AT, Part, most, sift};
use super::{Question, rulebook::Rulebook};
use crate::domain::{ApplicationId, EventKind, GroupKind, OrganisationId, Subject};
use crate::op::{EventDraft, Op, OpError};

/// A resource that is found, with what it was decided by.
#[derive(Debug, Clone)]
pub struct Reached {
    pub id: String,
    /// What is known of it, and what was asked of it besides: with these the decision on it is the same yes.
    pub properties: Map<String, Json>,
}

/// The actions that a subject may do with a resource, by name; the action of the question is not looked at. Who asked is on record.
pub async fn actions(op: &mut Op, question: &Question, part: &Part) -> Result<Found<String>, OpError> {
    let application = copies::application(op, question.application).await?;
    let mut names: Vec<String> = application.map_or_else(Vec::new, |facts| facts.permissions());
    names.retain(|name| name.as_str() > part.start());
    names.sort_unstable();
    let candidates = names.into_iter().map(|name| Candidate {
        key: name.clone(),
        question: Question {
            action: name.clone(),
            ..question.clone()
        },
        result: name,
    });
    let found = sift(op, part, candidates).await?;
    let results: Vec<String> = found.results.into_iter().map(|(name, _)| name).collect();
    let resource = format!("{}/{}", question.resource_type, question.resource_id);
    let draft = of_subject(op, EventKind::ActionsSearched, question.subject).await?;
    op.record(draft.detail("resource", resource).detail("found", results.len()));
    Ok(Found {
        results,
        next: found.next,
    })
}

/// The resources of a type with which a subject may do something, by id; the id of the question is not looked at. Of a type that is a kind of
/// group: the groups in which they may do it. Else: of those that the application has registered. Who asked is on record.
pub async fn resources(op: &mut Op, question: &Question, part: &Part) -> Result<Found<Reached>, OpError> {
    let known = if let Some(kind) = GroupKind::parse(&question.resource_type) {
        let found = copies::record(op, question.subject).await?;
        found.map_or_else(Vec::new, |(rulebook, _)| groups(&rulebook, kind, part.start()))
    } else {
        let from = (part.start(), most());
        let tx = op.reading().await?;
        candidate::resources(tx, question.application, &question.resource_type, from).await?
    };
    let candidates = known.into_iter().map(|one| candidate(question, one));
    let found = sift(op, part, candidates).await?;
    let results: Vec<Reached> = found.results.into_iter().map(|(reached, _)| reached).collect();
    let draft = of_subject(op, EventKind::ResourcesSearched, question.subject).await?;
    op.record(
        draft
            .detail("action", question.action.as_str())
            .detail("resource_type", question.resource_type.as_str())
            .detail("found", results.len()),
    );
    Ok(Found {
        results,
        next: found.next,
    })
}

/// Each group of a kind is the place of itself.
fn groups(rulebook: &Rulebook, kind: GroupKind, after: &str) -> Vec<Registered> {
    let mut names = rulebook.names_of(kind);
    names.retain(|name| *name > after);
    names.sort_unstable();
    names.truncate(LOOKED_AT.saturating_add(1));
    let place = |name: &str| Registered {
        id: name.to_owned(),
        properties: Map::from_iter([(kind.as_str().to_owned(), Json::from(name))]),
    };
    names.into_iter().map(place).collect()
}

/// What is known of a resource counts, over what was asked of it besides.
fn candidate(question: &Question, known: Registered) -> Candidate<Reached> {
    let mut properties = question.resource.clone();
    properties.extend(known.properties);
    Candidate {
        key: known.id.clone(),
        question: Question {
            resource_id: known.id.clone(),
            resource: properties.clone(),
            ..question.clone()
        },
        result: Reached {
            id: known.id,
            properties,
        },
    }
}

async fn of_subject(op: &mut Op, kind: EventKind, subject: Subject) -> Result<EventDraft, OpError> {
    let draft = EventDraft::success(kind);
    let holdings = copies::holdings(op, subject).await?;
    let organisation: Option<OrganisationId> = holdings.map(|one| one.organisation_id());
    let draft = match organisation {
        Some(organisation) => draft.organisation(organisation),
        None => draft,
    };
    Ok(match subject {
        Subject::Person(id) => draft.target("person", id),
        Subject::ServiceAccount(id) => draft.target("service_account", id),
    })
}

/// The resources of a type that an application has registered, by their ids: so many of those after one, whoever may do something with them;
/// none while it is retired.
pub async fn registered(
    op: &mut Op,
    (application, kind): (ApplicationId, &str),
    page: (&str, i64),
) -> Result<Vec<Registered>, OpError> {
    let facts = copies::application(op, application).await?;
    if facts.is_none_or(|one| one.retired) {
        return Ok(Vec::new());
    }
    Ok(candidate::resources(op.reading().await?, application, kind, page).await?)
}
