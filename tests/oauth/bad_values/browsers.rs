//! What browsers bring: authorization requests and sign-outs.

use http::header::{CONTENT_TYPE, LOCATION};
use http::{Request, StatusCode};

use super::super::stage::{AFTER_LOGOUT, Answer, CALLBACK, ISSUER, Stage};
use super::{Case, FINE, LONG, Pairs, Row, cases, fault_of_description, patient, repeatable, row, text};

/// Ends on a page of ours, since nobody may be told.
const PAGE: &str = "page";

/// The parameters of an authorization request that decide nothing of whom is told, wherever they stand.
pub(super) const REQUEST: [Row; 19] = [
    row("response_type", "invalid_request", "unsupported_response_type"),
    row("response_mode", FINE, "invalid_request"),
    Row {
        long: "invalid_request",
        ..row("scope", FINE, "invalid_scope")
    },
    text("state", "invalid_request"),
    text("nonce", "invalid_request"),
    row("code_challenge", "invalid_request", "invalid_request"),
    row("code_challenge_method", "invalid_request", "invalid_request"),
    row("dpop_jkt", FINE, "invalid_request"),
    row("prompt", FINE, "invalid_request"),
    row("max_age", FINE, "invalid_request"),
    // What names no class of ours cannot be reached, and was a wish (OpenID Connect Core section 3.1.2.1).
    text("acr_values", "invalid_request"),
    row("id_token_hint", FINE, "invalid_request"),
    text("login_hint", "invalid_request"),
    text("ui_locales", "invalid_request"),
    text("display", "invalid_request"),
    row("registration", FINE, "registration_not_supported"),
    repeatable("resource", "invalid_target", "invalid_target"),
    row("authorization_details", FINE, "invalid_authorization_details"),
    Row {
        // An object without members that we know asks for nothing.
        object: FINE,
        ..row("claims", FINE, "invalid_request")
    },
];

/// What is wrong with the answer to a browser.
fn fault(answer: &Answer, case: &Case) -> Option<String> {
    let location = answer
        .headers
        .get("location")
        .map(|value| value.to_str().unwrap());
    if case.expected == PAGE {
        let is_page = answer.status == StatusCode::BAD_REQUEST && location.is_none();
        let is_ours = !answer.body.contains("href=\"http") && !answer.body.contains("evil");
        return (!is_page || !is_ours).then(|| format!("{} {location:?}", answer.status));
    }
    let Some(location) = location.filter(|location| location.starts_with(&format!("{CALLBACK}?"))) else {
        return Some(format!("{} {location:?}", answer.status));
    };
    let error = answer.parameter("error").unwrap_or_default();
    if error != case.expected || answer.parameter("code").is_some() != (case.expected == FINE) {
        return Some(location.to_owned());
    }
    if answer.parameter("iss").as_deref() != Some(ISSUER) {
        return Some(format!("it does not say whose it is: {location}"));
    }
    let description = answer.parameter("error_description").unwrap_or_default();
    let fault = fault_of_description(&description).filter(|_| case.expected != FINE);
    fault.map(|fault| format!("{fault}: {description}"))
}

fn good() -> Pairs {
    let request = Stage::request(&[]);
    let (_, query) = request.split_once('?').unwrap();
    let names = [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    ];
    let all: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let value = |name| all.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    names.map(|name| (name, value(name))).to_vec()
}

/// A value that cannot be read may hide whom to tell, and so can a second one of whatever decides it.
fn unreadable(case: Case, row: &Row) -> Case {
    let decides = [
        "client_id",
        "redirect_uri",
        "response_mode",
        "request",
        "request_uri",
    ]
    .contains(&row.name);
    let is_unreadable = ["NUL", "no UTF-8", "half a pair", "half encoded"].contains(&case.way);
    let is_page = is_unreadable || (case.way == "twice" && decides);
    let expected = if is_page { PAGE } else { case.expected };
    Case { expected, ..case }
}

/// What comes of a request by link, or by form, which a redirect makes a link.
async fn asked(stage: &Stage, (path, cookie): (&str, &str), case: &Case, by_form: bool) -> Answer {
    let address = format!("{path}?");
    if !by_form {
        return stage.get(&format!("{address}{}", case.body), cookie).await;
    }
    // An authorization request may have what does not fit a link.
    let (long, times) = ("x".repeat(LONG), if path == "/authorize" { 4 } else { 1 });
    let body = case.body.replace(&long, &long.repeat(times));
    let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let posted = stage.send(request.body(body.into()).unwrap()).await;
    match posted.headers.get(LOCATION).map(|to| to.to_str().unwrap()) {
        Some(to) if to.starts_with(&address) => stage.get(to, cookie).await,
        _ => posted,
    }
}

#[tokio::test]
async fn of_an_authorization_request() {
    let stage = Stage::with(patient).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let deciding = [
        row("client_id", PAGE, PAGE),
        row("redirect_uri", PAGE, PAGE),
        row("request", FINE, "invalid_request_object"),
        row("request_uri", FINE, "invalid_request_uri"),
    ];
    let mut faults = Vec::new();
    for row in REQUEST.iter().chain(&deciding) {
        for (case, by_form) in cases(&good(), row)
            .into_iter()
            .flat_map(|case| [(case.clone(), false), (case, true)])
        {
            let case = unreadable(case, row);
            let answer = asked(&stage, ("/authorize", &cookie), &case, by_form).await;
            let fault = fault(&answer, &case);
            let at = format!(
                "{} {} {by_form}: {:?} expected",
                row.name, case.way, case.expected
            );
            faults.extend(fault.map(|fault| format!("{at}, {fault}")));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Where the answer to a sign-out leads, if it leads anywhere but to the application or to our own page.
pub(super) fn astray(answer: &Answer) -> Option<&str> {
    let location = answer.headers.get(LOCATION)?.to_str().unwrap();
    let is_ours = location.starts_with("/logout/");
    let with_state = format!("{AFTER_LOGOUT}?state=");
    let is_proven = location == AFTER_LOGOUT || location.starts_with(&with_state);
    (!is_ours && !is_proven).then_some(location)
}

#[tokio::test]
async fn of_a_sign_out() {
    let stage = Stage::with(patient).await;
    let tokens = stage.redeem("desk", &stage.code(&[]).await).await;
    let good = vec![
        ("id_token_hint", tokens.text("id_token")),
        ("client_id", "desk".to_owned()),
        ("post_logout_redirect_uri", AFTER_LOGOUT.to_owned()),
        ("state", "state of a test".to_owned()),
        ("ui_locales", "en".to_owned()),
    ];
    let rows = [
        // One that cannot be believed counts as absent.
        text("id_token_hint", FINE),
        row("client_id", FINE, PAGE),
        row("post_logout_redirect_uri", FINE, PAGE),
        text("state", FINE),
        text("ui_locales", FINE),
    ];
    let mut faults = Vec::new();
    for row in &rows {
        for case in cases(&good, row) {
            // Nobody is signed in, so that whoever may be told is told at once.
            for by_form in [false, true] {
                let answer = asked(&stage, ("/logout", ""), &case, by_form).await;
                let is_page = answer.status == StatusCode::BAD_REQUEST;
                let is_told = answer.status == StatusCode::SEE_OTHER || answer.status == StatusCode::OK;
                let expected = if case.expected == FINE { is_told } else { is_page };
                let astray = astray(&answer);
                if !expected || astray.is_some() {
                    faults.push(format!("{} {}: {} {astray:?}", row.name, case.way, answer.status));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
