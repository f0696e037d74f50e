//! Conversations with a mail server.

use std::time::Duration;

use doorward::config::{Config, MailSecurity};
use doorward::domain::{JobState, MailState, Secret};
use doorward::job::{self, work_on_next};
use doorward::mail;

use super::postbox::{Postbox, Speech};
use super::{house, tell};
use crate::support::{Bare, Certificate};

/// Mail by this server, guarded so.
fn by(port: u16, security: MailSecurity, certificate: Option<&Certificate>) -> impl FnOnce(&mut Config) {
    let root = certificate.map(|certificate| certificate.root_der.clone());
    move |config| {
        config.mail.server = Some("localhost".to_owned());
        config.mail.port = port;
        config.mail.security = security;
        config.outbound.extra_roots.extend(root);
    }
}

async fn work(bare: &Bare) {
    work_on_next(&bare.house, &mail::jobs()).await.unwrap();
}

async fn states(bare: &Bare) -> Vec<(MailState, bool)> {
    let mails = mail::list(&mut bare.op()).await.unwrap();
    mails
        .iter()
        .map(|one| (one.state, one.letter.is_some()))
        .collect()
}

async fn jobs(bare: &Bare) -> Vec<(JobState, Option<String>)> {
    let jobs = job::list(&mut bare.op(), None).await.unwrap();
    jobs.into_iter().map(|one| (one.state, one.reason)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_handed_over_as_text_and_html_in_the_language_of_its_reader_and_then_forgotten() {
    let postbox = Postbox::open(Speech::Plain, None, &[]);
    let (bare, rosa) = house(by(postbox.port, MailSecurity::Plain, None)).await;
    tell(&bare, rosa).await;
    assert_eq!(states(&bare).await, [(MailState::Waiting, true)]);
    work(&bare).await;
    let said = postbox.lines();
    let has = |line: &str| said.iter().any(|one| one == line);
    assert!(has("EHLO localhost"), "{said:#?}");
    assert!(has("MAIL FROM:<no-reply@id.example>"), "{said:#?}");
    assert!(has("RCPT TO:<rosa@northbeam.example>"), "{said:#?}");
    assert!(has("To: \"Rosa Winter\" <rosa@northbeam.example>"), "{said:#?}");
    assert!(
        has("Subject: Ihr Passwort wurde =?utf-8?b?Z2XDpG5kZXJ0?="),
        "{said:#?}"
    );
    assert!(has("Auto-Submitted: auto-generated"), "{said:#?}");
    assert!(has("Guten Tag Rosa Winter,"), "{said:#?}");
    assert!(has("<p>Guten Tag Rosa Winter,</p>"), "{said:#?}");
    assert_eq!(states(&bare).await, [(MailState::Sent, false)]);
    assert_eq!(jobs(&bare).await, [(JobState::Done, None)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_by_tls_with_name_and_password() {
    let certificate = Certificate::new();
    let postbox = Postbox::open(Speech::Tls, Some(&certificate), &[]);
    let tls = by(postbox.port, MailSecurity::Tls, Some(&certificate));
    let (bare, rosa) = house(|config| {
        tls(config);
        config.mail.username = "doorward".to_owned();
        config.mail.password = Some(Secret::new("hidden".to_owned()));
    })
    .await;
    tell(&bare, rosa).await;
    work(&bare).await;
    assert_eq!(states(&bare).await, [(MailState::Sent, false)]);
    let login = data_encoding::BASE64.encode(b"\0doorward\0hidden");
    assert!(postbox.lines().contains(&format!("AUTH PLAIN {login}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_by_starttls_and_not_before_it() {
    let certificate = Certificate::new();
    let postbox = Postbox::open(Speech::StartTls, Some(&certificate), &[]);
    let (bare, rosa) = house(by(postbox.port, MailSecurity::StartTls, Some(&certificate))).await;
    tell(&bare, rosa).await;
    work(&bare).await;
    assert_eq!(states(&bare).await, [(MailState::Sent, false)]);
    let said = postbox.lines();
    let wrapped = said.iter().position(|line| line == "STARTTLS");
    let sent = said.iter().position(|line| line.starts_with("MAIL FROM"));
    assert!(wrapped < sent, "{said:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_a_server_that_cannot_be_trusted() {
    let certificate = Certificate::new();
    for (speech, security, root) in [
        (Speech::Tls, MailSecurity::Tls, None),
        (Speech::StartTls, MailSecurity::StartTls, None),
        (Speech::Stripped, MailSecurity::StartTls, Some(&certificate)),
        (Speech::Plain, MailSecurity::Tls, Some(&certificate)),
    ] {
        let postbox = Postbox::open(speech, Some(&certificate), &[]);
        let (bare, rosa) = house(|config| {
            by(postbox.port, security, root)(config);
            config.mail.timeout = Duration::from_secs(2);
        })
        .await;
        tell(&bare, rosa).await;
        work(&bare).await;
        assert_eq!(states(&bare).await, [(MailState::Waiting, true)]);
        let said = postbox.lines();
        assert!(!said.iter().any(|line| line.starts_with("MAIL")), "{said:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_not_taken_now_is_tried_again() {
    let postbox = Postbox::open(Speech::Plain, None, &["450 come back later"]);
    let (bare, rosa) = house(by(postbox.port, MailSecurity::Plain, None)).await;
    tell(&bare, rosa).await;
    work(&bare).await;
    assert_eq!(states(&bare).await, [(MailState::Waiting, true)]);
    let reason = Some("the mail server does not take this mail now".to_owned());
    assert_eq!(jobs(&bare).await, [(JobState::Waiting, reason)]);
    bare.house.clock.advance(Duration::from_secs(11));
    work(&bare).await;
    assert_eq!(states(&bare).await, [(MailState::Sent, false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_is_given_up_at_once_and_may_be_tried_again_by_the_operator() {
    let postbox = Postbox::open(Speech::Plain, None, &["550 nobody of that name"]);
    let (bare, rosa) = house(by(postbox.port, MailSecurity::Plain, None)).await;
    tell(&bare, rosa).await;
    work(&bare).await;
    assert_eq!(states(&bare).await, [(MailState::Dead, true)]);
    let dead = job::list(&mut bare.op(), Some(JobState::Dead)).await.unwrap();
    let mut op = bare.op();
    assert!(job::retry(&mut op, dead[0].id).await.unwrap());
    op.commit().await.unwrap();
    work(&bare).await;
    assert_eq!(states(&bare).await, [(MailState::Sent, false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_given_up_after_about_a_day() {
    // Nobody listens there.
    let port = crate::support::free_ports(1);
    let (bare, rosa) = house(by(port, MailSecurity::Plain, None)).await;
    tell(&bare, rosa).await;
    for minutes in [1, 1, 5, 15, 60, 180, 360, 720] {
        work(&bare).await;
        assert_eq!(states(&bare).await, [(MailState::Waiting, true)]);
        bare.house.clock.advance(Duration::from_mins(minutes));
    }
    work(&bare).await;
    assert_eq!(states(&bare).await, [(MailState::Dead, true)]);
    let events = bare.events("mail.sent").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["outcome"], "refused");
    assert_eq!(events[0]["details"]["letter"], "password");
    assert_eq!(
        events[0]["reason"],
        "the connection to the mail server failed or was not secure"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_link_is_not_good_any_more_is_not_sent() {
    let postbox = Postbox::open(Speech::Plain, None, &[]);
    let (bare, rosa) = house(by(postbox.port, MailSecurity::Plain, None)).await;
    tell(&bare, rosa).await;
    bare.house.clock.advance(Duration::from_hours(73));
    work(&bare).await;
    assert_eq!(states(&bare).await, [(MailState::Dead, true)]);
    assert!(postbox.lines().is_empty());
}
