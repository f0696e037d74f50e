//! Applications by the console's pages.

use std::time::Duration;

use doorward::client::{self, NewClient, NewRegistrationToken, Policy};
use doorward::config::Registration;
use doorward::domain::{ClientAuthMethod, ClientId, ClientStatus, GrantType, PersonId, Right, Subject};
use doorward::jose::{Algorithm, SigningKey};
use doorward::person::{self, NewServiceAccount};
use serde_json::{Value, json};

use super::{give_rights, give_rights_to};
use crate::signin::{PASSWORD, Town, enter_password, is_signed_in};
use crate::support::{Browser, Page};

const CALLBACK: &str = "https://desk.test/callback";

/// A town in which applications register themselves and wait, with an administrator who is signed in.
async fn administered() -> (Town, Browser) {
    let town = Town::with(|config| config.oauth.registration = Registration::Token).await;
    let ada = town.person("ada").await;
    let browser = entered(&town, ada, "ada", Right::ALL).await;
    (town, browser)
}

async fn entered(town: &Town, person: PersonId, name: &str, rights: &[Right]) -> Browser {
    give_rights(town, person, &format!("of_{name}"), rights).await;
    let browser = town.browser();
    assert!(is_signed_in(&enter_password(&browser, name, PASSWORD).await));
    browser
}

async fn found(town: &Town, id: &str) -> client::Client {
    let id = ClientId::parse(id).unwrap();
    let found = client::find(&mut town.op(), &id).await.unwrap().unwrap();
    client::Client::clone(&found)
}

