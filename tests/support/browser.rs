//! A browser without a screen and without JavaScript: keeps cookies, follows redirects within the server, fills in forms.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex_lite::Regex;
use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::{Client, StatusCode, header, redirect::Policy};

/// One browser profile.
#[derive(Clone)]
pub(crate) struct Browser {
    client: Client,
    jar: Arc<Jar>,
    home: String,
}

/// A page as it was answered.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) url: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    /// A fresh profile that visits the server at `home`.
    pub(crate) fn new(home: &str) -> Self {
        Self::with(home, header::HeaderMap::new())
    }

    /// One that comes from another address, as a proxy tells that the server trusts.
    pub(crate) fn from_address(home: &str, address: &str) -> Self {
        let told = (
            header::HeaderName::from_static("x-forwarded-for"),
            address.parse().unwrap(),
        );
        Self::with(home, header::HeaderMap::from_iter([told]))
    }

    fn with(home: &str, headers: header::HeaderMap) -> Self {
        let jar = Arc::new(Jar::default());
        let client = Client::builder()
            .default_headers(headers)
            .cookie_provider(Arc::clone(&jar))
            .redirect(Policy::none())
            .build()
            .unwrap();
        Self {
            client,
            jar,
            home: home.to_owned(),
        }
    }

    /// The value of a cookie that it would send with its next request.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let sent = self.jar.cookies(&self.home.parse().unwrap())?;
        let sent = sent.to_str().unwrap().to_owned();
        let mut pairs = sent.split("; ").filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(one, _)| *one == name)
            .map(|(_, value)| value.to_owned())
    }

    /// Gets a path or address, following redirects as long as they stay on the server.
    pub(crate) async fn get(&self, path: &str) -> Page {
        let answer = self
            .client
            .get(self.absolute(path))
            .header("accept-language", "en")
            .send()
            .await
            .unwrap();
        self.follow(answer).await
    }

    /// Posts fields to a path, following redirects.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self
            .client
            .post(self.absolute(path))
            .form(fields)
            .send()
            .await
            .unwrap();
        self.follow(answer).await
    }

    /// Fills in the form of a page that has all these fields or, without fields, its first form, and sends it.
    pub(crate) async fn submit(&self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = page
            .forms()
            .into_iter()
            .find(|form| {
                fields
                    .iter()
                    .all(|(name, _)| form.names.contains(&(*name).to_owned()))
            })
            .unwrap_or_else(|| panic!("no form with {fields:?} at {}:\n{}", page.url, page.body));
        let mut values = form.hidden.clone();
        for (name, value) in fields {
            values.insert((*name).to_owned(), (*value).to_owned());
        }
        let pairs: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let action = form.action.unwrap_or_else(|| page.url.clone());
        self.post(&action, &pairs).await
    }

    /// Presses the button with this id: sends its form with the button's name and value.
    pub(crate) async fn press(&self, page: &Page, button: &str) -> Page {
        self.press_with(page, button, &[]).await
    }

    /// The same, after these fields were filled in.
    pub(crate) async fn press_with(&self, page: &Page, button: &str, fields: &[(&str, &str)]) -> Page {
        let form = page
            .forms()
            .into_iter()
            .find(|form| form.buttons.contains_key(button))
            .unwrap_or_else(|| panic!("no button {button} at {}:\n{}", page.url, page.body));
        let mut values = form.hidden.clone();
        values.extend(form.buttons.get(button).cloned().flatten());
        let filled = fields.iter();
        values.extend(filled.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let pairs: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let action = form.action.unwrap_or_else(|| page.url.clone());
        self.post(&action, &pairs).await
    }

    fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') {
            format!("{}{path}", self.home)
        } else {
            path.to_owned()
        }
    }

    async fn follow(&self, mut answer: reqwest::Response) -> Page {
        for _ in 0..10 {
            let url = answer.url().to_string();
            let location = answer
                .headers()
                .get(header::LOCATION)
                .map(|to| to.to_str().unwrap().to_owned());
            match location {
                Some(to) if self.absolute(&to).starts_with(&self.home) => {
                    assert_eq!(
                        answer.status(),
                        StatusCode::SEE_OTHER,
                        "redirects are 303 (RFC 9700 section 4.12)"
                    );
                    answer = self
                        .client
                        .get(self.absolute(&to))
                        .header("accept-language", "en")
                        .send()
                        .await
                        .unwrap();
                }
                _ => {
                    let (status, headers) = (answer.status(), answer.headers().clone());
                    return Page {
                        url,
                        status,
                        headers,
                        body: answer.text().await.unwrap(),
                    };
                }
            }
        }
        panic!("more than ten redirects");
    }
}

