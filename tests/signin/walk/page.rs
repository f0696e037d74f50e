//! What a page asks for, as somebody sees it.

use regex_lite::Regex;

use crate::support::Page;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Identify,
    Password,
    Second,
    Recovery,
    EnrolCode,
    NewPasskey,
    Told,
    Refused,
    /// Of the account.
    ChangePassword,
    AddCode,
    /// Of a pass.
    Begin,
    SetFirst,
    SetSecond,
    Done,
    Other,
}

/// What is asked for at the page at hand.
pub(super) fn shown(page: &Page) -> Shown {
    let has = |text: &str| page.body.contains(text);
    if page.url.contains("/enrol/") {
        return match () {
            () if page.has_button("begin") => Shown::Begin,
            () if has(r#"id="key""#) => Shown::SetSecond,
            () if page.has_field("new") => Shown::SetFirst,
            () if has(r#"id="sign-in""#) => Shown::Done,
            () => Shown::Other,
        };
    }
    let places = [
        ("/identify\"", Shown::Identify),
        ("/password\"", Shown::Password),
        ("/recovery-codes\"", Shown::Told),
        ("/enrol\"", Shown::EnrolCode),
        ("/new-passkey\"", Shown::NewPasskey),
        ("/totp\"", Shown::Second),
        ("/passkey\"", Shown::Second),
    ];
    if has("action=\"/signin/") {
        if has("<form method=\"post\" action=\"/signin/") && has("/recovery\"") && has("id=\"totp\"") {
            return Shown::Recovery;
        }
        let found = places.iter().find(|(place, _)| has(place));
        return found.map_or(Shown::Refused, |(_, shown)| *shown);
    }
    match () {
        () if has("action=\"/account/password\"") => Shown::ChangePassword,
        () if has("action=\"/account/authenticators/add\"") => Shown::AddCode,
        () => Shown::Other,
    }
}

/// The sign-in that a page is of.
pub(super) fn attempt_of(page: &Page) -> Option<String> {
    let id = |text: &str| {
        let (_, rest) = text.split_once("/signin/")?;
        rest.get(..36).map(str::to_owned)
    };
    id(&page.url).or_else(|| id(&page.body))
}

/// What stands between two texts.
fn between<'p>(body: &'p str, before: &str, after: &str) -> Option<&'p str> {
    let (_, rest) = body.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

/// A hidden field of a page.
pub(super) fn hidden(page: &Page, name: &str) -> Option<String> {
    let found = between(&page.body, &format!("name=\"{name}\" value=\""), "\"")?;
    Some(found.to_owned())
}

/// What a page asks a passkey for: to sign (`get`), or to be made (`create`).
pub(super) fn options(page: &Page, ceremony: &str) -> Option<String> {
    let text = between(
        &page.body,
        &format!("data-passkey=\"{ceremony}\" data-options=\""),
        "\"",
    )?;
    Some(text.replace("&#34;", "\"").replace("&quot;", "\""))
}

/// The key of a new authenticator.
pub(super) fn key_of(page: &Page) -> Option<String> {
    let key = Regex::new(r#"(?s)id="key"[^>]*>([A-Z2-7 ]+)<"#).unwrap();
    Some(key.captures(&page.body)?[1].replace(' ', ""))
}

pub(super) fn codes_of(page: &Page) -> Vec<String> {
    let code = Regex::new("<code>([A-Z2-7-]+)</code>").unwrap();
    code.captures_iter(&page.body)
        .map(|found| found[1].to_owned())
        .collect()
}
