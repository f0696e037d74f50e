//! The layer as the sample application uses it, at the demonstration.

use serde_json::Value;

use super::token::{elif, sign_in};
use crate::journey::demo::Demo;
use crate::support::{Browser, Page};

/// Signs a person in at the desk; answers its start page.
async fn enter(demo: &Demo, desk: &Browser, person: &Value) -> Page {
    let begun = desk.get("/signin").await;
    let browser = Browser::new(demo.issuer());
    let back = sign_in(&browser, begun.location().unwrap(), person).await;
    desk.get(&back).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_application_asks_before_a_record_is_shown_or_changed() {
    let demo = Demo::start().await;
    let desk = Browser::new(demo.application());
    for path in ["/records/f-101", "/records/f-999", "/settings"] {
        let page = desk.get(path).await;
        assert_eq!(page.url, format!("{}/", demo.application()), "{path}");
    }
    let home = enter(&demo, &desk, elif(&demo)).await;
    assert!(home.text().contains("Ada Market"), "{}", home.text());

    let page = desk.get("/records/f-101").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let why = "The role support_agent gives feedback:read here.";
    assert!(
        page.text().contains(why) && page.text().contains("role:support_agent"),
        "{}",
        page.text()
    );
    let refused = [
        ("/records/f-201", 403, "but not in the department or region"),
        (
            "/records/s-301",
            403,
            "The resource belongs to another organisation.",
        ),
        ("/records/f-999", 404, "There is no such record."),
        ("/settings", 403, "No role or policy gives settings:manage."),
    ];
    for (path, status, why) in refused {
        let page = desk.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert!(page.text().contains(why), "{path}: {}", page.text());
    }
    let page = desk.post("/records/f-201/answered", &[]).await;
    assert_eq!(page.status, 403, "{}", page.text());
    assert!(home.body.contains(r#"action="/records/f-101/answered""#));
    let home = desk.post("/records/f-101/answered", &[]).await;
    assert_eq!(home.body.matches("<p class=\"tag\">answered</p>").count(), 1);

    let desk = Browser::new(demo.application());
    enter(&demo, &desk, demo.person("administrator", "Northbeam")).await;
    let page = desk.get("/settings").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text().contains("How this desk is connected"),
        "{}",
        page.text()
    );
}

/// Whoever edits feedback has to have proven two factors within five minutes.
fn ask_for_two_factors(demo: &Demo) {
    let of = ["--organisation", "northbeam", "fresh-edits"];
    let run = |words: &[&str]| {
        let answer = demo.run(words);
        assert!(
            answer.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&answer.stderr)
        );
    };
    let why = ["--reason", "To be tried"];
    let form = [
        "fresh-proof",
        "--with",
        "actions=[\"feedback:edit\"]",
        "--with",
        "strength=urn:doorward:acr:2",
    ];
    run(&[&["policy", "from-template"], &of[..], &form[..], &why[..]].concat());
    run(&[&["policy", "test"], &of[..]].concat());
    run(&[&["policy", "activate"], &of[..], &why[..]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_proven_too_little_is_sent_to_prove_more_and_comes_back() {
    let demo = Demo::start().await;
    ask_for_two_factors(&demo);
    let desk = Browser::new(demo.application());
    let home = enter(&demo, &desk, elif(&demo)).await;
    // It is offered, and asks for a second factor.
    assert!(
        home.body.contains(r#"action="/records/f-101/answered""#),
        "{}",
        home.body
    );
    let mut to = String::new();
    // The server that runs learns of it within a second.
    for _ in 0..50 {
        let asked = desk.post("/records/f-101/answered", &[]).await;
        to = asked.location().unwrap_or_default().to_owned();
        if !to.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(to.contains("/authorize?"), "{to}");
    let provider = Browser::new(demo.issuer());
    let mut page = provider.get(&to).await;
    for field in ["username", "password"] {
        let value = elif(&demo)[field].as_str().unwrap();
        page = provider.submit(&page, &[(field, value)]).await;
    }
    let text = page.text();
    assert!(
        page.location().is_none() && text.contains("second proof"),
        "{text}"
    );
    // Who has just proven two factors does it.
    let desk = Browser::new(demo.application());
    enter(&demo, &desk, demo.person("regional_manager", "Northbeam")).await;
    let done = desk.post("/records/f-103/answered", &[]).await;
    assert_eq!(
        (done.status.as_u16(), done.location()),
        (200, None),
        "{}",
        done.text()
    );
    assert!(
        done.body.contains("<p class=\"tag\">answered</p>"),
        "{}",
        done.body
    );
}
