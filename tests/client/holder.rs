//! Access that a client holds itself.

use doorward::access::{AccessError, Holder};
use doorward::client::{self, NewClient};
use doorward::decision;
use doorward::domain::{GrantType, Subject};
use doorward::{access, person};
use serde_json::json;

use crate::oauth::stage::{Stage, new_client, scopes};

/// A client that acts for itself, without an account to act by.
async fn lonely(stage: &mut Stage) {
    let new = NewClient {
        grant_types: vec![GrantType::ClientCredentials],
        redirect_uris: Vec::new(),
        scopes: scopes("f:read"),
        ..new_client(stage, "fetcher")
    };
    stage.register(new).await;
}

async fn give(stage: &Stage, holder: &str) -> Result<Subject, AccessError> {
    let mut op = stage.op();
    let organisation = stage.organisation;
    let holder = client::holder(&mut op, organisation, holder).await?;
    let Holder::Subject(subject) = holder else {
        panic!("{holder:?}");
    };
    let role = access::role_named(&mut op, organisation, "analyst")
        .await
        .unwrap()
        .unwrap();
    let new = access::NewGrant {
        organisation_id: organisation,
        holder,
        role,
        within: Vec::new(),
        period: access::Period::from(op.now),
        reason: "Fetches feedback".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    access::give(&mut op, new).await?;
    op.commit().await.unwrap();
    Ok(subject)
}

#[tokio::test]
async fn a_client_is_given_an_account_with_its_first_grant_and_gets_tokens_by_it() {
    let mut stage = Stage::new().await;
    lonely(&mut stage).await;
    let fields = [("grant_type", "client_credentials")];
    let before = stage.token("fetcher", &fields).await;
    assert_eq!(before.status, 400, "it has no account: {before:?}");
    let subject = give(&stage, "client:fetcher").await.unwrap();
    let Subject::ServiceAccount(account) = subject else {
        panic!("{subject:?}");
    };
    let found = person::find_service_account(&mut stage.op(), account)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.name.as_str(), found.purpose.as_str()),
        ("fetcher", "Acts for the client The fetcher")
    );
    let answer = stage.token("fetcher", &fields).await;
    assert_eq!(answer.json()["scope"], "f:read");
    let changed = stage.bare.events("client.changed").await;
    assert_eq!(
        changed.last().unwrap()["after"],
        json!({ "service_account_id": account })
    );
    // The next one is given to the same account.
    assert_eq!(give(&stage, "client:fetcher").await.unwrap(), subject);
    let told = decision::grants(&mut stage.op(), subject).await.unwrap();
    assert_eq!(told.len(), 2);
}

#[tokio::test]
async fn who_is_no_client_of_ours_or_acts_for_people_is_given_nothing() {
    let mut stage = Stage::new().await;
    lonely(&mut stage).await;
    let accounts = async |stage: &Stage| {
        let page = person::list_service_accounts(&mut stage.op(), stage.organisation, None).await;
        page.unwrap().len()
    };
    let before = accounts(&stage).await;
    for (holder, why) in [
        ("client:desk", "the client desk acts for people only"),
        ("client:nobody", "there is no client called nobody"),
        ("client:", "there is no client called "),
    ] {
        let refused = give(&stage, holder).await.unwrap_err();
        assert!(refused.to_string().starts_with(why), "{refused}");
    }
    let mut op = stage.op();
    let id = doorward::domain::ClientId::parse("fetcher").unwrap();
    assert!(client::disable(&mut op, &id).await.unwrap());
    op.commit().await.unwrap();
    let refused = give(&stage, "client:fetcher").await.unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("there is no client called fetcher"),
        "{refused}"
    );
    assert_eq!(accounts(&stage).await, before);
    // Nor is a client of one organisation a holder in another.
    let mut op = stage.op();
    let other = person::create_organisation(
        &mut op,
        person::NewOrganisation {
            slug: "southgate".to_owned(),
            name: "Southgate".to_owned(),
        },
    );
    let other = other.await.unwrap();
    op.commit().await.unwrap();
    let refused = client::subject(&mut stage.op(), other, "client:fetcher").await;
    assert!(refused.is_err());
}
