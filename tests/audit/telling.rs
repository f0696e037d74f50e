//! Events as sentences.

use doorward::audit::{Entry, describe};
use doorward::domain::{Actor, ClientId, Event, EventKind, Outcome, PersonId, Target};
use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::log::{event, id};

fn told(event: Event) -> String {
    told_of(serde_json::to_value(event).unwrap())
}

fn told_of(event: Value) -> String {
    let entry = Entry {
        writer: id(1),
        counter: 1,
        position: None,
        hash: String::new(),
        event: serde_json::from_value(event).unwrap(),
    };
    let maria: PersonId = id(1);
    describe(&entry, &|kind, known| match (kind, known) {
        ("person", person) if person == maria.to_string() => Some("maria@northbeam.example".to_owned()),
        ("client", "desk") => Some("Feedback desk".to_owned()),
        ("role", "role-1") => Some("analyst".to_owned()),
        ("group", "group-1") => Some("support".to_owned()),
        _ => None,
    })
}

#[test]
fn a_sign_in_is_told_as_a_person_would() {
    let mut signed_in = event(0);
    signed_in.kind = EventKind::SignInCompleted;
    signed_in.actor = Actor::Person(id(1));
    signed_in.target = None;
    signed_in.client = Some(ClientId::parse("desk").unwrap());
    signed_in
        .details
        .insert("amr".to_owned(), serde_json::json!(["pwd", "otp", "mfa"]));
    assert_eq!(
        told(signed_in.clone()),
        "16:00:00 maria@northbeam.example signed in with password and one-time code at Feedback desk from 127.0.0.1"
    );

    signed_in.kind = EventKind::SignInPassword;
    signed_in.outcome = Outcome::Refused;
    signed_in.actor = Actor::Anonymous;
    signed_in.target = Some(doorward::domain::Target {
        kind: "person",
        id: id::<()>(1).to_string(),
    });
    signed_in.details.clear();
    assert_eq!(
        told(signed_in),
        "16:00:00 someone tried a password in vain for maria@northbeam.example at Feedback desk from 127.0.0.1"
    );
}

#[test]
fn a_token_and_a_refusal_are_told_with_scope_and_reason() {
    let mut issued = event(0);
    issued.kind = EventKind::TokenIssued;
    issued.actor = Actor::Client(ClientId::parse("desk").unwrap());
    issued.client = Some(ClientId::parse("desk").unwrap());
    issued.on_behalf_of = Some(id(1));
    issued.details.insert("scope".to_owned(), "feedback:read".into());
    assert_eq!(
        told(issued.clone()),
        "16:00:00 Feedback desk was given tokens (feedback:read) for maria@northbeam.example from 127.0.0.1"
    );
    issued.kind = EventKind::TokenRefused;
    issued.outcome = Outcome::Refused;
    issued.on_behalf_of = None;
    issued.details.clear();
    issued.reason = Some("the code was used before".to_owned());
    assert_eq!(
        told(issued),
        "16:00:00 Feedback desk was refused tokens from 127.0.0.1: the code was used before"
    );
}

fn target(kind: &'static str, id: &str) -> Target {
    let id = id.to_owned();
    Target { kind, id }
}

fn one(kind: EventKind, outcome: Outcome, actor: Actor, target: Option<Target>) -> Event {
    Event {
        kind,
        outcome,
        actor,
        target,
        on_behalf_of: None,
        client: None,
        reason: None,
        before: None,
        after: None,
        details: Map::new(),
        ..event(0)
    }
}

fn maria() -> Actor {
    Actor::Person(id(1))
}

fn desk() -> Actor {
    Actor::Client(ClientId::parse("desk").unwrap())
}

