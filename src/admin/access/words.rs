//! What pages say of changes of access.

use crate::access::{AccessError, Effect, People, PermissionUse};
use crate::decision::CannotGive;
use crate::http::Text;

/// One line for each permission that a change touches; a line that says so where it touches none.
pub(super) fn effect(text: &Text, effects: &[Effect]) -> Vec<String> {
    if effects.is_empty() {
        return vec![text.get("admin-access-effect-none")];
    }
    effects.iter().flat_map(|one| lines(text, one)).collect()
}

fn lines(text: &Text, effect: &Effect) -> Vec<String> {
    let parts = [
        ("admin-access-effect-gain", &effect.gain),
        ("admin-access-effect-lose", &effect.lose),
        ("admin-access-effect-elsewhere", &effect.elsewhere),
    ];
    let parts = parts.into_iter().filter(|(_, people)| people.count > 0);
    parts
        .map(|(key, people)| {
            let arguments = [
                ("permission", effect.permission.as_str()),
                ("application", effect.application.as_str()),
                ("people", &named(text, people)),
            ];
            text.get_args(key, &arguments)
        })
        .collect()
}

fn named(text: &Text, people: &People) -> String {
    let names = people.some.join(", ");
    let more = people.count.saturating_sub(people.some.len());
    if more == 0 {
        return names;
    }
    let more = text.get_count(
        "admin-access-more",
        "count",
        i64::try_from(more).unwrap_or(i64::MAX),
    );
    format!("{names}, {more}")
}

/// Why nothing was changed.
pub(super) fn refusal(text: &Text, error: &AccessError) -> String {
    let key = match error {
        AccessError::NameShape => "admin-access-wrong-name",
        AccessError::NameTaken => "admin-access-wrong-taken",
        AccessError::Words => "admin-access-wrong-words",
        AccessError::GroupKind | AccessError::GroupCycle => "admin-access-wrong-above",
        AccessError::GroupEnded => "admin-access-wrong-ended",
        AccessError::OwnerUnknown => "admin-access-wrong-owner",
        AccessError::Days => "admin-access-wrong-days",
        AccessError::Reversed => "admin-access-wrong-reversed",
        AccessError::ReasonMissing => "admin-access-wrong-reason",
        AccessError::RoleGiven => "admin-access-wrong-given",
        AccessError::NotOwner => "admin-access-wrong-not-owner",
        AccessError::ApplicationName => "admin-application-wrong-name",
        AccessError::AudienceShape => "admin-application-wrong-audience",
        AccessError::AudienceTaken => "admin-application-wrong-taken",
        AccessError::OwnApplication => "admin-application-wrong-own",
        AccessError::SharedUsed => "admin-application-wrong-shared",
        AccessError::PermissionShape => "admin-permission-wrong-name",
        AccessError::PermissionIsRight => "admin-permission-wrong-right",
        AccessError::PermissionTaken => "admin-permission-wrong-taken",
        AccessError::PermissionWords => "admin-permission-wrong-words",
        AccessError::TooManyPermissions => "admin-permission-wrong-many",
        AccessError::PermissionUsed(by) => {
            return text.get_with("admin-permission-wrong-used", "by", &used(text, by));
        }
        AccessError::Moment(written) => {
            return text.get_with("admin-access-wrong-moment", "written", written);
        }
        AccessError::RoleCycle(name) => return text.get_with("admin-access-wrong-circle", "name", name),
        AccessError::ActsForPeople(name) => {
            return text.get_with("admin-access-wrong-for-people", "name", name);
        }
        AccessError::ApplicationRetired(name) => {
            return text.get_with("admin-application-wrong-retired", "name", name);
        }
        AccessError::RoleUsed(name) => return text.get_with("admin-access-wrong-used", "name", name),
        AccessError::Unnamed(_, name) | AccessError::PermissionUnknown(name) => {
            return text.get_with("admin-access-wrong-unknown", "name", name);
        }
        AccessError::TooLong { role, days } => {
            let days = days.to_string();
            return text.get_args(
                "admin-access-wrong-long",
                &[("role", role.as_str()), ("days", &days)],
            );
        }
        AccessError::CannotGive(why) => return cannot_give(text, why),
        _ => "admin-access-wrong",
    };
    text.get(key)
}

/// Who uses a permission, in one line; empty: nobody.
pub(super) fn used(text: &Text, by: &PermissionUse) -> String {
    let parts = [
        ("admin-permission-used-by-roles", &by.roles),
        ("admin-permission-used-by-policies", &by.policies),
        ("admin-permission-used-by-types", &by.authorization_details_types),
    ];
    let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
    let mut parts: Vec<String> = parts
        .map(|(key, names)| text.get_with(key, "names", &names.join(", ")))
        .collect();
    if by.elsewhere {
        parts.push(text.get("admin-permission-used-elsewhere"));
    }
    parts.join("; ")
}

fn cannot_give(text: &Text, why: &CannotGive) -> String {
    match why {
        CannotGive::Inactive => text.get("admin-access-wrong-inactive"),
        CannotGive::NoRight { role } => text.get_with("admin-access-wrong-no-right", "role", role),
        CannotGive::Outside { role, within } => {
            let arguments = [("role", role.as_str()), ("within", within.as_str())];
            text.get_args("admin-access-wrong-outside", &arguments)
        }
        CannotGive::TooLong { role, days } => {
            let days = days.to_string();
            text.get_args(
                "admin-access-wrong-long",
                &[("role", role.as_str()), ("days", &days)],
            )
        }
        CannotGive::Exceeds { role, permission } => {
            let arguments = [("role", role.as_str()), ("permission", permission.as_str())];
            text.get_args("admin-access-wrong-exceeds", &arguments)
        }
    }
}
