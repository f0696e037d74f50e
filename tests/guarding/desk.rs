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
