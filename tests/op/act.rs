//! Who acts, seen from where.

use doorward::domain::{Actor, EventKind};
use doorward::op::{EventDraft, Op, OpError};

use crate::support::Bare;

#[tokio::test]
async fn an_act_of_the_house_itself_is_seen_from_nowhere() {
    let bare = Bare::new().await;
    let acts = [Actor::System, Actor::Operator].map(|actor| Op::inside(&bare.house, actor));
    for act in &acts {
        assert_eq!((act.seen.address, &act.seen.user_agent), (None, &None));
        assert_eq!(act.now, bare.house.clock.now());
    }
    let [one, other] = acts;
    assert_ne!(one.seen.correlation_id, other.seen.correlation_id);
    assert_eq!((one.actor, other.actor), (Actor::System, Actor::Operator));
}

/// What is on record must not be lost, so that an act is relaxed only as long as it tells nothing.
#[tokio::test]
async fn an_act_that_may_be_lost_with_the_power_has_nothing_on_record() {
    let bare = Bare::new().await;
    let draft = || EventDraft::success(EventKind::SignInIdentified);

    let mut late = Op::inside(&bare.house, Actor::Operator);
    late.relax();
    late.writing().await.unwrap();
    late.record(draft());
    assert!(matches!(late.commit().await, Err(OpError::Broken(_))));

    let mut early = Op::inside(&bare.house, Actor::Operator);
    early.relax();
    early.record(draft());
    early.writing().await.unwrap();
    early.commit().await.unwrap();

    let mut begun = Op::inside(&bare.house, Actor::Operator);
    begun.writing().await.unwrap();
    begun.relax();
    begun.record(draft());
    begun.commit().await.unwrap();
}
