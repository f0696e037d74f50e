//! Tests of mail: the outbox, and conversations with a mail server.

mod outbox;
mod page;
mod postbox;
mod smtp;

use std::sync::Arc;

use doorward::config::Config;
use doorward::domain::{EmailAddress, PersonId, Username};
use doorward::mail::{self, Happened};
use doorward::person::{self, NewOrganisation, NewPerson};

use crate::support::{Bare, Database};

/// A house whose mail is configured so, with rosa, who has an address.
async fn house(change: impl FnOnce(&mut Config)) -> (Bare, PersonId) {
    let database = Arc::new(Database::new().await);
    let mut config = Config::default();
    config.mail.from = Some(EmailAddress::parse("no-reply@id.example").unwrap());
    change(&mut config);
    let bare = Bare::on(database, config).await;
    let mut op = bare.op();
    let new = NewOrganisation {
        slug: "northbeam".to_owned(),
        name: "Northbeam".to_owned(),
    };
    let organisation = person::create_organisation(&mut op, new).await.unwrap();
    let username = Username::parse("rosa").unwrap();
    let mut new = NewPerson::named(organisation, username, "Rosa Winter");
    new.email = Some("rosa@northbeam.example".to_owned());
    new.locale = Some("de-AT".to_owned());
    let rosa = person::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    (bare, rosa)
}

/// Tells rosa of a changed password.
async fn tell(bare: &Bare, rosa: PersonId) {
    let mut op = bare.op();
    mail::tell(&mut op, rosa, &Happened::PasswordChanged)
        .await
        .unwrap();
    op.commit().await.unwrap();
}
