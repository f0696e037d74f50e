//! Who gets a mail, and in which language.

use crate::domain::{EmailAddress, PersonId};
use crate::http::{Language, Sentences, Text};
use crate::op::{House, Op};
use crate::person::Person;

/// A person as somebody to whom one writes.
#[derive(Debug, Clone)]
pub struct Recipient {
    pub(super) person: PersonId,
    pub(super) address: EmailAddress,
    pub(super) name: String,
    pub(super) username: String,
    text: Text,
}

/// Whether mail goes anywhere at all.
#[must_use]
pub fn is_on(house: &House) -> bool {
    house.config.mail.is_on()
}

impl Recipient {
    /// A person at the address that is known of them; None if there is none, or nobody could write to it.
    #[must_use]
    pub fn of(op: &Op, person: &Person) -> Option<Self> {
        let address = EmailAddress::parse(person.email.as_deref()?).ok()?;
        Some(Self::at(op, person, address))
    }

    /// A person at another address.
    #[must_use]
    pub fn at(op: &Op, person: &Person, address: EmailAddress) -> Self {
        Self {
            person: person.id,
            address,
            name: person.name.clone(),
            username: person.username.to_string(),
            text: Text::new(op.house.part::<Sentences>(), language(op, person)),
        }
    }

    /// The sentences in the person's language.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.text
    }

    #[must_use]
    pub fn person(&self) -> PersonId {
        self.person
    }

    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Where they are written to.
    #[must_use]
    pub fn address(&self) -> &EmailAddress {
        &self.address
    }
}

/// The person's own, else that of the installation.
fn language(op: &Op, person: &Person) -> Language {
    let own = person.locale.as_deref().and_then(Language::from_ui_locales);
    own.or_else(|| Language::from_ui_locales(&op.house.config.mail.language))
        .unwrap_or(Language::English)
}
