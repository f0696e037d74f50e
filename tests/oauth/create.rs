//! People make accounts for themselves (`prompt=create`).

use std::time::Duration;

use http::StatusCode;

use super::stage::{Answer, CALLBACK, Stage, claims};

async fn stage() -> Stage {
    Stage::with(|config| config.signin.account_creation = true).await
}

const ASKED: [(&str, Option<&str>); 1] = [("prompt", Some("create"))];

/// The page on which an account is made, and the cookies of its browser.
async fn begun(stage: &Stage) -> (String, Answer, String) {
    let answer = stage.get(&Stage::request(&ASKED), "").await;
    let path = answer.location().to_owned();
    assert!(
        path.starts_with("/signin/") && path.ends_with("/create"),
        "{path}"
    );
    let cookies = answer.cookies();
    let page = stage.get(&path, &cookies).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let cookies = format!("{cookies}; {}", page.cookies());
    (path, page, cookies)
}

async fn send(
    stage: &Stage,
    (path, page, cookies): &(String, Answer, String),
    fields: &[(&str, &str)],
) -> Answer {
    let token = page.hidden("form_token");
    let mut all = vec![("form_token", token.as_str())];
    all.extend_from_slice(fields);
    stage.post(path, cookies, &all).await
}

#[tokio::test]
async fn a_new_account_goes_on_to_the_application_and_holds_nothing() {
    let stage = stage().await;
    let begun = begun(&stage).await;
    let fields = [
        ("name", "Grace Hopper"),
        ("username", "grace"),
        ("password", "a ship in port is safe"),
    ];
    let made = send(&stage, &begun, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{made:?}");
    let cookies = format!("{}; {}", begun.2, made.cookies());
    let answer = stage.get(made.location(), &cookies).await;
    assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
    let tokens = stage.redeem("desk", &answer.parameter("code").unwrap()).await;
    let id_token = claims(&tokens.text("id_token"));
    assert_ne!(id_token["sub"], stage.ada.to_string());
    assert_eq!(id_token["org_id"], stage.organisation.to_string());
    assert_eq!(tokens.text("scope"), "openid");
    let events = stage.bare.events("person.created").await;
    assert_eq!(events.last().unwrap()["outcome"], "success");
    // The account is there for the next sign-in.
    let again = send(&stage, &super::create::begun(&stage).await, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("This username is taken"), "{}", again.body);
}

#[tokio::test]
async fn whoever_is_signed_in_makes_another_account_all_the_same() {
    let stage = stage().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    stage.advance(Duration::from_secs(1));
    let answer = stage.get(&Stage::request(&ASKED), &cookie).await;
    assert!(answer.location().ends_with("/create"), "{answer:?}");
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_is_made() {
    let stage = stage().await;
    let begun = begun(&stage).await;
    let good = [
        ("name", "Grace"),
        ("username", "grace"),
        ("password", "a ship in port is safe"),
    ];
    let long = "x".repeat(201);
    for (name, value, told) in [
        ("name", "", "Enter your name"),
        ("name", long.as_str(), "Enter your name"),
        ("username", "", "The username"),
        ("username", "a b", "The username"),
        ("password", "short", "at least 15"),
        ("password", "qwerty123456789", "among the first that are tried"),
        ("username", "ada", "is taken"),
    ] {
        let fields = good.map(|(known, kept)| (known, if known == name { value } else { kept }));
        let answer = send(&stage, &begun, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value}");
        assert!(answer.body.contains(told), "{name} {value}: {}", answer.body);
    }
    let created = stage.bare.events("person.created").await;
    assert!(
        created.iter().all(|event| !event.to_string().contains("grace")),
        "{created:?}"
    );
}

#[tokio::test]
async fn nobody_makes_an_account_where_that_is_off() {
    let stage = Stage::new().await;
    let answer = stage.get(&Stage::request(&ASKED), "").await;
    assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"));
    let begun = stage.get(&Stage::request(&[]), "").await;
    let (path, cookies) = (begun.location().to_owned(), begun.cookies());
    let page = stage.get(&path, &cookies).await;
    assert!(!page.body.contains("/create"), "{}", page.body);
    let hidden = stage.get(&format!("{path}/create"), &cookies).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let told = stage.get("/.well-known/openid-configuration", "").await.json();
    assert!(!told["prompt_values_supported"].to_string().contains("create"));
    let open = super::create::stage().await;
    let told = open.get("/.well-known/openid-configuration", "").await.json();
    assert!(told["prompt_values_supported"].to_string().contains("create"));
}

#[tokio::test]
async fn accounts_are_not_made_without_end_from_one_address() {
    let stage = Stage::with(|config| {
        config.signin.account_creation = true;
        config.signin.attempts_per_address = 2;
    })
    .await;
    let begun = begun(&stage).await;
    for _ in 0..2 {
        let answer = send(&stage, &begun, &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = send(&stage, &begun, &[]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers.contains_key("retry-after"));
}
