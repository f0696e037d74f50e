//! Searching.

use doorward::audit::{Cursor, Entry, Filter, Order, Which, list, show};
use doorward::domain::{Actor, ClientId, Event, EventKind, OrganisationId, Outcome, PersonId, SessionId};

use super::log::{ENGINES, Log, event, id};

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
