//! Rules in the words of the person who reads them.

use super::names::Names;
use crate::domain::{Acr, FactorAsked, RuleMode, Timestamp};
use crate::http::{Text, day, minute};
use crate::rule::{Conditions, Definition, LockedOut, NoException, Refusal, Rule, Then, Unfit, Verdict};

/// The mode of a rule.
pub(super) fn mode(text: &Text, mode: RuleMode) -> String {
    text.get(match mode {
        RuleMode::Draft => "admin-rule-mode-draft",
        RuleMode::Report => "admin-rule-mode-report",
        RuleMode::On => "admin-rule-mode-on",
    })
}

/// When a rule applies and what it asks, in a line.
pub(super) fn sentence(text: &Text, names: &Names, rule: &Definition) -> String {
    let when = conditions(text, names, &rule.when);
    let unless = conditions(text, names, &rule.unless);
    let mut parts = vec![if when.is_empty() {
        text.get("admin-rule-always")
    } else {
        when.join(" · ")
    }];
    if !unless.is_empty() {
        parts.push(text.get_with("admin-rule-except", "what", &unless.join(" · ")));
    }
    parts.push(format!("→ {}", then(text, &rule.then)));
    if let Some(starts) = rule.starts {
        parts.push(text.get_with("admin-rule-from", "date", &minute(starts)));
    }
    parts.join(" ")
}

/// Whom a rule passes over now, each with their last day; empty if it passes over nobody.
pub(super) fn excepted(text: &Text, rule: &Rule, now: Timestamp) -> String {
    let holding = rule.exceptions.iter().filter(|one| one.holds(now));
    let named: Vec<String> = holding
        .map(|one| format!("{} ({})", one.person, day(one.last_day())))
        .collect();
    if named.is_empty() {
        String::new()
    } else {
        text.get_with("admin-rule-excepted", "who", &named.join(", "))
    }
}

/// What a rule asks.
pub(super) fn then(text: &Text, then: &Then) -> String {
    let days = |key: &str, days: u16| text.get_count(key, "days", i64::from(days));
    match then {
        Then::Allow => text.get("admin-then-allow"),
        Then::SecondFactor { remember_days: 0 } => text.get("admin-then-second-factor"),
        Then::SecondFactor { remember_days } => days("admin-then-second-factor-remembered", *remember_days),
        Then::PhishingResistant => text.get("admin-then-phishing-resistant"),
        Then::Again { after_minutes: 0 } => text.get("admin-then-again-always"),
        Then::Again { after_minutes } => {
            text.get_count("admin-then-again-after", "minutes", i64::from(*after_minutes))
        }
        Then::Enrol {
            factor: FactorAsked::Any,
            grace_days,
        } => days("admin-then-enrol-any", *grace_days),
        Then::Enrol {
            factor: FactorAsked::Passkey,
            grace_days,
        } => days("admin-then-enrol-passkey", *grace_days),
        Then::Refuse { sentence } => text.get_with("admin-then-refuse-saying", "sentence", sentence),
    }
}

/// What is asked, a line each; never empty.
pub(super) fn verdict(text: &Text, verdict: &Verdict) -> Vec<String> {
    if let Some(sentence) = &verdict.refused {
        return vec![text.get_with("admin-then-refuse-saying", "sentence", sentence)];
    }
    let mut asked = Vec::new();
    match verdict.acr {
        Some(Acr::PhishingResistant) => asked.push(text.get("admin-then-phishing-resistant")),
        Some(Acr::Two) => asked.push(text.get("admin-then-second-factor")),
        Some(Acr::One) | None => {}
    }
    if let Some(age) = verdict.max_age {
        let minutes = i64::try_from(age.as_secs() / 60).unwrap_or(i64::MAX);
        asked.push(if minutes == 0 {
            text.get("admin-then-again-always")
        } else {
            text.get_count("admin-then-again-after", "minutes", minutes)
        });
    }
    if verdict.remembered {
        asked.push(text.get("admin-check-remembered"));
    }
    if let Some(enrol) = verdict.enrol {
        let key = match enrol.factor {
            FactorAsked::Any => "admin-check-enrol-any",
            FactorAsked::Passkey => "admin-check-enrol-passkey",
        };
        asked.push(text.get_with(key, "date", &minute(enrol.due)));
    }
    if asked.is_empty() {
        asked.push(text.get("admin-check-nothing"));
    }
    asked
}

