//! The question of consent: what, on which resource, who, for how long.

use axum::response::Response;
use http::StatusCode;

use crate::domain::{ContinuationId, RedirectUri, Scopes};
use crate::http::{Frame, Visit, page_with_form_targets};
use crate::oauth::offer::Offer;
use crate::oauth::question::{Asker, Question};
use crate::person::Person;

/// What the page tells, before it is known in which language.
#[derive(Debug)]
pub(super) struct ConsentPage {
    pub(super) continuation: ContinuationId,
    pub(super) redirect_uri: RedirectUri,
    pub(super) asker: Asker,
    pub(super) person: Person,
    pub(super) offer: Offer,
    /// The scopes, and those that claims asked for by name imply.
    pub(super) told: Scopes,
}

#[derive(Debug, askama::Template)]
#[template(path = "consent/ask.html")]
struct Template {
    frame: Frame,
    intro: String,
    client: String,
    account: String,
    question: Question,
    action: String,
}

impl ConsentPage {
    /// The page; its form may end at the client's address.
    pub(super) fn render(self, visit: &Visit) -> Response {
        let frame = visit.frame("consent-title").at(self.asker.name());
        let text = frame.text.clone();
        let account = self.person.called();
        let what = (&self.offer, &self.told);
        let template = Template {
            intro: text.get_with("consent-intro", "client", &self.asker.name()),
            account: text.get_with("consent-account", "account", &account),
            question: Question::new(visit.house(), &text, &self.asker, what),
            client: self.asker.name(),
            action: format!("/consent/{}", self.continuation),
            frame,
        };
        page_with_form_targets(StatusCode::OK, &template, &[self.redirect_uri.as_str()])
    }
}
