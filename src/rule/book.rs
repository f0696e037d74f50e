//! The rules of an organisation made ready to be asked: a pure function of facts.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::condition::{Condition, Matcher, Unfit};
use super::definition::{Definition, Rule, Then};
use crate::domain::{Acr, DeviceStanding, FactorAsked, RiskLevel, RuleMode, Timestamp};

const DAY: Duration = Duration::from_hours(24);

/// Longest sentence of a refusal, in characters.
const SENTENCE: usize = 500;

/// Longest name, in characters.
const NAME: usize = 100;

/// What is known of a sign-in when the rules are asked.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    pub username: &'a str,
    pub roles: Vec<&'a str>,
    /// Labels (`kind:name`), those above a person's own included.
    pub groups: Vec<&'a str>,
    pub attributes: &'a serde_json::Map<String, serde_json::Value>,
    pub created_at: Timestamp,
    pub client: Option<&'a str>,
    pub scopes: Vec<&'a str>,
    pub address: Option<IpAddr>,
    pub device: DeviceStanding,
    /// Since when the person trusts the device.
    pub trusted_since: Option<Timestamp>,
    pub risk: RiskLevel,
    pub at: Timestamp,
}

/// What the rules ask. The default asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    pub acr: Option<Acr>,
    pub max_age: Option<Duration>,
    /// The sentence for the person who does not get in.
    pub refused: Option<Arc<str>>,
    /// A factor that has to be there soon.
    pub enrol: Option<Enrol>,
    /// A second factor is asked for, and not again for so long on a device that the person trusts.
    pub remember: Option<Duration>,
    /// The second factor that a rule asks is not asked for now, since the person trusts this device.
    pub remembered: bool,
    /// Names of the rules that applied, in their order.
    pub by: Vec<Arc<str>>,
}

/// A factor to be set up before a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrol {
    pub factor: FactorAsked,
    pub due: Timestamp,
}

/// The rules of an organisation, compiled.
#[derive(Debug, Default)]
pub struct Book {
    rules: Vec<Compiled>,
}

#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) mode: RuleMode,
    on_since: Option<Timestamp>,
    name: Arc<str>,
    when: Matcher,
    unless: Matcher,
    then: Then,
    sentence: Arc<str>,
}

/// Why a rule did not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Miss {
    /// This condition did not hold.
    When(Condition),
    /// All conditions of the exception held.
    Excepted,
}

