//! Every kind of condition, of every kind of record, in the database as in JSON.

use std::collections::BTreeSet;

use doorward::decision::filter::{Condition, Element, Kind, Leaf, Order, Scalar};
use serde_json::{Map, Value, json};

use super::table::Table;
use crate::support::{Bare, Engine};

fn records() -> Vec<Map<String, Value>> {
    let texts = [
        "cards", "Cards", "CARDS", "a%b_c*", "[?]!", "", "a", "c\nd", "kärt", "5",
    ];
    let numbers = [json!(-1), json!(3), json!(4), json!(5), json!(null)];
    let mut records = Vec::new();
    for (index, line) in texts.into_iter().map(Some).chain([None]).enumerate() {
        for (place, level) in numbers.iter().enumerate() {
            let mut record = Map::new();
            record.insert("level".into(), level.clone());
            record.insert("score".into(), json!(4));
            record.insert("owner".into(), json!(texts[(index + place) % texts.len()]));
            record.insert(
                "closed".into(),
                [json!(true), json!(false), json!(null)][place % 3].clone(),
            );
            record.extend(line.map(|line| ("line".to_owned(), json!(line))));
            records.push(record);
        }
    }
    records
}

fn patterns() -> Vec<Vec<Element>> {
    let text = |piece: &str| Element::Text(piece.to_owned());
    vec![
        vec![Element::Any],
        vec![text("c"), Element::Any, text("s")],
        vec![Element::Any, text("%"), Element::Any],
        vec![Element::Any, text("_c*")],
        vec![text("[?]!")],
        vec![text("[?]"), Element::Any],
        vec![Element::Any, text("ä"), Element::Any],
        vec![text("c"), Element::Any, text("d")],
        vec![],
    ]
}

fn leaves() -> Vec<Leaf> {
    let line = || "line".to_owned();
    let level = || "level".to_owned();
    let text = |text: &str| Scalar::Text(text.to_owned());
    let mut leaves = vec![
        Leaf::OneOf(line(), BTreeSet::from([text("cards")])),
        Leaf::OneOf(
            line(),
            BTreeSet::from([text("cards"), text("5"), text("a\0b"), Scalar::Integer(5)]),
        ),
        Leaf::OneOf(level(), BTreeSet::from([Scalar::Integer(5), text("4")])),
        Leaf::OneOf(level(), BTreeSet::from([text("5")])),
        Leaf::OneOf("closed".into(), BTreeSet::from([Scalar::Boolean(true)])),
        Leaf::OneOf(
            "closed".into(),
            BTreeSet::from([Scalar::Boolean(false), Scalar::Integer(1)]),
        ),
        Leaf::Like(level(), vec![Element::Any]),
        Leaf::Compare(line(), Order::Less, 9),
    ];
    leaves.extend(patterns().into_iter().map(|pattern| Leaf::Like(line(), pattern)));
    for name in ["line", "level", "closed"] {
        leaves.push(Leaf::Has(name.to_owned()));
        let kinds = [Kind::Text, Kind::Integer, Kind::Boolean];
        leaves.extend(kinds.map(|kind| Leaf::Is(name.to_owned(), kind)));
    }
    for order in [Order::Less, Order::AtMost, Order::Greater, Order::AtLeast] {
        leaves.push(Leaf::Compare(level(), order, 4));
        leaves.push(Leaf::CompareTwo(level(), order, "score".into()));
        leaves.push(Leaf::CompareTwo(level(), order, line()));
    }
    for (left, right) in [
        ("line", "owner"),
        ("level", "score"),
        ("level", "line"),
        ("line", "line"),
    ] {
        leaves.push(Leaf::Same(left.into(), right.into()));
        leaves.push(Leaf::Differ(left.into(), right.into()));
    }
    leaves
}

#[tokio::test]
async fn each_condition_chooses_the_same_records_in_the_database_as_in_json() {
    let bare = Bare::new().await;
    let records = records();
    let mut table = Table::of(&bare.database, &records).await;
    let columns = table.columns();
    for leaf in leaves() {
        let condition = Condition::Leaf(leaf);
        let chosen = table.ask(&condition.sql(&columns).unwrap()).await;
        let places = records.iter().enumerate();
        let held = places
            .filter(|(_, record)| condition.holds(record))
            .map(|(place, _)| place);
        assert_eq!(chosen, held.collect(), "{}", json!(condition));
    }
}

/// Patterns of SQLite end at a zero. Whether they should match such a text or must not, it is left out.
#[tokio::test]
async fn a_text_with_a_zero_is_left_out_where_a_pattern_is_asked_for() {
    if Engine::of_this_run() != Engine::Sqlite {
        return;
    }
    let bare = Bare::new().await;
    let mut table = Table::of(&bare.database, &[]).await;
    table
        .execute(
            "INSERT INTO noted (place, line) VALUES (0, 'a' || char(0) || 'b'), (1, 'a'), (2, NULL)"
                .to_owned(),
        )
        .await;
    let like = Condition::Leaf(Leaf::Like("line".into(), vec![Element::Text("a".into())]));
    let sql = like.sql(&table.columns()).unwrap();
    assert_eq!(table.ask(&sql).await, BTreeSet::from([1]));
    let sql = Condition::Not(Box::new(like)).sql(&table.columns()).unwrap();
    assert_eq!(table.ask(&sql).await, BTreeSet::from([2]));
}

/// What SQLite holds in a column is of its own kind, whatever the column was made for.
#[tokio::test]
async fn a_value_of_another_kind_than_its_column_is_of_no_kind() {
    if Engine::of_this_run() != Engine::Sqlite {
        return;
    }
    let bare = Bare::new().await;
    let mut table = Table::of(&bare.database, &[]).await;
    table
        .execute(
            "INSERT INTO noted (place, level, closed) VALUES (0, 'two', 7), (1, 2, 1), (2, 2.5, 'TRUE')"
                .to_owned(),
        )
        .await;
    let columns = table.columns();
    for (leaf, expected) in [
        (Leaf::Compare("level".into(), Order::Greater, 0), vec![1]),
        (Leaf::Is("level".into(), Kind::Integer), vec![1]),
        (Leaf::Has("level".into()), vec![0, 1, 2]),
        (Leaf::Is("closed".into(), Kind::Boolean), vec![1]),
        (
            Leaf::OneOf("closed".into(), BTreeSet::from([Scalar::Boolean(true)])),
            vec![1],
        ),
    ] {
        let condition = Condition::Leaf(leaf);
        let chosen = table.ask(&condition.sql(&columns).unwrap()).await;
        assert_eq!(chosen, expected.into_iter().collect(), "{}", json!(condition));
    }
}
