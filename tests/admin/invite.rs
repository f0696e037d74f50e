//! Inviting by the console, and ending what somebody has.

use doorward::access;
use doorward::domain::Right;
use doorward::mail;

use super::give_rights;
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};

const HERE: &str = "/admin/people/invite";

async fn kinds(town: &Town) -> Vec<String> {
    let mails = mail::list(&mut town.op()).await.unwrap();
    mails.into_iter().map(|one| one.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_is_invited_and_what_is_wrong_is_told_with_all_that_was_written() {
    let town = Town::with(|config| config.mail.kept = true).await;
    let ada = town.person("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let browser = town.browser();
    enter_password(&browser, "ada", PASSWORD).await;
    let list = browser.get("/admin/people").await;
    assert!(list.body.contains(HERE), "{}", list.body);
    let page = browser.get(HERE).await;
    let fields = |username, email| [("username", username), ("name", "Kim Aydin"), ("email", email)];
    for (username, email, says) in [
        ("kim", "nowhere", "This is no e-mail address"),
        ("", "kim@northbeam.example", "This cannot be a user name"),
        (
            "ada",
            "kim@northbeam.example",
            "Somebody has this user name already",
        ),
    ] {
        let wrong = browser.press_with(&page, "send", &fields(username, email)).await;
        assert_eq!(wrong.status, 422, "{says}");
        assert!(
            wrong.text().contains(says) && wrong.body.contains("value=\"Kim Aydin\""),
            "{}",
            wrong.text()
        );
    }
    let mut fields = fields("kim", "kim@northbeam.example").to_vec();
    fields.extend([("role_administrator", "yes"), ("language", "tr")]);
    let list = browser.press_with(&page, "send", &fields).await;
    assert!(
        list.text().contains("The invitation is on its way") && list.text().contains("Kim Aydin (kim)"),
        "{}",
        list.text()
    );
    assert_eq!(kinds(&town).await, ["invitation"]);
    let profile = access::profile(
        &mut town.op(),
        doorward::domain::Subject::Person(town.id_of("kim").await),
        None,
    )
    .await
    .unwrap();
    assert_eq!(profile.roles, [access::ADMINISTRATOR]);
    let kim = town.id_of("kim").await;
    let kim = doorward::person::find(&mut town.op(), kim)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kim.locale.as_deref(), Some("tr"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_desk_gives_no_role_that_gives_more_than_it_holds() {
    let town = Town::with(|config| config.mail.kept = true).await;
    let (ada, desk) = (town.person("ada").await, town.person("desk").await);
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let rights = [Right::PeopleRead, Right::PeopleManage];
    give_rights(&town, desk, "help_desk", &rights).await;
    let browser = town.browser();
    enter_password(&browser, "desk", PASSWORD).await;
    let page = browser.get(HERE).await;
    assert!(page.has_field("role_help_desk") && !page.has_field("role_administrator"));
    let fields = [
        ("username", "kim"),
        ("name", "Kim"),
        ("email", "kim@northbeam.example"),
        ("role_administrator", "yes"),
    ];
    let refused = browser.press_with(&page, "send", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("gives more than you hold"),
        "{}",
        refused.text()
    );
    assert!(kinds(&town).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_ends_what_somebody_has_and_not_their_own_or_of_somebody_above() {
    let town = Town::new().await;
    let (ada, rosa) = (town.person("ada").await, town.person("rosa").await);
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let (browser, theirs) = (town.browser(), town.browser());
    enter_password(&browser, "ada", PASSWORD).await;
    assert!(is_signed_in(&enter_password(&theirs, "rosa", PASSWORD).await));
    let page = browser.get(&format!("/admin/people/{rosa}")).await;
    let done = browser.press(&page, "end").await;
    assert!(done.text().contains("All sessions have ended"), "{}", done.text());
    assert!(!is_signed_in(&theirs.get("/").await));
    let own = browser.get(&format!("/admin/people/{ada}")).await;
    let refused = browser.press(&own, "end").await;
    assert!(refused.text().contains("Somebody with the same rights"));
    assert!(is_signed_in(&browser.get("/").await));
}
