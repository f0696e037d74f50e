//! Resources that an application registers, so that one can search for those with which somebody may do something: few, and of long life
//! (dashboards, reports). Why no others: `docs/decisions/021-resources-that-are-registered.md`.

use serde_json::{Map, Value as Json, json};

use super::{application, resource_store as store};
use crate::decision::{UnfitWord, check_word};
use crate::domain::{ApplicationId, EventKind, GroupKind};
use crate::op::{EventDraft, Op, OpError};

/// Most resources of one application.
pub const MOST_RESOURCES: usize = 1_000;

/// Most bytes of the properties of one, as JSON.
pub const MOST_BYTES: usize = 4_096;

/// Which resource of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceKey {
    pub application: ApplicationId,
    /// The type, in the application's own words: `dashboard`.
    pub kind: String,
    pub id: String,
}

/// Why a resource is not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResourceRefusal {
    #[error(transparent)]
    Word(#[from] UnfitWord),
    #[error("the groups of this kind are known: resources of their own cannot be registered")]
    Kind,
    #[error("the properties are larger than {MOST_BYTES} bytes")]
    Large,
    #[error("the application has registered {MOST_RESOURCES} resources: ask for a filter instead")]
    Full,
    #[error("the application is retired: it has no resources until it is brought back")]
    Retired,
    #[error("there is no such resource")]
    Unknown,
}

impl ResourceKey {
    /// Of words of a length that fits.
    pub fn new(application: ApplicationId, kind: String, id: String) -> Result<Self, ResourceRefusal> {
        check_word(&kind)?;
        check_word(&id)?;
        if GroupKind::parse(&kind).is_some() {
            return Err(ResourceRefusal::Kind);
        }
        Ok(Self {
            application,
            kind,
            id,
        })
    }

    /// `dashboard/sales`
    fn label(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }
}

/// What an application has told of a resource; nothing while it is retired.
pub async fn resource(op: &mut Op, key: &ResourceKey) -> Result<Option<Map<String, Json>>, OpError> {
    if is_retired(op, key.application).await? {
        return Ok(None);
    }
    Ok(store::resource(op.reading().await?, key).await?)
}

/// Tells of a resource, in place of what was told before; whether it is new. What is told again as it was leaves no event.
pub async fn register_resource(
    op: &mut Op,
    key: &ResourceKey,
    properties: &Map<String, Json>,
) -> Result<Result<bool, ResourceRefusal>, OpError> {
    let after = Json::Object(properties.clone());
    if after.to_string().len() > MOST_BYTES {
        return Ok(Err(ResourceRefusal::Large));
    }
    if is_retired(op, key.application).await? {
        return Ok(Err(ResourceRefusal::Retired));
    }
    let now = op.now;
    let tx = op.writing().await?;
    let before = store::resource(tx, key).await?;
    if before.as_ref() == Some(properties) {
        return Ok(Ok(false));
    }
    let is_new = before.is_none();
    if is_new && store::count(tx, key.application).await? >= MOST_RESOURCES {
        return Ok(Err(ResourceRefusal::Full));
    }
    store::put(tx, key, &after, now).await?;
    let before = before.map_or(Json::Null, Json::Object);
    record(op, EventKind::ResourceRegistered, key, (before, after)).await?;
    Ok(Ok(is_new))
}

/// Forgets a resource: it is not found any more.
pub async fn remove_resource(op: &mut Op, key: &ResourceKey) -> Result<Result<(), ResourceRefusal>, OpError> {
    let Some(before) = store::remove(op.writing().await?, key).await? else {
        return Ok(Err(ResourceRefusal::Unknown));
    };
    let change = (Json::Object(before), Json::Null);
    record(op, EventKind::ResourceRemoved, key, change).await?;
    Ok(Ok(()))
}

async fn is_retired(op: &mut Op, id: ApplicationId) -> Result<bool, OpError> {
    let found = application(op, id).await?;
    Ok(found.is_some_and(|one| one.is_retired()))
}

async fn record(
    op: &mut Op,
    kind: EventKind,
    key: &ResourceKey,
    (before, after): (Json, Json),
) -> Result<(), OpError> {
    let application = application(op, key.application).await?;
    let wrap = |properties: Json| match properties {
        Json::Null => Json::Null,
        told => json!({ "properties": told }),
    };
    let mut draft = EventDraft::success(kind)
        .target_named("resource", key.label())
        .detail("application", key.application.to_string())
        .change(wrap(before), wrap(after));
    if let Some(application) = application {
        draft = draft.organisation(application.organisation_id);
    }
    op.record(draft);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_has_words_that_fit_and_is_no_group() {
        let key = |kind: &str, id: &str| ResourceKey::new(ApplicationId::NIL, kind.to_owned(), id.to_owned());
        assert_eq!(key("dashboard", "sales").unwrap().label(), "dashboard/sales");
        assert_eq!(key("region", "emea").unwrap_err(), ResourceRefusal::Kind);
        assert_eq!(key("", "sales").unwrap_err(), ResourceRefusal::Word(UnfitWord));
        assert!(key("dashboard", &"x".repeat(257)).is_err());
    }
}
