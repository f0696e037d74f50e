//! What the documents say of who must prove what, written down a second time and plainly: it shares nothing with `src/rule`.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::support::Authenticator;

pub(super) const MINUTE: i64 = 60;
pub(super) const DAY: i64 = 86_400;

/// How many people walk; a third one stands by, so that no rule locks everybody out.
pub(super) const PEOPLE: usize = 2;

/// What somebody has when a walk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Password,
    Code,
    RecoveryCodes,
    Passkey,
    Both,
    Invited,
    BreakGlass,
    Suspended,
}

impl Kind {
    pub(super) const ALL: [Self; 8] = [
        Self::Password,
        Self::Code,
        Self::RecoveryCodes,
        Self::Passkey,
        Self::Both,
        Self::Invited,
        Self::BreakGlass,
        Self::Suspended,
    ];
}

/// Somebody with what they have now.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is so by itself, as in life")]
pub(super) struct Person {
    pub(super) username: String,
    pub(super) made_at: i64,
    pub(super) password: Option<String>,
    /// The secrets of authenticators, each with the step of the newest code that was taken.
    pub(super) codes: Vec<(String, i64)>,
    pub(super) recovery: Vec<String>,
    pub(super) used: Vec<String>,
    /// Passkeys, each with the sign-in in which it was made.
    pub(super) passkeys: Vec<(Authenticator, Option<String>)>,
    pub(super) break_glass: bool,
    pub(super) suspended: bool,
    /// Begun, and not finished, with a pass.
    pub(super) held: bool,
    /// A role demands a second factor.
    pub(super) demanded: bool,
}

impl Person {
    /// Whether they have a second factor that was not made on the way through this sign-in.
    pub(super) fn has_second(&self, on_the_way: Option<&str>) -> bool {
        let of_this = |made: &Option<String>| on_the_way.is_some() && made.as_deref() == on_the_way;
        !self.codes.is_empty() || self.passkeys.iter().any(|(_, made)| !of_this(made))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Device {
    New,
    Known,
    Trusted,
}

/// Whether a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    On,
    ReportOnly,
    /// On, and begins a day later.
    Tomorrow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Second { remember_days: i64 },
    Resistant,
    Again { minutes: i64 },
    Enrol { passkey: bool, grace_days: i64 },
    Refuse,
    Allow,
}

/// A rule of sign-in.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// The first person only, or both.
    pub(super) first_only: bool,
    pub(super) at_desk: Option<bool>,
    pub(super) profile_asked: bool,
    pub(super) break_glass: Option<bool>,
    pub(super) device: Option<Device>,
    pub(super) then: Then,
    pub(super) counts: Counts,
    /// An exception for the first person, until the end of tomorrow.
    pub(super) passes_over: bool,
}

/// A rule as it is in force.
#[derive(Debug, Clone)]
pub(super) struct InForce {
    pub(super) rule: Rule,
    pub(super) since: i64,
    pub(super) starts: Option<i64>,
    pub(super) excepted_until: Option<i64>,
}

impl Rule {
    pub(super) fn json(
        &self,
        number: usize,
        names: &[String],
        (desk, starts): (&str, Option<String>),
    ) -> Value {
        let meant = if self.first_only { &names[..1] } else { names };
        let mut when = json!({ "people": meant });
        let mut unless = json!({});
        match self.at_desk {
            Some(true) => when["clients"] = json!([desk]),
            Some(false) => unless["clients"] = json!([desk]),
            None => {}
        }
        if self.profile_asked {
            when["scopes"] = json!(["profile"]);
        }
        if let Some(marked) = self.break_glass {
            when["break_glass"] = json!(marked);
        }
        if let Some(device) = self.device {
            when["devices"] = json!([format!("{device:?}").to_lowercase()]);
        }
        let then = match self.then {
            Then::Second { remember_days: 0 } => json!({ "do": "second_factor" }),
            Then::Second { remember_days } => {
                json!({ "do": "second_factor", "remember_days": remember_days })
            }
            Then::Resistant => json!({ "do": "phishing_resistant" }),
            Then::Again { minutes } => json!({ "do": "again", "after_minutes": minutes }),
            Then::Enrol { passkey, grace_days } => json!({
                "do": "enrol", "factor": if passkey { "passkey" } else { "any" }, "grace_days": grace_days,
            }),
            Then::Refuse => json!({ "do": "refuse", "sentence": "Not today, says a rule." }),
            Then::Allow => json!({ "do": "allow" }),
        };
        let mut written = json!({ "name": format!("Rule {number}"), "when": when, "then": then });
        if unless != json!({}) {
            written["unless"] = unless;
        }
        if let Some(starts) = starts {
            written["starts"] = json!(starts);
        }
        written
    }
}

/// What somebody comes for.
#[derive(Debug, Clone, Default)]
pub(super) struct Aim {
    /// The application, or else pages of the house.
    pub(super) desk: bool,
    pub(super) profile: bool,
    /// The class that is asked for by `acr_values`, or by a page of the account.
    pub(super) class: u8,
    pub(super) max_age: Option<i64>,
    /// `prompt=login`.
    pub(super) login: bool,
    pub(super) opened: i64,
}

/// What is required.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) class: u8,
    pub(super) max_age: Option<i64>,
    pub(super) refused: bool,
    /// A trusted device is not asked for the second factor.
    pub(super) spared: bool,
    /// A rule lets a device be trusted.
    pub(super) offers_trust: bool,
}

/// In what situation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Where {
    pub(super) device: Device,
    pub(super) trusted_since: Option<i64>,
    pub(super) at: i64,
}