#[test]
fn of_many_decisions_each_that_is_denied_is_told() {
    let mut batch = one(EventKind::DecisionMade, Outcome::Success, desk(), None);
    batch.client = Some(ClientId::parse("desk").unwrap());
    let maria: PersonId = id(1);
    let decision = |resource: &str, allowed: bool, reason: &str| {
        json!([
            format!("person:{maria}"),
            "feedback:read",
            resource,
            allowed,
            reason
        ])
    };
    let yes = decision("feedback/f-101", true, "granted");
    let no = decision("feedback/s-301", false, "other_organisation");
    let none = json!(["", "", "", false, "invalid_request"]);
    batch.details = Map::from_iter([("decisions".to_owned(), json!([yes, no, none]))]);
    assert_eq!(
        told(batch.clone()),
        "16:00:00 Feedback desk asked for 3 decisions, 1 allowed and 2 denied (feedback:read of feedback/s-301 to \
         maria@northbeam.example: other_organisation; invalid_request) from 127.0.0.1"
    );
    batch.details = Map::from_iter([("decisions".to_owned(), json!(vec![no; 7]))]);
    assert!(told(batch.clone()).contains("7 decisions, 0 allowed and 7 denied"));
    assert!(told(batch.clone()).contains("; 2 more)"));
    batch.details = Map::from_iter([("decisions".to_owned(), json!([yes]))]);
    assert_eq!(
        told(batch),
        "16:00:00 Feedback desk asked for 1 decision, 1 allowed and 0 denied from 127.0.0.1"
    );
}

fn ok(kind: EventKind, actor: Actor, target: Option<Target>) -> Event {
    one(kind, Outcome::Success, actor, target)
}

fn no(kind: EventKind, actor: Actor, target: Option<Target>) -> Event {
    one(kind, Outcome::Refused, actor, target)
}

fn with(mut event: Event, details: Value) -> Event {
    let Value::Object(details) = details else {
        panic!("an object")
    };
    event.details = details;
    event
}

/// The account of Maria.
fn account() -> Target {
    target("person", &id::<()>(1).to_string())
}

