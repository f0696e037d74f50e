//! The registered types of authorization details.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::copies::Known;
use super::detail::{DetailRules, DetailType, NewDetailType, Titles};
use super::{AccessError, application, store};
use crate::domain::{EventKind, Notice};
use crate::op::{EventDraft, Op, OpError};
use crate::storage::taken;

/// Most members of a type: a page has to show them all.
const MOST_MEMBERS: usize = 30;

/// All types by name.
pub type DetailTypes = BTreeMap<String, Arc<DetailType>>;

/// All registered types, from a copy.
pub async fn detail_types(op: &mut Op) -> Result<Arc<DetailTypes>, OpError> {
    let known = op.house.part::<Known>();
    let found = known
        .detail_types
        .get(op, &(), async |op| {
            let all = store::detail_types(op.reading().await?).await?;
            let by_name = all.into_iter().map(|one| (one.name.clone(), Arc::new(one)));
            Ok(Some(Arc::new(by_name.collect())))
        })
        .await?;
    Ok(found.unwrap_or_default())
}

/// Registers a type for an application.
pub async fn register_detail_type(op: &mut Op, new: NewDetailType) -> Result<(), AccessError> {
    if !is_name(&new.name) || !is_sound(&new.rules) {
        return Err(AccessError::DetailType);
    }
    let Some(application) = application(op, new.application).await? else {
        return Err(AccessError::ApplicationUnknown);
    };
    if application.is_retired() {
        return Err(AccessError::ApplicationRetired(application.name.clone()));
    }
    if let Some(permission) = &new.rules.permission
        && !application
            .permissions
            .iter()
            .any(|(name, _, _)| name == permission)
    {
        return Err(AccessError::PermissionUnknown(permission.clone()));
    }
    let now = op.now;
    store::insert_detail_type(op.writing().await?, &new, now)
        .await
        .map_err(taken(AccessError::DetailTypeTaken))?;
    op.record(
        EventDraft::success(EventKind::ApplicationChanged)
            .organisation(application.organisation_id)
            .target("application", application.id)
            .change(Value::Null, json!({ "authorization_details_type": new.name })),
    );
    op.tell(Notice::Organisation(application.organisation_id));
    Ok(())
}

/// Removes a type: nobody can ask for it any more, and what was given of it goes into no further token. False if there is none.
pub async fn remove_detail_type(op: &mut Op, name: &str) -> Result<bool, AccessError> {
    let tx = op.writing().await?;
    let all = store::detail_types(tx).await?;
    let Some(found) = all.into_iter().find(|one| one.name == name) else {
        return Ok(false);
    };
    if !store::delete_detail_type(tx, name).await? {
        return Ok(false);
    }
    let application = application(op, found.application).await?;
    let application = application.ok_or(AccessError::ApplicationUnknown)?;
    op.record(
        EventDraft::success(EventKind::ApplicationChanged)
            .organisation(application.organisation_id)
            .target("application", application.id)
            .change(
                json!({ "authorization_details_type": name, "rules": found.rules }),
                Value::Null,
            ),
    );
    op.tell(Notice::Organisation(application.organisation_id));
    Ok(true)
}

/// A word or a URI.
fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_sound(rules: &DetailRules) -> bool {
    let told = |titles: &Titles| {
        titles.contains_key("en") && titles.values().all(|text| (1..=300).contains(&text.trim().len()))
    };
    let reserved = ["type", "locations"];
    let members = &rules.members;
    let names: std::collections::BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    told(&rules.titles)
        && (rules.purposes.is_empty() || told(&rules.purposes))
        && members.len() <= MOST_MEMBERS
        && names.len() == members.len()
        && members.iter().all(|member| {
            is_name(&member.name)
                && !reserved.contains(&member.name.as_str())
                && told(&member.titles)
                && member.kind.is_sound()
        })
}
