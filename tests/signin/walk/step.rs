//! What somebody may do next: anything, in any order, in any tab.

use proptest::prelude::*;

use super::model::{Counts, Device, Kind, Rule, Then};

/// Tabs 0 and 1 are of one browser, 2 and 3 of another.
pub(super) const TABS: usize = 4;

/// With what a page is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum With {
    Right,
    Wrong,
    /// What the other person would answer.
    Others,
    /// What was right once, and is used up.
    Used,
    /// A recovery code, where a code is asked for.
    Recovery,
    /// A passkey, where there are other ways.
    Passkey,
    /// One that has not verified its holder.
    Unverified,
    /// One at a false page.
    Deceived,
    /// What a passkey has answered for the page of this other tab.
    Elsewhere(usize),
}

/// The places of a sign-in at which forms arrive.
pub(super) const PLACES: [&str; 10] = [
    "identify",
    "password",
    "totp",
    "passkey",
    "recovery",
    "enrol",
    "new-passkey",
    "recovery-codes",
    "not-now",
    "restart",
];

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A sign-in for its own sake.
    Open {
        tab: usize,
    },
    Desk {
        tab: usize,
        profile: bool,
        class: u8,
        max_age: Option<i64>,
        prompt: Option<&'static str>,
    },
    /// A page of the account that asks for a fresh proof.
    Account {
        tab: usize,
        add: bool,
    },
    /// The page at hand is answered, perhaps twice at once. `who` names themselves where that is asked.
    Answer {
        tab: usize,
        with: With,
        who: usize,
        trust: bool,
        twice: bool,
    },
    /// A form of some pages ago is sent, right.
    Old {
        tab: usize,
        back: usize,
    },
    /// A form is sent to another place of the sign-in, right for that place.
    Skip {
        tab: usize,
        place: &'static str,
    },
    /// The form of this tab, for the sign-in of the other one.
    Cross {
        tab: usize,
        to: usize,
    },
    Look {
        tab: usize,
        recovery: bool,
    },
    Wait(u64),
    Restart,
    Rules(Vec<Rule>),
    SignOut {
        tab: usize,
    },
    /// Somebody asks for help for a person, whose link is opened.
    Help {
        tab: usize,
        who: usize,
    },
    Suspend(bool),
    /// The second person gets the role that demands a second factor; or both.
    Demand(usize),
}

fn tab() -> impl Strategy<Value = usize> {
    // Mostly the same one, so that something comes to an end.
    prop_oneof![9 => Just(0), 2 => Just(1), 1 => 2..TABS]
}

fn with() -> impl Strategy<Value = With> {
    prop_oneof![
        50 => Just(With::Right),
        2 => Just(With::Wrong),
        2 => Just(With::Others),
        2 => Just(With::Used),
        4 => Just(With::Recovery),
        5 => Just(With::Passkey),
        2 => Just(With::Unverified),
        1 => Just(With::Deceived),
        2 => (0..TABS).prop_map(With::Elsewhere),
    ]
}

fn desk() -> impl Strategy<Value = Step> {
    let class = prop_oneof![5 => Just(0), 1 => Just(2), 1 => Just(3)];
    let max_age = prop_oneof![4 => Just(None), 1 => Just(Some(0)), 1 => Just(Some(60))];
    let prompt = prop_oneof![5 => Just(None), 3 => Just(Some("none")), 1 => Just(Some("login"))];
    (tab(), any::<bool>(), class, max_age, prompt).prop_map(|(tab, profile, class, max_age, prompt)| {
        Step::Desk {
            tab,
            profile,
            class,
            max_age,
            prompt,
        }
    })
}

