//! Roles, groups and grants as people and programs write them: by names, not by ids.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::{Group, GroupAbout, Holder, Permitted, Role, RoleAbout};
use super::{AccessError, application, application_with, group, group_named, roles};
use crate::domain::{
    ApplicationId, GroupId, GroupKind, OrganisationId, PersonId, Right, Risk, RoleId, Subject, Timestamp,
    rfc3339,
};
use crate::op::{Op, OpError};
use crate::person;

/// What a role is to be, all but its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleDocument {
    pub title: String,
    /// What it is for, in plain words.
    #[serde(default)]
    pub purpose: String,
    #[serde(default)]
    pub second_factor: bool,
    #[serde(default)]
    pub permissions: Vec<PermissionNamed>,
    /// Rights over Doorward itself.
    #[serde(default)]
    pub rights: BTreeSet<Right>,
    /// Names of roles whose permissions it has too.
    #[serde(default)]
    pub includes: BTreeSet<String>,
    /// Which roles its holders may give.
    #[serde(default)]
    pub may_give: Vec<MayGive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default = "medium")]
    pub risk: Risk,
    #[serde(default)]
    pub requestable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_days: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_days: Option<i64>,
}

fn medium() -> Risk {
    Risk::Medium
}

/// A permission by its name, and its application by id or audience; that may be left out where only one has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionNamed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    pub name: String,
}

/// A role that may be given, for so many days at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MayGive {
    pub role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_days: Option<i64>,
}

/// What is said of a group, all but its kind and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDocument {
    pub title: String,
    #[serde(default)]
    pub purpose: String,
    /// The name of the group of the same kind above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    pub ends_at: Option<Timestamp>,
    #[serde(default)]
    pub owners: BTreeSet<String>,
}

/// A document with some members changed; `null` takes one back (RFC 7396, of members of one level). The error says which member is wrong.
pub fn patched<T: Serialize + DeserializeOwned>(
    document: &T,
    patch: Map<String, Value>,
) -> Result<T, serde_json::Error> {
    let mut whole = serde_json::to_value(document)?;
    if let Value::Object(members) = &mut whole {
        for (name, value) in patch {
            if value.is_null() {
                members.remove(&name);
            } else {
                members.insert(name, value);
            }
        }
    }
    serde_json::from_value(whole)
}

/// What a role document says, with what it names found.
pub async fn role_about(
    op: &mut Op,
    organisation: OrganisationId,
    document: RoleDocument,
) -> Result<RoleAbout, AccessError> {
    let all = roles(op, organisation).await?;
    let named = |name: &str| {
        let found = all.iter().find(|role| role.name == name).map(|role| role.id);
        found.ok_or_else(|| AccessError::Unnamed("role", name.to_owned()))
    };
    let includes = document.includes.iter().map(|name| named(name));
    let giving = document.may_give.iter();
    let giving = giving.map(|one| Ok((named(&one.role)?, one.longest_days)));
    let (includes, giving) = (
        includes.collect::<Result<_, AccessError>>()?,
        giving.collect::<Result<_, AccessError>>()?,
    );
    let mut permissions = BTreeSet::new();
    for PermissionNamed { application, name } in document.permissions {
        let meant = (name.as_str(), application.as_deref());
        let application = application_with(op, organisation, meant).await??;
        permissions.insert(Permitted { application, name });
    }
    let owner = match &document.owner {
        Some(username) => Some(person_called(op, organisation, username).await?),
        None => None,
    };
    Ok(RoleAbout {
        title: document.title,
        purpose: document.purpose,
        second_factor: document.second_factor,
        permissions,
        rights: document.rights,
        includes,
        giving,
        owner,
        risk: document.risk,
        requestable: document.requestable,
        longest_days: document.longest_days,
        review_days: document.review_days,
    })
}

async fn person_called(
    op: &mut Op,
    organisation: OrganisationId,
    username: &str,
) -> Result<PersonId, AccessError> {
    let found = person::find_named_within(op, organisation, username).await?;
    let unknown = || AccessError::Unnamed("person", username.to_owned());
    Ok(found.ok_or_else(unknown)?.id)
}

