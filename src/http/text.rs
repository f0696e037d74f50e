//! Sentences in the person's language.

/// The language of one visit, chosen by `ui_locales` or `Accept-Language` among those we speak.
#[derive(Debug, Clone)]
pub struct Text {
    language: &'static str,
}

impl Text {
    /// The language tag, for the `lang` attribute.
    #[must_use]
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// A sentence by its key; in templates `{{ frame.text.get("signin-title") }}`.
    #[must_use]
    pub fn get(&self, _key: &str) -> String {
        todo!()
    }

    /// A sentence with one value in it: `get_with("consent-intro", "client", name)`.
    #[must_use]
    pub fn get_with(&self, _key: &str, _argument: &str, _value: &str) -> String {
        todo!()
    }
}
