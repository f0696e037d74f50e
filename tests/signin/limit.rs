//! Limits: of guesses from one address, and of hashes at once.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{PASSWORD, Town, enter_password, identify, is_signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn too_many_guesses_from_one_address_wait() {
    let town = Town::with(|config| {
        config.signin.attempts_per_address = 4;
        config.signin.failures_before_delay = 50;
        config.signin.failures_before_lock = 60;
    })
    .await;
    town.person("rosa").await;
    let browser = town.browser();
    let mut page = identify(&browser, "rosa").await;
    for _ in 0..4 {
        page = browser.submit(&page, &[("password", "wrong")]).await;
        assert_eq!(page.status, 200);
    }
    let limited = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(limited.status, 429);
    let wait: u64 = limited.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=16).contains(&wait), "{wait}");
    assert!(limited.body.contains("<h1>"));
    town.wait(Duration::from_secs(wait));
    assert!(is_signed_in(
        &browser.submit(&page, &[("password", PASSWORD)]).await
    ));
}

/// What comes of one wrong password by a browser that is new.
async fn guess(town: &Town, username: &str) -> u16 {
    let browser = town.browser();
    let page = identify(&browser, username).await;
    browser
        .submit(&page, &[("password", "wrong")])
        .await
        .status
        .as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_a_little_at_each_account_of_an_organisation_waits_and_known_browsers_do_not() {
    let town = Town::with(|config| {
        config.signin.failures_before_delay = 50;
        config.signin.failures_per_organisation_and_address.burst = 100;
        config.signin.failures_per_organisation.burst = 4;
        config.signin.failures_per_organisation.refill = Duration::from_mins(1);
        config.signin.attempts_per_address = 1_000;
    })
    .await;
    for username in ["rosa", "ada", "kim"] {
        town.person(username).await;
    }
    town.stranger("zoe", "Zoe").await;
    let known = town.browser();
    let home = enter_password(&known, "rosa", PASSWORD).await;
    known.press(&home, "sign-out").await;
    for wrong in ["wrong", "wrong too"] {
        let page = enter_password(&known, "rosa", wrong).await;
        assert_eq!(page.status, 200, "a known browser counts nothing");
    }
    town.wait(Duration::from_secs(10));
    for username in ["rosa", "ada", "kim", "ada"] {
        assert_eq!(guess(&town, username).await, 200);
    }
    for username in ["rosa", "ada", "kim"] {
        assert_eq!(guess(&town, username).await, 429, "{username}");
    }
    let page = identify(&town.browser(), "kim").await;
    assert_eq!(page.status, 200, "whoever has a passkey may go on");
    let right = enter_password(&town.browser(), "ada", PASSWORD).await;
    assert_eq!(right.status, 429, "what is right is not told either");
    assert!(right.headers.contains_key("retry-after"));
    assert_eq!(guess(&town, "zoe").await, 200, "of another organisation");
    assert!(is_signed_in(&enter_password(&known, "rosa", PASSWORD).await));
    assert_eq!(town.events("signin.throttled").await.len(), 1);
    town.wait(Duration::from_mins(1));
    assert!(is_signed_in(
        &enter_password(&town.browser(), "ada", PASSWORD).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_alone_keeps_nobody_of_an_organisation_out() {
    let town = Town::with(|config| {
        config.signin.failures_per_organisation.burst = 4;
        config.signin.failures_per_organisation_and_address.burst = 2;
        config.signin.attempts_per_address = 1_000;
    })
    .await;
    town.person("rosa").await;
    for number in 0..12 {
        assert_eq!(guess(&town, &format!("nobody-{number}")).await, 200);
    }
    assert!(town.events("signin.throttled").await.is_empty());
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_an_organisation_does_not_tell_which_names_there_are() {
    let town = Town::with(|config| {
        config.signin.failures_per_organisation_and_address.burst = 100;
        config.signin.failures_per_organisation.burst = 3;
        config.signin.failures_per_organisation.refill = Duration::from_mins(1);
    })
    .await;
    town.person("rosa").await;
    for nobody in ["nobody", "nil", "none"] {
        assert_eq!(guess(&town, nobody).await, 200);
    }
    for username in ["nobody", "rosa", "niemand", "keiner"] {
        assert_eq!(guess(&town, username).await, 429, "{username}");
    }
    // Of two organisations a name that nobody has belongs to one, and waits with that.
    town.elsewhere().await;
    town.wait(Duration::from_mins(10));
    for _ in 0..3 {
        assert_eq!(guess(&town, "rosa").await, 200);
    }
    let mut answers = Vec::new();
    for number in 0..12 {
        answers.push(guess(&town, &format!("nobody-{number}")).await);
    }
    assert!(answers.contains(&200) && answers.contains(&429), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_queue_of_hashes_the_answer_is_busy_and_quick() {
    let town = Town::with(|config| {
        config.signin.argon2_memory = 65_536;
        config.signin.argon2_passes = 3;
        config.signin.hashing_workers = 1;
        config.signin.hashing_queue = 0;
        config.signin.attempts_per_address = 1_000;
    })
    .await;
    town.person("rosa").await;
    let mut tries = Vec::new();
    for number in 0..6 {
        let browser = town.browser();
        let page = identify(&browser, &format!("nobody-{number}")).await;
        tries.push((browser, page));
    }
    let begun = Instant::now();
    let tries = tries.into_iter().map(|(browser, page)| {
        tokio::spawn(async move {
            let answer = browser.submit(&page, &[("password", "wrong")]).await;
            (answer, Instant::now())
        })
    });
    let mut quick = 0;
    let mut last = begun;
    for answer in futures_util::future::join_all(tries).await {
        let (page, at) = answer.unwrap();
        last = last.max(at);
        if page.status == 503 {
            quick += 1;
            assert!(page.headers.contains_key("retry-after"));
        } else {
            assert_eq!(page.status, 200);
        }
    }
    assert!(quick >= 1, "some are refused");
    assert!(quick < 6, "some are served");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_does_not_arrive_keeps_nobody_from_signing_in() {
    let town = Town::with(|config| {
        config.signin.hashing_workers = 1;
        config.signin.hashing_queue = 0;
    })
    .await;
    town.person("rosa").await;
    let slow = town.browser();
    let page = identify(&slow, "rosa").await;
    let path = page.url.replace(&town.server.issuer, "");
    let cookie = slow.cookie("doorward_browser").unwrap();
    let listen = town.server.house.config.server.listen;
    let mut connection = TcpStream::connect(listen).await.unwrap();
    let head = format!(
        "POST {path}/password HTTP/1.1\r\nhost: {listen}\r\ncookie: doorward_browser={cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: 900\r\n\r\nform_token="
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
    drop(connection);
}