fn answer() -> impl Strategy<Value = Step> {
    let who = prop_oneof![9 => Just(0), 1 => Just(1)];
    let (trust, twice) = (proptest::bool::weighted(0.3), proptest::bool::weighted(0.05));
    (tab(), with(), who, trust, twice).prop_map(|(tab, with, who, trust, twice)| Step::Answer {
        tab,
        with,
        who,
        trust,
        twice,
    })
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let wait = proptest::sample::select(&[1_u64, 31, 31, 61, 290, 310, 700, 90_000, 700_000][..]);
    prop_oneof![
        5 => tab().prop_map(|tab| Step::Open { tab }),
        6 => desk(),
        3 => (tab(), any::<bool>()).prop_map(|(tab, add)| Step::Account { tab, add }),
        60 => answer(),
        3 => (tab(), 1_usize..4).prop_map(|(tab, back)| Step::Old { tab, back }),
        4 => (tab(), proptest::sample::select(&PLACES[..])).prop_map(|(tab, place)| Step::Skip { tab, place }),
        2 => (tab(), 0..TABS).prop_map(|(tab, to)| Step::Cross { tab, to }),
        3 => (tab(), any::<bool>()).prop_map(|(tab, recovery)| Step::Look { tab, recovery }),
        7 => wait.prop_map(Step::Wait),
        1 => Just(Step::Restart),
        2 => rules().prop_map(Step::Rules),
        2 => tab().prop_map(|tab| Step::SignOut { tab }),
        1 => (tab(), 0_usize..2).prop_map(|(tab, who)| Step::Help { tab, who }),
        1 => any::<bool>().prop_map(Step::Suspend),
        1 => (0_usize..2).prop_map(Step::Demand),
    ]
}

fn then() -> impl Strategy<Value = Then> {
    prop_oneof![
        3 => Just(Then::Second { remember_days: 0 }),
        3 => Just(Then::Second { remember_days: 5 }),
        2 => Just(Then::Second { remember_days: 30 }),
        3 => Just(Then::Resistant),
        2 => proptest::sample::select(&[0_i64, 1, 10][..]).prop_map(|minutes| Then::Again { minutes }),
        3 => (any::<bool>(), 0_i64..3).prop_map(|(passkey, grace_days)| Then::Enrol { passkey, grace_days }),
        1 => Just(Then::Refuse),
        1 => Just(Then::Allow),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let at_desk = prop_oneof![3 => Just(None), 1 => Just(Some(true)), 1 => Just(Some(false))];
    let break_glass = prop_oneof![4 => Just(None), 1 => any::<bool>().prop_map(Some)];
    let device = prop_oneof![
        5 => Just(None),
        1 => proptest::sample::select(&[Device::New, Device::Known, Device::Trusted][..]).prop_map(Some),
    ];
    let counts =
        prop_oneof![6 => Just(Counts::On), 1 => Just(Counts::ReportOnly), 1 => Just(Counts::Tomorrow)];
    let (profile_asked, passes_over) = (proptest::bool::weighted(0.2), proptest::bool::weighted(0.15));
    let meant = (any::<bool>(), at_desk, profile_asked, break_glass, device);
    (meant, then(), counts, passes_over).prop_map(|(meant, then, counts, passes_over)| {
        let (first_only, at_desk, profile_asked, break_glass, device) = meant;
        Rule {
            first_only,
            at_desk,
            profile_asked,
            break_glass,
            device,
            then,
            counts,
            passes_over,
        }
    })
}

pub(super) fn rules() -> impl Strategy<Value = Vec<Rule>> {
    proptest::collection::vec(rule(), 0..4)
}

/// Somebody, the rules for them, and what they do.
pub(super) fn walk() -> impl Strategy<Value = (Kind, Vec<Rule>, Vec<Step>)> {
    let kind = proptest::sample::select(&Kind::ALL[..]);
    let first = prop_oneof![Just(Step::Open { tab: 0 }), desk()];
    let part = || proptest::collection::vec(step(), 4..16);
    let steps = (first, part(), any::<bool>(), part());
    (kind, rules(), steps).prop_map(|(kind, rules, (first, part, returns, other))| {
        let mut steps = vec![first];
        if kind == Kind::Suspended {
            steps.push(Step::Suspend(false));
        }
        steps.extend(part);
        if returns {
            steps.extend([Step::SignOut { tab: 0 }, Step::Open { tab: 0 }]);
        }
        steps.extend(other);
        (kind, rules, steps)
    })
}
