//! Tests of artefacts that can be used once.

use std::time::Duration;

use doorward::domain::{ClientId, Token};
use doorward::one_time::{Kind, Redemption, inspect, issue, redeem, remember, sweep};
use doorward::storage::Sql;
use serde_json::{Value, json};

use crate::support::Bare;

const LIFE: Duration = Duration::from_mins(1);
const COUNT: Sql = Sql::new("SELECT COUNT(*) AS total FROM one_time_artefact");

async fn new_code(bare: &Bare, payload: Value) -> Token {
    let mut op = bare.op();
    let token = issue(&mut op, Kind::AuthorizationCode, None, payload, LIFE)
        .await
        .unwrap();
    op.commit().await.unwrap();
    token
}

async fn use_code(bare: &Bare, kind: Kind, token: &Token) -> Redemption {
    let mut op = bare.op();
    let redemption = redeem(&mut op, kind, token).await.unwrap();
    op.commit().await.unwrap();
    redemption
}

async fn rows(bare: &Bare) -> i64 {
    let mut tx = bare.house.storage.read().await.unwrap();
    tx.query(COUNT).one(|row| row.get("total")).await.unwrap()
}

#[tokio::test]
async fn an_artefact_is_redeemed_once_and_the_second_use_still_tells_what_it_held() {
    let bare = Bare::new().await;
    let token = new_code(&bare, json!({"family": "f"})).await;
    assert_eq!(
        use_code(&bare, Kind::AuthorizationCode, &token).await,
        Redemption::Redeemed(json!({"family": "f"}))
    );
    bare.house.clock.advance(LIFE * 2);
    assert_eq!(
        use_code(&bare, Kind::AuthorizationCode, &token).await,
        Redemption::UsedBefore(json!({"family": "f"}))
    );
}

#[tokio::test]
async fn an_artefact_works_for_its_own_kind_only_and_in_time_only() {
    let bare = Bare::new().await;
    let token = new_code(&bare, json!(1)).await;
    assert_eq!(
        use_code(&bare, Kind::SetUpLink, &token).await,
        Redemption::Unknown
    );
    let guess = Token::presented("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(
        use_code(&bare, Kind::AuthorizationCode, &guess).await,
        Redemption::Unknown
    );
    bare.house.clock.advance(LIFE);
    assert_eq!(
        use_code(&bare, Kind::AuthorizationCode, &token).await,
        Redemption::Unknown
    );
}

#[tokio::test]
async fn looking_at_an_artefact_does_not_use_it() {
    let bare = Bare::new().await;
    let token = new_code(&bare, json!("held")).await;
    for _ in 0..2 {
        let seen = inspect(&mut bare.op(), Kind::AuthorizationCode, &token)
            .await
            .unwrap();
        assert_eq!(seen, Some(json!("held")));
    }
    assert_eq!(
        use_code(&bare, Kind::AuthorizationCode, &token).await,
        Redemption::Redeemed(json!("held"))
    );
    assert_eq!(
        inspect(&mut bare.op(), Kind::AuthorizationCode, &token)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn an_act_that_is_not_committed_has_used_nothing() {
    let bare = Bare::new().await;
    let token = new_code(&bare, json!(1)).await;
    let mut op = bare.op();
    assert_eq!(
        redeem(&mut op, Kind::AuthorizationCode, &token).await.unwrap(),
        Redemption::Redeemed(json!(1))
    );
    drop(op);
    assert_eq!(
        use_code(&bare, Kind::AuthorizationCode, &token).await,
        Redemption::Redeemed(json!(1))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_two_who_redeem_one_artefact_at_once_one_wins_and_all_others_see_it_used() {
    let bare = std::sync::Arc::new(Bare::new().await);
    let token = new_code(&bare, json!(7)).await;
    let racers = (0..32).map(|_| {
        let (bare, token) = (std::sync::Arc::clone(&bare), token.clone());
        tokio::spawn(async move { use_code(&bare, Kind::AuthorizationCode, &token).await })
    });
    let ends: Vec<Redemption> = futures_util::future::join_all(racers)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let count = |what: &Redemption| ends.iter().filter(|end| *end == what).count();
    assert_eq!(count(&Redemption::Redeemed(json!(7))), 1);
    assert_eq!(count(&Redemption::UsedBefore(json!(7))), 31);
}

#[tokio::test]
async fn a_name_is_remembered_for_its_client_until_its_time_is_over() {
    let bare = Bare::new().await;
    let (one, other) = (ClientId::parse("one").unwrap(), ClientId::parse("other").unwrap());
    let new = async |client: &ClientId, name: &str| {
        let mut op = bare.op();
        let until = op.now.plus(LIFE);
        let new = remember(&mut op, Kind::ClientAssertion, client.as_str(), name, until)
            .await
            .unwrap();
        op.commit().await.unwrap();
        new
    };
    assert!(new(&one, "jti").await);
    assert!(!new(&one, "jti").await);
    assert!(new(&one, "jti-2").await);
    assert!(new(&other, "jti").await);
    bare.house.clock.advance(LIFE);
    assert!(new(&one, "jti").await);
    assert!(!new(&one, "jti").await);
}

#[tokio::test]
async fn sweeping_deletes_what_has_expired_and_keeps_a_used_artefact_for_a_day() {
    let bare = Bare::new().await;
    let used = new_code(&bare, json!(1)).await;
    new_code(&bare, json!(2)).await;
    use_code(&bare, Kind::AuthorizationCode, &used).await;
    let swept = async || {
        let mut op = bare.op();
        let swept = sweep(&mut op).await.unwrap();
        op.commit().await.unwrap();
        swept
    };
    assert_eq!(swept().await, 0);
    bare.house.clock.advance(LIFE);
    assert_eq!(swept().await, 1);
    assert_eq!(rows(&bare).await, 1);
    bare.house.clock.advance(Duration::from_hours(24));
    assert_eq!(swept().await, 1);
    assert_eq!(rows(&bare).await, 0);
}
