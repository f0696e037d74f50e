//! Name and password.

use std::time::Duration;

use doorward::domain::{PersonId, PersonStatus, Secret, Subject};
use doorward::factor::password::{self, Unfit, Unimportable};
use doorward::person;
use doorward::storage::Sql;

use super::{PASSWORD, Town, enter_password, identify, is_signed_in};
use crate::support::{Browser, Server, free_ports};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_out() {
    let town = Town::new().await;
    town.person("rosa@northbeam.example").await;
    let browser = town.browser();
    assert!(browser.get("/").await.text().contains("Nobody is signed in"));
    let home = enter_password(&browser, "Rosa@Northbeam.example ", PASSWORD).await;
    assert!(is_signed_in(&home), "{}", home.body);
    assert!(home.text().contains("Northbeam"));
    assert!(home.text().contains("Name of rosa@northbeam.example"));
    let out = browser.press(&home, "sign-out").await;
    assert!(out.text().contains("You are signed out"), "{}", out.text());
    assert!(browser.get("/").await.text().contains("Nobody is signed in"));
    assert_eq!(
        town.events("signin.completed").await,
        [("success".into(), String::new())]
    );
    assert_eq!(
        town.events("session.ended").await,
        [("success".into(), "the person signed out".into())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_page_is_readable_by_password_managers() {
    let town = Town::new().await;
    town.person("rosa").await;
    let page = identify(&town.browser(), "rosa").await;
    for part in [
        "name=\"username\" type=\"text\" value=\"rosa\" autocomplete=\"username\" readonly",
        "type=\"password\" autocomplete=\"current-password webauthn\"",
        "id=\"continue\"",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let (scripts, of_files) = ("<script", "<script src=\"/static/");
    assert_eq!(
        page.body.matches(scripts).count(),
        page.body.matches(of_files).count(),
        "none is inline"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_gets_the_same_pages_and_is_not_told() {
    let town = Town::new().await;
    town.person("rosa").await;
    let known = enter_password(&town.browser(), "rosa", "wrong password").await;
    let unknown = enter_password(&town.browser(), "rose", "wrong password").await;
    let plain = |page: &crate::support::Page| {
        let text = page.text();
        text.replace("rosa", "X").replace("rose", "X")
    };
    assert_eq!(plain(&known), plain(&unknown));
    assert_eq!(known.status, unknown.status);
    assert!(known.text().contains("do not fit together"));
    let told = town.events("signin.password").await;
    let reasons: Vec<&str> = told.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(reasons, ["wrong password", "no such account"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_taken_whole_and_in_one_form() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let long: String = (0..1_024_u32)
        .map(|number| char::from_u32(0x3042 + number * 7 % 80).unwrap())
        .collect();
    let mut op = town.op();
    let set = |text: String| Secret::new(text);
    for (text, answer) in [
        (format!("{long}x"), Err(Unfit::TooLong)),
        ("rosa".to_owned(), Err(Unfit::TooShortAlone)),
        (long.clone(), Ok(())),
    ] {
        let answered = password::set(&mut op, id, &set(text)).await.unwrap();
        assert_eq!(answered, answer);
    }
    op.commit().await.unwrap();
    let cut: String = long.chars().take(1_023).collect();
    for wrong in [cut, format!("{long}x")] {
        let page = enter_password(&town.browser(), "rosa", &wrong).await;
        assert!(!is_signed_in(&page), "{wrong}");
    }
    town.wait(Duration::from_secs(2));
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", &long).await
    ));
    // Whether a keyboard composes its letters or not makes no difference, small and capital letters do.
    let mut op = town.op();
    let composed = set("blåbær på fjället".to_owned());
    password::set(&mut op, id, &composed).await.unwrap().unwrap();
    op.commit().await.unwrap();
    for (typed, good) in [
        ("bla\u{30a}bær pa\u{30a} fja\u{308}llet", true),
        ("Blåbær på fjället", false),
    ] {
        let page = enter_password(&town.browser(), "rosa", typed).await;
        assert_eq!(is_signed_in(&page), good, "{typed}");
    }
}

/// A sorted file of SHA-1, as the public collections ship it.
fn breached(passwords: &[&str]) -> tempfile::NamedTempFile {
    use std::io::Write as _;
    let sha1 = |text: &&str| {
        let algorithm = &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
        data_encoding::HEXUPPER.encode(aws_lc_rs::digest::digest(algorithm, text.as_bytes()).as_ref())
    };
    let mut lines: Vec<String> = passwords.iter().map(sha1).collect();
    lines.sort();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for line in lines {
        write!(file, "{line}:12\r\n").unwrap();
    }
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_breached_passwords_takes_the_place_of_the_built_in_list() {
    let file = breached(&["eleven paper lanterns", "another stolen one", "x"]);
    let path = file.path().to_owned();
    let town = Town::with(|config| {
        config.passwords.breached_file = Some(path);
        config.passwords.barred_words = vec!["Leuchtturm".to_owned()];
    })
    .await;
    let id = town.person("rosa").await;
    let mut op = town.op();
    for (text, answer) in [
        ("eleven paper lanterns", Err(Unfit::Breached)),
        ("Eleven paper lanterns", Ok(())),
        ("1q2w3e4r5t6y7u8i", Ok(())),
        ("leuchtturm 2026!", Err(Unfit::AboutThePerson)),
        ("rosa@northbeam 1", Err(Unfit::AboutThePerson)),
    ] {
        let set = password::set(&mut op, id, &Secret::new(text.to_owned())).await;
        assert_eq!(set.unwrap(), answer, "{text}");
    }
}

const IMPORTED: &str = "$6$rounds=2000$/KmFv1/.Ohn7L51q$noTYhUZmHsE6b.zoWicyJTW5LO1DSYzMShqy0gdjsKGDbER1X6SzT5wFNbtvVNNzYY7ssThV.bm.JUyTm8ItZ/";

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_hash_signs_in_and_is_replaced_by_one_of_ours() {
    const HASH: Sql = Sql::new("SELECT hash FROM password WHERE person_id = $1");
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let kept = async || {
        let mut tx = town.server.house.storage.read().await.unwrap();
        let hash: Option<String> = tx
            .query(HASH)
            .bind(&id)
            .optional(|row| row.get("hash"))
            .await
            .unwrap();
        hash.unwrap()
    };
    let mut op = town.op();
    password::set(&mut op, id, &Secret::new("another one for now".to_owned()))
        .await
        .unwrap()
        .unwrap();
    for (hash, why) in [
        ("nonsense", Unimportable::Unknown),
        (
            "$2b$31$abcdefghijklmnopqrstuuN9qo8uLOickgx2ZMRZoMyeIjZAgcfl7",
            Unimportable::TooCostly,
        ),
    ] {
        assert_eq!(password::import(&mut op, id, hash).await.unwrap(), Err(why));
    }
    password::import(&mut op, id, IMPORTED).await.unwrap().unwrap();
    op.commit().await.unwrap();
    assert_eq!(town.details("factor.password.set").await["imported"], "sha-crypt");
    let sealed = kept().await;
    assert!(
        sealed.starts_with("imported=") && !sealed.contains("$6$"),
        "{sealed}"
    );

    let wrong = enter_password(&town.browser(), "rosa", "seven green window").await;
    assert!(!is_signed_in(&wrong));
    assert_eq!(kept().await, sealed, "a wrong one replaces nothing");
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
    let renewed = kept().await;
    assert!(renewed.starts_with("$argon2id$"), "{renewed}");
    assert!(is_signed_in(
        &enter_password(&town.browser(), "rosa", PASSWORD).await
    ));
    assert_eq!(kept().await, renewed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_pepper_is_taken_up_at_the_next_sign_in() {
    use std::io::Write as _;
    const HASH: Sql = Sql::new("SELECT hash FROM password WHERE person_id = $1");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"thirty-two bytes of good chance.").unwrap();
    let path = file.path().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("master.key");
    let town = Town::with(|config| config.keys.master_key_file = Some(key.clone())).await;
    let id = town.person("rosa").await;
    let url = town.server.house.config.database.url.clone();
    // The same house with a pepper beside its master key.
    let again = Server::start_with(|config| {
        config.database.url = url;
        config.keys.master_key_file = Some(key.clone());
        config.passwords.pepper_files = vec![path];
    })
    .await;
    let browser = Browser::new(&again.issuer);
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    let mut tx = again.house.storage.read().await.unwrap();
    let hash: Option<String> = tx
        .query(HASH)
        .bind(&id)
        .optional(|row| row.get("hash"))
        .await
        .unwrap();
    assert!(hash.unwrap().starts_with("pepper="));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_gets_the_answer_of_a_wrong_password() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let mut op = town.op();
    person::set_status(
        &mut op,
        town.organisation,
        Subject::Person(id),
        PersonStatus::Disabled,
        "a test",
    )
    .await
    .unwrap();
    op.commit().await.unwrap();
    let page = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(page.text().contains("do not fit together"), "{}", page.text());
    let (outcome, reason) = town.events("signin.password").await.remove(0);
    assert_eq!(outcome, "refused");
    assert!(reason.contains("may not sign in"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_failures_in_a_row_even_the_right_password_waits() {
    let town = Town::new().await;
    town.person("rosa").await;
    let browser = town.browser();
    let mut page = identify(&browser, "rosa").await;
    for _ in 0..3 {
        page = browser.submit(&page, &[("password", "wrong")]).await;
    }
    let refused = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(!is_signed_in(&refused));
    let (_, reason) = town.events("signin.password").await.pop().unwrap();
    assert_eq!(reason, "locked after failures");
    town.wait(Duration::from_secs(2));
    let home = browser.submit(&refused, &[("password", PASSWORD)]).await;
    assert!(is_signed_in(&home), "{}", home.text());
    // A success begins the count anew.
    let other = town.browser();
    let page = enter_password(&other, "rosa", "wrong").await;
    assert!(is_signed_in(
        &other.submit(&page, &[("password", PASSWORD)]).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_sent_at_once_count_one_by_one() {
    let town = Town::with(|config| {
        config.signin.failures_before_lock = 5;
        config.signin.attempts_per_address = 1_000;
    })
    .await;
    town.person("rosa").await;
    let mut guesses = Vec::new();
    for _ in 0..12 {
        let browser = town.browser();
        let page = identify(&browser, "rosa").await;
        guesses.push(tokio::spawn(async move {
            browser.submit(&page, &[("password", "wrong")]).await
        }));
    }
    for guess in guesses {
        assert!(guess.await.unwrap().status.is_success());
    }
    let right = enter_password(&town.browser(), "rosa", PASSWORD).await;
    assert!(!is_signed_in(&right), "the lock holds for the right one too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in() {
    let town = Town::new().await;
    let id = town.person("rosa").await;
    let before = stored_hash(&town, id).await;
    assert!(before.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{before}");

    // Another server on the same data, with stronger parameters.
    let mut config = town.server.house.config.clone();
    config.server.listen.set_port(free_ports(1));
    let address = format!("http://localhost:{}", config.server.listen.port());
    config.server.issuer = address.parse().unwrap();
    config.signin.argon2_passes = 2;
    let stronger = Box::pin(doorward::server::start(config, doorward::op::Clock::system()))
        .await
        .unwrap();
    let browser = Browser::new(&address);
    assert!(is_signed_in(&enter_password(&browser, "rosa", PASSWORD).await));
    let after = stored_hash(&town, id).await;
    assert!(after.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{after}");
    assert!(is_signed_in(
        &enter_password(&Browser::new(&address), "rosa", PASSWORD).await
    ));
    assert_eq!(stored_hash(&town, id).await, after, "once");
    stronger.stop().await.unwrap();
}

pub(super) async fn stored_hash(town: &Town, person: PersonId) -> String {
    const HASH: Sql = Sql::new("SELECT hash FROM password WHERE person_id = $1");
    let mut tx = town.server.house.storage.read().await.unwrap();
    let query = tx.query(HASH).bind(&person);
    query.one(|row| row.get("hash")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_passwords_of_two_people_are_stored_as_different_hashes() {
    let town = Town::new().await;
    let (one, other) = (town.person("rosa").await, town.person("mete").await);
    assert_ne!(stored_hash(&town, one).await, stored_hash(&town, other).await);
}
