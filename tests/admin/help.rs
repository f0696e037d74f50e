//! Help by the console.

use doorward::domain::{PersonId, Right};
use doorward::storage::Sql;

use super::{administered, give_rights};
use crate::signin::{PASSWORD, Town, enter_password};

/// A person with a mail address.
async fn reachable(town: &Town, name: &str) -> PersonId {
    const ADDRESS: Sql = Sql::new("UPDATE person SET email = $2 WHERE id = $1");
    let id = town.person(name).await;
    let mut tx = town.server.house.storage.write().await.unwrap();
    let address = format!("{name}@northbeam.example");
    tx.query(ADDRESS)
        .bind(&id)
        .bind(&address)
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_helped_is_told_why_not_or_gets_a_pass() {
    let (town, browser) = administered().await;
    let rosa = reachable(&town, "rosa").await;
    let here = format!("/admin/people/{rosa}/help");
    let person = browser.get(&format!("/admin/people/{rosa}")).await;
    assert!(person.body.contains(&here), "{}", person.body);
    let page = browser.get(&here).await;
    // No mail is set up in this town.
    let refused = browser
        .press_with(&page, "ask", &[("reason", "lost the phone")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("No mail is sent from here"),
        "{}",
        refused.text()
    );
    assert_eq!(browser.get("/admin/people/nobody/help").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_helped_by_somebody_with_fewer_rights_or_by_themselves() {
    let (town, _) = administered().await;
    let ada = town.id_of("ada").await;
    let desk = town.person("desk").await;
    give_rights(
        &town,
        desk,
        "help_desk",
        &[Right::PeopleRead, Right::PeopleManage],
    )
    .await;
    let browser = town.browser();
    enter_password(&browser, "desk", PASSWORD).await;
    for id in [ada, desk] {
        let page = browser.get(&format!("/admin/people/{id}/help")).await;
        let refused = browser.press_with(&page, "ask", &[("reason", "please")]).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.text().contains("Somebody with the same rights"),
            "{}",
            refused.text()
        );
    }
}
