//! An event as a sentence.

use serde_json::Value as Json;

use super::phrase::{Phrase, phrase, step_of_reset};
use super::told::{Entry, Named, Told};
use crate::domain::EventKind;

/// How the name of someone or something is found: its kind (`person`, `client`, …) and id; none leaves the id.
pub type Names<'names> = dyn Fn(&str, &str) -> Option<String> + 'names;

/// Of the refusals in one answer to many questions, so many are told one by one.
const DENIALS: usize = 5;

/// One line in English that tells an event, as in "10:02:13 maria@northbeam.example signed in with password and one-time
/// code at Feedback desk from 127.0.0.1". The time is UTC. Control characters that a stranger sent are not repeated.
#[must_use]
pub fn describe(entry: &Entry, names: &Names<'_>) -> String {
    let line = Sentence::new(&entry.event, names).line();
    line.chars().filter(|c| !c.is_control()).collect()
}

/// Hours, minutes and seconds, out of RFC 3339.
fn clock(told: &Told) -> String {
    let text = told.at.to_string();
    let time = text.split_once('T').and_then(|(_, time)| time.get(..8));
    time.unwrap_or(&text).to_owned()
}

fn is(named: &Named, kind: &str, id: &str) -> bool {
    named.kind == kind && named.id.as_deref() == Some(id)
}

/// An event on its way to a line.
struct Sentence<'event> {
    told: &'event Told,
    names: &'event Names<'event>,
    kind: Option<EventKind>,
    phrase: Phrase,
    /// The one whom the sentence begins with, where the event names one.
    subject: Option<&'event Named>,
}

impl<'event> Sentence<'event> {
    fn new(told: &'event Told, names: &'event Names<'event>) -> Self {
        let kind = told.kind();
        let step = match kind {
            Some(EventKind::PasswordReset) => told.fact("step").and_then(step_of_reset),
            _ => None,
        };
        let phrase = step.unwrap_or_else(|| kind.map_or(Phrase::UNKNOWN, phrase));
        Self {
            told,
            names,
            kind,
            phrase,
            subject: subject(told, kind),
        }
    }

    fn line(&self) -> String {
        let told = self.told;
        let words = self.words();
        let mut line = format!("{} {} {}", clock(told), self.who(), self.fill(words));
        if let Some(client) = self.client().filter(|_| !words.contains("{client}")) {
            line.push_str(" at ");
            line.push_str(&client);
        }
        if let Some(person) = self.person().filter(|_| !words.contains("{person}")) {
            line.push_str(" for ");
            line.push_str(&person);
        }
        if let Some(address) = &told.address {
            line.push_str(" from ");
            line.push_str(address);
        }
        if let Some(reason) = &told.reason {
            line.push_str(": ");
            line.push_str(reason);
        }
        line
    }

