//! Sentences in the person's language, from Fluent files in `locales/LANGUAGE/ROOM.ftl`.

use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::Language;
use crate::op::{House, Part};

#[derive(rust_embed::RustEmbed)]
#[folder = "locales/"]
struct Files;

/// All sentences, read once.
pub struct Sentences {
    bundles: Vec<(Language, FluentBundle<FluentResource>)>,
}

impl std::fmt::Debug for Sentences {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sentences")
    }
}

impl Part for Sentences {
    fn new(_: &House) -> Self {
        let (sentences, mistakes) = Self::load();
        for mistake in mistakes {
            tracing::error!(mistake, "a sentence cannot be read");
        }
        sentences
    }
}

impl Sentences {
    /// Reads the files in the program, and says what is wrong in them (nothing, as a test holds).
    #[must_use]
    pub fn load() -> (Self, Vec<String>) {
        let mut mistakes = Vec::new();
        let bundles = Language::ALL
            .into_iter()
            .map(|language| (language, bundle(language, &mut mistakes)))
            .collect();
        (Self { bundles }, mistakes)
    }

    fn bundle(&self, language: Language) -> Option<&FluentBundle<FluentResource>> {
        self.bundles
            .iter()
            .find(|(known, _)| *known == language)
            .map(|(_, bundle)| bundle)
    }

    fn find(&self, language: Language, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = self.bundle(language)?;
        let pattern = bundle.get_message(key)?.value()?;
        let mut mistakes = Vec::new();
        let sentence = bundle.format_pattern(pattern, arguments, &mut mistakes);
        for mistake in mistakes {
            tracing::error!(key, language = language.tag(), %mistake, "a sentence has a mistake");
        }
        Some(sentence.into_owned())
    }
}

fn bundle(language: Language, mistakes: &mut Vec<String>) -> FluentBundle<FluentResource> {
    let tag = language.tag();
    let locale: Option<unic_langid::LanguageIdentifier> = tag.parse().ok();
    let mut bundle = FluentBundle::new_concurrent(locale.into_iter().collect());
    // The marks that isolate a value's direction would be seen in attributes and titles.
    bundle.set_use_isolating(false);
    for path in Files::iter().filter(|path| path.split('/').next() == Some(tag)) {
        let Some(file) = Files::get(&path) else { continue };
        let source = String::from_utf8_lossy(&file.data).into_owned();
        let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, errors)| {
            mistakes.extend(errors.iter().map(|error| format!("{path}: {error}")));
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            mistakes.extend(errors.iter().map(|error| format!("{path}: {error}")));
        }
    }
    bundle
}

/// The language of one visit, and the sentences in it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Text {
    language: Language,
    sentences: Arc<Sentences>,
}

impl Text {
    /// The sentences in a language.
    #[must_use]
    pub fn new(sentences: Arc<Sentences>, language: Language) -> Self {
        Self { language, sentences }
    }

    /// The language tag, for the `lang` attribute.
    #[must_use]
    pub fn language(&self) -> &'static str {
        self.language.tag()
    }

    /// A sentence by its key; in templates `{{ frame.text.get("signin-title") }}`.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.say(key, None)
    }

    /// A sentence with one value in it: `get_with("consent-intro", "client", name)`.
    #[must_use]
    pub fn get_with(&self, key: &str, argument: &str, value: &str) -> String {
        self.get_args(key, &[(argument, value)])
    }

    /// A sentence with several values in it.
    #[must_use]
    pub fn get_args(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        let arguments = arguments
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(*value)));
        self.say(key, Some(&arguments.collect()))
    }

    /// A sentence that depends on a number: `get_count("recovery-left", "count", 3)`.
    #[must_use]
    pub fn get_count(&self, key: &str, argument: &str, count: i64) -> String {
        let arguments = [(argument, FluentValue::from(count))];
        self.say(key, Some(&arguments.into_iter().collect()))
    }

    /// In the chosen language, else in English; a key that has no sentence (none, as a test holds) shows itself.
    fn say(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        self.sentences
            .find(self.language, key, arguments)
            .or_else(|| self.sentences.find(Language::English, key, arguments))
            .unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_sentences_can_be_read() {
        assert_eq!(Sentences::load().1, Vec::<String>::new());
    }

    #[test]
    fn a_value_is_put_into_a_sentence_without_marks_around_it() {
        let sentences = Arc::new(Sentences::load().0);
        let german = Text::new(Arc::clone(&sentences), Language::German);
        assert_eq!(german.get("error-not-found-title"), "Diese Seite gibt es nicht");
        let told = german.get_with("error-correlation", "id", "4711");
        assert!(told.contains(" 4711") || told.contains("4711 "), "{told}");
        assert!(!told.contains('\u{2068}'), "{told}");
        assert_eq!(german.get("no-such-key"), "no-such-key");
    }
}
