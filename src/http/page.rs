//! Pages and redirects.

use std::net::Ipv4Addr;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};

use super::{Problem, Text};

/// What every page has: language, title, form token, correlation id. Templates extend `layout/signin.html` and have a
/// field `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    pub text: Text,
    /// Already translated.
    pub title: String,
    /// The hidden field `form_token` of every form.
    pub form_token: String,
    pub correlation_id: String,
    /// The same page in each of our languages.
    pub languages: Vec<LanguageLink>,
    /// Whose page it is, above the title: the organisation or the application. Empty when that is not known yet.
    pub place: String,
    /// The path of the page, for a navigation that marks where one is.
    pub path: String,
    /// The rooms of the console that are open to the reader: address, and key of the name. Empty elsewhere.
    pub rooms: Vec<(&'static str, &'static str)>,
}

impl Frame {
    /// Names the organisation or application above the title.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = crate::domain::plain(&place.into());
        self
    }

    /// Says which rooms of the console its navigation leads to.
    #[must_use]
    pub fn with_rooms(mut self, rooms: Vec<(&'static str, &'static str)>) -> Self {
        self.rooms = rooms;
        self
    }

    /// The value of `aria-current` of a link to this path: the page itself, one below it, or neither (empty).
    #[must_use]
    pub fn mark(&self, href: &str) -> &'static str {
        match self.path.strip_prefix(href) {
            Some("") => "page",
            // The first page is above all others.
            Some(below) if below.starts_with('/') && href.trim_matches('/').contains('/') => "true",
            _ => "",
        }
    }
}

/// The same page in another language.
#[derive(Debug, Clone)]
pub struct LanguageLink {
    pub tag: &'static str,
    pub name: &'static str,
    pub href: String,
    pub current: bool,
}

/// Renders a page: HTML, not cached, with the policy headers of pages. Its forms may end at this house only; a form whose
/// answer can send the browser on to an application needs [`page_with_form_targets`].
pub fn page(status: StatusCode, template: &impl askama::Template) -> Response {
    page_with_form_targets(status, template, &[])
}

/// Renders a page whose forms may end, by redirects, at these addresses.
///
/// Chromium holds every redirect after a form's POST against `form-action`: a page whose POST may come to an
/// application's `redirect_uri`, however many steps later, must name it here, or the browser stops silently.
pub fn page_with_form_targets(
    status: StatusCode,
    template: &impl askama::Template,
    targets: &[&str],
) -> Response {
    render(status, template, &policy(targets))
}

/// The same for a page with a script of ours, which it works without.
pub fn page_with_script(status: StatusCode, template: &impl askama::Template, targets: &[&str]) -> Response {
    render(
        status,
        template,
        &format!("script-src 'self'; {}", policy(targets)),
    )
}

/// Renders a page whose one form is for another site and sends itself there by a script of ours. Without scripts its button
/// does.
pub fn page_with_form_sent(status: StatusCode, template: &impl askama::Template, target: &str) -> Response {
    let policy = policy(&[target]);
    render(status, template, &format!("script-src 'self'; {policy}"))
}

fn render(status: StatusCode, template: &impl askama::Template, policy: &str) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(fault) => {
            tracing::error!(%fault, "a page could not be rendered");
            return Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        }
    };
    let policy = HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static(POLICY));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, policy),
    ];
    (status, headers, html).into_response()
}

/// Renders a page that loads pages of applications at these addresses in frames.
pub fn page_with_frames(status: StatusCode, template: &impl askama::Template, frames: &[&str]) -> Response {
    let mut response = page(status, template);
    let policy = HeaderValue::try_from(policy_of_frames(frames));
    response.headers_mut().insert(
        CONTENT_SECURITY_POLICY,
        policy.unwrap_or_else(|_| HeaderValue::from_static(POLICY)),
    );
    response
}

fn policy_of_frames(frames: &[&str]) -> String {
    let sources = sources(frames);
    if sources.is_empty() {
        return POLICY.to_owned();
    }
    format!("{POLICY}; frame-src {}", sources.join(" "))
}

/// Marks an answer that pages of other sites may have in a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Framed;

/// Renders a page for frames in pages of other sites: it shows nothing, and runs a script of ours.
pub fn framed_page(template: &impl askama::Template) -> Response {
    const POLICY: &str =
        "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";
    let mut response = page(StatusCode::OK, template);
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response.extensions_mut().insert(Framed);
    response
}

