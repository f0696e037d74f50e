//! Drafts over the sign-ins that were recorded.

use std::time::Duration;

use doorward::domain::{
    Acr, ClientAuthMethod, DeviceStanding, Digest32, PersonId, RiskLevel, RuleId, Scopes,
};
use doorward::factor::second;
use doorward::op::OpError;
use doorward::rule::{self, Counts, Past, Replay};
use serde_json::json;

use super::draft;
use crate::signin::{PASSWORD, Town, authorize, enter_password, is_signed_in};
use crate::support::Browser;

pub(super) async fn replay(town: &Town, id: RuleId) -> Replay {
    let mut op = town.op();
    let set = rule::current(&mut op, town.organisation).await.unwrap();
    let set = rule::draft(&set, id).unwrap();
    let factors = second::of_organisation(&mut op, town.organisation).await.unwrap();
    let replay = rule::replay(&mut op, (&set, id), &factors)
        .await
        .unwrap()
        .unwrap();
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
        .flatten()
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

/// A town whose sessions live for days, with the application to which Rosa and Ben come.
async fn with_desk() -> Town {
    let town = Town::with(|config| {
        config.signin.session_idle = DAY * 3;
        config.signin.session_life = DAY * 3;
    })
    .await;
    town.person("rosa").await;
    town.person("ben").await;
    town.register("desk", ClientAuthMethod::None, BACK).await;
    town
}

const DAY: Duration = Duration::from_hours(24);
const BACK: &str = "https://desk.example/back";

async fn goes(browser: &Browser, scope: &str) {
    let address = authorize("desk", BACK, &[]).replace("openid+profile", scope);
    let page = browser.get(&address).await;
    assert!(
        page.location().is_some_and(|to| to.contains("code=")),
        "{}",
        page.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_to_an_application_by_an_old_session_is_counted_apart_once_a_day() {
    let town = with_desk().await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    for scope in ["openid+profile", "openid+profile", "openid"] {
        goes(&browser, scope).await;
    }
    // Ben signs in on the way: that is a sign-in.
    let bens = town.browser();
    let page = bens.get(&authorize("desk", BACK, &[])).await;
    let page = bens.submit(&page, &[("username", "ben")]).await;
    let page = bens.submit(&page, &[("password", PASSWORD)]).await;
    assert!(
        page.location().is_some_and(|to| to.contains("code=")),
        "{}",
        page.text()
    );
    let factor = json!({
        "name": "Profile", "when": { "clients": ["desk"], "scopes": ["profile"] }, "then": { "do": "second_factor" },
    });
    let id = draft(&town, factor).await;
    let told = replay(&town, id).await;
    assert_eq!((told.all.let_in, told.all.enrol), (1, 1));
    assert_eq!((told.passages.let_in, told.passages.enrol), (1, 1));
    assert_eq!(told.passages_by_department[""], told.passages);
    let of = |name: &str| {
        let found = told
            .people
            .iter()
            .flatten()
            .find(|person| person.username == name);
        let found = found.unwrap();
        (found.counts, found.passages)
    };
    assert_eq!((of("rosa").0.enrol, of("rosa").1.enrol), (0, 1));
    assert_eq!((of("ben").0.enrol, of("ben").1.total()), (1, 0));
    let rosa = town.id_of("rosa").await;
    town.give_authenticator(rosa).await;
    town.wait(DAY);
    goes(&browser, "openid+profile").await;
    let told = replay(&town, id).await;
    assert_eq!((told.passages.let_in, told.passages.stepped_up), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_would_have_been_too_old_is_stepped_up_in_a_replay() {
    let town = with_desk().await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    goes(&browser, "openid").await;
    town.wait(Duration::from_mins(11));
    goes(&browser, "openid+profile").await;
    let again = json!({ "name": "Fresh", "when": { "clients": ["desk"] }, "then": { "do": "again", "after_minutes": 10 } });
    let told = replay(&town, draft(&town, again).await).await;
    assert_eq!((told.passages.let_in, told.passages.stepped_up), (1, 1));
    assert_eq!((told.all.let_in, told.all.total()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_no_sign_in_makes_nothing_usual() {
    let town = with_desk().await;
    for _ in 0..3 {
        let browser = town.browser();
        let home = enter_password(&browser, "rosa", PASSWORD).await;
        for scope in ["openid", "openid+profile", "profile"] {
            goes(&browser, scope).await;
        }
        browser.press(&home, "sign-out").await;
        town.wait(DAY);
    }
    let home = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(is_signed_in(&home));
    let told = town.details("signin.completed").await;
    assert_eq!(
        told.get("risk_signals"),
        None,
        "three sign-ins are not enough: {told}"
    );
}

/// Invents one sign-in.
async fn invent(town: &Town, person_id: PersonId) -> Result<(), OpError> {
    let mut op = town.op();
    let one = Past {
        person_id,
        at: op.now.minus(Duration::from_hours(30)),
        client_id: None,
        scopes: Scopes::default(),
        address: "192.0.2.7".parse().unwrap(),
        browser: Digest32([7; 32]),
        device: DeviceStanding::Known,
        risk: RiskLevel::Low,
        acr: Acr::One,
        authenticated_at: None,
    };
    rule::invent(&mut op, town.organisation, vec![one]).await?;
    op.commit().await.unwrap();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_is_invented_only_where_nobody_has_signed_in() {
    let (new, real) = (Town::new().await, Town::new().await);
    for (town, is_new) in [(&new, true), (&real, false)] {
        let rosa = town.person("rosa").await;
        if is_new {
            invent(town, rosa).await.unwrap();
        } else {
            assert!(is_signed_in(
                &enter_password(&town.browser(), "rosa", PASSWORD).await
            ));
        }
        let refused = invent(town, rosa).await;
        assert!(matches!(refused, Err(OpError::Broken(_))), "{refused:?}");
        let rule = json!({ "name": "All", "then": { "do": "allow" } });
        let told = replay(town, draft(town, rule).await).await;
        assert_eq!(told.all.let_in, 1, "nothing besides");
    }
}
