//! The console for whom a part was delegated: a lead who may give one role in one place for some days, the owner of a group.

use doorward::access::{self, GroupAbout, Holder, NewGrant, NewGroup, NewRole, Period, RoleAbout};
use doorward::decision;
use doorward::domain::{GrantSource, GroupId, GroupKind, RoleId, Subject};

use super::administered;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::Browser;

async fn group(town: &Town, kind: GroupKind, name: &str, about: GroupAbout) -> GroupId {
    let mut op = town.op();
    let new = NewGroup {
        organisation_id: town.organisation,
        kind,
        name: name.to_owned(),
        about,
    };
    let id = access::create_group(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

async fn role(town: &Town, name: &str, about: RoleAbout) -> RoleId {
    let mut op = town.op();
    let new = NewRole {
        organisation_id: town.organisation,
        name: name.to_owned(),
        about,
    };
    let id = access::create_role(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

async fn give(town: &Town, holder: Holder, role: RoleId, within: &[GroupId]) {
    let mut op = town.op();
    let new = NewGrant {
        organisation_id: town.organisation,
        holder,
        role,
        within: within.to_vec(),
        period: Period::from(op.now),
        reason: "A test.".to_owned(),
        source: GrantSource::Direct,
    };
    access::give(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
}

async fn signed_in(town: &Town, name: &str) -> Browser {
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, name, PASSWORD).await));
    browser
}

async fn roles_of(town: &Town, name: &str) -> Vec<String> {
    let id = town.id_of(name).await;
    let holdings = decision::holdings(&mut town.op(), Subject::Person(id)).await;
    let holdings = holdings.unwrap().unwrap();
    holdings.roles().into_iter().map(str::to_owned).collect()
}

const REASON: &str = "Stands in for Sam";

/// Lena leads support in DACH: she may give the role of agents there for thirty days. Nobody but the administrator gives that of analysts.
async fn led() -> (Town, Browser) {
    let (town, _) = administered().await;
    let emea = group(&town, GroupKind::Region, "emea", GroupAbout::titled("EMEA")).await;
    let below = |title: &str| GroupAbout {
        parent: Some(emea),
        ..GroupAbout::titled(title)
    };
    let dach = group(&town, GroupKind::Region, "dach", below("DACH")).await;
    let berlin = GroupAbout {
        parent: Some(dach),
        ..GroupAbout::titled("Berlin")
    };
    group(&town, GroupKind::Region, "berlin", berlin).await;
    let agent = role(&town, "agent", RoleAbout::titled("Support agent")).await;
    role(&town, "analyst", RoleAbout::titled("Analyst")).await;
    let about = RoleAbout {
        includes: [agent].into(),
        giving: [(agent, Some(30))].into(),
        ..RoleAbout::titled("Lead of a team")
    };
    let lead = role(&town, "lead", about).await;
    let lena = town.person("lena").await;
    town.person("ben").await;
    give(&town, Holder::Subject(Subject::Person(lena)), lead, &[dach]).await;
    let browser = signed_in(&town, "lena").await;
    (town, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_finds_in_the_console_what_they_may_give_and_no_other_room() {
    let (_town, lena) = led().await;
    let account = lena.get("/account").await;
    assert!(account.body.contains("href=\"/admin\""), "{}", account.body);
    let home = lena.get("/admin").await;
    assert!(home.body.contains("href=\"/admin/grants\""), "{}", home.body);
    for room in ["people", "groups", "roles", "rules", "clients", "access/why"] {
        let address = format!("/admin/{room}");
        assert!(!home.body.contains(&format!("href=\"{address}\"")), "{room}");
        assert_eq!(lena.get(&address).await.status, 403, "{room}");
    }
    let form = lena.get("/admin/grants/new").await;
    let text = form.text();
    assert!(
        text.contains("Support agent DACH (region) · at most 30 days"),
        "{text}"
    );
    assert!(!text.contains("Analyst") && !text.contains("EMEA"), "{text}");
    // Her own place is ticked, the one below it can be.
    assert!(
        form.body
            .contains("name=\"within_region:dach\" type=\"checkbox\" value=\"yes\" checked"),
        "{}",
        form.body
    );
    assert!(
        form.body
            .contains("name=\"within_region:berlin\" type=\"checkbox\" value=\"yes\">"),
        "{}",
        form.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lead_may_not_give_is_refused_and_nothing_is_given() {
    let (town, lena) = led().await;
    let form = lena.get("/admin/grants/new").await;
    let fields = [
        ("holder", "ben"),
        ("role", "agent"),
        ("until", "2099-12-31"),
        ("reason", REASON),
    ];
    // Too long, then nowhere, then a role that is not hers to give.
    let late = lena.press_with(&form, "change-look", &fields).await;
    assert_eq!(late.status, 422);
    assert!(late.text().contains("at most 30 days"), "{}", late.text());
    let everywhere = [
        ("form_token", form_token(&form.body)),
        ("act", "apply".to_owned()),
        ("holder", "ben".to_owned()),
        ("role", "agent".to_owned()),
        ("until", tomorrow(&town)),
        ("reason", REASON.to_owned()),
    ];
    let refused = post(&lena, &everywhere).await;
    assert!(
        refused.contains("within DACH") || refused.contains("region:dach"),
        "{refused}"
    );
    let analyst = with(&everywhere, "role", "analyst");
    let refused = post(&lena, &analyst).await;
    assert!(
        refused.contains("None of your roles lets you give analyst"),
        "{refused}"
    );
    assert!(roles_of(&town, "ben").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_gives_a_role_within_their_bounds_and_ends_it() {
    let (town, lena) = led().await;
    let form = lena.get("/admin/grants/new").await;
    let until = tomorrow(&town);
    let sound = [
        ("holder", "ben"),
        ("role", "agent"),
        ("until", until.as_str()),
        ("reason", REASON),
    ];
    let looked = lena.press_with(&form, "change-look", &sound).await;
    assert_eq!(looked.status, 200, "{}", looked.text());
    assert!(roles_of(&town, "ben").await.is_empty());
    let done = lena.press(&looked, "change-apply").await;
    assert!(done.url.ends_with("/admin/grants?done=given"), "{}", done.text());
    assert_eq!(roles_of(&town, "ben").await, ["agent"]);
    let list = lena.get("/admin/grants").await;
    let text = list.text();
    assert!(
        text.contains("Name of ben (ben) Support agent")
            && text.contains("DACH (region)")
            && text.contains(REASON),
        "{text}"
    );
    let id = grant_id(&list.body);
    let ended = lena
        .press_with(&list, &format!("end-{id}"), &[("reason", "Sam is back")])
        .await;
    assert!(
        ended.url.ends_with("/admin/grants?done=ended"),
        "{}",
        ended.text()
    );
    assert!(roles_of(&town, "ben").await.is_empty());
    let text = lena.get("/admin/grants").await.text();
    assert!(
        text.contains("You have given nothing that still counts."),
        "{text}"
    );
}

/// The fields with another value for one.
fn with(fields: &[(&'static str, String)], name: &str, value: &str) -> Vec<(&'static str, String)> {
    let fields = fields.iter();
    let fields = fields.map(|(key, old)| {
        let value = if *key == name { value } else { old };
        (*key, value.to_owned())
    });
    fields.collect()
}

async fn post(browser: &Browser, fields: &[(&'static str, String)]) -> String {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let page = browser.post("/admin/grants/new", &fields).await;
    assert_eq!(page.status, 422, "{}", page.text());
    page.text()
}

fn between<'a>(body: &'a str, before: &str) -> &'a str {
    let at = body.find(before).unwrap() + before.len();
    let rest = &body[at..];
    &rest[..rest.find('"').unwrap()]
}

fn form_token(body: &str) -> String {
    between(body, "name=\"form_token\" value=\"").to_owned()
}

fn grant_id(body: &str) -> String {
    between(body, "name=\"grant\" value=\"").to_owned()
}

fn tomorrow(town: &Town) -> String {
    let day = town.op().now.plus(std::time::Duration::from_hours(24));
    doorward::domain::rfc3339::written(day)
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_groups_they_are_sees_them_and_says_who_is_in_them() {
    let (town, ada) = administered().await;
    let olga = town.person("olga").await;
    town.person("ben").await;
    let about = GroupAbout {
        owners: [olga].into(),
        ..GroupAbout::titled("Spring launch")
    };
    let launch = group(&town, GroupKind::Project, "launch", about).await;
    let about = GroupAbout {
        parent: Some(launch),
        ..GroupAbout::titled("Press")
    };
    let press = group(&town, GroupKind::Project, "press", about).await;
    let other = group(&town, GroupKind::Project, "autumn", GroupAbout::titled("Autumn")).await;
    let browser = signed_in(&town, "olga").await;
    let text = browser.get("/admin/groups").await.text();
    assert!(text.contains("Spring launch") && text.contains("Press"), "{text}");
    assert!(!text.contains("Autumn"), "{text}");
    assert_eq!(browser.get(&format!("/admin/groups/{other}")).await.status, 404);
    // One below hers is hers too: she says who is in it, not what it is.
    let page = browser.get(&format!("/admin/groups/{press}")).await;
    assert!(
        page.has_button("join-look") && !page.has_button("about-look"),
        "{}",
        page.body
    );
    let looked = browser.press_with(&page, "join-look", &[("member", "ben")]).await;
    assert_eq!(looked.status, 200, "{}", looked.text());
    let joined = browser.press(&looked, "join-apply").await;
    assert!(joined.url.ends_with("done=joined"), "{}", joined.text());
    let page = browser.get(&format!("/admin/groups/{press}")).await;
    assert!(page.text().contains("Name of ben"), "{}", page.text());
    let left = browser.press(&page, "leave-ben").await;
    assert!(left.url.ends_with("done=left"), "{}", left.text());
    let token = form_token(&page.body);
    let about = [
        ("form_token", token.as_str()),
        ("what", "about"),
        ("act", "apply"),
        ("title", "Mine"),
    ];
    let refused = browser.post(&format!("/admin/groups/{press}"), &about).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    // Whoever has the right does both.
    let both = ada.get(&format!("/admin/groups/{press}")).await;
    assert!(both.has_button("about-look"), "{}", both.body);
}