/// What the rules, the roles and the application ask of a person.
pub(super) fn need(rules: &[InForce], (who, first): (&Person, bool), aim: &Aim, place: Where) -> Need {
    let mut need = Need::default();
    let (mut spared, mut asked_always, mut shortest) = (false, false, None::<i64>);
    for one in rules {
        if !applies(one, (who, first), aim, place) {
            continue;
        }
        match one.rule.then {
            Then::Allow => break,
            Then::Refuse => {
                need.refused = true;
                break;
            }
            Then::Second { remember_days } => {
                let trusted = place
                    .trusted_since
                    .is_some_and(|since| place.at - since < remember_days * DAY);
                if trusted {
                    spared = true;
                } else {
                    need.class = need.class.max(2);
                    shortest = Some(shortest.map_or(remember_days, |other| other.min(remember_days)));
                }
            }
            Then::Resistant => need.class = 3,
            Then::Again { minutes } => {
                let age = minutes * MINUTE;
                need.max_age = Some(need.max_age.map_or(age, |other| other.min(age)));
            }
            Then::Enrol { passkey, grace_days } => {
                let since = one.since.max(who.made_at).max(one.starts.unwrap_or(0));
                if place.at >= since + grace_days * DAY {
                    need.class = need.class.max(if passkey { 3 } else { 2 });
                    asked_always = true;
                }
            }
        }
    }
    need.offers_trust = need.class < 3 && !asked_always && shortest > Some(0);
    let asked = aim.class.max(if who.demanded { 2 } else { 0 });
    need.class = need.class.max(asked);
    need.spared = spared && need.class <= 1;
    need
}

fn applies(one: &InForce, (who, first): (&Person, bool), aim: &Aim, place: Where) -> bool {
    let rule = &one.rule;
    let started = one.starts.is_none_or(|starts| starts <= place.at);
    let passed_over = first && one.excepted_until.is_some_and(|until| place.at < until);
    rule.counts != Counts::ReportOnly
        && started
        && !passed_over
        && (first || !rule.first_only)
        && rule.at_desk.is_none_or(|desk| desk == aim.desk)
        && (!rule.profile_asked || (aim.desk && aim.profile))
        && rule.break_glass.is_none_or(|marked| marked == who.break_glass)
        && rule.device.is_none_or(|device| device == place.device)
}

/// What was truly shown, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Password,
    Code,
    RecoveryCode,
    /// A passkey after the password.
    Passkey,
    /// A passkey that has verified its holder, alone.
    PasskeyAlone,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Proven {
    pub(super) who: usize,
    pub(super) what: Proof,
    pub(super) at: i64,
}

/// A sign-in of one browser, and all that was truly shown in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Attempt {
    pub(super) browser: usize,
    pub(super) aim: Aim,
    pub(super) named: Option<usize>,
    pub(super) proofs: Vec<Proven>,
    pub(super) trusts: bool,
}

/// A session of a browser, as it was told when it began.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) who: usize,
    pub(super) cookie: String,
    pub(super) class: u8,
    pub(super) amr: Vec<String>,
    pub(super) authenticated_at: i64,
    /// It has to be over.
    pub(super) ended: bool,
}

/// The words for all that was proven, the class that it makes, and when it was proven last who is there.
pub(super) fn told(
    who: usize,
    attempt: &Attempt,
    before: Option<&Session>,
) -> (u8, Vec<String>, Option<i64>) {
    let before = before.filter(|session| session.who == who);
    let own: Vec<&Proven> = attempt.proofs.iter().filter(|one| one.who == who).collect();
    let has = |what: Proof| own.iter().any(|one| one.what == what);
    let mut amr: Vec<String> = before.map(|session| session.amr.clone()).unwrap_or_default();
    let mut add = |words: &[&str]| amr.extend(words.iter().map(|&word| word.to_owned()));
    let known = has(Proof::Password) || before.is_some();
    if known {
        add(&["pwd"]);
    }
    let mut class = before.map_or(u8::from(known), |session| session.class);
    for (what, words, reached) in [
        (Proof::Code, ["otp", "mfa"].as_slice(), 2),
        (Proof::RecoveryCode, &["recovery_code", "mfa"], 2),
        (Proof::Passkey, &["swk", "user", "mfa"], 3),
    ] {
        if known && has(what) {
            add(words);
            class = class.max(reached);
        }
    }
    if has(Proof::PasskeyAlone) {
        add(&["swk", "user", "mfa"]);
        class = 3;
    }
    let firsts = [Proof::Password, Proof::PasskeyAlone];
    let typed = own
        .iter()
        .filter(|one| firsts.contains(&one.what))
        .map(|one| one.at);
    let at = typed.chain(before.map(|session| session.authenticated_at)).max();
    (class, amr, at)
}

/// When somebody signed in with which browser, and by what class; and since when they trust it.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub(super) sign_ins: Vec<(usize, usize, i64, u8)>,
    pub(super) trusted: HashMap<(usize, usize), i64>,
}

impl Past {
    pub(super) fn place(&self, who: usize, browser: usize, at: i64) -> Where {
        let settled = |&&(one, with, then, class): &&(usize, usize, i64, u8)| {
            (one, with) == (who, browser) && at - then <= 40 * DAY && (class > 1 || at - then >= DAY)
        };
        let trusted_since = self.trusted.get(&(who, browser)).copied();
        let device = if trusted_since.is_some() {
            Device::Trusted
        } else if self.sign_ins.iter().any(|one| settled(&one)) {
            Device::Known
        } else {
            Device::New
        };
        Where {
            device,
            trusted_since,
            at,
        }
    }
}
