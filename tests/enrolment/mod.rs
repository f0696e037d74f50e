//! Tests of how people come to their account, and back to it; and of what they are told about it.

mod address;
mod look;
mod not_me;
mod notice;
mod pass;
mod recover;
pub(crate) mod reset;
mod suspicion;

use doorward::domain::{PersonId, Username};
use doorward::enrolment::{self, Delivery, Invitation};
use doorward::mail;
use doorward::person::NewPerson;
use regex_lite::Regex;

use crate::signin::{PASSWORD, SECRET, Town, enter_password, is_signed_in};
use crate::support::{Browser, Page};

const ADDRESS: &str = "rosa@northbeam.example";

/// A town whose mails are kept.
async fn town() -> Town {
    Town::with(|config| config.mail.kept = true).await
}

/// A person with the usual password, and an address.
async fn rosa(town: &Town) -> PersonId {
    let id = town.person("rosa").await;
    town.give_address(id, ADDRESS, true).await;
    id
}

async fn signed_in(town: &Town) -> Browser {
    let browser = town.browser();
    let home = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(is_signed_in(&home), "{}", home.text());
    browser
}

/// The letters of the outbox with the text of each, the oldest first.
async fn letters(town: &Town) -> Vec<(String, String, String)> {
    let mut mails = mail::list(&mut town.op()).await.unwrap();
    mails.reverse();
    mails
        .into_iter()
        .map(|one| (one.kind, one.to.to_string(), one.letter.unwrap().1))
        .collect()
}

async fn kinds(town: &Town) -> Vec<String> {
    letters(town).await.into_iter().map(|(kind, ..)| kind).collect()
}

/// The path that the newest letter of a kind links to.
async fn linked(town: &Town, kind: &str) -> String {
    let letters = letters(town).await;
    let (.., text) = letters.iter().rev().find(|(one, ..)| one == kind).unwrap();
    let start = format!("{}/", town.server.issuer);
    let line = text.lines().find(|line| line.starts_with(&start)).unwrap();
    line.strip_prefix(&town.server.issuer).unwrap().to_owned()
}

/// Invites kim, who gets the roles; answers the path of the link.
async fn invite(town: &Town, roles: &[&str]) -> String {
    let mut person = NewPerson::named(town.organisation, Username::parse("kim").unwrap(), "Kim Aydin");
    person.email = Some("kim@northbeam.example".to_owned());
    let invitation = Invitation {
        person,
        department: None,
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
    };
    let mut op = town.op();
    let (_, issued) = enrolment::invite(&mut op, invitation, Delivery::Mail)
        .await
        .unwrap();
    assert!(issued.link.is_none());
    op.commit().await.unwrap();
    linked(town, "invitation").await
}

/// What a page asks the browser to make.
fn options(page: &Page) -> String {
    let found = Regex::new(r#"data-passkey="[a-z]+" data-options="([^"]*)""#).unwrap();
    let found = found.captures(&page.body);
    found.unwrap_or_else(|| panic!("{}", page.body))[1].replace("&#34;", "\"")
}

/// The key of the authenticator that a page shows.
fn key_of(page: &Page) -> String {
    let key = Regex::new(r#"(?s)id="key"[^>]*>([A-Z2-7 ]+)<"#).unwrap();
    key.captures(&page.body).unwrap()[1].replace(' ', "")
}
