//! The sample organisations.

use std::collections::BTreeSet;

use doorward::client;
use doorward::config::Config;
use doorward::demo::{Sample, organisation};
use doorward::domain::{ClientId, Subject, Username};
use doorward::person;
use serde_json::json;

use super::stage;
use crate::support::{Bare, Database};

const APPLICATION: &str = "http://localhost:8081";

async fn begin() -> (Bare, tempfile::TempDir, Sample) {
    let database = std::sync::Arc::new(Database::new().await);
    let mut config = Config::default();
    config.signin.argon2_memory = 64;
    config.signin.argon2_passes = 1;
    let bare = Bare::on(database, config).await;
    let folder = tempfile::tempdir().unwrap();
    let sample = organisation::create(&bare.house, folder.path(), APPLICATION)
        .await
        .unwrap();
    (bare, folder, sample)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_finds_the_sample_as_it_was_left() {
    let (bare, folder, first) = begin().await;
    let second = organisation::create(&bare.house, folder.path(), APPLICATION)
        .await
        .unwrap();
    let text = |sample: &Sample| serde_json::to_string(sample).unwrap();
    assert_eq!(text(&first), text(&second));
    assert_eq!(bare.events("organisation.created").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_secrets_are_of_this_folder_only_and_not_in_the_log() {
    let (bare, folder, sample) = begin().await;
    let passwords: BTreeSet<&str> = sample.people.iter().map(|one| one.password.as_str()).collect();
    assert_eq!(passwords.len(), sample.people.len());
    let (_other_bare, _other_folder, other) = begin().await;
    assert!(
        other
            .people
            .iter()
            .all(|one| !passwords.contains(one.password.as_str()))
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(folder.path().join("demo.json")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    let mut told = String::new();
    for kind in doorward::domain::EventKind::ALL {
        told.push_str(&json!(bare.events(kind.as_str()).await).to_string());
    }
    let codes = sample.people.iter().filter_map(|one| one.totp_secret.as_deref());
    let secrets = sample
        .clients
        .iter()
        .filter_map(|one| one.client_secret.as_deref());
    for secret in passwords.into_iter().chain(codes).chain(secrets) {
        assert!(!told.contains(secret));
    }
}

/// Which feedback a person sees: by region of Northbeam, then Southgate's.
async fn sees(bare: &Bare, username: &str, action: &str) -> String {
    let mut op = bare.op();
    let username = Username::parse(username).unwrap();
    let person = person::find_by_username(&mut op, &username)
        .await
        .unwrap()
        .unwrap();
    let desk = ClientId::parse("feedback-desk").unwrap();
    let desk = client::find(&mut op, &desk).await.unwrap().unwrap();
    let mut seen = Vec::new();
    for (organisation, region, line) in [
        ("northbeam", "turkiye", "loans"),
        ("northbeam", "dach", "cards"),
        ("northbeam", "emea", "loans"),
        ("northbeam", "americas", "cards"),
        ("southgate", "emea", "cards"),
    ] {
        let resource = json!({
            "organisation": organisation, "region": region, "department": "support", "product_line": line,
        });
        let subject = Subject::Person(person.id);
        let answer = stage::decide(bare, desk.application_id.unwrap(), subject, action, resource).await;
        if answer.allowed {
            seen.push(if organisation == "southgate" {
                organisation
            } else {
                region
            });
        }
    }
    seen.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_person_sees_what_the_sample_promises() {
    let (bare, _folder, sample) = begin().await;
    for (username, reads, edits) in [
        (
            "maria.keller@northbeam.example",
            "turkiye dach emea",
            "turkiye dach emea",
        ),
        ("elif.yilmaz@northbeam.example", "turkiye", "turkiye"),
        ("jonas.weber@northbeam.example", "dach", "dach"),
        ("camila.torres@northbeam.example", "americas", "americas"),
        // By what her role includes, and by what his project gives.
        ("lena.vogt@northbeam.example", "dach", "dach"),
        ("kim.arslan@agency.example", "turkiye dach emea americas", ""),
        ("deniz.aydin@northbeam.example", "turkiye dach emea americas", ""),
        ("lukas.brandt@northbeam.example", "dach americas", ""),
        ("sofia.ramirez@northbeam.example", "", ""),
        ("emre.kaya@northbeam.example", "turkiye dach emea americas", ""),
        ("nora.lindqvist@southgate.example", "southgate", "southgate"),
        ("diego.santos@southgate.example", "", ""),
    ] {
        assert!(sample.people.iter().any(|one| one.username == username));
        assert_eq!(
            sees(&bare, username, "feedback:read").await,
            reads,
            "{username} reads"
        );
        assert_eq!(
            sees(&bare, username, "feedback:edit").await,
            edits,
            "{username} edits"
        );
    }
    assert_eq!(sample.people.len(), 12);
}