/// 303 to a path of ours or to a proven address. Never 307, which would send the form on (RFC 9700 section 4.12).
#[must_use]
pub fn see_other(to: &str) -> Response {
    let Ok(to) = HeaderValue::try_from(to) else {
        tracing::error!("an address to redirect to does not fit a header");
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}

/// Of pages, as far as it does not depend on the page. No script: pages work without.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
    frame-ancestors 'none'; form-action 'self'";

fn policy(targets: &[&str]) -> String {
    let mut policy = String::from(POLICY);
    for source in sources(targets) {
        policy.push(' ');
        policy.push_str(&source);
    }
    policy
}

/// The source expressions of these addresses, each once.
fn sources(addresses: &[&str]) -> Vec<String> {
    let mut named: Vec<String> = addresses.iter().filter_map(|one| source(one)).collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// The source expression (CSP level 3 section 2.3.1) that allows a redirect address: its origin, or for an app's own
/// scheme, and for IPv6 addresses, which the grammar cannot name, the scheme. On 127.0.0.1 it allows every port: an
/// app takes a free one at each start, so that a request may name another than the registered one (RFC 8252 section 7.3).
fn source(target: &str) -> Option<String> {
    let url = url::Url::parse(target).ok()?;
    if url.scheme() == "http" && url.host() == Some(url::Host::Ipv4(Ipv4Addr::LOCALHOST)) {
        return Some("http://127.0.0.1:*".to_owned());
    }
    let source = match (url.origin(), url.host()) {
        (origin, Some(url::Host::Domain(_) | url::Host::Ipv4(_))) if origin.is_tuple() => {
            origin.ascii_serialization()
        }
        _ => format!("{}:", url.scheme()),
    };
    // A host may hold characters that end a directive.
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/+".contains(&byte);
    source.bytes().all(harmless).then_some(source)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use askama::Template as _;

    use super::super::{Language, Sentences};
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
            path: "/account/password/new".to_owned(),
            rooms: Vec::new(),
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
            5,
            "{html}"
        );
        assert!(
            html.contains("aria-describedby=\"wrong username-hint\" autofocus"),
            "{html}"
        );
        assert!(
            html.contains("aria-describedby=\"password-error\" aria-invalid=\"true\""),
            "{html}"
        );
        assert!(html.contains("name=\"form_token\" value=\"TOKEN\""), "{html}");
        assert_eq!(html.matches("<h1>").count(), 1);
    }

    #[test]
    fn a_navigation_marks_the_page_and_those_above_it_but_for_the_first() {
        assert_eq!(frame().mark("/account/password/new"), "page");
        assert_eq!(frame().mark("/account/password"), "true");
        assert_eq!(frame().mark("/account"), "");
        assert_eq!(frame().mark("/account/pass"), "");
    }

    #[test]
    fn a_page_allows_its_forms_to_end_at_the_named_addresses_only() {
        assert_eq!(policy(&[]), POLICY);
        let policy = policy(&[
            "https://app.example/callback?x=1",
            "http://localhost:8081/callback",
            "http://127.0.0.1/",
            "http://127.0.0.1:5000/",
            "https://127.0.0.1:5001/",
            "http://127.0.0.2:5000/",
            "http://[::1]:5000/",
            "com.example.app:/callback",
            "https://app.example/other",
        ]);
        let named = policy.strip_prefix(POLICY).unwrap();
        assert_eq!(
            named,
            " com.example.app: http: http://127.0.0.1:* http://127.0.0.2:5000 http://localhost:8081 \
             https://127.0.0.1:5001 https://app.example"
        );
    }

    #[test]
    fn a_page_with_frames_names_their_hosts_and_no_others() {
        assert_eq!(policy_of_frames(&[]), POLICY);
        assert_eq!(
            policy_of_frames(&[
                "https://a.example/out?sid=1",
                "https://b.example:8443/",
                "https://a.example/x"
            ]),
            format!("{POLICY}; frame-src https://a.example https://b.example:8443")
        );
    }

    #[test]
    fn an_address_cannot_add_a_directive() {
        for hostile in [
            "https://a;script-src",
            "https://a,b/",
            "https://a'b/",
            "no address",
            "https://*/",
        ] {
            assert_eq!(source(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn a_redirect_is_a_303_and_never_splits_a_header() {
        let response = see_other("/signin/1?x=y");
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()["location"], "/signin/1?x=y");
        assert_eq!(
            see_other("/a\r\nSet-Cookie: b=c").status(),
            StatusCode::INTERNAL_SERVER_ERROR
        );
    }
}
