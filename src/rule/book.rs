//! The rules of an organisation made ready to be asked: a pure function of facts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::condition::{Condition, Matcher, Unfit};
use super::definition::{Definition, Rule, Then};
use super::facts::Facts;
use crate::domain::{Acr, DeviceStanding, FactorAsked, RuleId, RuleMode, Timestamp};

const DAY: Duration = Duration::from_hours(24);

/// Largest definition as JSON, in bytes.
pub(super) const LARGEST: usize = 16_384;

/// Longest sentence of a refusal, in characters.
const SENTENCE: usize = 500;

/// Longest name, in characters.
const NAME: usize = 100;

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

impl Enrol {
    /// The key of the sentence by which its person is reminded, with a `date`.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self.factor {
            FactorAsked::Any => "account-enrol-any",
            FactorAsked::Passkey => "account-enrol-passkey",
        }
    }
}

/// The rules of an organisation, compiled.
#[derive(Debug, Default)]
pub struct Book {
    rules: Vec<Compiled>,
    /// The moment as of which starts and exceptions are looked at; none: that of the sign-in.
    as_of: Option<Timestamp>,
}

/// How an `enrol` rule bears on a person whom it means, whatever the circumstances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing {
    /// Passed over until this moment.
    Excepted(Timestamp),
    /// Told between these moments, and asked for the factor afterwards.
    Asked { since: Timestamp, due: Timestamp },
}

#[derive(Debug)]
pub(super) struct Compiled {
    id: RuleId,
    pub(super) mode: RuleMode,
    on_since: Option<Timestamp>,
    starts: Option<Timestamp>,
    /// Until when it passes over whom.
    excepted: HashMap<String, Timestamp>,
    name: Arc<str>,
    when: Matcher,
    unless: Matcher,
    then: Then,
    sentence: Arc<str>,
}

/// Why a rule did not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Miss {
    /// It starts later.
    NotStarted,
    /// An exception that was made for this person has not ended.
    PassedOver,
    /// This condition did not hold.
    When(Condition),
    /// All conditions of the exception held.
    Excepted,
}

