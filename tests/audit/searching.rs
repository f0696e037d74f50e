//! Searching, and telling events as sentences.

use doorward::audit::{Cursor, Entry, Filter, Order, Which, describe, list, show};
use doorward::domain::{Actor, ClientId, Event, EventKind, Id, OrganisationId, Outcome, PersonId, SessionId};

use super::log::{ENGINES, Log, event};

fn id<K>(number: u8) -> Id<K> {
    Id::new(event(0).at, [number; 10])
}

/// Ten events of two people in two organisations.
fn events() -> Vec<Event> {
    let events = (0..10_u8).map(|number| {
        let mut event = event(u32::from(number));
        event.actor = Actor::Person(id(number % 2));
        event.organisation = Some(id::<_>(100 + number % 2));
        event.client = (number < 4).then(|| ClientId::parse("desk").unwrap());
        event.session = (number == 7).then(|| id(7));
        if number == 5 {
            event.kind = EventKind::SignInPassword;
            event.outcome = Outcome::Refused;
        }
        event
    });
    events.collect()
}

async fn found(log: &Log, filter: Filter) -> Vec<u64> {
    let entries = list(&mut log.storage.read().await.unwrap(), &filter)
        .await
        .unwrap();
    entries.iter().map(number).collect()
}

fn number(entry: &Entry) -> u64 {
    entry.event.details["number"].as_u64().unwrap()
}

fn with(change: impl FnOnce(&mut Filter)) -> Filter {
    let mut filter = Filter::default();
    change(&mut filter);
    filter
}

/// Filters and the numbers of the events that they let through.
fn filters() -> Vec<(Filter, Vec<u64>)> {
    let person: PersonId = id(1);
    let organisation: OrganisationId = id(100);
    let session: SessionId = id(7);
    vec![
        (Filter::default(), vec![9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        (
            with(|only| only.organisation = Some(organisation)),
            vec![8, 6, 4, 2, 0],
        ),
        (
            with(|only| only.actor = Some(person.to_string())),
            vec![9, 7, 5, 3, 1],
        ),
        (with(|only| only.target = Some("person-3".to_owned())), vec![3]),
        (
            with(|only| only.client = Some("desk".to_owned())),
            vec![3, 2, 1, 0],
        ),
        (with(|only| only.session = Some(session)), vec![7]),
        (with(|only| only.kind = Some(EventKind::SignInPassword)), vec![5]),
        (with(|only| only.outcome = Some(Outcome::Refused)), vec![5]),
        (
            with(|only| only.correlation = Some(event(6).seen.correlation_id)),
            vec![6],
        ),
        (with(|only| only.from = Some(event(8).at)), vec![9, 8]),
        (with(|only| only.until = Some(event(2).at)), vec![1, 0]),
        (
            with(|only| (only.order, only.limit) = (Order::OldestFirst, 3)),
            vec![0, 1, 2],
        ),
    ]
}

#[tokio::test]
async fn each_part_of_a_filter_holds() {
    for engine in ENGINES {
        let log = Log::new(engine).await;
        log.recorder.record_alone(events()).await.unwrap();
        for (filter, numbers) in filters() {
            assert_eq!(
                found(&log, filter.clone()).await,
                numbers,
                "{engine:?} {filter:?}"
            );
        }
        let mut both = with(|only| only.organisation = Some(id(100)));
        both.client = Some("desk".to_owned());
        assert_eq!(found(&log, both).await, [2, 0], "{engine:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_in_both_orders_though_many_events_have_one_time() {
    for engine in ENGINES {
        let log = Log::new(engine).await;
        let at = event(0).at;
        let same_time = (0..25).map(|number| Event { at, ..event(number) });
        log.recorder.record_alone(same_time.collect()).await.unwrap();
        for order in [Order::NewestFirst, Order::OldestFirst] {
            let mut seen = Vec::new();
            let mut after: Option<Cursor> = None;
            loop {
                let filter = Filter {
                    order,
                    limit: 7,
                    after,
                    ..Filter::default()
                };
                let page = list(&mut log.storage.read().await.unwrap(), &filter)
                    .await
                    .unwrap();
                let Some(last) = page.last() else { break };
                after = Some(last.cursor().to_string().parse().unwrap());
                seen.extend(page.iter().map(number));
            }
            if order == Order::NewestFirst {
                seen.reverse();
            }
            assert_eq!(seen, (0..25).collect::<Vec<_>>(), "{engine:?} {order:?}");
        }
    }
}

#[tokio::test]
async fn one_event_is_shown_by_its_position_or_its_place_in_a_chain() {
    for engine in ENGINES {
        let log = Log::with(engine, 3, 3).await;
        let mut tx = log.storage.read().await.unwrap();
        let second = show(&mut tx, Which::Position(1)).await.unwrap().unwrap();
        assert_eq!((number(&second), second.counter), (1, 2), "{engine:?}");
        let name: Which = format!("{}#2", second.writer).parse().unwrap();
        assert_eq!(show(&mut tx, name).await.unwrap().unwrap(), second);
        assert_eq!(show(&mut tx, Which::Position(3)).await.unwrap(), None);
    }
}

fn told(event: Event) -> String {
    let entry = Entry {
        writer: id(1),
        counter: 1,
        position: None,
        hash: String::new(),
        event: serde_json::from_value(serde_json::to_value(event).unwrap()).unwrap(),
    };
    let maria: PersonId = id(1);
    describe(&entry, &|kind, known| match (kind, known) {
        ("person", person) if person == maria.to_string() => Some("maria@northbeam.example".to_owned()),
        ("client", "desk") => Some("Feedback desk".to_owned()),
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
        "16:00:00 someone gave a wrong password for maria@northbeam.example at Feedback desk from 127.0.0.1"
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
        "16:00:00 Feedback desk for maria@northbeam.example was given tokens (feedback:read) from 127.0.0.1"
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

#[test]
fn every_kind_of_event_has_its_words_and_repeats_no_control_character() {
    for kind in EventKind::ALL {
        for outcome in [Outcome::Success, Outcome::Refused] {
            let mut one = event(0);
            (one.kind, one.outcome) = (*kind, outcome);
            one.target = Some(doorward::domain::Target {
                kind: "client",
                id: "a\u{1b}[2J\nb".to_owned(),
            });
            let line = told(one);
            assert!(line.starts_with("16:00:00 the server "), "{line}");
            assert!(
                !line.contains(kind.as_str()) || kind.as_str().split('.').count() == 1,
                "{line}"
            );
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
}
