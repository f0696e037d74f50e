//! What a reminder says.

use std::time::Duration;

use super::RollOut;
use crate::domain::{FactorAsked, ReminderKind, Timestamp, plain};
use crate::http::day_in_words;
use crate::mail::{Block, Letter, Recipient};
use crate::op::Op;

const DAY: Duration = Duration::from_hours(24);

/// The letter to somebody who is left, whose grace ends or has ended at `due`.
pub(super) fn letter(
    op: &Op,
    to: &Recipient,
    roll_out: &RollOut,
    (kind, due): (ReminderKind, Timestamp),
    organisation: &str,
) -> Letter {
    let text = to.text();
    let factor = roll_out.factor;
    // The grace ends within a day: the whole one before it is the last.
    let last = day_in_words(text, due.minus(DAY));
    let subject = if kind == ReminderKind::LastDay {
        text.get_with(&format!("reminder-last-subject-{factor}"), "date", &last)
    } else {
        text.get(&format!("reminder-subject-{factor}"))
    };
    let until = if op.now < due {
        text.get_with("reminder-until", "date", &last)
    } else {
        text.get("reminder-over")
    };
    let mut blocks = vec![
        Block::Say(text.get_with(
            &format!("reminder-ask-{factor}"),
            "organisation",
            &plain(organisation),
        )),
        Block::Say(until),
    ];
    let issuer = op.house.config.server.issuer_text();
    let link = |key: &str, page: &str| Block::Link(text.get(key), format!("{issuer}{page}"));
    if op.house.config.server.issuer.domain().is_some() {
        blocks.push(link("reminder-passkey", "/account/passkeys"));
    }
    if factor == FactorAsked::Any {
        blocks.push(link("reminder-authenticator", "/account/authenticators/add"));
    }
    blocks.push(Block::Say(text.get("reminder-sure")));
    Letter {
        kind: name(kind),
        subject,
        blocks,
    }
}

/// The name of the letter in lists of mails.
const fn name(kind: ReminderKind) -> &'static str {
    match kind {
        ReminderKind::Start => "reminder-start",
        ReminderKind::Half => "reminder-half",
        ReminderKind::ThreeDays => "reminder-three-days",
        ReminderKind::LastDay => "reminder-last-day",
        ReminderKind::Asked => "reminder-asked",
    }
}
