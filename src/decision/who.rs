//! Who may do something: the decision asked backwards for its subject (AuthZEN section 8.4).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::access::Access;
use super::candidate;
use super::copies;
use super::decide::ORGANISATION;
use super::search::{Candidate, Found, Part, most, sift};
use super::{Decision, rulebook::Rulebook};
use crate::domain::{EventKind, OrganisationId, Subject, SubjectKind};
use crate::op::{EventDraft, Op, OpError};

/// As many holders of roles are read and put in order; where there are more, everybody of the organisation is walked through, of whom enough
/// hold them then.
const FEW: usize = 10_000;

/// Who is looked for.
#[derive(Debug, Clone)]
pub struct Who {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// People or service accounts; nobody is a group.
    pub kind: SubjectKind,
    /// What they may do.
    pub access: Access,
    pub part: Part,
}

/// What an application calls a subject.
pub type Naming<'a> = &'a (dyn Fn(Subject) -> String + Send + Sync);

/// Somebody who may, and by which decision.
#[derive(Debug, Clone)]
pub struct Allowed {
    pub subject: Subject,
    pub decision: Decision,
}

/// The organisation whose people can be permitted something: the one of the application or, where that is open to all, the one that the
/// resource says it is of; none if it says none.
pub async fn organisation_of(op: &mut Op, access: &Access) -> Result<Option<OrganisationId>, OpError> {
    let Some(application) = copies::application(op, access.application()).await? else {
        return Ok(None);
    };
    if !application.shared {
        return Ok(Some(application.organisation_id));
    }
    let named = access.resource().properties.get(ORGANISATION);
    let Some(named) = named.and_then(Json::as_str) else {
        return Ok(None);
    };
    match named.parse() {
        Ok(id) => Ok(Some(id)),
        Err(_) => Ok(candidate::organisation_by_slug(op.reading().await?, named).await?),
    }
}

/// Who may do something, by id: exactly those whom [`super::decide()`] permits it. Who asked is on record.
pub async fn who(op: &mut Op, who: &Who, naming: Option<Naming<'_>>) -> Result<Found<Allowed>, OpError> {
    let found = match copies::rulebook(op, who.organisation).await? {
        Some(rulebook) => find(op, (who, naming), &rulebook).await?,
        None => Found {
            results: Vec::new(),
            next: None,
        },
    };
    op.record(
        EventDraft::success(EventKind::SubjectsSearched)
            .organisation(who.organisation)
            .detail("subject_type", who.kind.as_str())
            .detail("action", who.access.action())
            .detail("resource", who.access.resource().label())
            .detail("found", found.results.len()),
    );
    Ok(found)
}

/// The same within an organisation whose own the resource is, unless it says otherwise: for whoever looks at their own organisation.
pub async fn who_within(op: &mut Op, mut within: Who) -> Result<Found<Allowed>, OpError> {
    if let Some(rulebook) = copies::rulebook(op, within.organisation).await? {
        let properties = &mut within.access.resource_mut().properties;
        let own = || Json::from(rulebook.slug.as_str());
        properties.entry(ORGANISATION).or_insert_with(own);
    }
    who(op, &within, None).await
}

async fn find(
    op: &mut Op,
    (who, naming): (&Who, Option<Naming<'_>>),
    rulebook: &Rulebook,
) -> Result<Found<Allowed>, OpError> {
    let candidates = candidates(op, who, rulebook).await?;
    let candidates = candidates.into_iter().map(|(key, subject)| Candidate {
        key,
        result: subject,
        question: match naming {
            Some(name) => who.access.clone().called(name(subject)).of(subject),
            None => who.access.clone().of(subject),
        },
    });
    let found = sift(op, &who.part, candidates).await?;
    let allowed = |(subject, decision)| Allowed { subject, decision };
    Ok(Found {
        results: found.results.into_iter().map(allowed).collect(),
        next: found.next,
    })
}

/// Those who can be permitted it, by id, from where the last part ended: the holders of roles that have the permission, or everybody where
/// they are many, or where a policy can permit without a role.
async fn candidates(op: &mut Op, who: &Who, rulebook: &Rulebook) -> Result<Vec<(String, Subject)>, OpError> {
    let application = who.access.application();
    if rulebook.retires(application) {
        return Ok(Vec::new());
    }
    let policies = copies::policies(op, who.organisation, application).await?;
    let (now, tx) = (op.now, op.reading().await?);
    let mut few = BTreeMap::new();
    if !policies.can_permit() {
        let bound = i64::try_from(FEW).unwrap_or(i64::MAX).saturating_add(1);
        let mut read = 0_usize;
        for role in rulebook.ids_with(application, who.access.action()) {
            let found = candidate::holders(tx, who.organisation, role, who.kind, (now, bound)).await?;
            read = read.saturating_add(found.len());
            few.extend(found.into_iter().map(|one| (one.id_text(), one)));
            if read > FEW {
                break;
            }
        }
        if read <= FEW {
            few.retain(|id, _| id.as_str() > who.part.start());
            return Ok(few.into_iter().collect());
        }
    }
    let from = (who.part.start(), most());
    let all = candidate::everybody(tx, who.organisation, who.kind, from).await?;
    Ok(all.into_iter().map(|one| (one.id_text(), one)).collect())
}
