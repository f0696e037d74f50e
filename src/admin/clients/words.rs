//! What a client is, in words.

use crate::client::{Client, Held, RuleBroken, SecretSummary, Standing};
use crate::domain::{ClientProfile, ClientStatus, RedirectUri, Timestamp};
use crate::http::{Text, minute};

pub(super) fn status(text: &Text, status: ClientStatus) -> String {
    text.get(match status {
        ClientStatus::Pending => "admin-client-pending",
        ClientStatus::Active => "admin-client-active",
        ClientStatus::Disabled => "admin-client-disabled",
    })
}

pub(super) fn profile(text: &Text, profile: ClientProfile) -> String {
    text.get(match profile {
        ClientProfile::Baseline => "admin-client-baseline",
        ClientProfile::Fapi2Security => "admin-client-fapi2-security",
        ClientProfile::Fapi2MessageSigning => "admin-client-fapi2-message-signing",
    })
}

/// When it was last here, or that it never was.
pub(super) fn last_use(text: &Text, at: Option<Timestamp>) -> String {
    match at {
        Some(at) => text.get_with("admin-client-used", "when", &minute(at)),
        None => text.get("admin-client-unused"),
    }
}

/// What a client is, beside its profile and its secrets: pairs of term and value.
pub(super) fn facts(text: &Text, client: &Client, last: Option<Timestamp>) -> Vec<(String, String)> {
    let settings = &client.settings;
    let none = || text.get("admin-none");
    let listed = |all: Vec<&str>| {
        if all.is_empty() { none() } else { all.join(", ") }
    };
    let yes_no = |yes: bool| text.get(if yes { "admin-yes" } else { "admin-no" });
    let is_known = |id: Option<String>| id.unwrap_or_else(none);
    let keys = match (&settings.jwks_uri, &client.jwks) {
        (Some(address), _) => address.clone(),
        (None, Some(set)) => {
            let count = i64::try_from(set.keys.len()).unwrap_or(i64::MAX);
            text.get_count("admin-client-keys-held", "count", count)
        }
        (None, None) => none(),
    };
    let grants = client.grant_types.iter().map(|one| one.as_str()).collect();
    let addresses = client.redirect_uris.iter().map(RedirectUri::as_str).collect();
    let fact = |key: &str, value: String| (text.get(key), value);
    vec![
        fact("admin-client-id", client.id.as_str().to_owned()),
        fact("admin-client-state", status(text, client.status)),
        fact("admin-client-last", last_use(text, last)),
        fact("admin-client-made", made(text, client)),
        fact("admin-client-method", client.auth_method.to_string()),
        fact("admin-client-keys", keys),
        fact("admin-client-grants", listed(grants)),
        fact(
            "admin-client-scopes",
            is_known(Some(client.scopes.to_string()).filter(|all| !all.is_empty())),
        ),
        fact("admin-client-redirects", listed(addresses)),
        fact("admin-client-signing", client.signing_algorithm.to_string()),
        fact(
            "admin-client-application",
            is_known(client.application_id.map(|id| id.to_string())),
        ),
        fact(
            "admin-client-account",
            is_known(client.service_account_id.map(|id| id.to_string())),
        ),
        fact("admin-client-shared", yes_no(client.shared)),
        fact("admin-client-consent", yes_no(client.consent_required)),
    ]
}

fn made(text: &Text, client: &Client) -> String {
    text.get(if client.id.is_document() {
        "admin-client-made-document"
    } else if client.registered_itself() {
        "admin-client-made-itself"
    } else {
        "admin-client-made-administrator"
    })
}

/// The key of a rule's sentences: `admin-profile-pushed-request`, and with `-why` what it asks.
fn rule_key(rule: RuleBroken) -> String {
    format!(
        "admin-profile-{}",
        rule.name().to_ascii_lowercase().replace(' ', "-")
    )
}

pub(super) fn rule(text: &Text, rule: RuleBroken) -> String {
    text.get(&rule_key(rule))
}

/// One line of the table of rules.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) why: String,
    /// `kept`, `asked`, `broken`: for its colour.
    pub(super) word: &'static str,
    pub(super) standing: String,
    /// What of the registration breaks it; empty: nothing.
    pub(super) by: String,
}

pub(super) fn line(text: &Text, held: &Held) -> Line {
    let (word, key, by) = match &held.standing {
        Standing::Kept => ("kept", "admin-profile-kept", &[][..]),
        Standing::Asked => ("asked", "admin-profile-asked", &[][..]),
        Standing::Broken(by) => ("broken", "admin-profile-broken", by.as_slice()),
    };
    let by: Vec<String> = by
        .iter()
        .map(|(member, value)| format!("{member}: {value}"))
        .collect();
    Line {
        name: rule(text, held.rule),
        why: text.get(&format!("{}-why", rule_key(held.rule))),
        word,
        standing: text.get(key),
        by: by.join(", "),
    }
}

/// A secret as a row: its id, when it was made, when it ends, when it was used.
#[derive(Debug)]
pub(super) struct SecretRow {
    pub(super) id: String,
    pub(super) made: String,
    pub(super) ends: String,
    pub(super) used: String,
}

pub(super) fn secret(text: &Text, secret: &SecretSummary, now: Timestamp) -> SecretRow {
    let ends = match secret.expires_at {
        Some(at) if at <= now => text.get_with("admin-secret-ended", "when", &minute(at)),
        Some(at) => minute(at),
        None => text.get("admin-secret-endless"),
    };
    SecretRow {
        id: secret.id.clone(),
        made: minute(secret.created_at),
        ends,
        used: secret
            .last_used_at
            .map_or_else(|| text.get("admin-secret-unused"), minute),
    }
}
