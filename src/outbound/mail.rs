//! Handing a mail to the server that takes it (SMTP, RFC 5321).

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use lettre::address::AddressError;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::domain::{EmailAddress, Secret, Timestamp, plain};

/// The mail server, as the configuration names it.
#[derive(Debug, Clone)]
pub struct Postbox {
    pub server: String,
    pub port: u16,
    pub wrapping: Wrapping,
    /// A name and a password.
    pub credentials: Option<(String, Secret)>,
    pub from: EmailAddress,
    pub from_name: String,
    /// What this server calls itself.
    pub our_name: String,
    /// Authorities that are believed beside those of the system (DER).
    pub extra_roots: Vec<Vec<u8>>,
    /// For a whole conversation.
    pub timeout: Duration,
}

/// How the connection is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    Tls,
    StartTls,
    None,
}

/// A mail as it is handed over.
#[derive(Debug)]
pub struct Parcel<'a> {
    /// One for each mail, so that one that was sent twice is told.
    pub id: &'a str,
    pub at: Timestamp,
    pub to: &'a EmailAddress,
    pub name: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub html: &'a str,
}

/// Why a mail was not taken. The words are fixed: what the other server says is not in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    #[error("no mail server is configured")]
    Off,
    #[error("the mail cannot be written")]
    Message,
    #[error("the mail server refuses this mail")]
    Refused,
    #[error("the mail server does not take this mail now")]
    Later,
    #[error("the connection to the mail server failed or was not secure")]
    Connection,
    #[error("the mail server did not answer in time")]
    Slow,
}

impl MailError {
    /// Fixed words for the log.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Off => "no mail server is configured",
            Self::Message => "the mail cannot be written",
            Self::Refused => "the mail server refuses this mail",
            Self::Later => "the mail server does not take this mail now",
            Self::Connection => "the connection to the mail server failed or was not secure",
            Self::Slow => "the mail server did not answer in time",
        }
    }

    /// Whether the same mail will never be taken.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Message | Self::Refused)
    }
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Hands mails over. Set up at the first one.
pub struct Mailer {
    postbox: Option<Postbox>,
    transport: OnceLock<Result<Transport, MailError>>,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer")
            .field("postbox", &self.postbox)
            .finish_non_exhaustive()
    }
}

impl Mailer {
    /// Without a postbox nothing can be handed over.
    #[must_use]
    pub fn new(postbox: Option<Postbox>) -> Self {
        Self {
            postbox,
            transport: OnceLock::new(),
        }
    }

    /// Hands a mail over; answers once the other server has taken it.
    pub async fn send(&self, parcel: &Parcel<'_>) -> Result<(), MailError> {
        let postbox = self.postbox.as_ref().ok_or(MailError::Off)?;
        let message = message(postbox, parcel).map_err(|_| MailError::Message)?;
        let transport = self.transport.get_or_init(|| set_up(postbox));
        let transport = transport.as_ref().map_err(|error| *error)?;
        let sent = tokio::time::timeout(postbox.timeout, transport.send(message));
        match sent.await {
            Err(_) => Err(MailError::Slow),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(fault)) if fault.is_permanent() => Err(MailError::Refused),
            Ok(Err(fault)) if fault.is_transient() => Err(MailError::Later),
            Ok(Err(fault)) if fault.is_timeout() => Err(MailError::Slow),
            Ok(Err(_)) => Err(MailError::Connection),
        }
    }
}

fn set_up(postbox: &Postbox) -> Result<Transport, MailError> {
    let tls = |wrap: fn(TlsParameters) -> Tls| {
        let mut builder = TlsParameters::builder(postbox.server.clone());
        for root in &postbox.extra_roots {
            let root = Certificate::from_der(root.clone()).map_err(|_| MailError::Connection)?;
            builder = builder.add_root_certificate(root);
        }
        builder.build().map(wrap).map_err(|_| MailError::Connection)
    };
    let tls = match postbox.wrapping {
        Wrapping::Tls => tls(Tls::Wrapper)?,
        // Never `Opportunistic`: whoever sits between would take the word away.
        Wrapping::StartTls => tls(Tls::Required)?,
        Wrapping::None => Tls::None,
    };
    let mut builder = Transport::builder_dangerous(postbox.server.clone())
        .port(postbox.port)
        .tls(tls)
        .hello_name(ClientId::Domain(postbox.our_name.clone()))
        .timeout(Some(postbox.timeout));
    if let Some((name, password)) = &postbox.credentials {
        builder = builder.credentials(Credentials::new(name.clone(), password.expose().to_owned()));
    }
    Ok(builder.build())
}

/// Says that a program has written, so that no other program answers (RFC 3834 section 5).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The mail as text and as HTML. Whatever stands in a header is without control characters, and encoded (RFC 2047).
fn message(postbox: &Postbox, parcel: &Parcel<'_>) -> Result<Message, Unfit> {
    let (_, our_domain) = postbox.from.parts();
    let since = Duration::from_micros(u64::try_from(parcel.at.as_micros()).unwrap_or_default());
    let message = Message::builder()
        .message_id(Some(format!("<{}@{our_domain}>", parcel.id)))
        .date(SystemTime::UNIX_EPOCH + since)
        .from(mailbox(&postbox.from_name, &postbox.from)?)
        .to(mailbox(parcel.name, parcel.to)?)
        .subject(plain(parcel.subject))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(
            parcel.text.to_owned(),
            parcel.html.to_owned(),
        ))?;
    Ok(message)
}

/// A mail that cannot be written as one.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error("an address cannot be written")]
    Address(#[from] AddressError),
    #[error("the mail cannot be written")]
    Message(#[from] lettre::error::Error),
}

fn mailbox(name: &str, address: &EmailAddress) -> Result<Mailbox, AddressError> {
    let (local, domain) = address.parts();
    let name = plain(name);
    Ok(Mailbox::new(
        (!name.is_empty()).then_some(name),
        Address::new(local, domain)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postbox() -> Postbox {
        Postbox {
            server: "localhost".to_owned(),
            port: 25,
            wrapping: Wrapping::None,
            credentials: None,
            from: EmailAddress::parse("no-reply@id.example").unwrap(),
            from_name: "Doorward".to_owned(),
            our_name: "id.example".to_owned(),
            extra_roots: Vec::new(),
            timeout: Duration::from_secs(1),
        }
    }

    #[test]
    fn a_name_or_a_subject_ends_no_header() {
        let to = EmailAddress::parse("rosa@northbeam.example").unwrap();
        let parcel = Parcel {
            id: "4711",
            at: Timestamp::from_seconds(1_800_000_000),
            to: &to,
            name: "Rosa\r\nBcc: eve@evil.example",
            subject: "Hello\r\nBcc: eve@evil.example\r\n\r\nBody",
            text: "Text",
            html: "<p>Text</p>",
        };
        let written = message(&postbox(), &parcel).unwrap().formatted();
        let written = String::from_utf8(written).unwrap();
        let (head, _) = written.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(head.contains("Message-ID: <4711@id.example>"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
        assert!(head.contains("multipart/alternative"), "{head}");
    }
}