impl Compiled {
    fn new(rule: &Rule) -> Result<Self, Unfit> {
        let size = serde_json::to_string(&rule.definition).map_or(usize::MAX, |text| text.len());
        if size > LARGEST {
            return Err(Unfit::TooLarge);
        }
        let Definition {
            name,
            starts,
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
        let exceptions = rule.exceptions.iter();
        Ok(Self {
            id: rule.id,
            mode: rule.mode,
            on_since: rule.on_since,
            starts,
            excepted: exceptions.map(|one| (one.person.clone(), one.until)).collect(),
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

    /// Why it does not apply, if it does not; `at` is the moment as of which starts and exceptions are looked at.
    pub(super) fn miss(&self, facts: &Facts<'_>, at: Timestamp) -> Option<Miss> {
        if !self.has_started(at) {
            return Some(Miss::NotStarted);
        }
        if let Some(condition) = self.when.first_miss(facts) {
            return Some(Miss::When(condition));
        }
        let excepted = !self.unless.is_empty() && self.unless.first_miss(facts).is_none();
        if excepted {
            return Some(Miss::Excepted);
        }
        self.passes_over(facts, at).map(|_| Miss::PassedOver)
    }

    fn has_started(&self, at: Timestamp) -> bool {
        self.starts.is_none_or(|starts| starts <= at)
    }

    /// Until when it passes over this person, if it does at this moment.
    fn passes_over(&self, facts: &Facts<'_>, at: Timestamp) -> Option<Timestamp> {
        let until = self.excepted.get(facts.username).copied();
        until.filter(|until| at < *until)
    }

    /// Whether it may mean this person in some circumstances, exceptions with an end aside.
    fn may_mean(&self, facts: &Facts<'_>) -> bool {
        let never = !self.unless.is_empty()
            && !self.unless.asks_circumstances()
            && self.unless.of_person(facts).is_none();
        self.when.of_person(facts).is_none() && !never
    }

    /// Whether it ends the list for this person in all circumstances, so that those below it never mean them.
    fn always_ends(&self, facts: &Facts<'_>, at: Timestamp) -> bool {
        let means = !self.when.asks_circumstances() && self.when.of_person(facts).is_none();
        let never_excepted = self.unless.is_empty() || self.unless.of_person(facts).is_some();
        ends_list(&self.then)
            && self.has_started(at)
            && means
            && never_excepted
            && self.passes_over(facts, at).is_none()
    }

    /// See [`Book::bearing`].
    fn bearing(&self, facts: &Facts<'_>, at: Timestamp) -> Option<Bearing> {
        let Then::Enrol { grace_days, .. } = self.then else {
            return None;
        };
        if !self.may_mean(facts) {
            return None;
        }
        if let Some(until) = self.passes_over(facts, at) {
            return Some(Bearing::Excepted(until));
        }
        let since = self.since(facts);
        let due = since.plus(DAY * u32::from(grace_days));
        Some(Bearing::Asked { since, due })
    }

    /// From when the grace of an `enrol` rule counts. A rule that is not on yet is weighed as if it were switched on now.
    fn since(&self, facts: &Facts<'_>) -> Timestamp {
        let on = self.on_since.unwrap_or(facts.at);
        on.max(facts.created_at).max(self.starts.unwrap_or(on))
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
        let due = self.since(facts).plus(DAY * u32::from(grace_days));
        if facts.at >= due {
            verdict.acr = verdict.acr.max(Some(asked(factor)));
            // What is asked always is not remembered.
            verdict.remember = None;
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
        Ok(Self { rules, as_of: None })
    }

    /// The same with the starts and exceptions as they are at this moment, whenever the sign-ins are.
    pub(super) fn frozen(self, moment: Timestamp) -> Self {
        Self {
            as_of: Some(moment),
            ..self
        }
    }

    /// The moment as of which starts and exceptions are looked at for a sign-in.
    pub(super) fn moment(&self, facts: &Facts<'_>) -> Timestamp {
        self.as_of.unwrap_or(facts.at)
    }

    /// The same with all grace over, as it will be one day: what had to be set up by then is asked for.
    pub(super) fn without_grace(mut self) -> Self {
        for rule in &mut self.rules {
            if let Then::Enrol { factor, .. } = rule.then {
                rule.then = match factor {
                    FactorAsked::Any => Then::SecondFactor { remember_days: 0 },
                    FactorAsked::Passkey => Then::PhishingResistant,
                };
            }
        }
        self
    }

    /// This moment, and those after it at which it changes by itself who gets in: rules that allow, refuse or ask a passkey start, and
    /// exceptions from them end.
    pub(super) fn turns(&self, now: Timestamp) -> BTreeSet<Timestamp> {
        let turning = self.rules.iter();
        let turning = turning
            .filter(|rule| rule.mode == RuleMode::On && (ends_list(&rule.then) || asks_passkey(&rule.then)));
        let turns = turning.flat_map(|rule| rule.excepted.values().copied().chain(rule.starts));
        turns.filter(|turn| *turn > now).chain([now]).collect()
    }

    /// How an `enrol` rule bears on a person; none where it does not mean them, is no such rule, or stands below one that ends the
    /// list for them.
    pub(super) fn bearing(&self, id: RuleId, facts: &Facts<'_>) -> Option<Bearing> {
        let at = self.moment(facts);
        for rule in &self.rules {
            if rule.id == id {
                return rule.bearing(facts, at);
            }
            if rule.mode == RuleMode::On && rule.always_ends(facts, at) {
                return None;
            }
        }
        None
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
        let at = self.moment(facts);
        let mut verdict = Verdict::default();
        for rule in self.rules.iter().filter(|rule| counts(rule.mode)) {
            if rule.miss(facts, at).is_none() && !rule.add_to(&mut verdict, facts) {
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
        let at = self.moment(facts);
        self.rules
            .iter()
            .filter(|rule| rule.mode == RuleMode::On && rule.has_started(at))
            .filter(|rule| asks_factor(&rule.then) && rule.passes_over(facts, at).is_none())
            .any(|rule| rule.may_mean(facts))
    }

    /// The rule that lets this person not in wherever they are: asked where nothing is known of their browser, so that what hangs on
    /// it refuses nothing, and what it might allow is allowed.
    pub(super) fn refuses_anywhere(&self, facts: &Facts<'_>) -> Option<&str> {
        let at = self.moment(facts);
        let counts = |rule: &&Compiled| {
            rule.mode == RuleMode::On && rule.has_started(at) && rule.passes_over(facts, at).is_none()
        };
        for rule in self.rules.iter().filter(counts) {
            let when = rule.when.without_browser(facts);
            let unless = if rule.unless.is_empty() {
                Some(false)
            } else {
                rule.unless.without_browser(facts)
            };
            match &rule.then {
                Then::Refuse { .. } if (when, unless) == (Some(true), Some(false)) => {
                    return Some(&rule.name);
                }
                Then::Allow if when != Some(false) && unless != Some(true) => return None,
                _ => {}
            }
        }
        None
    }

    /// Whether a rule that is on lets somebody not in.
    pub(super) fn may_refuse(&self) -> bool {
        self.has_on(|then| matches!(then, Then::Refuse { .. }))
    }

    /// Whether a rule that is on asks a passkey of somebody, now or once its grace is over.
    pub(super) fn may_ask_passkey(&self) -> bool {
        self.has_on(asks_passkey)
    }

    fn has_on(&self, does: impl Fn(&Then) -> bool) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| rule.mode == RuleMode::On && does(&rule.then))
    }

    /// Whether a rule that counts or reports asks what the person did before, or what they trust.
    pub(super) fn asks_past(&self) -> bool {
        let remembers = |then: &Then| matches!(then, Then::SecondFactor { remember_days: 1.. });
        self.rules
            .iter()
            .filter(|rule| rule.mode != RuleMode::Draft)
            .any(|rule| rule.when.asks_past() || rule.unless.asks_past() || remembers(&rule.then))
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

/// Whether nothing but a passkey will do, now or once its grace is over.
pub(super) const fn asks_passkey(then: &Then) -> bool {
    matches!(
        then,
        Then::PhishingResistant
            | Then::Enrol {
                factor: FactorAsked::Passkey,
                ..
            }
    )
}

/// Whether what stands below is not looked at where it applies.
const fn ends_list(then: &Then) -> bool {
    matches!(then, Then::Allow | Then::Refuse { .. })
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
        if value <= most {
            Ok(())
        } else {
            Err(Unfit::TooLong(name, most))
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::{Country, RiskLevel};
    use crate::rule::Exception;

    /// A Wednesday, 10:30 in UTC.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_602_600);

    fn rule(definition: serde_json::Value) -> Rule {
        Rule {
            id: RuleId::new(NOW, [0; 10]),
            mode: RuleMode::On,
            on_since: Some(NOW),
            report_since: None,
            exceptions: Vec::new(),
            definition: serde_json::from_value(definition).unwrap(),
        }
    }

    /// A rule with these conditions that asks for a second factor.
    fn when(conditions: &serde_json::Value) -> Rule {
        rule(json!({ "name": "a rule", "when": conditions, "then": { "do": "second_factor" } }))
    }

    fn book(rules: &[Rule]) -> Book {
        Book::new(rules).unwrap()
    }

    fn attributes() -> serde_json::Map<String, serde_json::Value> {
        let attributes = json!({ "job_title": "Lead", "lines": ["home", "car"], "floor": 3 });
        attributes.as_object().unwrap().clone()
    }

    fn facts(attributes: &serde_json::Map<String, serde_json::Value>) -> Facts<'_> {
        Facts {
            username: "rosa@northbeam.example",
            roles: vec!["analyst"],
            groups: vec!["department:support", "region:dach", "region:emea"],
            attributes,
            created_at: NOW.minus(DAY * 10),
            break_glass: false,
            client: Some("desk"),
            scopes: vec!["openid", "feedback:export"],
            address: Some("192.0.2.7".parse().unwrap()),
            country: Country::parse("DE"),
            device: DeviceStanding::Known,
            trusted_since: None,
            risk: RiskLevel::Medium,
            at: NOW,
        }
    }

    #[test]
    fn each_condition_holds_for_what_it_names_and_for_nothing_else() {
        let attributes = attributes();
        let facts = facts(&attributes);
        let cases = [
            (
                json!({ "people": ["rosa@northbeam.example"] }),
                json!({ "people": ["ben"] }),
            ),
            (
                json!({ "roles": ["auditor", "analyst"] }),
                json!({ "roles": ["auditor"] }),
            ),
            (
                json!({ "groups": ["region:emea"] }),
                json!({ "groups": ["region:americas"] }),
            ),
            (
                json!({ "attributes": { "job_title": ["Lead"] } }),
                json!({ "attributes": { "job_title": ["lead"] } }),
            ),
            (
                json!({ "attributes": { "lines": ["car"], "floor": ["3"] } }),
                json!({ "attributes": { "lines": ["car"], "floor": ["4"] } }),
            ),
            (
                json!({ "account_younger_than_days": 11 }),
                json!({ "account_younger_than_days": 10 }),
            ),
            (json!({ "break_glass": false }), json!({ "break_glass": true })),
            (json!({ "clients": ["desk"] }), json!({ "clients": ["other"] })),
            (
                json!({ "scopes": ["feedback:export"] }),
                json!({ "scopes": ["feedback:edit"] }),
            ),
            (
                json!({ "networks": ["10.0.0.0/8", "192.0.2.0/24"] }),
                json!({ "networks": ["2001:db8::/32", "192.0.2.8"] }),
            ),
            (
                json!({ "countries": ["TR", "DE"] }),
                json!({ "countries": ["TR"] }),
            ),
            (
                json!({ "devices": ["known"] }),
                json!({ "devices": ["new", "trusted"] }),
            ),
            (json!({ "risk": ["medium", "high"] }), json!({ "risk": ["low"] })),
            (
                json!({ "times": { "days": ["we"], "from": "10:30", "until": "10:31", "zone": "UTC" } }),
                json!({ "times": { "days": ["th"], "from": "10:30", "until": "10:31", "zone": "UTC" } }),
            ),
        ];
        for (holds, fails) in cases {
            assert_eq!(
                book(&[when(&holds)]).decide(&facts).acr,
                Some(Acr::Two),
                "{holds}"
            );
            assert_eq!(book(&[when(&fails)]).decide(&facts).acr, None, "{fails}");
        }
    }

    #[test]
    fn hours_are_those_of_their_zone_and_go_over_midnight() {
        let attributes = attributes();
        let at = |conditions: serde_json::Value| {
            let book = book(&[when(&json!({ "times": conditions }))]);
            book.decide(&facts(&attributes)).acr.is_some()
        };
        // 13:30 in Istanbul, 19:30 in Tokyo, 02:30 in Los Angeles.
        assert!(at(
            json!({ "from": "13:30", "until": "13:31", "zone": "Europe/Istanbul" })
        ));
        assert!(!at(
            json!({ "from": "13:31", "until": "13:30", "days": ["we"], "zone": "Europe/Istanbul" })
        ));
        let night = |day: &str| json!({ "from": "22:00", "until": "06:00", "days": [day], "zone": "America/Los_Angeles" });
        assert!(at(night("tu")));
        assert!(!at(night("we")));
        assert!(at(
            json!({ "from": "00:00", "until": "00:00", "zone": "Asia/Tokyo" })
        ));
    }

    #[test]
    fn an_exception_holds_only_where_all_of_it_does() {
        let attributes = attributes();
        let with = |unless: serde_json::Value| {
            let rule =
                rule(json!({ "name": "a rule", "unless": unless, "then": { "do": "phishing_resistant" } }));
            book(&[rule]).decide(&facts(&attributes)).acr
        };
        let resistant = Some(Acr::PhishingResistant);
        assert_eq!(with(json!({})), resistant);
        assert_eq!(with(json!({ "roles": ["analyst"] })), None);
        assert_eq!(
            with(json!({ "roles": ["analyst"], "clients": ["other"] })),
            resistant
        );
    }

    #[test]
    fn an_address_without_a_country_is_in_none() {
        let attributes = attributes();
        let facts = Facts {
            country: None,
            ..facts(&attributes)
        };
        let asks = |rule: serde_json::Value| book(&[super::tests::rule(rule)]).decide(&facts).acr.is_some();
        let then = json!({ "do": "second_factor" });
        assert!(!asks(
            json!({ "name": "a", "when": { "countries": ["DE"] }, "then": then })
        ));
        assert!(
            asks(json!({ "name": "a", "unless": { "countries": ["DE"] }, "then": then })),
            "it makes no exception either"
        );
    }

    #[test]
    fn all_that_apply_count_until_one_allows_or_refuses() {
        let attributes = attributes();
        let named = |name: &str, then: serde_json::Value| rule(json!({ "name": name, "then": then }));
        let decided = |rules: &[Rule]| book(rules).decide(&facts(&attributes));
        let factor = named("factor", json!({ "do": "second_factor" }));
        let again = named("again", json!({ "do": "again", "after_minutes": 15 }));
        let sooner = named("sooner", json!({ "do": "again", "after_minutes": 5 }));
        let allow = named("allow", json!({ "do": "allow" }));
        let refuse = named("refuse", json!({ "do": "refuse", "sentence": "Not from here." }));
        let resistant = named("resistant", json!({ "do": "phishing_resistant" }));
        let all = decided(&[again.clone(), factor.clone(), sooner, resistant]);
        assert_eq!(all.acr, Some(Acr::PhishingResistant));
        assert_eq!(all.max_age, Some(Duration::from_mins(5)));
        assert_eq!(all.by.len(), 4);
        let allowed = decided(&[again.clone(), allow.clone(), factor.clone(), refuse.clone()]);
        assert_eq!((allowed.acr, allowed.refused), (None, None));
        assert_eq!(allowed.max_age, Some(Duration::from_mins(15)));
        let refused = decided(&[refuse, allow, factor]);
        assert_eq!(refused.refused.as_deref(), Some("Not from here."));
        assert_eq!(refused.by.len(), 1);
    }

    #[test]
    fn drafts_do_nothing_and_reports_are_only_told() {
        let attributes = attributes();
        let facts = facts(&attributes);
        let mode = |mode| Rule {
            mode,
            ..when(&json!({}))
        };
        let draft = book(&[mode(RuleMode::Draft)]);
        assert!(draft.is_idle());
        assert_eq!(
            (draft.decide(&facts), draft.report(&facts)),
            (Verdict::default(), None)
        );
        let report = book(&[mode(RuleMode::Report)]);
        assert_eq!(report.decide(&facts), Verdict::default());
        assert_eq!(report.report(&facts).unwrap().acr, Some(Acr::Two));
    }

    #[test]
    fn a_trusted_device_is_not_asked_for_as_long_as_every_rule_allows() {
        let attributes = attributes();
        let remembering = |days: u16| {
            rule(
                json!({ "name": format!("for {days}"), "then": { "do": "second_factor", "remember_days": days } }),
            )
        };
        let trusted = |rules: &[Rule], days: u32| {
            let facts = Facts {
                device: DeviceStanding::Trusted,
                trusted_since: Some(NOW.minus(DAY * days)),
                ..facts(&attributes)
            };
            book(rules).decide(&facts)
        };
        let week = trusted(&[remembering(7)], 6);
        assert!(week.remembered && week.acr.is_none() && week.remember.is_none());
        let over = trusted(&[remembering(7)], 7);
        assert_eq!((over.acr, over.remember), (Some(Acr::Two), Some(DAY * 7)));
        // The shortest of several counts, in whatever order.
        for rules in [
            [remembering(30), remembering(7)],
            [remembering(7), remembering(30)],
        ] {
            let both = trusted(&rules, 8);
            assert_eq!(
                (both.acr, both.remembered, both.remember),
                (Some(Acr::Two), false, Some(DAY * 7))
            );
            assert!(trusted(&rules, 6).remembered);
        }
        let always = trusted(&[remembering(30), remembering(0)], 1);
        assert_eq!((always.acr, always.remember), (Some(Acr::Two), None));
        // What cannot be phished is never skipped.
        let resistant = rule(json!({ "name": "resistant", "then": { "do": "phishing_resistant" } }));
        for rules in [[resistant.clone(), remembering(7)], [remembering(7), resistant]] {
            let both = trusted(&rules, 1);
            assert_eq!(
                (both.acr, both.remembered, both.remember),
                (Some(Acr::PhishingResistant), false, None)
            );
        }
        // A device that nobody trusts has no while to be counted.
        let known = book(&[remembering(7)]).decide(&facts(&attributes));
        assert_eq!((known.acr, known.remember), (Some(Acr::Two), Some(DAY * 7)));
    }

    /// The place of the rule that refuses where nothing is known of a browser; the rules are named so.
    fn refuses(rules: &[serde_json::Value]) -> Option<String> {
        let attributes = attributes();
        let named = |(place, told): (usize, &serde_json::Value)| {
            let mut told = told.clone();
            told["name"] = json!(format!("{place}"));
            rule(told)
        };
        let rules: Vec<Rule> = rules.iter().enumerate().map(named).collect();
        book(&rules)
            .refuses_anywhere(&facts(&attributes))
            .map(str::to_owned)
    }

    #[test]
    fn without_a_browser_too_a_rule_waits_for_its_start_and_passes_over_whom_it_excepts() {
        let attributes = attributes();
        let refuse = rule(json!({ "name": "no", "then": { "do": "refuse", "sentence": "No." } }));
        let allow = rule(json!({ "name": "yes", "then": { "do": "allow" } }));
        let later = |mut rule: Rule| {
            rule.definition.starts = Some(NOW.plus(DAY));
            rule
        };
        let except = |mut rule: Rule| {
            rule.exceptions.push(super::super::exception::Exception {
                person: "rosa@northbeam.example".to_owned(),
                until: NOW.plus(DAY),
                reason: "a test".to_owned(),
                by: "operator".to_owned(),
                given_at: NOW,
            });
            rule
        };
        let refuses = |rules: &[Rule]| book(rules).refuses_anywhere(&facts(&attributes)).is_some();
        assert!(refuses(std::slice::from_ref(&refuse)) && !refuses(&[allow.clone(), refuse.clone()]));
        assert!(!refuses(&[later(refuse.clone())]));
        assert!(!refuses(&[except(refuse.clone())]));
        assert!(refuses(&[later(allow.clone()), refuse.clone()]));
        assert!(refuses(&[except(allow), refuse]));
    }

    #[test]
    fn without_a_browser_only_what_is_sure_refuses() {
        let no = json!({ "do": "refuse", "sentence": "No." });
        let one = |conditions: serde_json::Value| {
            let mut rule = json!({ "then": no });
            rule.as_object_mut()
                .unwrap()
                .extend(conditions.as_object().unwrap().clone());
            rule
        };
        let zero = Some("0".to_owned());
        assert_eq!(refuses(&[one(json!({}))]), zero);
        for known in [
            json!({ "roles": ["analyst"] }),
            json!({ "clients": ["desk"] }),
            json!({ "scopes": ["openid"] }),
            json!({ "times": { "from": "10:00", "until": "11:00", "zone": "UTC" } }),
        ] {
            assert_eq!(refuses(&[one(json!({ "when": known }))]), zero, "{known}");
            assert_eq!(refuses(&[one(json!({ "unless": known }))]), None, "{known}");
        }
        for other in [json!({ "roles": ["auditor"] }), json!({ "clients": ["other"] })] {
            assert_eq!(refuses(&[one(json!({ "when": other }))]), None, "{other}");
            assert_eq!(refuses(&[one(json!({ "unless": other }))]), zero, "{other}");
        }
        // Whatever the facts say of a browser here, it is not asked.
        for unsure in [
            json!({ "networks": ["192.0.2.0/24"] }),
            json!({ "countries": ["DE"] }),
            json!({ "devices": ["known"] }),
            json!({ "risk": ["medium"] }),
            json!({ "networks": ["10.0.0.0/8"] }),
        ] {
            for part in ["when", "unless"] {
                assert_eq!(refuses(&[one(json!({ part: unsure }))]), None, "{part} {unsure}");
            }
            let never = json!({ "unless": { "roles": ["auditor"], "networks": ["10.0.0.0/8"] } });
            assert_eq!(
                refuses(&[one(never)]),
                zero,
                "an exception that cannot hold is none"
            );
            let maybe = json!({ "when": unsure, "then": { "do": "allow" } });
            assert_eq!(refuses(&[maybe, one(json!({}))]), None, "{unsure} may allow it");
        }
        let others = json!({ "when": { "roles": ["auditor"] }, "then": { "do": "allow" } });
        let more = json!({ "then": { "do": "phishing_resistant" } });
        assert_eq!(refuses(&[others, more, one(json!({}))]), Some("2".to_owned()));
        let draft = Rule {
            mode: RuleMode::Report,
            ..rule(json!({ "name": "a", "then": no }))
        };
        let attributes = attributes();
        assert_eq!(book(&[draft]).refuses_anywhere(&facts(&attributes)), None);
    }

    #[test]
    fn a_factor_is_asked_for_when_the_grace_has_passed() {
        let attributes = attributes();
        let asked = |grace: u16, on: u32, made: u32| {
            let enrol = json!({ "name": "enrol", "then": { "do": "enrol", "factor": "passkey", "grace_days": grace } });
            let rule = Rule {
                on_since: Some(NOW.minus(DAY * on)),
                report_since: None,
                ..rule(enrol)
            };
            let facts = Facts {
                created_at: NOW.minus(DAY * made),
                ..facts(&attributes)
            };
            book(&[rule]).decide(&facts)
        };
        let soon = asked(14, 13, 100);
        assert_eq!((soon.acr, soon.enrol.unwrap().due), (None, NOW.plus(DAY)));
        let due = asked(14, 14, 100);
        assert_eq!((due.acr, due.enrol), (Some(Acr::PhishingResistant), None));
        // Somebody new has as long as everybody else had.
        assert_eq!(asked(14, 100, 4).enrol.unwrap().due, NOW.plus(DAY * 10));
        assert_eq!(asked(0, 0, 0).acr, Some(Acr::PhishingResistant));
    }

    #[test]
    fn whether_somebody_may_be_asked_hangs_on_who_they_are_only() {
        let attributes = attributes();
        let may = |definition: serde_json::Value| {
            book(&[rule(definition)]).may_ask_second_factor(&facts(&attributes))
        };
        let then = json!({ "do": "second_factor" });
        assert!(may(
            json!({ "name": "a", "when": { "clients": ["other"] }, "then": then })
        ));
        assert!(!may(
            json!({ "name": "a", "when": { "roles": ["auditor"] }, "then": then })
        ));
        assert!(!may(
            json!({ "name": "a", "unless": { "roles": ["analyst"] }, "then": then })
        ));
        assert!(may(
            json!({ "name": "a", "unless": { "roles": ["analyst"], "devices": ["known"] }, "then": then })
        ));
        assert!(!may(json!({ "name": "a", "then": { "do": "allow" } })));
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        let unfit = |definition: serde_json::Value| Book::new(&[rule(definition)]).unwrap_err().1;
        let named =
            |when: serde_json::Value| unfit(json!({ "name": "a", "when": when, "then": { "do": "allow" } }));
        assert_eq!(
            unfit(json!({ "name": " a", "then": { "do": "allow" } })),
            Unfit::Name
        );
        assert_eq!(
            named(json!({ "networks": ["10.0.0.0/33"] })),
            Unfit::Network("10.0.0.0/33".to_owned())
        );
        for wrong in ["de", "UK", "Germany", "ZZ"] {
            assert_eq!(
                named(json!({ "countries": [wrong] })),
                Unfit::Country(wrong.to_owned())
            );
        }
        assert_eq!(
            named(json!({ "groups": ["support"] })),
            Unfit::Group("support".to_owned())
        );
        assert_eq!(
            named(json!({ "groups": ["club:chess"] })),
            Unfit::Group("club:chess".to_owned())
        );
        assert_eq!(named(json!({ "roles": [""] })), Unfit::Entry("roles"));
        assert_eq!(
            named(json!({ "attributes": { "a": [] } })),
            Unfit::Entry("attributes")
        );
        assert_eq!(named(json!({ "roles": vec!["a"; 201] })), Unfit::TooMany("roles"));
        assert_eq!(named(json!({ "account_younger_than_days": 0 })), Unfit::Age);
        let times = |from: &str, zone: &str| {
            named(json!({ "times": { "from": from, "until": "09:00", "zone": zone } }))
        };
        for wrong in ["9:00", "24:00", "09:60", "nine", "09:0x", "+9:00"] {
            assert_eq!(times(wrong, "UTC"), Unfit::Time(wrong.to_owned()));
        }
        assert_eq!(times("08:00", "Istanbul"), Unfit::Zone("Istanbul".to_owned()));
        let then = |then: serde_json::Value| unfit(json!({ "name": "a", "then": then }));
        assert_eq!(then(json!({ "do": "refuse", "sentence": " " })), Unfit::Sentence);
        assert_eq!(
            then(json!({ "do": "again", "after_minutes": 525_601 })),
            Unfit::TooLong("after_minutes", 525_600)
        );
        let long = serde_json::json!({ "roles": vec!["a".repeat(200); 100] });
        assert_eq!(named(long), Unfit::TooLarge);
        assert_eq!(
            named(json!({ "attributes": { "a": ["x, y"] } })),
            Unfit::Entry("attributes")
        );
        assert_eq!(
            then(json!({ "do": "second_factor", "remember_days": 366 })),
            Unfit::TooLong("remember_days", 365)
        );
        // A member that is not known is a slip of the pen, not nothing.
        let slip = json!({ "name": "a", "when": { "role": ["x"] }, "then": { "do": "allow" } });
        assert!(serde_json::from_value::<Definition>(slip).is_err());
    }

    #[test]
    fn a_rule_asks_nothing_before_its_start_and_nothing_of_whom_it_passes_over() {
        let attributes = attributes();
        let asked = |rule: &Rule, at: Timestamp| {
            let facts = Facts {
                at,
                ..facts(&attributes)
            };
            book(std::slice::from_ref(rule)).decide(&facts).acr.is_some()
        };
        let start = NOW.plus(DAY);
        let mut one = when(&json!({}));
        one.definition.starts = Some(start);
        assert!(!asked(&one, start.minus(Duration::from_micros(1))));
        assert!(asked(&one, start));
        let passed = |person: &str| Exception {
            person: person.to_owned(),
            until: start.plus(DAY),
            reason: "a test".to_owned(),
            by: "operator".to_owned(),
            given_at: NOW,
        };
        one.exceptions = vec![passed("ben")];
        assert!(asked(&one, start), "the exception is somebody else's");
        one.exceptions.push(passed("rosa@northbeam.example"));
        assert!(!asked(&one, start.plus(DAY).minus(Duration::from_micros(1))));
        assert!(asked(&one, start.plus(DAY)));
        // As of another moment than that of the sign-in.
        let facts = facts(&attributes);
        let frozen = |at| book(std::slice::from_ref(&one)).frozen(at).decide(&facts).acr;
        assert_eq!((frozen(start), frozen(start.plus(DAY))), (None, Some(Acr::Two)));
    }

    #[test]
    fn grace_counts_from_the_latest_of_switch_start_and_account() {
        let attributes = attributes();
        let enrol = json!({ "do": "enrol", "factor": "any", "grace_days": 5 });
        for (on, starts, created, since) in [(3, 0, 0, 3), (0, 3, 0, 3), (0, 0, 3, 3), (1, 2, 3, 3)] {
            let moment = |days: u32| NOW.minus(DAY * 4).plus(DAY * days);
            let one = Rule {
                on_since: Some(moment(on)),
                report_since: None,
                ..rule(json!({ "name": "x", "then": enrol }))
            };
            let mut one = one;
            one.definition.starts = Some(moment(starts));
            let facts = Facts {
                created_at: moment(created),
                ..facts(&attributes)
            };
            let due = book(&[one]).decide(&facts).enrol.unwrap().due;
            assert_eq!(due, moment(since).plus(DAY * 5), "{on} {starts} {created}");
        }
    }

    fn any_then() -> impl Strategy<Value = serde_json::Value> {
        prop_oneof![
            (0_u16..40).prop_map(|days| json!({ "do": "second_factor", "remember_days": days })),
            Just(json!({ "do": "phishing_resistant" })),
            (0_u32..90).prop_map(|minutes| json!({ "do": "again", "after_minutes": minutes })),
            (0_u16..40).prop_map(|days| json!({ "do": "enrol", "factor": "any", "grace_days": days })),
        ]
    }

    proptest! {
        #[test]
        fn one_more_rule_never_asks_less(
            thens in proptest::collection::vec(any_then(), 1..6), more in any_then(), at in 0_usize..6, trusted in 0_u32..40,
            starts in proptest::option::of(0_u32..4)
        ) {
            let attributes = attributes();
            let facts = Facts {
                device: DeviceStanding::Trusted,
                trusted_since: Some(NOW.minus(DAY * trusted)),
                ..facts(&attributes)
            };
            let named = |(place, then): (usize, &serde_json::Value)| rule(json!({ "name": format!("{place}"), "then": then }));
            let before: Vec<Rule> = thens.iter().enumerate().map(named).collect();
            let mut after = before.clone();
            after.insert(at.min(before.len()), named((99, &more)));
            // It may have started or start later.
            for one in after.iter_mut().filter(|one| one.definition.name == "99") {
                one.definition.starts = starts.map(|days| NOW.minus(DAY * 2).plus(DAY * days));
            }
            let (before, after) = (book(&before).decide(&facts), book(&after).decide(&facts));
            prop_assert!(after.acr >= before.acr);
            prop_assert!(before.max_age.is_none_or(|age| after.max_age.is_some_and(|other| other <= age)));
            prop_assert!(before.acr.is_none() || !after.remembered);
        }
    }
}
