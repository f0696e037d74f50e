//! The metadata of a client that registers itself.

use serde_json::{Value, json};

use super::super::registration::{plain, register, stage, token};
use super::super::stage::Answer;
use super::{LONG, fault_of_description};

const TEXTS: [&str; 36] = [
    "client_name",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "initiate_login_uri",
    "software_id",
    "software_version",
    "software_statement",
    "scope",
    "application_type",
    "profile",
    "subject_type",
    "sector_identifier_uri",
    "jwks_uri",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "id_token_signed_response_alg",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "userinfo_signed_response_alg",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "authorization_signed_response_alg",
    "authorization_encrypted_response_alg",
    "authorization_encrypted_response_enc",
    "introspection_signed_response_alg",
    "introspection_encrypted_response_alg",
    "introspection_encrypted_response_enc",
    "request_object_signing_alg",
    "frontchannel_logout_uri",
    "backchannel_logout_uri",
    "backchannel_token_delivery_mode",
    "backchannel_client_notification_endpoint",
    "backchannel_authentication_request_signing_alg",
    "tls_client_auth_subject_dn",
];

const MORE_TEXTS: [&str; 4] = [
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
];

const LISTS: [&str; 9] = [
    "redirect_uris",
    "post_logout_redirect_uris",
    "grant_types",
    "response_types",
    "response_modes",
    "contacts",
    "default_acr_values",
    "request_uris",
    "authorization_details_types",
];

const FLAGS: [&str; 9] = [
    "require_pkce",
    "require_auth_time",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "dpop_bound_access_tokens",
    "tls_client_certificate_bound_access_tokens",
    "frontchannel_logout_session_required",
    "backchannel_logout_session_required",
    "backchannel_user_code_parameter",
];

/// The members with the values that are of another type than theirs.
pub(super) fn of_another_type() -> Vec<(&'static str, Vec<Value>)> {
    let (text, number, flag) = (json!("a"), json!(7), json!(true));
    let (list, object) = (json!(["a"]), json!({ "a": "b" }));
    let texts = TEXTS.iter().chain(&MORE_TEXTS);
    let mut all: Vec<(&str, Vec<Value>)> = texts
        .map(|name| {
            let wrong = [&number, &flag, &list, &object];
            (*name, wrong.map(Clone::clone).to_vec())
        })
        .collect();
    all.extend(LISTS.map(|name| {
        let wrong = [
            &text,
            &number,
            &flag,
            &object,
            &json!([7]),
            &json!([["a"]]),
            &json!([null]),
        ];
        (name, wrong.map(Clone::clone).to_vec())
    }));
    all.extend(FLAGS.map(|name| {
        let wrong = [&text, &number, &list, &object, &json!("true"), &json!(1)];
        (name, wrong.map(Clone::clone).to_vec())
    }));
    let of_keys = [
        &text,
        &number,
        &flag,
        &list,
        &json!({ "keys": 7 }),
        &json!({ "keys": ["a"] }),
    ];
    all.push(("jwks", of_keys.map(Clone::clone).to_vec()));
    let of_age = [&text, &flag, &list, &object, &json!(-1), &json!(1.5), &json!("7")];
    all.push(("default_max_age", of_age.map(Clone::clone).to_vec()));
    all
}

/// The errors of RFC 7591 section 3.2.2.
pub(super) fn is_an_error_of(name: &str, error: &str) -> bool {
    match name {
        "redirect_uris" => error == "invalid_redirect_uri",
        "software_statement" => error == "invalid_software_statement",
        _ => error == "invalid_client_metadata",
    }
}

#[tokio::test]
async fn of_another_type_are_refused() {
    let stage = stage().await;
    let token = token(&stage).await;
    let mut faults = Vec::new();
    for (name, values) in of_another_type() {
        for value in values {
            let mut body = plain();
            body[name] = value.clone();
            let answer = register(&stage, &token, &body).await;
            let told = answer.json();
            let text = |member: &str| told[member].as_str().unwrap_or_default().to_owned();
            let (error, description) = (text("error"), text("error_description"));
            let fault = fault_of_description(&description);
            if answer.status != 400 || !is_an_error_of(name, &error) || fault.is_some() {
                faults.push(format!("{name} {value}: {fault:?} {} {told}", answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What is wrong with the answer to a text that nobody means: it is kept as it came if a person can read it, and refused else.
fn fault(name: &str, sent: &Value, answer: &Answer) -> Option<String> {
    let told = answer.json();
    if answer.status != 201 {
        let error = told["error"].as_str().unwrap_or_default();
        let description = told["error_description"].as_str().unwrap_or_default();
        let fault = fault_of_description(description);
        let is_right = answer.status == 400 && is_an_error_of(name, error) && fault.is_none();
        return (!is_right).then(|| format!("{fault:?} {} {told}", answer.status));
    }
    let kept = told.get(name)?;
    let text = sent.to_string();
    // Control characters are written as escapes.
    let is_readable = !text.contains("\\u00") && text.len() < LONG;
    let is_as_sent = kept == sent || name == "scope";
    (!is_readable || !is_as_sent).then(|| format!("kept as {kept}"))
}

#[tokio::test]
async fn that_nobody_means_are_refused_or_told_as_they_came() {
    let stage = stage().await;
    let token = token(&stage).await;
    let long = "x".repeat(LONG);
    let mut faults = Vec::new();
    for name in TEXTS.iter().chain(&MORE_TEXTS).chain(&LISTS) {
        for value in ["a\u{0}b", "a\u{7}b", "\u{e9}\u{1f600}\u{202e}", "", long.as_str()] {
            let is_list = LISTS.contains(name);
            let sent = if is_list { json!([value]) } else { json!(value) };
            let mut body = plain();
            body[*name] = sent.clone();
            let answer = register(&stage, &token, &body).await;
            let shown: String = value.chars().take(9).collect();
            let fault = fault(name, &sent, &answer);
            faults.extend(fault.map(|fault| format!("{name} {shown:?}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
