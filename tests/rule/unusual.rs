//! Signals of risk that need a past: many failures, and an hour at which somebody never signs in.

use std::time::Duration;

use serde_json::{Value, json};

use super::conditions::town;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::Browser;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Signs Rosa in and out again; answers the signals of risk that are on record of it.
async fn signals(town: &Town, browser: &Browser) -> Option<Value> {
    let home = enter_password(browser, "rosa", PASSWORD).await;
    assert!(is_signed_in(&home), "{}", home.text());
    browser.press(&home, "sign-out").await;
    let told = town.details("signin.completed").await;
    told.get("risk_signals").cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_failures_within_the_hour_are_many() {
    let town = town().await;
    town.person("rosa").await;
    let fail = async || {
        let page = enter_password(&town.browser(), "rosa", "not the password").await;
        assert!(page.has_field("password"), "{}", page.text());
        town.wait(Duration::from_mins(2));
    };
    for _ in 0..4 {
        fail().await;
    }
    assert_eq!(signals(&town, &town.browser()).await, None);
    fail().await;
    let many = Some(json!({ "many_failures": 40 }));
    assert_eq!(signals(&town, &town.browser()).await, many);
    let told = town.details("signin.completed").await;
    assert_eq!((&told["risk"], &told["risk_sum"]), (&json!("medium"), &json!(40)));
    town.wait(HOUR);
    assert_eq!(signals(&town, &town.browser()).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_at_which_somebody_never_signs_in_is_unusual() {
    let town = town().await;
    town.person("rosa").await;
    let browser = town.browser();
    town.wait(HOUR * 9);
    // The last one is not settled yet.
    for _ in 0..6 {
        town.wait(DAY);
        assert_eq!(signals(&town, &browser).await, None);
    }
    town.wait(DAY + HOUR * 2);
    assert_eq!(signals(&town, &browser).await, None, "nearly the same hour");
    town.wait(DAY + HOUR * 7);
    let unusual = Some(json!({ "unusual_hour": 20 }));
    assert_eq!(signals(&town, &browser).await, unusual);
    assert_eq!(town.details("signin.completed").await["risk"], "low");
    // A day later it is one of hers.
    town.wait(DAY);
    assert_eq!(signals(&town, &browser).await, None);
}
