//! What a mail says: sentences, facts, a code, links; as text and as HTML.

use askama::Template as _;
use serde::{Deserialize, Serialize};

use super::Recipient;
use crate::domain::plain;
use crate::http::Text;
use crate::op::OpError;

/// A mail before it is rendered. Its words are sentences of ours in the language of the reader, with values in them.
#[derive(Debug)]
pub struct Letter {
    /// Which letter it is, for lists.
    pub kind: &'static str,
    pub subject: String,
    pub blocks: Vec<Block>,
}

/// One part of a mail.
#[derive(Debug)]
pub enum Block {
    Say(String),
    /// Pairs of term and value.
    Facts(Vec<(String, String)>),
    /// A code to be typed.
    Code(String),
    /// What a link does, and its address.
    Link(String, String),
}

/// A mail as it is sealed and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

#[derive(askama::Template)]
#[template(path = "mail/letter.txt")]
struct AsText<'a> {
    page: &'a Frame<'a>,
}

#[derive(askama::Template)]
#[template(path = "mail/letter.html")]
struct AsHtml<'a> {
    page: &'a Frame<'a>,
}

/// What both have.
struct Frame<'a> {
    text: &'a Text,
    subject: &'a str,
    greeting: String,
    blocks: &'a [Block],
    foot: String,
}

impl Letter {
    pub(super) fn render(&self, to: &Recipient, issuer: &str) -> Result<Rendered, OpError> {
        const FAULT: OpError = OpError::Broken("a mail could not be rendered");
        let text = to.text();
        let subject = plain(&self.subject);
        let arguments = [("address", to.address.as_str()), ("issuer", issuer)];
        let page = Frame {
            text,
            subject: &subject,
            greeting: text.get_with("mail-greeting", "name", &plain(&to.name)),
            blocks: &self.blocks,
            foot: text.get_args("mail-foot", &arguments),
        };
        Ok(Rendered {
            text: AsText { page: &page }.render().map_err(|_| FAULT)?,
            html: AsHtml { page: &page }.render().map_err(|_| FAULT)?,
            subject,
        })
    }
}