/// A role as a document; `all` are the roles of its organisation.
pub async fn role_document(op: &mut Op, all: &[Role], role: &Role) -> Result<RoleDocument, OpError> {
    let about = &role.about;
    let name = |id: &RoleId| {
        let found = all.iter().find(|role| role.id == *id);
        found.map_or_else(|| id.to_string(), |role| role.name.clone())
    };
    let mut audiences: BTreeMap<ApplicationId, String> = BTreeMap::new();
    let mut permissions = Vec::new();
    for Permitted {
        application: id,
        name,
    } in &about.permissions
    {
        if !audiences.contains_key(id) {
            let found = application(op, *id).await?;
            let audience = found.map_or_else(|| id.to_string(), |found| found.audience.clone());
            audiences.insert(*id, audience);
        }
        permissions.push(PermissionNamed {
            application: audiences.get(id).cloned(),
            name: name.clone(),
        });
    }
    let may_give = about.giving.iter().map(|(id, longest)| MayGive {
        role: name(id),
        longest_days: *longest,
    });
    Ok(RoleDocument {
        title: about.title.clone(),
        purpose: about.purpose.clone(),
        second_factor: about.second_factor,
        permissions,
        rights: about.rights.clone(),
        includes: about.includes.iter().map(name).collect(),
        may_give: may_give.collect(),
        owner: match about.owner {
            Some(id) => username(op, id).await?,
            None => None,
        },
        risk: about.risk,
        requestable: about.requestable,
        longest_days: about.longest_days,
        review_days: about.review_days,
    })
}

async fn username(op: &mut Op, id: PersonId) -> Result<Option<String>, OpError> {
    Ok(person::find(op, id)
        .await?
        .map(|found| found.username.to_string()))
}

/// What a group document says, with what it names found.
pub async fn group_about(
    op: &mut Op,
    organisation: OrganisationId,
    (kind, document): (GroupKind, GroupDocument),
) -> Result<GroupAbout, AccessError> {
    let parent = match document.parent {
        Some(name) => {
            let found = group_named(op, organisation, kind, &name).await?;
            Some(found.ok_or(AccessError::Unnamed("group of this kind", name))?)
        }
        None => None,
    };
    let mut owners = BTreeSet::new();
    for owner in &document.owners {
        owners.insert(person_called(op, organisation, owner).await?);
    }
    Ok(GroupAbout {
        title: document.title,
        purpose: document.purpose,
        parent,
        ends_at: document.ends_at,
        owners,
    })
}

/// A group as a document.
pub async fn group_document(
    op: &mut Op,
    organisation: OrganisationId,
    found: &Group,
) -> Result<GroupDocument, OpError> {
    let about = &found.about;
    let parent = match about.parent {
        Some(id) => group(op, organisation, id).await?.map(|parent| parent.name),
        None => None,
    };
    let mut owners = BTreeSet::new();
    for owner in &about.owners {
        owners.extend(username(op, *owner).await?);
    }
    Ok(GroupDocument {
        title: about.title.clone(),
        purpose: about.purpose.clone(),
        parent,
        ends_at: about.ends_at,
        owners,
    })
}

/// The kind and name of a group that is written `region:emea`.
#[must_use]
pub fn group_label(label: &str) -> Option<(GroupKind, &str)> {
    let (kind, name) = label.split_once(':')?;
    Some((GroupKind::parse(kind)?, name))
}

/// The group that is written `region:emea`.
pub async fn group_labelled(
    op: &mut Op,
    organisation: OrganisationId,
    label: &str,
) -> Result<GroupId, AccessError> {
    let found = match group_label(label) {
        Some((kind, name)) => group_named(op, organisation, kind, name).await?,
        None => None,
    };
    found.ok_or_else(|| AccessError::Unnamed("group", label.to_owned()))
}

/// Whoever is meant to hold a grant: `team:care`, `service_account:NAME`, or a username.
pub async fn holder(op: &mut Op, organisation: OrganisationId, text: &str) -> Result<Holder, AccessError> {
    if group_label(text).is_some() {
        return Ok(Holder::Group(group_labelled(op, organisation, text).await?));
    }
    Ok(Holder::Subject(subject(op, organisation, text).await?))
}

/// Whoever is meant: `service_account:NAME`, or a username.
pub async fn subject(op: &mut Op, organisation: OrganisationId, text: &str) -> Result<Subject, AccessError> {
    let Some(name) = text.strip_prefix("service_account:") else {
        return Ok(Subject::Person(person_called(op, organisation, text).await?));
    };
    // Its name first: that of a client's account is the client's id, which may look like the id of an account.
    let mut found = person::service_account_called(op, organisation, name).await?;
    if found.is_none()
        && let Ok(id) = name.parse()
    {
        found = person::find_service_account(op, id).await?;
    }
    let found = found.filter(|found| found.organisation_id == organisation);
    let found = found.ok_or_else(|| AccessError::Unnamed("service account", name.to_owned()))?;
    Ok(Subject::ServiceAccount(found.id))
}
