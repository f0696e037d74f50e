//! Authenticators: several, each with a name; added, renamed, removed.

use std::time::Duration;

use doorward::domain::{TotpAlgorithm, TotpForm};

use super::{
    PASSWORD, SECRET, add, authenticators_of, codes_of, key_of, rosa, signed_in, signed_in_with_code,
    token_of, town,
};
use crate::signin::{Town, enter_password, is_signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_is_added_by_its_first_code_and_recovery_codes_come_with_it() {
    let town = town().await;
    let browser = rosa(&town).await;
    let page = browser.get("/account/authenticators/add").await;
    let secret = key_of(&page);
    assert!(page.body.contains("<svg"));
    let pending = regex_lite::Regex::new(r#"name="pending" value="([^"]+)""#).unwrap();
    assert_ne!(
        &pending.captures(&page.body).unwrap()[1],
        secret,
        "the form does not hold the secret"
    );

    let wrong = browser
        .submit(&page, &[("name", "Phone"), ("code", "000000")])
        .await;
    assert_eq!(wrong.status, 422);
    assert_eq!(key_of(&wrong), secret, "the secret stays");
    assert!(wrong.body.contains(r#"value="Phone""#), "so does the name");
    let first = town.code(&secret);
    let fields = [("name", "Phone"), ("code", &first)];
    let shown = browser.submit(&wrong, &fields).await;
    let codes = codes_of(&shown);
    assert_eq!(codes.len(), 10, "{}", shown.text());
    let again = browser.submit(&wrong, &fields).await;
    assert!(
        again.has_field("code") && !again.has_field("name"),
        "it counts at once: {}",
        again.text()
    );
    let listed = browser.get("/account/authenticators").await;
    assert!(
        listed.text().contains("Phone") && listed.text().contains("not used yet"),
        "{}",
        listed.text()
    );

    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    let used = other.submit(&page, &[("code", &first)]).await;
    assert!(!is_signed_in(&used), "the code that confirmed it is used");
    town.wait(Duration::from_secs(30));
    let home = other.submit(&used, &[("code", &town.code(&secret))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    let listed = other.get("/account/authenticators").await;
    assert!(listed.text().contains("last used"), "{}", listed.text());
    town.wait(Duration::from_secs(30));
    browser.submit(&again, &[("code", &town.code(&secret))]).await;
    let late = browser.submit(&wrong, &fields).await;
    assert_eq!(late.status, 410, "the same form adds nothing twice");
    assert_eq!(town.events("factor.totp.enrolled").await.len(), 2);
}

/// The code that an app shows which was told what the page says.
fn other_code(town: &Town, secret: &str) -> String {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let app = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA256)
        .with_digits(8)
        .with_secret(bytes);
    let now = town.server.house.clock.now().as_seconds();
    app.build().unwrap().generate(now.try_into().unwrap()).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_another_form_are_taken_where_it_is_set_and_older_authenticators_keep_theirs() {
    let other = TotpForm {
        algorithm: TotpAlgorithm::Sha256,
        digits: 8,
    };
    let town = Town::with(|config| config.totp = other).await;
    town.person("rosa").await;
    // Of the common form, as from before the setting.
    town.give_authenticator(town.id_of("rosa").await).await;
    let browser = signed_in_with_code(&town, "rosa").await;
    let page = browser.get("/account/authenticators/add").await;
    let told = page.text();
    assert!(told.contains("SHA256, 8 digits, 30 seconds"), "{told}");
    let secret = key_of(&page);
    assert_eq!(secret.len(), 52, "256 bits: {secret}");
    let fields = [("name", "Tablet"), ("code", &town.code(&secret)[..])];
    assert_eq!(
        browser.submit(&page, &fields).await.status,
        422,
        "of another form"
    );
    let fields = [("name", "Tablet"), ("code", &other_code(&town, &secret))];
    assert_eq!(browser.submit(&page, &fields).await.status, 200);

    town.wait(Duration::from_secs(30));
    for code in [other_code(&town, &secret), town.code(SECRET)] {
        let browser = town.browser();
        let page = enter_password(&browser, "rosa", PASSWORD).await;
        let home = browser.submit(&page, &[("code", &code)]).await;
        assert!(is_signed_in(&home), "{code}: {}", home.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_authenticators_each_lets_in_until_it_is_removed() {
    let town = town().await;
    town.give_authenticator(town.id_of("rosa").await).await;
    let browser = signed_in_with_code(&town, "rosa").await;
    let (second, _) = add(&town, &browser, "Tablet").await;
    let listed = browser.get("/account/authenticators").await;
    let addresses = authenticators_of(&listed);
    assert_eq!(addresses.len(), 2);

    let one = browser.get(&addresses[0]).await;
    let token = token_of(&one);
    let fields = [
        ("form_token", token.as_str()),
        ("name", "Old <phone>"),
        ("act", "rename"),
    ];
    let renamed = browser.post(&addresses[0], &fields).await;
    assert!(renamed.text().contains("Old <phone>"), "{}", renamed.text());
    assert!(!renamed.body.contains("<phone>"));
    let fields = [("form_token", token.as_str()), ("name", " "), ("act", "rename")];
    let nameless = browser.post(&addresses[0], &fields).await;
    assert!(nameless.text().contains("Authenticator"), "{}", nameless.text());
    let fields = [("form_token", token.as_str()), ("act", "explode")];
    assert_eq!(browser.post(&addresses[0], &fields).await.status, 400);
    assert_eq!(town.events("factor.totp.renamed").await.len(), 2);

    let one = browser.get(&addresses[0]).await;
    let removed = browser.press(&one, "remove").await;
    assert!(removed.text().contains("is removed"), "{}", removed.text());
    assert_eq!(authenticators_of(&removed), &addresses[1..]);
    assert_eq!(town.events("factor.totp.removed").await.len(), 1);
    assert_eq!(browser.get(&addresses[0]).await.status, 404);

    town.wait(Duration::from_mins(1));
    let other = town.browser();
    let page = enter_password(&other, "rosa", PASSWORD).await;
    let refused = other.submit(&page, &[("code", &town.code(SECRET))]).await;
    assert!(!is_signed_in(&refused), "the removed one lets nobody in");
    let home = other.submit(&refused, &[("code", &town.code(&second))]).await;
    assert!(is_signed_in(&home), "{}", home.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_stays_where_a_rule_demands_a_second_factor() {
    let town = town().await;
    let id = town.id_of("rosa").await;
    town.give_authenticator(id).await;
    town.demand_second_factor(id).await;
    let browser = signed_in_with_code(&town, "rosa").await;
    let listed = browser.get("/account/authenticators").await;
    let one = browser.get(&authenticators_of(&listed)[0]).await;
    let refused = browser.press(&one, "remove").await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text().contains("demands a second factor"),
        "{}",
        refused.text()
    );
    let events = town.events("factor.totp.removed").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].0, "refused");
    assert_eq!(
        authenticators_of(&browser.get("/account/authenticators").await).len(),
        1
    );

    add(&town, &browser, "Tablet").await;
    let removed = browser.press(&one, "remove").await;
    assert!(
        removed.text().contains("is removed"),
        "with another one it may go: {}",
        removed.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_rule_the_last_one_may_go_and_the_recovery_codes_with_it() {
    let town = town().await;
    let browser = rosa(&town).await;
    let (secret, _) = add(&town, &browser, "Phone").await;
    town.wait(Duration::from_secs(30));
    let address = authenticators_of(&browser.get("/account/authenticators").await).remove(0);
    let asked = browser.get(&address).await;
    let one = browser.submit(&asked, &[("code", &town.code(&secret))]).await;
    browser.press(&one, "remove").await;
    let codes = browser.get("/account/recovery-codes").await;
    assert!(
        codes.text().contains("You have no recovery codes"),
        "{}",
        codes.text()
    );
    signed_in(&town, "rosa").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_removals_at_once_one_is_refused_where_a_rule_demands_a_second_factor() {
    let town = town().await;
    let id = town.id_of("rosa").await;
    town.give_authenticator(id).await;
    town.demand_second_factor(id).await;
    let browser = signed_in_with_code(&town, "rosa").await;
    add(&town, &browser, "Tablet").await;
    let addresses = authenticators_of(&browser.get("/account/authenticators").await);
    let (one, two) = (browser.get(&addresses[0]).await, browser.get(&addresses[1]).await);
    let (first, second) = tokio::join!(browser.press(&one, "remove"), browser.press(&two, "remove"));
    let statuses = [first.status, second.status].map(|status| status.as_u16());
    assert!(statuses.contains(&200) && statuses.contains(&409), "{statuses:?}");
    assert_eq!(
        authenticators_of(&browser.get("/account/authenticators").await).len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_of_somebody_else_is_not_there() {
    let town = town().await;
    let ada = town.person("ada").await;
    town.give_authenticator(ada).await;
    let hers = signed_in_with_code(&town, "ada").await;
    let address = authenticators_of(&hers.get("/account/authenticators").await).remove(0);
    let begun = hers.get("/account/authenticators/add").await;
    let browser = rosa(&town).await;
    assert_eq!(browser.get(&address).await.status, 404);
    let token = token_of(&browser.get("/account").await);
    for act in ["rename", "remove"] {
        let fields = [("form_token", token.as_str()), ("act", act), ("name", "Mine")];
        assert_eq!(browser.post(&address, &fields).await.status, 404);
    }
    assert_eq!(
        authenticators_of(&hers.get("/account/authenticators").await).len(),
        1
    );

    // What she began, nobody else ends.
    let pending = regex_lite::Regex::new(r#"name="pending" value="([^"]+)""#).unwrap();
    let pending = pending.captures(&begun.body).unwrap()[1].to_owned();
    let code = town.code(&key_of(&begun));
    let fields = [
        ("form_token", token.as_str()),
        ("pending", &pending),
        ("name", "Mine"),
        ("code", &code),
    ];
    let refused = browser.post("/account/authenticators/add", &fields).await;
    assert_eq!(refused.status, 410);
}
