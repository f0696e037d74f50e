//! Ways that chance seldom takes to their end, judged like all others.

use super::model::{Counts, Kind, Rule, Then};
use super::step::{Step, With};

type Walk = (Kind, Vec<Rule>, Vec<Step>);

/// A device is trusted and spared, somebody is refused, a password is changed, an authenticator is added, a pass is finished.
pub(super) fn all() -> Vec<Walk> {
    let second = Then::Second { remember_days: 30 };
    let trusted = [
        vec![Step::Open { tab: 0 }],
        answers(6, true),
        vec![Step::SignOut { tab: 0 }, Step::Wait(31), Step::Open { tab: 0 }],
        answers(6, false),
    ];
    let own = |add: bool| {
        [
            vec![Step::Open { tab: 0 }],
            answers(4, false),
            vec![Step::Account { tab: 0, add }],
            answers(5, false),
        ]
    };
    let refused = [vec![Step::Open { tab: 0 }], answers(4, false)];
    let helped = [vec![Step::Help { tab: 0, who: 0 }], answers(6, false)];
    vec![
        (Kind::Code, vec![rule(second)], trusted.concat()),
        (Kind::Password, vec![rule(Then::Refuse)], refused.concat()),
        (Kind::Password, Vec::new(), own(false).concat()),
        (Kind::Password, Vec::new(), own(true).concat()),
        (Kind::Code, Vec::new(), helped.concat()),
    ]
}

fn rule(then: Then) -> Rule {
    Rule {
        first_only: false,
        at_desk: None,
        profile_asked: false,
        break_glass: None,
        device: None,
        then,
        counts: Counts::On,
        passes_over: false,
    }
}

/// So many pages are answered right, one after the other.
fn answers(count: usize, trust: bool) -> Vec<Step> {
    let answer = Step::Answer {
        tab: 0,
        with: With::Right,
        who: 0,
        trust,
        twice: false,
    };
    vec![answer; count]
}
