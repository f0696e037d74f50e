//! The outbox itself.

use std::time::Duration;

use doorward::domain::MailState;
use doorward::mail::{self, Happened};
use doorward::storage::Sql;

use super::{house, tell};

#[tokio::test]
async fn a_mail_is_queued_with_its_act_or_not_at_all() {
    let (bare, rosa) = house(|config| config.mail.kept = true).await;
    let mut op = bare.op();
    mail::tell(&mut op, rosa, &Happened::NewDevice).await.unwrap();
    drop(op);
    assert!(mail::list(&mut bare.op()).await.unwrap().is_empty());
    tell(&bare, rosa).await;
    let mails = mail::list(&mut bare.op()).await.unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].state, MailState::Kept);
    assert_eq!(mails[0].to.as_str(), "rosa@northbeam.example");
}

#[tokio::test]
async fn no_mail_is_queued_where_none_goes_anywhere() {
    let (bare, rosa) = house(|_| {}).await;
    tell(&bare, rosa).await;
    assert!(mail::list(&mut bare.op()).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_a_mail_says_is_sealed_in_the_database() {
    const SEALED: Sql = Sql::new("SELECT sealed_letter FROM mail");
    let (bare, rosa) = house(|config| config.mail.kept = true).await;
    tell(&bare, rosa).await;
    let mails = mail::list(&mut bare.op()).await.unwrap();
    let (subject, text) = mails[0].letter.clone().unwrap();
    assert_eq!(subject, "Ihr Passwort wurde geändert");
    assert!(text.contains("/account/not-me/"), "{text}");
    let mut op = bare.op();
    let tx = op.reading().await.unwrap();
    let sealed: Vec<u8> = tx
        .query(SEALED)
        .one(|row| row.get("sealed_letter"))
        .await
        .unwrap();
    for word in ["not-me", "Passwort"] {
        let found = sealed.windows(word.len()).any(|window| window == word.as_bytes());
        assert!(!found, "{word}");
    }
}

#[tokio::test]
async fn a_mail_is_forgotten_after_a_week() {
    let (bare, rosa) = house(|config| config.mail.kept = true).await;
    tell(&bare, rosa).await;
    for (days, left) in [(6, 1), (2, 0)] {
        bare.house.clock.advance(Duration::from_hours(days * 24));
        let mut op = bare.op();
        mail::sweep(&mut op).await.unwrap();
        op.commit().await.unwrap();
        assert_eq!(mail::list(&mut bare.op()).await.unwrap().len(), left);
    }
}