fn conditions(text: &Text, names: &Names, told: &Conditions) -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |key: &str, values: Vec<String>| {
        if !values.is_empty() {
            all.push(format!("{}: {}", text.get(key), values.join(", ")));
        }
    };
    add("admin-when-people", told.people.clone());
    add("admin-when-roles", names.roles(&told.roles));
    add("admin-when-groups", names.groups(text, &told.groups));
    let attributes = told.attributes.iter();
    add(
        "admin-when-attributes",
        attributes
            .map(|(name, values)| format!("{name} = {}", values.join(" / ")))
            .collect(),
    );
    let age = told.account_younger_than_days.map(|days| days.to_string());
    add("admin-when-age", age.into_iter().collect());
    let break_glass = told.break_glass.map(|is| {
        text.get(if is {
            "admin-break-glass-only"
        } else {
            "admin-break-glass-not"
        })
    });
    add("admin-when-break-glass", break_glass.into_iter().collect());
    add("admin-when-clients", told.clients.clone());
    add("admin-when-scopes", told.scopes.clone());
    add("admin-when-networks", told.networks.clone());
    add("admin-when-countries", told.countries.clone());
    let devices = told.devices.iter();
    add(
        "admin-when-devices",
        devices
            .map(|device| text.get(&format!("admin-device-{device}")))
            .collect(),
    );
    let risk = told.risk.iter();
    add(
        "admin-when-risk",
        risk.map(|level| text.get(&format!("admin-risk-{level}")))
            .collect(),
    );
    let times = told.times.as_ref().map(|times| {
        let days: Vec<String> = times
            .days
            .iter()
            .map(|day| text.get(&format!("admin-day-{day}")))
            .collect();
        format!(
            "{} {}–{} ({})",
            days.join(" "),
            times.from,
            times.until,
            times.zone
        )
    });
    add("admin-when-times", times.into_iter().collect());
    all
}

/// Whom a rule or a list would lock out, and what to do.
pub(super) fn locked_out(text: &Text, whom: LockedOut) -> String {
    text.get(match whom {
        LockedOut::Administrators => "admin-rule-wrong-administrators",
        LockedOut::Everyone => "admin-rule-wrong-everyone",
        LockedOut::AdministratorsWithoutPasskey => "admin-rule-wrong-administrators-passkey",
        LockedOut::EveryoneWithoutPasskey => "admin-rule-wrong-everyone-passkey",
    })
}

/// Why a rule was not changed, and what to do.
pub(super) fn refusal(text: &Text, refusal: &Refusal) -> String {
    match refusal {
        Refusal::OrganisationUnknown | Refusal::Unknown => text.get("admin-rule-wrong-gone"),
        Refusal::NameTaken => text.get("admin-rule-wrong-taken"),
        Refusal::TooMany => text.get("admin-rule-wrong-many"),
        Refusal::NoCountries => text.get("admin-rule-wrong-countries"),
        Refusal::NoPasskeys => text.get("admin-rule-wrong-passkeys"),
        Refusal::ChangedMeanwhile => text.get("admin-rule-wrong-meanwhile"),
        Refusal::LockedOut(whom) => locked_out(text, *whom),
        Refusal::StartTooFar => text.get("admin-rule-wrong-start-far"),
        Refusal::Exception(why) => text.get(match why {
            NoException::Past => "admin-exception-wrong-past",
            NoException::TooFar => "admin-exception-wrong-far",
            NoException::Reason => "admin-exception-wrong-reason",
            NoException::TooMany => "admin-exception-wrong-many",
            NoException::None => "admin-exception-wrong-none",
        }),
        Refusal::ScopeUnknown(name) => text.get_with("admin-rule-wrong-scope", "what", name),
        Refusal::AttributeUnknown(name) => text.get_with("admin-rule-wrong-attribute-unknown", "what", name),
        Refusal::NotThere(_, name) => text.get_with("admin-rule-wrong-not-there", "what", name),
        Refusal::Unfit(unfit) => self::unfit(text, unfit),
    }
}

fn unfit(text: &Text, unfit: &Unfit) -> String {
    let with = |key: &str, what: &str| text.get_with(key, "what", what);
    match unfit {
        Unfit::Name => text.get("admin-rule-wrong-name"),
        Unfit::TooMany(_) => text.get("admin-rule-wrong-entries"),
        Unfit::Entry(_) => text.get("admin-rule-wrong-entry"),
        Unfit::Network(what) => with("admin-rule-wrong-network", what),
        Unfit::Country(what) => with("admin-rule-wrong-country", what),
        Unfit::Group(what) => with("admin-rule-wrong-group", what),
        Unfit::Time(what) => with("admin-rule-wrong-time", what),
        Unfit::Zone(what) => with("admin-rule-wrong-zone", what),
        Unfit::TooLarge => text.get("admin-rule-wrong-large"),
        Unfit::Age => text.get("admin-rule-wrong-age"),
        Unfit::Sentence => text.get("admin-rule-wrong-sentence"),
        Unfit::TooLong(_, most) => with("admin-rule-wrong-number", &most.to_string()),
    }
}
