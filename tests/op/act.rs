//! Who acts, seen from where.

use doorward::domain::Actor;
use doorward::op::Op;

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
