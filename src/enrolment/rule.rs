//! Before whose recovery two administrators have to agree. The installation says the least that holds everywhere; an organisation may ask
//! for more.
//!
//! Whoever helps alone can take over an account, so that an administrator who lowers this could help themselves to one. It is on record, and
//! all who keep the rules of the organisation are told by mail.

use serde::Serialize;
use serde_json::json;

use super::store;
use crate::domain::{EventKind, OrganisationId, RecoveryNeedsTwo, Right};
use crate::http::minute;
use crate::mail::{self, Block, Letter, Recipient};
use crate::op::{EventDraft, Op, OpError};
use crate::person;

/// What holds in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RecoveryRule {
    /// What holds: the stricter of the other two.
    pub needs_two: RecoveryNeedsTwo,
    /// The least that holds everywhere (`signin.recovery_needs_two`).
    pub least: RecoveryNeedsTwo,
    /// What the organisation asks; none: nothing of its own.
    pub asked: Option<RecoveryNeedsTwo>,
}

/// The installation asks for more (`signin.recovery_needs_two`): an organisation can only add to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the installation asks for {0} at least (`signin.recovery_needs_two`): an organisation can only ask for more"
)]
pub struct TooLittle(pub RecoveryNeedsTwo);

/// The rule of an organisation.
pub async fn recovery_rule(op: &mut Op, organisation: OrganisationId) -> Result<RecoveryRule, OpError> {
    let asked = store::needs_two(op.reading().await?, organisation).await?;
    let least = op.house.config.signin.recovery_needs_two;
    Ok(RecoveryRule {
        needs_two: asked.map_or(least, |asked| asked.max(least)),
        least,
        asked,
    })
}

/// Changes what an organisation asks. Links that wait for somebody go on waiting.
pub async fn set_recovery_rule(
    op: &mut Op,
    organisation: OrganisationId,
    needs_two: RecoveryNeedsTwo,
) -> Result<Result<(), TooLittle>, OpError> {
    let before = recovery_rule(op, organisation).await?;
    if needs_two < before.least {
        return Ok(Err(TooLittle(before.least)));
    }
    if before.needs_two == needs_two && before.asked.is_some() {
        return Ok(Ok(()));
    }
    let told = if mail::is_on(&op.house) && needs_two != before.needs_two {
        person::with_right(op, organisation, Right::RulesManage).await?
    } else {
        Vec::new()
    };
    let now = op.now;
    store::set_needs_two(op.writing().await?, organisation, needs_two, now).await?;
    let draft = EventDraft::success(EventKind::RecoveryRuleChanged)
        .organisation(organisation)
        .target("organisation", organisation)
        .change(
            json!({ "needs_two": before.needs_two }),
            json!({ "needs_two": needs_two }),
        );
    op.record(draft);
    for administrator in told {
        if let Some(to) = Recipient::of(op, &administrator) {
            let letter = letter(op, &to, (before.needs_two, needs_two));
            mail::queue(op, &to, &letter, None).await?;
        }
    }
    Ok(Ok(()))
}

fn letter(op: &Op, to: &Recipient, (before, after): (RecoveryNeedsTwo, RecoveryNeedsTwo)) -> Letter {
    let text = to.text();
    let whose = |needs_two: RecoveryNeedsTwo| text.get(&format!("recovery-rule-{needs_two}"));
    let link = format!("{}/admin/recovery", op.house.config.server.issuer_text());
    Letter {
        kind: "recovery-rule",
        subject: text.get("recovery-rule-subject"),
        blocks: vec![
            Block::Say(text.get("recovery-rule-what")),
            Block::Facts(vec![
                (text.get("recovery-rule-before"), whose(before)),
                (text.get("recovery-rule-after"), whose(after)),
                (text.get("notice-when"), minute(op.now)),
            ]),
            Block::Say(text.get("recovery-rule-do")),
            Block::Link(text.get("recovery-rule-look"), link),
        ],
    }
}