fn each_is_told(events: impl IntoIterator<Item = (Event, &'static str)>) {
    for (event, sentence) in events {
        let line = told(event);
        let line = line.replacen("16:00:00 ", "", 1).replace(" from 127.0.0.1", "");
        assert_eq!(line, sentence);
    }
}

#[test]
fn an_event_names_whoever_it_knows() {
    use EventKind as K;
    let some = |kind, id| Some(target(kind, id));
    let maria_id = id::<()>(1).to_string();
    let of_grant = json!({ "holder_type": "person", "holder": maria_id, "role": "role-1" });
    let of_member = json!({ "member_type": "person", "member": maria_id });
    each_is_told([
        (
            ok(K::SignInPassword, Actor::Anonymous, Some(account())),
            "maria@northbeam.example gave the right password",
        ),
        (
            ok(K::SignInIdentified, Actor::Anonymous, Some(account())),
            "someone began to sign in as maria@northbeam.example",
        ),
        (
            ok(K::SessionEnded, maria(), Some(account())),
            "maria@northbeam.example ended a session",
        ),
        (
            no(
                K::ClientAuthenticationFailed,
                Actor::Anonymous,
                some("client", "desk"),
            ),
            "someone could not authenticate as the client Feedback desk",
        ),
        (
            with(
                ok(K::GrantEnded, Actor::Operator, some("grant", "grant-1")),
                of_grant,
            ),
            "the operator took the role analyst from maria@northbeam.example",
        ),
        (
            with(
                ok(K::MembershipChanged, Actor::System, some("group", "group-1")),
                of_member,
            ),
            "the server changed the membership of maria@northbeam.example in the group support",
        ),
    ]);
}

#[test]
fn on_the_way_into_an_account_it_is_told_who_comes_and_by_what() {
    use EventKind as K;
    let reset = |step: &str| json!({ "step": step, "means": "totp" });
    let agreed = json!({ "purpose": "recovery", "asked_by": id::<()>(1).to_string() });
    let locked = json!({ "factor": "password", "until": "2026-11-27T12:00:00Z" });
    each_is_told([
        (
            with(
                ok(K::PassUsed, Actor::Anonymous, Some(account())),
                json!({ "step": "begun" }),
            ),
            "somebody with the link used the enrolment pass of maria@northbeam.example (begun)",
        ),
        (
            with(no(K::PasswordReset, Actor::Anonymous, None), reset("asked")),
            "someone asked in vain for a code to set the forgotten password of an account that nobody has anew",
        ),
        (
            with(
                ok(K::PasswordReset, Actor::Anonymous, Some(account())),
                reset("second_factor"),
            ),
            "someone showed a second factor (totp) for the forgotten password of maria@northbeam.example",
        ),
        (
            with(
                no(K::PasswordReset, Actor::Anonymous, Some(account())),
                reset("set"),
            ),
            "someone could not set the forgotten password of maria@northbeam.example anew",
        ),
        (
            with(
                ok(K::PassAsked, Actor::Operator, Some(account())),
                json!({ "why": "lost the phone" }),
            ),
            "the operator asked for an enrolment pass for maria@northbeam.example: lost the phone",
        ),
        (
            with(ok(K::PassIssued, Actor::Operator, Some(account())), agreed),
            "the operator issued an enrolment pass to maria@northbeam.example (recovery), as maria@northbeam.example had asked",
        ),
        (
            with(ok(K::FactorLocked, Actor::Anonymous, Some(account())), locked),
            "someone locked maria@northbeam.example by wrong guesses (password) until 2026-11-27T12:00:00Z",
        ),
        (
            ok(K::TotpEnrolled, Actor::Anonymous, Some(account())),
            "maria@northbeam.example, not signed in yet, enrolled an authenticator for their own account",
        ),
        (
            no(K::TotpEnrolled, Actor::Anonymous, Some(account())),
            "someone could not enrol an authenticator for maria@northbeam.example",
        ),
    ]);
}

/// All that some event tells beside whom it is about.
fn everything() -> Map<String, Value> {
    let maria = id::<()>(1).to_string();
    let details = json!({
        "scope": "openid", "amr": ["pwd"], "right": "rules:read", "person": maria, "action": "feedback:read", "name": "Passkey",
        "subject": format!("person:{maria}"), "holder_type": "person", "holder": maria, "member_type": "person", "member": maria,
        "role": "role-1", "purpose": "recovery", "step": "begun", "act": "signed_in", "letter": "invitation", "people": 3,
        "factors": ["password"], "needs_two": "nobody", "factor": "password", "until": "2026-11-27T12:00:00Z", "why": "lost", "asked_by": maria,
        "means": "totp", "resource_type": "dashboard", "version": 2,
    });
    let Value::Object(details) = details else {
        panic!("an object")
    };
    details
}

/// A sentence of every kind, by everybody, about everything, with all that events tell and with nothing.
fn every_sentence(mut tell: impl FnMut(EventKind, String)) {
    let person = target("person", &id::<()>(1).to_string());
    let client = target("client", "a\u{1b}[2J\nb");
    for kind in EventKind::ALL {
        for outcome in [Outcome::Success, Outcome::Refused] {
            for actor in [Actor::Anonymous, maria(), desk(), Actor::Operator, Actor::System] {
                for target in [None, Some(person.clone()), Some(client.clone())] {
                    let mut event = one(*kind, outcome, actor.clone(), target);
                    tell(*kind, told(event.clone()));
                    event.details = everything();
                    event.client = Some(ClientId::parse("desk").unwrap());
                    event.on_behalf_of = Some(id(1));
                    event.before = Some(json!({ "status": "active" }));
                    event.after = Some(json!({ "status": "disabled" }));
                    event.reason = Some("why".to_owned());
                    tell(*kind, told(event));
                }
            }
        }
    }
}

#[test]
fn every_kind_of_event_is_a_sentence_without_gaps_that_repeats_no_control_character() {
    let gap = Regex::new(
        r"(^| )(a|the|of|from|for|to|at|as|with|by) (of|from|for|to|at|as|in|with|by)( |$)|  | [,;:)]|\(\)|[\[\]{}] | (of|for|to|at|as|in|the)(:|$)",
    )
    .unwrap();
    let mut seen = 0;
    every_sentence(|kind, line| {
        seen += 1;
        assert!(line.starts_with("16:00:00 "), "{line}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(!line.contains('{') && !line.contains(" ["), "{line}");
        assert!(!gap.is_match(&line), "{}: {line}", kind.as_str());
        assert!(
            !line.contains(kind.as_str()) || !kind.as_str().contains('.'),
            "{line}"
        );
    });
    assert!(seen > 2_000, "{seen}");
}

#[test]
fn a_kind_that_only_a_newer_version_knows_is_told_by_its_word() {
    let event = one(EventKind::ServerStarted, Outcome::Success, Actor::System, None);
    let mut event = serde_json::to_value(event).unwrap();
    event["kind"] = json!("door.painted");
    assert_eq!(
        told_of(event),
        "16:00:00 the server did something that this version does not know: door.painted (success) from 127.0.0.1"
    );
}
