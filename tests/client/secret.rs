//! Secrets in header and form, and clients without any.

use std::time::Duration;

use doorward::client::{self, ClientAuthError};
use doorward::domain::ClientAuthMethod::{ClientSecretBasic, ClientSecretPost, None as Public};
use doorward::domain::OrganisationStatus;
use doorward::person;

use super::{Stage, basic, id};

#[tokio::test]
async fn a_secret_in_the_header_is_believed() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    assert_eq!(secret.expose().len(), 43, "256 bits in base64url");
    let client = stage
        .authenticate(Some(&basic("app", secret.expose())), "")
        .await
        .unwrap();
    assert_eq!(client.client().id, id("app"));
    assert!(stage.refusals().await.is_empty());
}

#[tokio::test]
async fn a_secret_in_the_form_is_believed() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretPost, None).await.unwrap();
    let form = format!("client_id=app&client_secret={}", secret.expose());
    assert!(stage.authenticate(None, &form).await.is_ok());
}

#[tokio::test]
async fn a_client_without_authentication_names_itself() {
    let stage = Stage::new().await;
    assert!(stage.create(Public, None).await.is_none());
    assert!(stage.authenticate(None, "client_id=app").await.is_ok());
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_on_record() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let cut = &secret.expose()[..42];
    for wrong in ["wrong", cut, ""] {
        let refused = stage.authenticate(Some(&basic("app", wrong)), "").await;
        assert!(
            matches!(refused, Err(ClientAuthError::Secret)),
            "{wrong}: {refused:?}"
        );
    }
    assert_eq!(stage.refusals().await, ["wrong secret"; 3]);
    let event = &stage.bare.events("oauth.client.refused").await[0];
    assert_eq!(event["outcome"], "refused");
    assert_eq!(event["client"], "app");
    assert_eq!(event["organisation"], stage.organisation.to_string());
    assert_eq!(event["address"], "192.0.2.7");
    assert!(!event.to_string().contains(cut), "no secret is on record");
}

#[tokio::test]
async fn only_the_registered_method_counts() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let form = format!("client_id=app&client_secret={}", secret.expose());
    for form in [form.as_str(), "client_id=app"] {
        let refused = stage.authenticate(None, form).await;
        assert!(matches!(refused, Err(ClientAuthError::Method)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_public_client_that_offers_a_secret_is_refused() {
    let stage = Stage::new().await;
    stage.create(Public, None).await;
    let refused = stage.authenticate(Some(&basic("app", "s")), "").await;
    assert!(matches!(refused, Err(ClientAuthError::Method)));
}

#[tokio::test]
async fn two_ways_at_once_none_and_broken_ones_are_refused_and_on_record() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let header = basic("app", secret.expose());
    let refused = stage
        .authenticate(Some(&header), "client_id=app&client_secret=x")
        .await;
    assert!(matches!(refused, Err(ClientAuthError::Several)));
    let refused = stage.authenticate(None, "").await;
    assert!(matches!(refused, Err(ClientAuthError::Missing)));
    let refused = stage.authenticate(Some("Basic !"), "").await;
    assert!(matches!(refused, Err(ClientAuthError::Malformed)));
    let refused = stage.authenticate(Some(&header), "client_id=other").await;
    assert!(matches!(refused, Err(ClientAuthError::Malformed)));
    assert_eq!(stage.refusals().await.len(), 4);
}

#[tokio::test]
async fn an_unknown_client_is_refused() {
    let stage = Stage::new().await;
    for name in [
        "nobody",
        "not a client id",
        "0190a0b0-0000-7000-8000-000000000000",
    ] {
        let refused = stage.authenticate(Some(&basic(name, "s")), "").await;
        assert!(matches!(refused, Err(ClientAuthError::Unknown)), "{name}");
    }
    assert!(matches!(
        stage.authenticate(None, "client_id=nobody").await,
        Err(ClientAuthError::Unknown)
    ));
    assert_eq!(stage.refusals().await.len(), 4);
}

#[tokio::test]
async fn a_disabled_client_is_refused_at_once() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let header = basic("app", secret.expose());
    stage.authenticate(Some(&header), "").await.unwrap();
    let mut op = stage.bare.op();
    assert!(client::disable(&mut op, &id("app")).await.unwrap());
    assert!(!client::disable(&mut op, &id("app")).await.unwrap());
    assert!(!client::disable(&mut op, &id("nobody")).await.unwrap());
    op.commit().await.unwrap();
    let refused = stage.authenticate(Some(&header), "").await;
    assert!(matches!(refused, Err(ClientAuthError::Unknown)));
    let changed = &stage.bare.events("client.changed").await[0];
    assert_eq!(changed["after"]["status"], "disabled");
}

#[tokio::test]
async fn a_client_of_a_suspended_organisation_is_refused_at_once() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let header = basic("app", secret.expose());
    for status in [
        OrganisationStatus::Active,
        OrganisationStatus::Suspended,
        OrganisationStatus::Active,
    ] {
        let mut op = stage.bare.op();
        person::set_organisation_status(&mut op, stage.organisation, status)
            .await
            .unwrap();
        op.commit().await.unwrap();
        let outcome = stage.authenticate(Some(&header), "").await;
        match status {
            OrganisationStatus::Active => assert!(outcome.is_ok(), "{outcome:?}"),
            OrganisationStatus::Suspended => assert!(matches!(outcome, Err(ClientAuthError::Unknown))),
        }
    }
}

#[tokio::test]
async fn after_a_change_of_secret_the_old_one_works_until_its_end() {
    let stage = Stage::new().await;
    let old = stage.create(ClientSecretBasic, None).await.unwrap();
    let mut op = stage.bare.op();
    let hour = Duration::from_hours(1);
    let new = client::set_secret(&mut op, &id("app"), hour)
        .await
        .unwrap()
        .unwrap();
    op.commit().await.unwrap();
    assert_ne!(old.expose(), new.expose());
    let (old, new) = (basic("app", old.expose()), basic("app", new.expose()));
    for header in [&old, &new] {
        assert!(stage.authenticate(Some(header), "").await.is_ok());
    }
    stage.bare.house.clock.advance(hour);
    assert!(matches!(
        stage.authenticate(Some(&old), "").await,
        Err(ClientAuthError::Secret)
    ));
    assert!(stage.authenticate(Some(&new), "").await.is_ok());

    let mut op = stage.bare.op();
    let newest = client::set_secret(&mut op, &id("app"), Duration::ZERO)
        .await
        .unwrap()
        .unwrap();
    op.commit().await.unwrap();
    assert!(stage.authenticate(Some(&new), "").await.is_err(), "ended at once");
    let newest = basic("app", newest.expose());
    assert!(stage.authenticate(Some(&newest), "").await.is_ok());
    assert_eq!(stage.bare.events("client.changed").await.len(), 2);
}

#[tokio::test]
async fn failures_without_end_are_limited_but_a_right_secret_still_works() {
    let stage = Stage::new().await;
    let secret = stage.create(ClientSecretBasic, None).await.unwrap();
    let mut limited = 0;
    for _ in 0..30 {
        let refused = stage.attempt(7, Some(&basic("app", "wrong")), "").await;
        match refused.unwrap_err().wait() {
            Some(wait) => {
                assert!(wait > Duration::ZERO);
                limited += 1;
            }
            None => assert_eq!(limited, 0),
        }
    }
    assert!(limited >= 15, "{limited}");
    assert_eq!(
        stage.refusals().await.len(),
        30 - limited,
        "the log does not grow beyond"
    );
    assert!(
        stage
            .authenticate(Some(&basic("app", secret.expose())), "")
            .await
            .is_ok()
    );
}
