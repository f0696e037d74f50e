//! An administrator makes groups and roles, says who is in them, and gives access and ends it.

use doorward::access::{self, Holder, NewGrant, Period};
use doorward::decision;
use doorward::domain::{GrantSource, GroupKind, Right, Subject};

use super::{Somebody, browser, say};
use crate::admin::give_rights;
use crate::signin::{PASSWORD, Town};

pub(super) async fn walk(keys: bool) {
    let town = Town::new().await;
    let ada = town.person("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    town.person("ben").await;
    let browser = browser(keys).await;
    let me = Somebody::new(&browser, &town, keys);
    say(&me, "ada", PASSWORD).await;
    me.press("#console").await;
    groups(&me).await;
    roles(&me).await;
    members(&me).await;
    grants(&me).await;
    me.has_seen("giver");
    browser.close().await;
}

/// What somebody holds now.
async fn roles_of(town: &Town, name: &str) -> Vec<String> {
    let id = town.id_of(name).await;
    let holdings = decision::holdings(&mut town.op(), Subject::Person(id)).await;
    let holdings = holdings.unwrap().unwrap();
    holdings.roles().into_iter().map(str::to_owned).collect()
}

/// A project is made after a look at what that comes to, and a part of it below.
async fn groups(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/groups']").await;
    me.press("#new").await;
    me.choose("kind", "project").await;
    me.fill("name", "Launch").await;
    me.fill("title", "Spring launch").await;
    me.press("#change-look").await;
    me.is_told(".notice.error").await;
    me.fill("name", "launch").await;
    me.press("#change-look").await;
    me.browser.find("#effect").await;
    assert!(found(me.town, "launch").await.is_none(), "to look makes nothing");
    me.press("#change-apply").await;
    me.browser.find(".notice.success").await;
    me.press("#back").await;
    me.press("#new").await;
    me.choose("kind", "project").await;
    me.fill("name", "press").await;
    me.fill("title", "Press").await;
    me.fill("parent", "launch").await;
    me.press("#change-look").await;
    me.press("#change-apply").await;
    me.press("#back").await;
    me.browser.find(".tree .depth-1").await;
}

async fn found(town: &Town, name: &str) -> Option<doorward::domain::GroupId> {
    let named = access::group_named(&mut town.op(), town.organisation, GroupKind::Project, name).await;
    named.unwrap()
}

/// A role is made, and changed.
async fn roles(me: &Somebody<'_>) {
    me.press("nav.side a[href='/admin/roles']").await;
    me.press("#new").await;
    me.fill("name", "helper").await;
    me.fill("title", "Helper").await;
    me.tick("right_people:read").await;
    me.press("#change-look").await;
    me.press("#change-apply").await;
    me.browser.find(".notice.success").await;
    me.fill("review_days", "0").await;
    me.press("#change-look").await;
    me.is_told(".notice.error").await;
    me.fill("review_days", "90").await;
    me.fill("purpose", "Helps people").await;
    me.press("#change-look").await;
    me.press("#change-apply").await;
    me.browser.find(".notice.success").await;
    me.press("#back").await;
}

/// The project gives the role, so whoever is in it has it.
async fn members(me: &Somebody<'_>) {
    let launch = found(me.town, "launch").await.unwrap();
    let mut op = me.town.op();
    let role = access::role_named(&mut op, me.town.organisation, "helper").await;
    let grant = NewGrant {
        organisation_id: me.town.organisation,
        holder: Holder::Group(launch),
        role: role.unwrap().unwrap(),
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "A test.".to_owned(),
        source: GrantSource::Direct,
    };
    access::give(&mut op, grant).await.unwrap();
    op.commit().await.unwrap();
    me.press("nav.side a[href='/admin/groups']").await;
    me.press(&format!("main .rows a[href='/admin/groups/{launch}']"))
        .await;
    me.fill("member", "nobody").await;
    me.press("#join-look").await;
    me.is_told(".notice.error").await;
    me.fill("member", "ben").await;
    me.press("#join-look").await;
    let effect = me.browser.find("#effect").await.text().await.unwrap();
    assert!(effect.contains("ben: would get people:read"), "{effect}");
    assert!(roles_of(me.town, "ben").await.is_empty());
    me.press("#join-apply").await;
    me.browser.find(".notice.success").await;
    assert_eq!(roles_of(me.town, "ben").await, ["helper"]);
    me.press("[id='leave-ben']").await;
    me.browser.find(".notice.success").await;
    assert!(roles_of(me.town, "ben").await.is_empty());
    me.fill("ends_at", "2099-12-31").await;
    me.press("#about-look").await;
    me.press("#about-apply").await;
    let text = me.browser.text().await;
    assert!(text.contains("2100-01-01"), "{text}");
}

/// Ben gets the role himself, with a reason, and it is ended.
async fn grants(me: &Somebody<'_>) {
    let ben = me.town.id_of("ben").await;
    me.open(&format!("/admin/people/{ben}/access")).await;
    me.press("#give").await;
    me.choose("role", "helper").await;
    me.press("#change-look").await;
    me.is_told(".notice.error").await;
    me.fill("reason", "Stands in").await;
    me.press("#change-look").await;
    me.press("#change-apply").await;
    me.browser.find(".notice.success").await;
    assert_eq!(roles_of(me.town, "ben").await, ["helper"]);
    me.open(&format!("/admin/people/{ben}/access")).await;
    let end = "main section input[name='reason']";
    me.fill_at(end, "Is over").await;
    me.press("main section .button.danger").await;
    me.browser.find(".notice.success").await;
    assert!(roles_of(me.town, "ben").await.is_empty());
}