struct HtmlForm {
    action: Option<String>,
    hidden: BTreeMap<String, String>,
    names: Vec<String>,
    /// By id: the button's own name and value.
    buttons: BTreeMap<String, Option<(String, String)>>,
}

impl Page {
    /// Where a redirect leads outside the server.
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION).map(|to| to.to_str().unwrap())
    }

    /// The text of the page without tags.
    pub(crate) fn text(&self) -> String {
        let without_tags = Regex::new(r"<[^>]*>")
            .unwrap()
            .replace_all(&self.body, " ")
            .into_owned();
        unescape(&without_tags.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Whether a field of this name is there to be filled in.
    pub(crate) fn has_field(&self, name: &str) -> bool {
        self.forms()
            .iter()
            .any(|form| form.names.contains(&name.to_owned()) && !form.hidden.contains_key(name))
    }

    /// Whether a button with this id is there.
    pub(crate) fn has_button(&self, id: &str) -> bool {
        self.forms().iter().any(|form| form.buttons.contains_key(id))
    }

    fn forms(&self) -> Vec<HtmlForm> {
        let form = Regex::new(r"(?s)<form\b([^>]*)>(.*?)</form>").unwrap();
        form.captures_iter(&self.body)
            .map(|found| html_form(&found[1], &found[2]))
            .collect()
    }
}

fn html_form(attributes: &str, content: &str) -> HtmlForm {
    let mut form = HtmlForm {
        action: attribute(attributes, "action").filter(|action| !action.is_empty()),
        hidden: BTreeMap::new(),
        names: Vec::new(),
        buttons: BTreeMap::new(),
    };
    for input in Regex::new(r"(?s)<(input|button)\b([^>]*)>")
        .unwrap()
        .captures_iter(content)
    {
        let (kind, attributes) = (&input[1], &input[2]);
        let name = attribute(attributes, "name");
        let value = attribute(attributes, "value").unwrap_or_default();
        if kind == "button" {
            let id = attribute(attributes, "id").unwrap_or_default();
            form.buttons.insert(id, name.map(|name| (name, value)));
        } else if let Some(name) = name {
            form.names.push(name.clone());
            // Fields that already hold a value are sent with it, as a browser does; boxes if they are ticked.
            let kept = match attribute(attributes, "type").as_deref() {
                Some("hidden") => true,
                Some("checkbox" | "radio") => attributes.contains(" checked"),
                _ => !value.is_empty(),
            };
            if kept {
                form.hidden.insert(name, value);
            }
        }
    }
    add_choices(&mut form, content);
    form
}

/// Lists and boxes of text, with what is chosen or written in them.
fn add_choices(form: &mut HtmlForm, content: &str) {
    let field = Regex::new(r"(?s)<(select|textarea)\b([^>]*)>(.*?)</(?:select|textarea)>").unwrap();
    let option = Regex::new(r"<option\b([^>]*)>").unwrap();
    for found in field.captures_iter(content) {
        let Some(name) = attribute(&found[2], "name") else {
            continue;
        };
        let value = if &found[1] == "textarea" {
            Some(unescape(&found[3]))
        } else {
            let all: Vec<String> = option
                .captures_iter(&found[3])
                .map(|one| one[1].to_owned())
                .collect();
            let chosen = all.iter().find(|one| one.contains(" selected")).or(all.first());
            chosen.and_then(|one| attribute(one, "value"))
        };
        form.names.push(name.clone());
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            form.hidden.insert(name, value);
        }
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let found = Regex::new(&format!(r#"\b{name}="([^"]*)""#))
        .unwrap()
        .captures(tag)?;
    Some(unescape(&found[1]))
}

fn unescape(text: &str) -> String {
    [
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