/// A client that has registered itself and waits.
pub(crate) async fn waiting(town: &Town) -> String {
    let mut op = town.op();
    let new = NewRegistrationToken {
        name: "A test".to_owned(),
        policy: Policy::plain(town.organisation),
        uses: None,
        life: None,
    };
    let (_, token) = client::create_registration_token(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    let answer = reqwest::Client::new()
        .post(format!("{}/register", town.server.issuer))
        .bearer_auth(token.expose())
        .json(&json!({ "redirect_uris": ["https://late.test/cb"], "client_name": "Latecomer" }))
        .send()
        .await
        .unwrap();
    let told: Value = answer.json().await.unwrap();
    told["client_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_are_found_by_a_part_of_their_name_and_by_their_state() {
    let (town, browser) = administered().await;
    for id in ["desk", "ledger", "a_b"] {
        town.register(id, ClientAuthMethod::ClientSecretBasic, CALLBACK)
            .await;
    }
    let late = waiting(&town).await;
    let all = browser.get("/admin/clients").await.text();
    assert!(
        all.contains("The desk (desk) Active · Baseline · Never here yet"),
        "{all}"
    );
    assert!(all.contains("One waits for approval"), "{all}");
    let some = browser.get("/admin/clients?name=E+LED").await.text();
    assert!(some.contains("(ledger)") && !some.contains("(desk)"), "{some}");
    // What means something to the database means nothing here.
    let literal = browser.get("/admin/clients?name=_").await.text();
    assert!(
        literal.contains("(a_b)") && !literal.contains("(desk)"),
        "{literal}"
    );
    let none = browser.get("/admin/clients?name=%25").await.text();
    assert!(none.contains("There is no such application"), "{none}");
    let pending = browser.get("/admin/clients?status=pending").await.text();
    assert!(
        pending.contains(&late) && !pending.contains("(desk)"),
        "{pending}"
    );
    let after = browser.get("/admin/clients?after=a_b").await.text();
    assert!(!after.contains("(a_b)") && after.contains("(desk)"), "{after}");
    assert!(
        browser
            .get("/admin")
            .await
            .text()
            .contains("Applications One waits for approval")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_applications_leads_to_the_next() {
    let (town, browser) = administered().await;
    for number in 0..=client::PAGE_LENGTH {
        let id = format!("app-{number:03}");
        town.register(&id, ClientAuthMethod::None, CALLBACK).await;
    }
    let first = browser.get("/admin/clients?name=app").await;
    assert!(first.text().contains("(app-099)") && !first.text().contains("(app-100)"));
    let (_, rest) = first.body.split_once("id=\"next\" href=\"").unwrap();
    let next = rest
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&")
        .replace("&#38;", "&");
    let second = browser.get(&next).await.text();
    assert!(
        second.contains("(app-100)") && !second.contains("(app-099)"),
        "{second}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_names_each_rule_that_refuses_a_profile_and_what_breaks_it() {
    let (town, browser) = administered().await;
    let mut op = town.op();
    let key = SigningKey::generate(Algorithm::Es384).unwrap();
    let weak = NewClient {
        jwks: serde_json::from_value(json!({ "keys": [key.public_jwk()] })).unwrap(),
        redirect_uris: client::redirect_uris(&["com.example.app:/cb"]).unwrap(),
        ..new_client(&town, "weak")
    };
    client::create(&mut op, weak).await.unwrap();
    op.commit().await.unwrap();
    let page = browser.get("/admin/clients/weak").await;
    let told = page.text();
    for sentence in [
        "Client authentication Refuses It proves itself by a key of its own: private_key_jwt, or a certificate. \
         token_endpoint_auth_method: client_secret_basic",
        "Algorithms Refuses Everything is signed with PS256, ES256 or Ed25519. jwks: ES384",
        "Redirect addresses Refuses People come back by https, or on their own machine. redirect_uris: com.example.app:/cb",
        "Response type Kept",
        "Pushed request Checked each time",
        "FAPI 2.0 Security would be refused by: Client authentication, Algorithms, Redirect addresses.",
    ] {
        assert!(told.contains(sentence), "{sentence}\n{told}");
    }
    // Asked for all the same, it is refused by those rules, and nothing changes.
    let refused = browser
        .press_with(&page, "save", &[("profile", "fapi2-security")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains(
            "The profile is not set. These rules of it refuse: Client authentication, Algorithms, Redirect addresses."
        ),
        "{}",
        refused.text()
    );
    assert!(
        refused
            .body
            .contains("<option value=\"fapi2-security\" selected>")
    );
    assert_eq!(found(&town, "weak").await.settings.profile.as_str(), "baseline");
    assert!(town.events("client.changed").await.is_empty());
}

fn new_client(town: &Town, id: &str) -> NewClient {
    NewClient {
        id: ClientId::parse(id).unwrap(),
        organisation_id: town.organisation,
        name: format!("The {id}"),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        jwks: None,
        redirect_uris: client::redirect_uris(&[CALLBACK]).unwrap(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: doorward::domain::Scopes::parse("openid").unwrap(),
        application_id: None,
        service_account_id: None,
        shared: false,
        consent_required: true,
        signing_algorithm: Algorithm::Es256,
        claim_rules: Vec::new(),
        settings: client::ClientSettings::default(),
    }
}

/// An application that nothing but its method keeps from a profile.
async fn nearly(town: &Town) {
    let mut op = town.op();
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let new = NewClient {
        jwks: serde_json::from_value(json!({ "keys": [key.public_jwk()] })).unwrap(),
        ..new_client(town, "nearly")
    };
    client::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_raised_to_a_profile_when_what_broke_it_is_mended_with_it() {
    let (town, browser) = administered().await;
    nearly(&town).await;
    let page = browser.get("/admin/clients/nearly").await;
    let mended = [
        ("profile", "fapi2-security"),
        ("token_endpoint_auth_method", "private_key_jwt"),
        ("require_pushed_authorization_requests", "yes"),
        ("dpop_bound_access_tokens", "yes"),
    ];
    let raised = browser.press_with(&page, "save", &mended).await;
    let told = raised.text();
    assert!(
        told.contains("Saved.") && told.contains("FAPI 2.0 Security is the profile"),
        "{told}"
    );
    assert!(
        told.contains("Pushed request Kept") && told.contains("Sender-constrained tokens Kept"),
        "{told}"
    );
    let changed = found(&town, "nearly").await;
    assert_eq!(changed.settings.profile.as_str(), "fapi2-security");
    assert_eq!(changed.auth_method, ClientAuthMethod::PrivateKeyJwt);
    assert_eq!(
        town.events("client.changed").await,
        [("success".to_owned(), "changed by an administrator".to_owned())]
    );
    // By the page as it was seen before: nothing.
    let stale = browser
        .press_with(&page, "save", &[("profile", "baseline")])
        .await;
    assert_eq!(stale.status, 422);
    assert!(
        stale.text().contains("has changed since you looked at it"),
        "{}",
        stale.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_waits_begins_when_it_is_approved_as_it_was_seen() {
    let (town, browser) = administered().await;
    let (late, other) = (waiting(&town).await, waiting(&town).await);
    let page = browser.get(&format!("/admin/clients/{late}")).await;
    assert!(
        page.text().contains("has no rights until you let it begin"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("Registered By itself"), "{}", page.text());
    let wrong = browser.press_with(&page, "approve", &[("digest", "0000")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(found(&town, &late).await.status, ClientStatus::Pending);
    let done = browser.press(&page, "approve").await;
    assert!(
        done.text().contains("The application may begin."),
        "{}",
        done.text()
    );
    assert_eq!(found(&town, &late).await.status, ClientStatus::Active);
    let again = browser.press(&page, "approve").await;
    assert!(
        again.text().contains("waits for no approval any more"),
        "{}",
        again.text()
    );
    let page = browser.get(&format!("/admin/clients/{other}")).await;
    let refused = browser.press(&page, "refuse").await;
    assert!(
        refused.text().contains("The application is refused."),
        "{}",
        refused.text()
    );
    assert!(!refused.has_button("save") && !refused.has_button("approve"));
    assert_eq!(found(&town, &other).await.status, ClientStatus::Disabled);
    let told = town.events("client.changed").await;
    let reasons: Vec<&str> = told.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(
        reasons[2..],
        ["approved", "approval refused"],
        "after they have registered themselves"
    );
}

async fn secrets(town: &Town, id: &str) -> usize {
    let id = ClientId::parse(id).unwrap();
    client::list_secrets(&mut town.op(), &id).await.unwrap().len()
}

/// The new secret that a page shows.
fn shown(page: &Page) -> String {
    let (_, rest) = page.body.split_once("id=\"secret\">").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_secret_overlaps_the_first_until_that_is_ended() {
    let (town, browser) = administered().await;
    town.register("desk", ClientAuthMethod::ClientSecretPost, CALLBACK)
        .await;
    let page = browser.get("/admin/clients/desk").await;
    let made = browser.press_with(&page, "secret", &[("days", "30")]).await;
    assert!(made.text().contains("It is shown this once"), "{}", made.text());
    let secret = shown(&made);
    assert_eq!(secrets(&town, "desk").await, 2);
    let many = browser.press_with(&page, "secret", &[("days", "")]).await;
    assert_eq!((many.status.as_u16(), secrets(&town, "desk").await), (422, 2));
    for days in ["0", "-1", "3651", "soon"] {
        let wrong = browser.press_with(&page, "secret", &[("days", days)]).await;
        assert_eq!(wrong.status, 422, "{days}");
        assert!(wrong.text().contains("after 1 to 3650 days"), "{}", wrong.text());
    }
    // It is used, and the page says when.
    let asked = [("client_id", "desk"), ("client_secret", &secret), ("token", "x")];
    let answer = browser.post("/introspect", &asked).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut op = town.op();
    client::write_uses(&mut op).await.unwrap();
    op.commit().await.unwrap();
    let page = browser.get("/admin/clients/desk").await;
    assert!(page.text().contains("Last use Last here 2"), "{}", page.text());
    let list = browser.get("/admin/clients").await.text();
    assert!(list.contains("(desk) Active · Baseline · Last here 2"), "{list}");
    let unused = page
        .body
        .split("<tr>")
        .find(|row| row.contains("Not yet"))
        .and_then(|row| row.split("id=\"").nth(1))
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .to_owned();
    let ended = browser.press(&page, &unused).await;
    assert!(ended.text().contains("The secret has ended."), "{}", ended.text());
    assert_eq!(secrets(&town, "desk").await, 1);
    assert_eq!(browser.post("/introspect", &asked).await.status, 200);
    let again = browser.press(&page, &unused).await;
    assert_eq!(again.status, 422);
    town.wait(Duration::from_hours(24 * 30));
    assert_eq!(
        browser.post("/introspect", &asked).await.status,
        401,
        "it has ended by itself"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_application_gets_nothing_and_a_stranger_is_not_there() {
    let (town, browser) = administered().await;
    town.register("desk", ClientAuthMethod::ClientSecretPost, CALLBACK)
        .await;
    let page = browser.get("/admin/clients/desk").await;
    let done = browser.press(&page, "disable").await;
    assert!(done.text().contains("gets no more tokens"), "{}", done.text());
    assert_eq!(found(&town, "desk").await.status, ClientStatus::Disabled);
    assert!(!done.has_button("disable") && !done.has_button("save") && !done.has_button("secret"));
    // What a form of before still offers is refused.
    for button in ["save", "secret", "disable"] {
        let refused = browser.press(&page, button).await;
        assert_eq!(refused.status, 422, "{button}");
        assert!(
            refused.text().contains("The application is disabled."),
            "{button}: {}",
            refused.text()
        );
    }
    let mut op = town.op();
    let theirs = NewClient {
        organisation_id: town.elsewhere().await,
        ..new_client(&town, "theirs")
    };
    client::create(&mut op, theirs).await.unwrap();
    op.commit().await.unwrap();
    for id in ["theirs", "nobody", "a%20b"] {
        let path = format!("/admin/clients/{id}");
        assert_eq!(browser.get(&path).await.status, 404, "{id}");
        let form_token = page.body.split("name=\"form_token\" value=\"").nth(1).unwrap();
        let form_token = form_token.split('"').next().unwrap();
        let fields = [("form_token", form_token), ("act", "disable")];
        assert_eq!(browser.post(&path, &fields).await.status, 404, "{id}");
    }
    assert!(!browser.get("/admin/clients").await.text().contains("theirs"));
    assert_eq!(found(&town, "theirs").await.status, ClientStatus::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_changes_nothing_and_nobody_gets_at_more_than_they_have() {
    let (town, _) = administered().await;
    town.register("desk", ClientAuthMethod::ClientSecretBasic, CALLBACK)
        .await;
    let mut op = town.op();
    let account = NewServiceAccount {
        organisation_id: town.organisation,
        name: "keeper".to_owned(),
        purpose: "A test.".to_owned(),
        attributes: doorward::person::Attributes::default(),
    };
    let account = person::create_service_account(&mut op, account).await.unwrap();
    let keeper = NewClient {
        service_account_id: Some(account),
        grant_types: vec![GrantType::ClientCredentials],
        ..new_client(&town, "keeper")
    };
    client::create(&mut op, keeper).await.unwrap();
    op.commit().await.unwrap();
    give_rights_to(
        &town,
        Subject::ServiceAccount(account),
        "keeper",
        &[Right::RulesManage],
    )
    .await;

    let rosa = town.person("rosa").await;
    let reader = entered(&town, rosa, "rosa", &[Right::ClientsRead]).await;
    let page = reader.get("/admin/clients/desk").await;
    assert_eq!(page.status, 200);
    for button in ["save", "secret", "disable"] {
        assert!(!page.has_button(button), "{button}");
    }
    let kim = town.person("kim").await;
    let manager = entered(&town, kim, "kim", &[Right::ClientsRead, Right::ClientsManage]).await;
    let page = manager.get("/admin/clients/keeper").await;
    for button in ["secret", "save"] {
        let refused = manager.press(&page, button).await;
        assert_eq!(refused.status, 422, "{button}");
        assert!(
            refused.text().contains("may do more here than you"),
            "{}",
            refused.text()
        );
    }
    assert_eq!(secrets(&town, "keeper").await, 1);
    assert_eq!(town.events("administration.refused").await.len(), 2);
    let page = manager.get("/admin/clients/desk").await;
    assert_eq!(manager.press(&page, "secret").await.status, 200);
    // Whoever only reads and sends what the page does not offer.
    let form_token = page.body.split("name=\"form_token\" value=\"").nth(1).unwrap();
    let fields = [
        ("form_token", form_token.split('"').next().unwrap()),
        ("act", "disable"),
    ];
    assert_eq!(reader.post("/admin/clients/desk", &fields).await.status, 403);
    let ben = town.person("ben").await;
    let other = entered(&town, ben, "ben", &[Right::PeopleManage]).await;
    for path in ["/admin/clients", "/admin/clients/desk"] {
        assert_eq!(other.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_whose_id_is_an_address_has_a_page_of_its_own() {
    let (town, browser) = administered().await;
    let mut op = town.op();
    let new = NewClient {
        auth_method: ClientAuthMethod::None,
        ..new_client(&town, "https://app.example/client.json")
    };
    client::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    let list = browser.get("/admin/clients").await;
    assert!(
        list.body
            .contains("/admin/clients/https%3A%2F%2Fapp.example%2Fclient.json"),
        "{}",
        list.body
    );
    let page = browser
        .get("/admin/clients/https%3A%2F%2Fapp.example%2Fclient.json")
        .await;
    assert!(
        page.text().contains("By its metadata document"),
        "{}",
        page.text()
    );
    let refused = browser
        .press_with(&page, "save", &[("require_signed_request_object", "yes")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .text()
            .contains("is for the metadata document of the client to say"),
        "{}",
        refused.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_an_application_asks_for_a_proof_that_is_not_old() {
    let (town, browser) = administered().await;
    town.register("desk", ClientAuthMethod::ClientSecretBasic, CALLBACK)
        .await;
    let page = browser.get("/admin/clients/desk").await;
    town.wait(Duration::from_mins(30));
    let asked = browser.press(&page, "disable").await;
    assert!(asked.has_field("password"), "{}", asked.text());
    assert_eq!(found(&town, "desk").await.status, ClientStatus::Active);
}
