//! The settings of a client that the console changes: how strictly it is held, and how it proves itself.

use serde_json::{Value, json};

use super::words;
use crate::client::{self, Client, Document};
use crate::config::Config;
use crate::domain::{ClientAuthMethod, ClientProfile, ResponseType};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Form, Text};

const PROFILE: &str = "profile";
const METHOD: &str = "token_endpoint_auth_method";
const SIGNING: &str = "id_token_signed_response_alg";
const KEYS: &str = "jwks_uri";
const REDIRECTS: &str = "redirect_uris";
const RESPONSES: &str = "response_types";

/// Settings that are on or off.
const BOXES: [&str; 5] = [
    "require_pkce",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "dpop_bound_access_tokens",
    "tls_client_certificate_bound_access_tokens",
];

/// The form, filled in with what the client is or with what was written.
pub(super) fn groups(text: &Text, config: &Config, client: &Client, written: Option<&Form>) -> Vec<Group> {
    let present = client::shown(client);
    let value = |name: &str| match written {
        Some(form) => form.get(name).unwrap_or_default().to_owned(),
        None => shown(&present, name),
    };
    let choice = |name: &str, all: Vec<(String, String)>| {
        let chosen = value(name);
        let all = all.into_iter().map(|(word, label)| {
            let is = word == chosen;
            (word, label, is)
        });
        field(text, name, Kind::Choice(all.collect()))
    };
    let profiles = ClientProfile::ALL.iter();
    let profiles = profiles.map(|one| (one.to_string(), words::profile(text, *one)));
    let is_ticked = |name: &str| match written {
        Some(form) => form.get(name).is_some(),
        None => is_on(&present, name),
    };
    let boxes = BOXES.map(|name| (name.to_owned(), text.get(&key(name)), is_ticked(name)));
    let responses = ResponseType::ALL.iter().map(|one| {
        let name = response_name(*one);
        let ticked = written.map_or_else(|| client.settings.may_use(*one), |form| form.get(&name).is_some());
        (name, one.to_string(), ticked)
    });
    let fields = vec![
        choice(PROFILE, profiles.collect()),
        choice(METHOD, methods(config, client)),
        choice(SIGNING, algorithms(config, client)),
        field(text, KEYS, Kind::Line(value(KEYS))),
        field(text, REDIRECTS, Kind::Lines(value(REDIRECTS))),
        field(text, RESPONSES, Kind::Boxes(responses.collect())),
        field(text, "asked", Kind::Boxes(boxes.to_vec())),
    ];
    vec![Group {
        legend: text.get("admin-client-settings"),
        hint: text.get("admin-client-settings-what"),
        fields,
        folded: false,
    }]
}

/// The methods and algorithms that work here, and the present one whatever the installation has turned off since.
fn methods(config: &Config, client: &Client) -> Vec<(String, String)> {
    let mut all = client::methods(config);
    if !all.contains(&client.auth_method) {
        all.push(client.auth_method);
    }
    all.iter().map(ClientAuthMethod::to_string).map(twice).collect()
}

fn algorithms(config: &Config, client: &Client) -> Vec<(String, String)> {
    let mut all = config.keys.algorithms.clone();
    if !all.contains(&client.signing_algorithm) {
        all.push(client.signing_algorithm);
    }
    all.iter().map(ToString::to_string).map(twice).collect()
}

fn twice(word: String) -> (String, String) {
    (word.clone(), word)
}

fn key(name: &str) -> String {
    format!("admin-setting-{}", name.replace('_', "-"))
}

fn field(text: &Text, name: &str, kind: Kind) -> Field {
    let hint = format!("{}-hint", key(name));
    Field {
        name: name.to_owned(),
        label: text.get(&key(name)),
        hint: match name {
            KEYS | REDIRECTS => text.get(&hint),
            _ => String::new(),
        },
        kind,
    }
}

fn response_name(one: ResponseType) -> String {
    format!("response_{}", one.as_str().replace(' ', "_"))
}

/// A member as a field shows it.
fn shown(present: &Document, name: &str) -> String {
    match present.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(all)) => all
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join("\n"),
        _ => String::new(),
    }
}

/// PKCE is on where nothing is said, all else off.
fn is_on(present: &Document, name: &str) -> bool {
    let otherwise = name == "require_pkce";
    present.get(name).and_then(Value::as_bool).unwrap_or(otherwise)
}

/// The members that a form changes, and no others; with the digest of what was seen.
pub(super) fn changes(client: &Client, form: &Form) -> Document {
    let present = client::shown(client);
    let written = |name: &str| form.get(name).unwrap_or_default().trim().to_owned();
    let mut said = Document::new();
    for name in [PROFILE, METHOD, SIGNING] {
        said.insert(name.to_owned(), json!(written(name)));
    }
    let address = written(KEYS);
    if address.is_empty() {
        said.insert(KEYS.to_owned(), Value::Null);
    } else {
        said.insert(KEYS.to_owned(), json!(address));
        // Keys by address take the place of those by value.
        said.insert("jwks".to_owned(), Value::Null);
    }
    let addresses: Vec<String> = written(REDIRECTS)
        .lines()
        .map(|one| one.trim().to_owned())
        .collect();
    let addresses: Vec<String> = addresses.into_iter().filter(|one| !one.is_empty()).collect();
    said.insert(REDIRECTS.to_owned(), json!(addresses));
    for name in BOXES {
        said.insert(name.to_owned(), json!(form.get(name).is_some()));
    }
    let responses = ResponseType::ALL.iter();
    let responses: Vec<ResponseType> = responses
        .copied()
        .filter(|one| form.get(&response_name(*one)).is_some())
        .collect();
    said.insert(RESPONSES.to_owned(), json!(responses));
    said.retain(|name, value| differs(client, &present, name, value));
    said.insert("digest".to_owned(), json!(written("digest")));
    said
}

fn differs(client: &Client, present: &Document, name: &str, said: &Value) -> bool {
    match name {
        name if BOXES.contains(&name) => *said != json!(is_on(present, name)),
        RESPONSES => {
            let is_used = |one: &&ResponseType| client.settings.may_use(**one);
            *said != json!(ResponseType::ALL.iter().filter(is_used).collect::<Vec<_>>())
        }
        _ => present.get(name).unwrap_or(&Value::Null) != said,
    }
}