    fn words(&self) -> &'static str {
        if self.decisions().is_some() {
            return "asked for {decisions}";
        }
        if self.told.succeeded() {
            self.phrase.done
        } else {
            self.phrase.refused
        }
    }

    fn who(&self) -> String {
        match (self.told.actor.kind.as_str(), self.subject) {
            ("operator", _) => "the operator".to_owned(),
            ("system", _) => "the server".to_owned(),
            // The pages of a link ask nobody to sign in: who comes by it is known by the link alone.
            ("anonymous", None) if self.kind == Some(EventKind::PassUsed) => {
                "somebody with the link".to_owned()
            }
            ("anonymous", Some(subject)) if self.kind.is_some_and(is_of_owner) => {
                let name = self.named(subject).unwrap_or_else(|| SOMEONE.to_owned());
                format!("{name}, not signed in yet,")
            }
            (_, Some(subject)) => self.named(subject).unwrap_or_else(|| SOMEONE.to_owned()),
            (_, None) => SOMEONE.to_owned(),
        }
    }

    /// What a kind and an id are called: a person and whoever acts by name alone, all else with what it is.
    fn named(&self, named: &Named) -> Option<String> {
        let id = named.id.as_deref().filter(|id| !id.is_empty())?;
        let name = self.name(&named.kind, id);
        let plain = matches!(named.kind.as_str(), "person" | "resource") || self.subject == Some(named);
        Some(if plain {
            name
        } else {
            format!("the {} {name}", named.kind.replace('_', " "))
        })
    }

    fn name(&self, kind: &str, id: &str) -> String {
        (self.names)(kind, id).unwrap_or_else(|| id.to_owned())
    }

    /// The client at which it happened, unless it is the one that acts or is acted upon.
    fn client(&self) -> Option<String> {
        let id = self.told.client.as_deref()?;
        let named = |named: &Named| is(named, "client", id);
        let said = named(&self.told.actor) || self.told.target.as_ref().is_some_and(named);
        (!said).then(|| self.name("client", id))
    }

    /// The person for whom somebody else acts.
    fn person(&self) -> Option<String> {
        let id = self.told.on_behalf_of.as_deref()?;
        let said = self.subject.is_some_and(|subject| is(subject, "person", id));
        (!said).then(|| self.name("person", id))
    }

    /// Puts what the event tells into the places of a phrase. A part in brackets is left out where one of its places stays empty.
    fn fill(&self, words: &str) -> String {
        let whole = |words: &str| filled(words, |place| Some(self.must(place))).unwrap_or_default();
        let mut said = String::new();
        let mut rest = words;
        while let Some((before, after)) = rest.split_once('[') {
            let (part, after) = after.split_once(']').unwrap_or((after, ""));
            said.push_str(&whole(before));
            said.push_str(&filled(part, |place| self.place(place)).unwrap_or_default());
            rest = after;
        }
        said.push_str(&whole(rest));
        said
    }

    /// What stands in a place that may not stay empty.
    fn must(&self, place: &str) -> String {
        self.place(place).unwrap_or_else(|| {
            let unknown = match place {
                "client" => "an application",
                "subject" | "person" | "holder" | "member" => SOMEONE,
                "" => self.phrase.unknown,
                _ => "something",
            };
            unknown.to_owned()
        })
    }

    /// What a place of a phrase stands for. All but these are details of the event.
    fn place(&self, place: &str) -> Option<String> {
        let target = self.told.target.as_ref();
        let themselves = self.subject.is_some() && self.subject == target;
        match place {
            "" if themselves => Some("their own account".to_owned()),
            "other" if themselves => None,
            "" | "other" => self.named(target?),
            // Where it is not told again at the end.
            "client" => Some(self.name("client", self.told.client.as_deref()?)),
            "person" => self.person(),
            "kind" => Some(self.told.kind.clone()),
            "outcome" => Some(self.told.outcome.clone()),
            "methods" => methods(self.told.details.get("amr")?),
            "rule" => self.rule(),
            "mode" => self.changed("/rule/mode").map(text),
            "fields" => self.fields(),
            "decisions" => self.decisions(),
            "holder" => self.kept("holder_type", "holder"),
            "member" => self.kept("member_type", "member"),
            "asker" => Some(self.name("person", self.told.fact("asked_by")?)),
            "account" => Some(self.name("person", self.told.fact("person")?)),
            "role" => Some(self.name("role", self.told.fact("role")?)),
            "subject" => self.whose(self.told.fact("subject")?),
            other => Some(text(self.told.value(other)?)).filter(|text| !text.is_empty()),
        }
    }

    /// Someone whose kind and id are facts of the event.
    fn kept(&self, kind: &str, id: &str) -> Option<String> {
        Some(self.name(self.told.fact(kind)?, self.told.fact(id)?))
    }

    /// Whom a decision is about, kept as `person:ID`.
    fn whose(&self, subject: &str) -> Option<String> {
        let (kind, id) = subject.split_once(':')?;
        Some(self.name(kind, id))
    }

    /// A rule by its name: the present one of what was changed, the last one of what was removed.
    fn rule(&self) -> Option<String> {
        let told = self.told;
        let within = |values: &'event Option<Json>| values.as_ref()?.pointer("/rule/name");
        let name = told
            .details
            .get("name")
            .or(within(&told.after))
            .or(within(&told.before));
        name.map(text).or_else(|| told.target.as_ref()?.id.clone())
    }

    /// A value after a change that was another before it.
    fn changed(&self, pointer: &str) -> Option<&Json> {
        let before = self
            .told
            .before
            .as_ref()
            .and_then(|before| before.pointer(pointer));
        let after = self.told.after.as_ref()?.pointer(pointer)?;
        (before != Some(after)).then_some(after)
    }

    /// What was changed of something that was there before.
    fn fields(&self) -> Option<String> {
        let before = self.told.before.as_ref()?.as_object()?;
        let after = self.told.after.as_ref()?.as_object()?;
        let names = after
            .iter()
            // It only tells that what was given out before is not good any more.
            .filter(|(name, value)| *name != "epoch" && before.get(*name) != Some(value));
        let names: Vec<String> = names.map(|(name, _)| name.replace('_', " ")).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Many answers in one event: how many of each, and what was denied.
    fn decisions(&self) -> Option<String> {
        let decisions = self.told.details.get("decisions")?.as_array()?;
        let is_denied = |one: &&Json| one.get(3) == Some(&Json::Bool(false));
        let denied: Vec<String> = decisions
            .iter()
            .filter(is_denied)
            .map(|one| self.denied(one))
            .collect();
        let of = decisions.len();
        let (decisions, allowed) = (if of == 1 { "decision" } else { "decisions" }, of - denied.len());
        let counts = format!("{of} {decisions}, {allowed} allowed and {} denied", denied.len());
        let told = denied.get(..DENIALS).unwrap_or(&denied);
        Some(match denied.len() - told.len() {
            _ if denied.is_empty() => counts,
            0 => format!("{counts} ({})", told.join("; ")),
            more => format!("{counts} ({}; {more} more)", told.join("; ")),
        })
    }

    /// One that was denied: what, to whom, why. A question that was none has its reason alone.
    fn denied(&self, decision: &Json) -> String {
        let part = |place: usize| decision.get(place).and_then(Json::as_str).unwrap_or_default();
        let whose = self.whose(part(0)).unwrap_or_else(|| SOMEONE.to_owned());
        match part(1) {
            "" => part(4).to_owned(),
            action => format!("{action} of {} to {whose}: {}", part(2), part(4)),
        }
    }
}

