//! People and coverage.

use doorward::domain::Username;
use doorward::person::{self, NewPerson};

use super::administered;

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_their_beginning_and_shown_with_what_they_sign_in_with() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    town.person("robin").await;
    town.give_authenticator(rosa).await;
    let mut op = town.op();
    let kim = NewPerson::named(town.organisation, Username::parse("kim").unwrap(), "Kim Aydin");
    person::create(&mut op, kim).await.unwrap();
    op.commit().await.unwrap();
    let all = browser.get("/admin/people").await.text();
    assert!(
        all.contains("(ada) Password alone")
            && all.contains("(kim) Has set up nothing yet")
            && all.contains("(rosa) Has an authenticator"),
        "{all}"
    );
    let some = browser.get("/admin/people?name=RO").await.text();
    assert!(
        some.contains("(rosa)") && some.contains("(robin)") && !some.contains("(ada)"),
        "{some}"
    );
    let none = browser.get("/admin/people?name=rosb").await.text();
    assert!(none.contains("Nobody is called that"), "{none}");
    let one = browser.get(&format!("/admin/people/{rosa}")).await.text();
    assert!(
        one.contains("User name rosa") && one.contains("Roles None"),
        "{one}"
    );
    assert!(one.contains("Signed in now 0"), "{one}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_of_another_organisation_is_not_there() {
    let (town, browser) = administered().await;
    let sam = town.stranger("sam", "Sam of Southgate").await;
    assert_eq!(browser.get(&format!("/admin/people/{sam}")).await.status, 404);
    assert_eq!(browser.get("/admin/people/nobody").await.status, 404);
    let all = browser.get("/admin/people").await.text();
    assert!(!all.contains("Sam"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn coverage_counts_who_has_a_second_factor_and_names_who_has_not() {
    let (town, browser) = administered().await;
    let rosa = town.person("rosa").await;
    town.give_authenticator(rosa).await;
    let told = browser.get("/admin/coverage").await.text();
    assert!(told.contains("Everybody 2 1 (50 %) 0"), "{told}");
    assert!(told.contains("(ada)") && !told.contains("(rosa)"), "{told}");
    assert!(
        browser
            .get("/admin")
            .await
            .text()
            .contains("One person has no second factor")
    );
}
