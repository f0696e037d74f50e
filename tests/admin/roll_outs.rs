//! Roll-outs, and exceptions with an end, by the console's pages.

use std::time::Duration;

use doorward::access;
use doorward::domain::{Right, rfc3339};
use doorward::person;
use doorward::rule;

use super::give_rights;
use crate::journey::chromium::Chromium;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::{Browser, Page};

/// A town whose mails are kept, with an administrator, and the browser in which she is signed in.
async fn administered() -> (Town, Browser) {
    let town = Town::with(|config| config.mail.kept = true).await;
    let ada = town.person("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, "ada", PASSWORD).await));
    (town, browser)
}

async fn draft(browser: &Browser, fields: &[(&str, &str)]) -> Page {
    let form = browser.get("/admin/roll-outs/new").await;
    browser.submit(&form, fields).await
}

/// A day so many days ahead, as a form has it.
fn day(town: &Town, ahead: u64) -> String {
    let at = town.op().now.plus(Duration::from_hours(24 * ahead));
    rfc3339::written(at)[..10].to_owned()
}

/// The address of a page without its query.
fn plain(page: &Page) -> String {
    page.url.split('?').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_out_is_drafted_switched_on_looked_at_and_paused() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    town.person("rosa").await;
    town.give_authenticator(ben).await;
    let fields = [
        ("name", "Factor for two"),
        ("when_people", "ben, rosa"),
        ("factor", "any"),
        ("grace_days", "14"),
    ];
    let page = draft(&browser, &fields).await;
    assert!(page.text().contains("The draft is saved"), "{}", page.text());
    assert!(page.text().contains("1 of 2 have it (50 %)"), "{}", page.text());
    assert!(!page.has_button("remind"), "nobody is to be reminded of a draft");
    let set = rule::current(&mut town.op(), town.organisation).await.unwrap();
    assert_eq!(set.rules.len(), 1, "it is a rule like every other");
    let replay = browser
        .get(
            &page
                .url
                .replace("?done=added", "/replay")
                .replace("roll-outs", "rules"),
        )
        .await;
    assert_eq!(replay.status, 200);
    let on = browser.press(&page, "on").await;
    assert!(on.text().contains("The rule is on."), "{}", on.text());
    assert!(on.text().contains("14 days left"), "{}", on.text());
    assert!(on.text().contains("Everybody 2 1 (50 %) 0 1"), "{}", on.text());
    assert!(
        on.text().contains("Name of rosa (rosa)") && !on.text().contains("Name of ben"),
        "{}",
        on.text()
    );
    assert!(
        on.text().contains("gets no mail: no proven address"),
        "{}",
        on.text()
    );
    let rosa = town.id_of("rosa").await;
    assert!(on.body.contains(&format!("href=\"/admin/people/{rosa}\"")));
    let list = browser.get("/admin/roll-outs").await;
    assert!(
        list.text()
            .contains("Factor for two On 1 of 2 have it (50 %) · 14 days left"),
        "{}",
        list.text()
    );
    let paused = browser.press(&on, "draft").await;
    assert!(paused.text().contains("asks nothing"), "{}", paused.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_is_chosen_and_what_is_wrong_is_said_and_stays() {
    let (town, browser) = administered().await;
    let start = day(&town, 10);
    let fields = [
        ("name", "Later"),
        ("factor", "passkey"),
        ("starts", start.as_str()),
        ("grace_days", "7"),
    ];
    let page = draft(&browser, &fields).await;
    assert!(
        page.text().contains(&format!("from {start} 00:00 UTC on")),
        "{}",
        page.text()
    );
    let on = browser.press(&page, "on").await;
    assert!(on.text().contains(&format!("starts on {start}")), "{}", on.text());
    assert!(!on.has_button("remind"));
    // The form of the rule keeps the start.
    let id = on
        .url
        .split('?')
        .next()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let form = browser.get(&format!("/admin/rules/{id}")).await;
    let saved = browser.press(&form, "save").await;
    assert!(
        saved.text().contains(&format!("from {start} 00:00 UTC on")),
        "{}",
        saved.text()
    );
    for (fields, sentence) in [
        ([("name", "")], "Give the rule a name"),
        ([("name", "Later")], "Another rule has this name"),
        ([("starts", "soon")], "Write the start as a day"),
        ([("when_groups", "team:none")], "nothing called team:none"),
        ([("grace_days", "366")], "larger than 365"),
    ] {
        let page = draft(&browser, &[&[("name", "x")], &fields[..]].concat()).await;
        assert_eq!(page.status, 422, "{fields:?}");
        assert!(page.text().contains(sentence), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_is_made_and_ended_on_the_page_of_the_roll_out_and_of_the_rule() {
    let (town, browser) = administered().await;
    town.person("rosa").await;
    let fields = [("name", "Everybody"), ("factor", "any"), ("grace_days", "14")];
    let page = draft(&browser, &fields).await;
    let on = browser.press(&page, "on").await;
    let last = day(&town, 5);
    let except = async |page: &Page, person: &str, until: &str, reason: &str| {
        let typed = [
            ("exception_person", person),
            ("exception_until", until),
            ("exception_reason", reason),
        ];
        browser.press_with(page, "except", &typed).await
    };
    for (person, until, reason, sentence) in [
        ("nobody", last.as_str(), "x", "nothing called nobody"),
        ("rosa", "soon", "x", "Write the last day as a date"),
        ("rosa", &day(&town, 400), "x", "a year at most"),
        ("rosa", "2020-01-01", "x", "over already"),
        ("rosa", &last, " ", "Write a reason"),
    ] {
        let refused = except(&on, person, until, reason).await;
        assert_eq!(refused.status, 422, "{sentence}");
        assert!(refused.text().contains(sentence), "{}", refused.text());
        assert!(
            refused.body.contains(&format!("value=\"{person}\"")),
            "what was typed stays"
        );
    }
    let given = except(&on, "Rosa", &last, "Waits for her key").await;
    assert!(given.text().contains("The exception holds."), "{}", given.text());
    let told = format!("rosa until the end of {last} · Waits for her key (given by Name of ada)");
    assert!(given.text().contains(&told), "{}", given.text());
    // Who has seen the list as it was before changes nothing.
    let late = except(&on, "rosa", &last, "Again").await;
    assert!(
        late.text().contains("Somebody else has changed"),
        "{}",
        late.text()
    );
    let form = browser.get(&plain(&given).replace("roll-outs", "rules")).await;
    assert!(form.text().contains(&told), "{}", form.text());
    let rules = browser.get("/admin/rules").await.text();
    assert!(rules.contains(&format!("rosa ({last})")), "{rules}");
    let ended = browser.press(&form, "readmit-1").await;
    assert!(
        ended.text().contains("The exception is ended."),
        "{}",
        ended.text()
    );
    let given = except(&ended, "rosa", &last, "Once more").await;
    assert!(given.url.contains("/admin/rules/"), "{}", given.url);
    assert!(given.text().contains("Once more"), "{}", given.text());
    assert_eq!(town.events("rule.exception.given").await.len(), 2);
    assert_eq!(town.events("rule.exception.ended").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_left_is_reminded_once_a_day_by_a_button() {
    let (town, browser) = administered().await;
    town.person("rosa").await;
    town.give_address(town.id_of("rosa").await, "rosa@northbeam.example", true)
        .await;
    let page = draft(
        &browser,
        &[("name", "Everybody"), ("factor", "any"), ("grace_days", "14")],
    )
    .await;
    let on = browser.press(&page, "on").await;
    let reminded = browser.press(&on, "remind").await;
    assert!(
        reminded.text().contains("The mails are on their way."),
        "{}",
        reminded.text()
    );
    assert_eq!(town.events("roll_out.called").await.len(), 1);
    let again = browser.press(&reminded, "remind").await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("a short while ago"), "{}", again.text());
    assert_eq!(town.events("roll_out.called").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_rules_sees_how_many_and_who_reads_people_sees_who() {
    let (town, browser) = administered().await;
    let reader = town.person("reader").await;
    town.person("rosa").await;
    give_rights(&town, reader, "auditor", &[Right::RulesRead]).await;
    let page = draft(
        &browser,
        &[("name", "Everybody"), ("factor", "any"), ("grace_days", "14")],
    )
    .await;
    let on = plain(&browser.press(&page, "on").await);
    let other = town.browser();
    enter_password(&other, "reader", PASSWORD).await;
    let seen = other.get(&on).await;
    assert_eq!(seen.status, 200);
    assert!(seen.text().contains("Everybody 3 0 (0 %) 0 3"), "{}", seen.text());
    assert!(
        seen.text().contains("do not let you see who they are"),
        "{}",
        seen.text()
    );
    assert!(!seen.text().contains("Name of rosa"), "{}", seen.text());
    for button in ["on", "draft", "remind", "except"] {
        assert!(!seen.has_button(button), "{button}");
    }
    // The forms of somebody else do not help.
    let forged = other.press(&browser.get(&on).await, "draft").await;
    assert_ne!(forged.status, 200, "{}", forged.text());
    assert_eq!(other.get("/admin/roll-outs/new").await.status, 403);
    assert_eq!(browser.get("/admin/roll-outs/nothing").await.status, 404);
    let people = town.person("people").await;
    give_rights(&town, people, "helper", &[Right::PeopleRead]).await;
    let third = town.browser();
    enter_password(&third, "people", PASSWORD).await;
    assert_eq!(third.get(&on).await.status, 403);
    assert_eq!(third.get("/admin/roll-outs").await.status, 403);
    assert!(
        !third
            .get("/admin/coverage")
            .await
            .body
            .contains("id=\"roll-outs\"")
    );
    assert!(
        browser
            .get("/admin/coverage")
            .await
            .body
            .contains("id=\"roll-outs\"")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_left_is_shown_a_page_at_a_time() {
    let (town, browser) = administered().await;
    let mut op = town.op();
    for number in 0..60 {
        let name = format!("person{number:02}");
        let username = doorward::domain::Username::parse(&name).unwrap();
        let new = person::NewPerson::named(town.organisation, username, &name);
        person::create(&mut op, new).await.unwrap();
    }
    op.commit().await.unwrap();
    let page = draft(
        &browser,
        &[("name", "Everybody"), ("factor", "any"), ("grace_days", "14")],
    )
    .await;
    assert!(page.text().contains("(person48)") && !page.text().contains("(person49)"));
    let path = plain(&page);
    let next = browser.get(&format!("{path}?after=person48")).await;
    assert!(page.body.contains("after=person48"), "{}", page.body);
    assert!(!next.text().contains("(person48)") && next.text().contains("(person59)"));
    assert!(!next.has_button("next"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_are_accessible_on_the_phone_and_on_the_desktop() {
    let (town, browser) = administered().await;
    let ben = town.person("ben").await;
    town.person("rosa").await;
    town.give_authenticator(ben).await;
    let page = draft(
        &browser,
        &[
            ("name", "Second factor for everybody"),
            ("factor", "any"),
            ("grace_days", "14"),
        ],
    )
    .await;
    let last = day(&town, 5);
    let typed = [
        ("exception_person", "rosa"),
        ("exception_until", last.as_str()),
        ("exception_reason", "Waits for her key"),
    ];
    let page = browser.press_with(&page, "except", &typed).await;
    let page = plain(&browser.press(&page, "on").await);
    let eyes = Chromium::start().await;
    eyes.open(&format!("{}/admin/roll-outs", town.server.issuer))
        .await;
    eyes.fill("username", "ada").await;
    eyes.click("#continue").await;
    eyes.fill("password", PASSWORD).await;
    eyes.click("#continue").await;
    eyes.find(".rules").await;
    eyes.look("roll-outs-1-list").await;
    eyes.open(&format!("{}/admin/roll-outs/new", town.server.issuer))
        .await;
    eyes.find("#starts").await;
    eyes.look("roll-outs-2-new").await;
    eyes.open(&page).await;
    eyes.find("table").await;
    eyes.look("roll-outs-3-one").await;
    eyes.open(&page.replace("roll-outs", "rules")).await;
    eyes.find("#exception_person").await;
    eyes.look("roll-outs-4-rule").await;
    eyes.open(&format!("{}/admin/coverage", town.server.issuer)).await;
    eyes.find("#roll-outs").await;
    eyes.look("roll-outs-5-coverage").await;
    eyes.prefer_dark().await;
    eyes.open(&format!("{page}?ui_locales=de")).await;
    eyes.find("table").await;
    eyes.look("roll-outs-6-one-german-dark").await;
    eyes.close().await;
}