const SOMEONE: &str = "someone";

/// Words with what was found for each of their places; none if one stays empty.
fn filled(words: &str, find: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut said = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        said.push_str(before);
        said.push_str(&find(place)?);
        rest = after;
    }
    said.push_str(rest);
    Some(said)
}

/// Whom a sentence begins with. Nobody is signed in yet who signs in; whose proof was right is known by it, and whose was wrong may be
/// anybody.
fn subject(told: &Told, kind: Option<EventKind>) -> Option<&Named> {
    use EventKind as K;
    let proven = match kind {
        Some(K::SignInPassword | K::SignInTotp | K::SignInRecoveryCode | K::SignInPasskey) => {
            told.succeeded()
        }
        Some(K::SignInCompleted | K::SignInRefused) => true,
        Some(kind) => is_of_owner(kind) && told.succeeded(),
        None => false,
    };
    let target = told.target.as_ref().filter(|target| target.kind == "person");
    let found = match told.actor.kind.as_str() {
        "anonymous" if proven => target,
        "anonymous" => None,
        _ => Some(&told.actor),
    };
    found.filter(|named| named.id.is_some())
}

/// What somebody does on the way into their account, by a sign-in or a link, once enough is proven for it.
const fn is_of_owner(kind: EventKind) -> bool {
    use EventKind as K;
    matches!(
        kind,
        K::TotpEnrolled | K::PasskeyEnrolled | K::RecoveryCodesMade | K::PasswordSet | K::DeviceTrusted
    )
}

/// A fact in words.
fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(many) => many.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The methods of authentication (`amr`, RFC 8176) in words.
fn methods(amr: &Json) -> Option<String> {
    let words: Vec<&str> = match amr {
        Json::Array(words) => words.iter().filter_map(Json::as_str).collect(),
        Json::String(words) => words.split_whitespace().collect(),
        _ => return None,
    };
    let words: Vec<&str> = words.into_iter().filter_map(method).collect();
    (!words.is_empty()).then(|| words.join(" and "))
}

fn method(word: &str) -> Option<&str> {
    match word {
        "pwd" => Some("password"),
        "otp" => Some("one-time code"),
        // That there was more than one is seen from the list itself, and that somebody was there goes without saying.
        "mfa" | "user" => None,
        "hwk" | "swk" => Some("passkey"),
        "kba" | "recovery" | "recovery_code" => Some("recovery code"),
        other => Some(other),
    }
}
