//! What pages say of policies.

use crate::domain::PolicyState;
use crate::http::Text;
use crate::policy::{Listed, PolicyError};

/// Why nothing was done. What is wrong with a text is told with its line and column, in the words of Cedar.
pub(super) fn refusal(text: &Text, error: &PolicyError) -> String {
    let key = match error {
        PolicyError::NameShape => "admin-policy-wrong-name",
        PolicyError::NameTaken => "admin-policy-wrong-taken",
        PolicyError::ApplicationUnknown | PolicyError::ApplicationUnsaid => "admin-policy-wrong-application",
        PolicyError::ApplicationRetired => "admin-policy-wrong-retired",
        PolicyError::Title => "admin-policy-wrong-title",
        PolicyError::Purpose => "admin-policy-wrong-purpose",
        PolicyError::ReasonMissing => "admin-access-wrong-reason",
        PolicyError::NoCase => "admin-policy-wrong-no-case",
        PolicyError::NotTested => "admin-policy-wrong-not-tested",
        PolicyError::ChangedMeanwhile => "admin-policy-wrong-meanwhile",
        other => return text.get_with("admin-policy-wrong", "why", &other.to_string()),
    };
    text.get(key)
}

/// Which versions stand, in words.
pub(super) fn standing(text: &Text, one: &Listed) -> String {
    let version = |version: i64, state: PolicyState| {
        let version = version.to_string();
        let arguments = [("version", version.as_str()), ("state", &state_of(text, state))];
        text.get_args("admin-policy-version", &arguments)
    };
    let active = one.active.map(|number| version(number, PolicyState::Active));
    let open = one.open.zip(one.open_state);
    let open = open.map(|(number, state)| version(number, state));
    let standing: Vec<String> = active.into_iter().chain(open).collect();
    if standing.is_empty() {
        return state_of(text, PolicyState::Retired);
    }
    standing.join(" · ")
}

pub(super) fn state_of(text: &Text, state: PolicyState) -> String {
    text.get(&format!("admin-policy-{state}"))
}

/// What a template is called.
pub(super) fn template(text: &Text, name: &str) -> String {
    text.get(&format!("admin-template-{name}"))
}
