//! Bad values for every parameter of every endpoint: each is refused by the error that its specification names, in words that
//! a person can act on; nothing leads to an address that is not proven, and nothing is a fault of ours.

mod browsers;
mod clients;
mod grants;
mod objects;
mod own;
mod pages;
mod registration;

use doorward::config::Config;

use super::stage::{Answer, Stage};

/// What comes of a bad value: an error, or nothing where it is not looked at or may be missing.
type Expected = &'static str;

/// The value does no harm.
const FINE: Expected = "";

/// A parameter, and what comes of it when it is bad.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    /// Missing, or empty, which counts as missing (RFC 6749 section 3.1).
    absent: Expected,
    /// With a control character.
    control: Expected,
    /// With letters and signs of other scripts.
    foreign: Expected,
    /// Of another type: an object, written as JSON.
    object: Expected,
    /// With more characters than anybody needs.
    long: Expected,
    /// Whether it may stand more than once, and what comes of it then.
    twice: Expected,
}

/// One that is refused by the same error however it is wrong.
const fn row(name: &'static str, absent: Expected, wrong: Expected) -> Row {
    Row {
        name,
        absent,
        control: wrong,
        foreign: wrong,
        object: wrong,
        long: wrong,
        twice: "invalid_request",
    }
}

/// One that may be left out, and of which any text is taken that is not too long.
const fn text(name: &'static str, long: Expected) -> Row {
    Row {
        long,
        ..row(name, FINE, FINE)
    }
}

/// One whose repetition its own specification speaks of (RFC 8707 section 2, RFC 8693 section 2.1).
const fn repeatable(name: &'static str, wrong: Expected, twice: Expected) -> Row {
    Row {
        twice,
        ..row(name, FINE, wrong)
    }
}

/// The parameters of a request, encoded.
type Pairs = Vec<(&'static str, String)>;

/// A way to be bad, with the encoded parameters that are so and what comes of it.
#[derive(Clone)]
struct Case {
    way: &'static str,
    body: String,
    expected: Expected,
}

/// More than any parameter may have that has a bound of its own.
const LONG: usize = 6_000;

/// All ways in which a parameter of a good request can be bad.
fn cases(good: &Pairs, row: &Row) -> Vec<Case> {
    let others: Vec<String> = good
        .iter()
        .filter(|(name, _)| *name != row.name)
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    let own = good.iter().find(|(name, _)| *name == row.name);
    let own = format!("{}={}", row.name, escaped(own.map_or("a", |(_, value)| value)));
    let given = |value: &str| format!("{}={value}", row.name);
    let unreadable = "invalid_request";
    [
        ("missing", String::new(), row.absent),
        ("empty", given(""), row.absent),
        ("control", given("a%07b"), row.control),
        ("foreign", given(&escaped("\u{e9}\u{1f600}\u{202e}")), row.foreign),
        ("object", given(&escaped("{\"a\":[7]}")), row.object),
        ("long", given(&"x".repeat(LONG)), row.long),
        ("twice", format!("{own}&{own}"), row.twice),
        ("NUL", given("a%00b"), unreadable),
        ("no UTF-8", given("a%FFb"), unreadable),
        ("half a pair", given("%ED%A0%80"), unreadable),
        ("half encoded", given("a%7"), unreadable),
    ]
    .into_iter()
    .map(|(way, bad, expected)| Case {
        way,
        body: others
            .iter()
            .cloned()
            .chain([bad])
            .filter(|piece| !piece.is_empty())
            .collect::<Vec<_>>()
            .join("&"),
        expected,
    })
    .collect()
}

fn escaped(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// A stage on which one may fail as often as one likes.
fn patient(config: &mut Config) {
    let limits = &mut config.limits;
    for limit in [
        &mut limits.client_failures,
        &mut limits.client_failures_per_address,
        &mut limits.backchannel_requests,
        &mut limits.backchannel_requests_per_person,
        &mut limits.unproven_requests_per_address,
    ] {
        limit.burst = 100_000;
    }
    limits.backchannel_waiting = 100;
}

/// What is wrong with a description: RFC 6749 section 5.2 names the characters that it may have, and a person reads it.
fn fault_of_description(told: &str) -> Option<&'static str> {
    let allowed = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    if !told.chars().all(allowed) {
        Some("a character that it may not have")
    } else if told.split(' ').count() < 3 {
        Some("no sentence")
    } else if told.len() > 200 {
        Some("too long")
    } else {
        None
    }
}

/// What is wrong with an answer in JSON; nothing, as a rule.
fn fault_of_json(answer: &Answer, expected: Expected) -> Option<String> {
    let status = answer.status.as_u16();
    if answer.headers.contains_key("location") {
        return Some("it leads away".to_owned());
    }
    if expected == FINE {
        return (!matches!(status, 200 | 201)).then(|| format!("{status} {}", answer.body));
    }
    let told = answer.json();
    let error = told["error"].as_str().unwrap_or_default();
    let right = match expected {
        "invalid_client" => 401,
        _ => 400,
    };
    if (status, error) != (right, expected) {
        return Some(format!("{status} {}", answer.body));
    }
    if answer.headers["cache-control"] != "no-store" {
        return Some("it may be kept".to_owned());
    }
    let description = told["error_description"].as_str().unwrap_or_default();
    fault_of_description(description).map(|fault| format!("{fault}: {description}"))
}

/// A request of a client with its secret, and what is wrong with its answer.
async fn fault(stage: &Stage, (path, client): (&str, &str), row: &Row, case: &Case) -> Option<String> {
    let answer = stage.as_client_raw(path, client, &case.body).await;
    let fault = fault_of_json(&answer, case.expected)?;
    Some(format!(
        "{path} {} {}: {} expected, {fault}",
        row.name, case.way, case.expected
    ))
}