impl Compiled {
    fn new(rule: &Rule) -> Result<Self, Unfit> {
        let Definition {
            name,
            when,
            unless,
            then,
        } = rule.definition.clone();
        check_name(&name)?;
        check_then(&then)?;
        let sentence = match &then {
            Then::Refuse { sentence } => sentence.as_str().into(),
            _ => "".into(),
        };
        Ok(Self {
            mode: rule.mode,
            on_since: rule.on_since,
            name: name.into(),
            when: Matcher::new(when)?,
            unless: Matcher::new(unless)?,
            then,
            sentence,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn miss(&self, facts: &Facts<'_>) -> Option<Miss> {
        if let Some(condition) = self.when.first_miss(facts) {
            return Some(Miss::When(condition));
        }
        let excepted = !self.unless.is_empty() && self.unless.first_miss(facts).is_none();
        excepted.then_some(Miss::Excepted)
    }

    /// Adds what it asks; answers whether the list goes on.
    fn add_to(&self, verdict: &mut Verdict, facts: &Facts<'_>) -> bool {
        verdict.by.push(Arc::clone(&self.name));
        match &self.then {
            Then::Allow => return false,
            Then::Refuse { .. } => {
                verdict.refused = Some(Arc::clone(&self.sentence));
                return false;
            }
            Then::SecondFactor { remember_days } => second_factor(verdict, facts, *remember_days),
            Then::PhishingResistant => verdict.acr = Some(Acr::PhishingResistant),
            Then::Again { after_minutes } => {
                let age = Duration::from_mins(u64::from(*after_minutes));
                verdict.max_age = Some(verdict.max_age.map_or(age, |other| other.min(age)));
            }
            Then::Enrol { factor, grace_days } => self.enrol(verdict, facts, *factor, *grace_days),
        }
        true
    }

    fn enrol(&self, verdict: &mut Verdict, facts: &Facts<'_>, factor: FactorAsked, grace_days: u16) {
        // A rule that is not on yet is weighed as if it were switched on now.
        let since = self.on_since.unwrap_or(facts.at).max(facts.created_at);
        let due = since.plus(DAY * u32::from(grace_days));
        if facts.at >= due {
            verdict.acr = verdict.acr.max(Some(asked(factor)));
        } else if verdict.enrol.is_none_or(|other| due < other.due) {
            verdict.enrol = Some(Enrol { factor, due });
        }
    }
}

/// The class that a factor reaches with a password.
const fn asked(factor: FactorAsked) -> Acr {
    match factor {
        FactorAsked::Any => Acr::Two,
        FactorAsked::Passkey => Acr::PhishingResistant,
    }
}

/// Of several rules that ask for a second factor, the one that remembers the shortest counts.
fn second_factor(verdict: &mut Verdict, facts: &Facts<'_>, remember_days: u16) {
    let remember = DAY * u32::from(remember_days);
    let trusted = facts
        .trusted_since
        .is_some_and(|since| facts.device == DeviceStanding::Trusted && facts.at.since(since) < remember);
    let before = verdict.acr >= Some(Acr::Two);
    if trusted && !before {
        verdict.remembered = true;
        return;
    }
    verdict.remembered = false;
    if before {
        verdict.remember = verdict.remember.map(|other| other.min(remember));
    } else {
        verdict.remember = Some(remember);
    }
    verdict.acr = verdict.acr.max(Some(Acr::Two));
}

impl Book {
    /// Compiles rules; tells the first that cannot be used, by its place, and why.
    pub fn new(rules: &[Rule]) -> Result<Self, (usize, Unfit)> {
        let rules = rules
            .iter()
            .enumerate()
            .map(|(place, rule)| Compiled::new(rule).map_err(|unfit| (place, unfit)))
            .collect::<Result<_, _>>()?;
        Ok(Self { rules })
    }

    /// What the rules that are on ask.
    #[must_use]
    pub fn decide(&self, facts: &Facts<'_>) -> Verdict {
        self.weigh(facts, |mode| mode == RuleMode::On)
    }

    /// What would be asked, if the rules that only report were on too; nothing if there is no such rule.
    #[must_use]
    pub fn report(&self, facts: &Facts<'_>) -> Option<Verdict> {
        let any = self.rules.iter().any(|rule| rule.mode == RuleMode::Report);
        any.then(|| self.weigh(facts, |mode| mode != RuleMode::Draft))
    }

    fn weigh(&self, facts: &Facts<'_>, counts: impl Fn(RuleMode) -> bool) -> Verdict {
        let mut verdict = Verdict::default();
        for rule in self.rules.iter().filter(|rule| counts(rule.mode)) {
            if rule.miss(facts).is_none() && !rule.add_to(&mut verdict, facts) {
                break;
            }
        }
        // What is asked always and not remembered stays asked.
        if verdict.acr >= Some(Acr::PhishingResistant) {
            verdict.remember = None;
        }
        verdict.remember = verdict.remember.filter(|remember| !remember.is_zero());
        verdict.remembered &= verdict.acr.is_none();
        verdict
    }

    /// Whether a rule that is on may ask this person for a second factor, in whatever circumstances.
    #[must_use]
    pub fn may_ask_second_factor(&self, facts: &Facts<'_>) -> bool {
        self.rules
            .iter()
            .filter(|rule| rule.mode == RuleMode::On)
            .filter(|rule| asks_factor(&rule.then))
            .filter(|rule| rule.when.of_person(facts).is_none())
            .any(|rule| {
                let always_excepted = !rule.unless.is_empty()
                    && !rule.unless.asks_circumstances()
                    && rule.unless.of_person(facts).is_none();
                !always_excepted
            })
    }

    /// Whether a rule that is not a draft asks how unusual a sign-in is.
    #[must_use]
    pub fn asks_risk(&self) -> bool {
        self.rules
            .iter()
            .filter(|rule| rule.mode != RuleMode::Draft)
            .any(|rule| rule.when.asks_risk() || rule.unless.asks_risk())
    }

    /// Whether a rule that is on lets somebody not in.
    pub(super) fn may_refuse(&self) -> bool {
        let refuses = |rule: &&Compiled| matches!(rule.then, Then::Refuse { .. });
        self.rules.iter().filter(|rule| rule.mode == RuleMode::On).any(|rule| refuses(&rule))
    }

    /// Whether no rule counts or reports.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.rules.iter().all(|rule| rule.mode == RuleMode::Draft)
    }

    pub(super) fn rules(&self) -> &[Compiled] {
        &self.rules
    }
}

const fn asks_factor(then: &Then) -> bool {
    matches!(
        then,
        Then::SecondFactor { .. } | Then::PhishingResistant | Then::Enrol { .. }
    )
}

fn check_name(name: &str) -> Result<(), Unfit> {
    let good = !name.trim().is_empty() && name.trim() == name && name.chars().count() <= NAME;
    if good && !name.contains(char::is_control) {
        Ok(())
    } else {
        Err(Unfit::Name)
    }
}

fn check_then(then: &Then) -> Result<(), Unfit> {
    let at_most = |name, value: u32, most| {
        if value <= most { Ok(()) } else { Err(Unfit::TooLong(name, most)) }
    };
    match then {
        Then::Allow | Then::PhishingResistant => Ok(()),
        Then::SecondFactor { remember_days } => at_most("remember_days", u32::from(*remember_days), 365),
        Then::Again { after_minutes } => at_most("after_minutes", *after_minutes, 525_600),
        Then::Enrol { grace_days, .. } => at_most("grace_days", u32::from(*grace_days), 365),
        Then::Refuse { sentence } => {
            let length = sentence.trim().chars().count();
            if (1..=SENTENCE).contains(&length) && !sentence.contains(char::is_control) {
                Ok(())
            } else {
                Err(Unfit::Sentence)
            }
        }
    }
}
