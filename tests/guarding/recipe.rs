//! The recipes for Express and FastAPI, run at the demonstration and at a provider that answers strangely.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;

use super::program::{App, Recipe};
use super::provider::{PROVE, Provider, no, strange, unproven, yes};
use super::token::{Tokens, secret};
use crate::journey::demo::Demo;

/// A client of the platform, as an API of it would have one.
const API: &str = "own-application";

#[tokio::test(flavor = "multi_thread")]
async fn the_recipes_let_through_whom_the_demonstration_lets() {
    let demo = Demo::start().await;
    let secret = secret(&demo, API);
    let tokens = Tokens::of(&demo).await;
    let (issuer, mut apps) = (demo.issuer().to_owned(), Vec::new());
    for recipe in Recipe::ALL {
        let app = App::start(recipe, &issuer, (API, &secret)).await;
        people_and_programs(&app, &tokens).await;
        unbelieved(&app, &tokens).await;
        // The provider does not believe this one itself.
        let stranger = App::start(recipe, &issuer, (API, "guessed")).await;
        assert_eq!(
            stranger.get("f-101", &tokens.person).await.status,
            503,
            "{recipe:?}"
        );
        apps.push(app);
    }
    let listed = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&listed.stdout).into_owned();
    for told in [
        "feedback:read of feedback/f-201",
        "feedback:edit of feedback/f-101",
    ] {
        assert!(story.contains(told), "“{told}” is not told:\n{story}");
    }
    drop(demo);
    for app in &apps {
        let told = app.get("f-101", &tokens.person).await;
        assert_eq!(told.status, 503, "{:?}", app.recipe);
        assert!(told.detail().ends_with("Try again in a moment."), "{told:?}");
        assert_eq!(app.get("f-101", "").await.status, 401, "{:?}", app.recipe);
    }
}

/// What comes of tokens that are right.
async fn people_and_programs(app: &App, tokens: &Tokens) {
    let recipe = app.recipe;
    let told = app.get("f-101", &tokens.person).await;
    assert_eq!(told.status, 200, "{recipe:?}: {told:?}");
    assert_eq!(
        told.body["why"],
        "The role support_agent gives feedback:read here."
    );
    assert!(told.body["comment"].as_str().unwrap().contains("Wonderful"));
    let told = app.answer("f-101", &tokens.person).await;
    assert_eq!(told.status, 204, "{recipe:?}: {told:?}");

    let elsewhere =
        "The role support_agent gives feedback:read, but not in the department or region of this resource.";
    let foreign = "The resource belongs to another organisation.";
    for (id, detail) in [("f-201", elsewhere), ("s-301", foreign)] {
        let told = app.get(id, &tokens.person).await;
        assert_eq!((told.status.as_u16(), told.detail()), (403, detail), "{recipe:?}");
        assert_eq!(app.answer(id, &tokens.person).await.status, 403, "{recipe:?}");
    }
    let told = app.get("f-999", &tokens.person).await;
    assert_eq!(told.status, 404, "{recipe:?}: {told:?}");

    let told = app.get("f-201", &tokens.program).await;
    assert_eq!(told.status, 200, "{recipe:?}: {told:?}");
    assert_eq!(told.body["why"], "The role integration gives feedback:read here.");
    let told = app.answer("f-201", &tokens.program).await;
    assert_eq!(told.status, 403, "{recipe:?}: {told:?}");
    let challenge = r#"Bearer error="insufficient_scope", scope="feedback:edit""#;
    assert_eq!(told.challenge.as_deref(), Some(challenge), "{recipe:?}");
}

/// What comes of all other tokens.
async fn unbelieved(app: &App, tokens: &Tokens) {
    let recipe = app.recipe;
    for (shown, challenge) in [
        ("", "Bearer"),
        ("Basic b3duOg==", "Bearer"),
        ("Bearer", "Bearer"),
        ("Bearer guessed", r#"Bearer error="invalid_token""#),
        (&tokens.bound, r#"Bearer error="invalid_token""#),
        (&tokens.elsewhere, r#"Bearer error="invalid_token""#),
    ] {
        let told = app.get("f-101", shown).await;
        assert_eq!(told.status, 401, "{recipe:?} {shown}: {told:?}");
        assert_eq!(told.challenge.as_deref(), Some(challenge), "{recipe:?} {shown}");
        assert_eq!(told.detail(), "Sign in first.", "{recipe:?} {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipes_let_nobody_through_without_an_answer_that_they_understand() {
    for recipe in Recipe::ALL {
        let (provider, issuer) = Provider::start().await;
        // Signs that mean something in a form, which a name and a secret become before they are joined (RFC 6749 2.3.1).
        let app = App::start(recipe, &issuer, ("own:app", "a b%")).await;
        provider.says(200, &yes());
        let told = app.get("f-101", "Bearer t").await;
        assert_eq!(
            (told.status.as_u16(), &told.body["why"]),
            (200, &"Elif may.".into())
        );
        let asked = provider.asked();
        assert_eq!(asked.len(), 1, "{recipe:?}");
        assert_eq!(asked[0].headers["x-request-id"], "r-1", "{recipe:?}");
        let basic = data_encoding::BASE64.encode(b"own%3Aapp:a%20b%25");
        assert_eq!(
            asked[0].headers["authorization"],
            format!("Basic {basic}"),
            "{recipe:?}"
        );
        let question = serde_json::json!({
            "subject": { "type": "person", "id": "elif" },
            "action": { "name": "feedback:read" },
            "resource": { "type": "feedback", "id": "f-101", "properties": { "organisation": "northbeam", "region": "turkiye" } },
            "context": { "acr": "urn:doorward:acr:1", "auth_time": 1_000 },
        });
        assert_eq!(asked[0].question, question, "{recipe:?}");

        provider.says(200, &no());
        let told = app.get("f-101", "Bearer t").await;
        assert_eq!(
            (told.status.as_u16(), told.detail()),
            (403, "Nobody may."),
            "{recipe:?}"
        );
        provider.says(200, &unproven());
        let told = app.get("f-101", "Bearer t").await;
        assert_eq!(
            (told.status.as_u16(), told.detail()),
            (401, "Prove it."),
            "{recipe:?}"
        );
        assert_eq!(told.challenge.as_deref(), Some(PROVE), "{recipe:?}");
        for (status, body) in strange() {
            provider.says(status, &body);
            let told = app.get("f-101", "Bearer t").await;
            assert_eq!(told.status, 503, "{recipe:?}: {status} {body}: {told:?}");
        }
        assert_eq!(
            provider.asked().len(),
            2 + strange().len(),
            "{recipe:?} follows no redirect"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipes_do_not_wait_for_a_provider_that_never_comes_to_an_end() {
    let slow = trickle().await;
    let [express, fastapi] = Recipe::ALL.map(|recipe| App::start(recipe, &slow, (API, "secret")));
    let (express, fastapi) = tokio::join!(express, fastapi);
    let begun = Instant::now();
    let told = tokio::join!(express.get("f-101", "Bearer t"), fastapi.get("f-101", "Bearer t"));
    assert_eq!(
        (told.0.status.as_u16(), told.1.status.as_u16()),
        (503, 503),
        "{told:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

/// The address of a provider that says something again and again, and never all.
async fn trickle() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut piece = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
                while connection.write_all(piece.as_bytes()).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    piece = " ";
                }
            });
        }
    });
    format!("http://{address}")
}
