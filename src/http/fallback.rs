//! Answers where no handler is, and the words of error pages.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};

use super::{Frame, Problem, Visit, headers};
use crate::domain::Seen;
use crate::op::House;

/// A page that says what went wrong.
#[derive(Debug, askama::Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage {
    pub(super) frame: Frame,
    pub(super) what: String,
    pub(super) next: String,
}

/// The keys of an error page's sentences.
pub(super) struct Sentence {
    pub(super) title: &'static str,
    pub(super) what: &'static str,
    pub(super) next: &'static str,
}

impl Sentence {
    pub(super) const STALE: Self = Self::new("error-stale-title", "error-stale-what", "error-stale-next");

    const fn new(title: &'static str, what: &'static str, next: &'static str) -> Self {
        Self { title, what, next }
    }

    /// The usual words for a status.
    pub(super) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            403 => Self::new(
                "error-forbidden-title",
                "error-forbidden-what",
                "error-forbidden-next",
            ),
            404 => Self::new(
                "error-not-found-title",
                "error-not-found-what",
                "error-not-found-next",
            ),
            405 => Self::new("error-method-title", "error-method-what", "error-method-next"),
            413 => Self::new(
                "error-too-large-title",
                "error-too-large-what",
                "error-too-large-next",
            ),
            415 => Self::new("error-type-title", "error-type-what", "error-type-next"),
            429 => Self::new(
                "error-too-many-title",
                "error-too-many-what",
                "error-too-many-next",
            ),
            503 => Self::new("error-busy-title", "error-busy-what", "error-busy-next"),
            400..500 => Self::new("error-request-title", "error-request-what", "error-request-next"),
            _ => Self::new("error-fault-title", "error-fault-what", "error-fault-next"),
        }
    }
}

/// Puts around all routes what each answer needs: the fallbacks, the headers, the cookies of extractors. Called once, when
/// the table of routes is complete.
pub fn dress(router: Router<Arc<House>>, house: &Arc<House>) -> Router<Arc<House>> {
    router
        .fallback(unknown_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(house),
            headers::secure,
        ))
}

/// Nothing is at this address.
pub async fn unknown_route(State(house): State<Arc<House>>, request: Request) -> Response {
    refuse(&house, request, StatusCode::NOT_FOUND).await
}

/// Something is at this address, but not for this method.
pub async fn wrong_method(State(house): State<Arc<House>>, request: Request) -> Response {
    refuse(&house, request, StatusCode::METHOD_NOT_ALLOWED).await
}

/// As a page for people, as a problem document for programs.
async fn refuse(house: &Arc<House>, request: Request, status: StatusCode) -> Response {
    let (mut parts, _) = request.into_parts();
    if is_person(&parts.headers) {
        return match Visit::from_request_parts(&mut parts, house).await {
            Ok(visit) => visit.status_page(status),
            Err(refusal) => refusal,
        };
    }
    match Seen::from_request_parts(&mut parts, house).await {
        Ok(seen) => Problem::new(status).seen(&seen).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// Browsers ask for HTML by name; programs that take anything get what is for programs.
fn is_person(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use askama::Template as _;

    use super::super::{Language, LanguageLink, Sentences, Text};
    use super::*;

    #[derive(askama::Template)]
    #[template(
        ext = "html",
        source = r#"
        {%- extends "layout/signin.html" -%}
        {%- import "part/field.html" as field -%}
        {%- import "part/button.html" as button -%}
        {%- import "part/notice.html" as notice -%}
        {%- import "part/list.html" as list -%}
        {%- block main -%}
        {% call notice::show("error", wrong) %}{% endcall %}
        {% call notice::show("info", "") %}{% endcall %}
        {% call list::summary("rosa@northbeam.example", "Northbeam") %}{% endcall %}
        {% call list::summary(wrong, "") %}{% endcall %}
        <form method="post">{% call field::token(frame) %}{% endcall %}{% call field::kept("kept", wrong) %}{% endcall %}
        {% call field::text("User name", "username", wrong, "username webauthn", "Your hint", "", true) %}{% endcall %}
        {% call field::password("Password", "password", "current-password", "", wrong, false) %}{% endcall %}
        {% call field::code("Code", "code", "", "", false) %}{% endcall %}
        <div class="actions">{% call button::choice("allow", "decision", "allow", "Allow", "primary") %}{% endcall %}
        {% call button::submit("deny", "Deny", "quiet") %}{% endcall %}</div>
        {% call button::link("help", "/help", "Help", "quiet") %}{% endcall %}
        </form>
        {% call list::scopes(scopes) %}{% endcall %}
        {% call list::codes(codes) %}{% endcall %}
        {% call list::facts(scopes) %}{% endcall %}
        {%- endblock -%}"#
    )]
    struct Everything {
        frame: Frame,
        wrong: String,
        scopes: Vec<(String, String)>,
        codes: Vec<String>,
    }

    fn frame() -> Frame {
        Frame {
            text: Text::new(Arc::new(Sentences::load().0), Language::English),
            title: "Sign in".to_owned(),
            form_token: "TOKEN".to_owned(),
            correlation_id: String::new(),
            languages: vec![LanguageLink {
                tag: "de",
                name: "Deutsch",
                href: "/?a=b&ui_locales=de".to_owned(),
                current: false,
            }],
            place: String::new(),
        }
        .at("North<beam>")
    }

    #[test]
    fn every_part_escapes_what_it_shows() {
        let page = Everything {
            frame: frame(),
            wrong: "<script>\"'&".to_owned(),
            scopes: vec![
                ("Read".to_owned(), String::new()),
                ("Write".to_owned(), "why".to_owned()),
            ],
            codes: vec!["ABCD-EFGH".to_owned()],
        };
        let html = page.render().unwrap();
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("<beam"), "{html}");
        assert_eq!(
            html.matches("&#60;script&#62;&#34;&#39;&#38;").count(),
            6,
            "{html}"
        );
        assert!(
            html.contains("aria-describedby=\"username-hint\" autofocus"),
            "{html}"
        );
        assert!(
            html.contains("aria-describedby=\"password-error\" aria-invalid=\"true\""),
            "{html}"
        );
        assert!(html.contains("name=\"form_token\" value=\"TOKEN\""), "{html}");
        assert_eq!(html.matches("<h1>").count(), 1);
    }
}
