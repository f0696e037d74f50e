//! Drafts over the sign-ins that were recorded.

use std::time::Duration;

use doorward::domain::RuleId;
use doorward::factor::second;
use doorward::rule::{self, Counts, Replay};
use serde_json::json;

use super::draft;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};

pub(super) async fn replay(town: &Town, id: RuleId) -> Replay {
    let mut op = town.op();
    let set = rule::current(&mut op, town.organisation).await.unwrap();
    let set = rule::draft(&set, id).unwrap();
    let factors = second::of_organisation(&mut op, town.organisation).await.unwrap();
    let replay = rule::replay(&mut op, &set, &factors).await.unwrap().unwrap();
    op.commit().await.unwrap();
    replay
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_tells_what_it_would_have_done_in_thirty_days_and_to_whom() {
    let town = Town::new().await;
    let ben = town.person("ben").await;
    for name in ["ada", "cem", "rosa"] {
        town.person(name).await;
    }
    let visit = async |name: &str| {
        assert!(is_signed_in(
            &enter_password(&town.browser(), name, PASSWORD).await
        ));
    };
    visit("ada").await;
    town.wait(Duration::from_hours(24 * 31));
    for name in ["ada", "ben", "ben", "cem", "rosa"] {
        visit(name).await;
    }
    town.give_authenticator(ben).await;
    let factor = json!({
        "name": "Second factor", "unless": { "people": ["rosa"] }, "then": { "do": "second_factor" },
    });
    let id = draft(&town, factor).await;
    let told = replay(&town, id).await;
    // The first visit is too long ago; Ben can prove what Ada and Cem would have to set up.
    let all = Counts {
        let_in: 1,
        stepped_up: 2,
        enrol: 2,
        refused: 0,
    };
    assert_eq!(told.all, all);
    assert_eq!(told.departments[""], all);
    let who: Vec<&str> = told
        .people
        .iter()
        .map(|person| person.username.as_str())
        .collect();
    assert_eq!(who, ["ada", "cem", "ben"]);
    assert_eq!(town.events("rule.replayed").await.len(), 1);

    let refuse = json!({
        "name": "No Cem", "when": { "people": ["cem"] }, "then": { "do": "refuse", "sentence": "No." },
    });
    let told = replay(&town, draft(&town, refuse).await).await;
    assert_eq!((told.all.refused, told.all.let_in), (1, 4));
    let enrol = json!({ "name": "Soon", "then": { "do": "enrol", "factor": "any", "grace_days": 14 } });
    let told = replay(&town, draft(&town, enrol).await).await;
    assert_eq!(
        (told.all.enrol, told.all.let_in),
        (3, 2),
        "who has a factor is not asked for one"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_replay_looks_at_is_not_kept() {
    let town = Town::new().await;
    town.person("ada").await;
    assert!(is_signed_in(
        &enter_password(&town.browser(), "ada", PASSWORD).await
    ));
    let swept = async || {
        let mut op = town.op();
        let swept = rule::sweep(&mut op).await.unwrap();
        op.commit().await.unwrap();
        swept
    };
    town.wait(Duration::from_hours(24 * 39));
    assert_eq!(swept().await, 0);
    town.wait(Duration::from_hours(24 * 2));
    assert_eq!(swept().await, 1);
}
