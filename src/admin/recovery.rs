//! Before whose recovery two administrators have to agree.

use axum::response::Response;
use http::StatusCode;

use super::right::{May, MayNow, RulesManage, RulesRead};
use crate::domain::{RecoveryNeedsTwo, Right};
use crate::enrolment::{self, RecoveryRule};
use crate::http::fields::{Field, Group, Kind};
use crate::http::{Frame, Inquiry, Submission, Text, Visit, minute, page, see_other};
use crate::mail;
use crate::op::{Op, OpError};

pub(super) const HERE: &str = "/admin/recovery";

#[derive(Debug, askama::Template)]
#[template(path = "admin/recovery.html")]
struct RecoveryPage {
    frame: Frame,
    done: String,
    wrong: String,
    /// What holds, in a sentence.
    now: String,
    /// What the installation asks of everybody; empty where that is nothing.
    least: String,
    /// What will hold, and from when; empty where nothing was lowered.
    lowered: String,
    /// Whether those who keep the rules get a mail.
    tells: bool,
    may_change: bool,
    form: Vec<Group>,
}

/// `GET /admin/recovery`.
pub(super) async fn show(may: May<RulesRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let done = match query.get("done") {
        Some("set") => visit.text.get("admin-recovery-done"),
        _ => String::new(),
    };
    render(&visit, &may, (done, String::new())).await
}

async fn render<R>(visit: &Visit, may: &May<R>, (done, wrong): (String, String)) -> Response {
    let mut op = may.op(visit);
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    match template(&mut op, visit, may).await {
        Ok(template) => page(
            status,
            &RecoveryPage {
                done,
                wrong,
                ..template
            },
        ),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template<R>(op: &mut Op, visit: &Visit, may: &May<R>) -> Result<RecoveryPage, OpError> {
    let text = &visit.text;
    let rule = enrolment::recovery_rule(op, may.organisation_id()).await?;
    let least = match rule.least {
        RecoveryNeedsTwo::Nobody => String::new(),
        least => text.get_with("admin-recovery-least", "whose", &whose(text, least)),
    };
    Ok(RecoveryPage {
        frame: may.frame(op, visit, "admin-nav-recovery").await?,
        done: String::new(),
        wrong: String::new(),
        now: text.get_with("admin-recovery-now", "whose", &whose(text, rule.needs_two)),
        least,
        lowered: lowered(text, &rule),
        tells: mail::is_on(&op.house),
        may_change: may.powers().has(Right::RulesManage),
        form: vec![form(text, rule)],
    })
}

fn lowered(text: &Text, rule: &RecoveryRule) -> String {
    let (Some(asked), Some(at)) = (rule.asked, rule.lowered_at) else {
        return String::new();
    };
    let (whose, at) = (whose(text, asked), minute(at));
    text.get_args(
        "admin-recovery-lowered",
        &[("whose", whose.as_str()), ("date", &at)],
    )
}

/// Of whom two have to agree.
pub(super) fn whose(text: &Text, needs_two: RecoveryNeedsTwo) -> String {
    text.get(&format!("recovery-rule-{needs_two}"))
}

fn form(text: &Text, rule: RecoveryRule) -> Group {
    let open = RecoveryNeedsTwo::ALL.iter().filter(|one| **one >= rule.least);
    let choices = open.map(|one| {
        (
            one.as_str().to_owned(),
            whose(text, *one),
            *one == rule.asked.unwrap_or(rule.needs_two).max(rule.least),
        )
    });
    Group {
        legend: text.get("admin-recovery-change"),
        hint: text.get("admin-recovery-change-hint"),
        fields: vec![Field::of(
            text,
            "needs_two",
            ("admin-recovery-whose", ""),
            Kind::Choice(choices.collect()),
        )],
        folded: false,
    }
}

/// `POST /admin/recovery`, field `needs_two`: `nobody`, `administrators` or `everybody`.
pub(super) async fn act(may: MayNow<RulesManage>, Submission { visit, form }: Submission) -> Response {
    let Some(needs_two) = form.get("needs_two").and_then(RecoveryNeedsTwo::parse) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let mut op = may.op(&visit);
    let done = enrolment::set_recovery_rule(&mut op, may.organisation_id(), needs_two).await;
    match op.conclude(done).await {
        Ok(Ok(())) => see_other(&format!("{HERE}?done=set")),
        Ok(Err(_)) => {
            let wrong = visit.text.get("admin-recovery-wrong");
            render(&visit, &may, (String::new(), wrong)).await
        }
        Err(fault) => visit.fault_page(&fault),
    }
}
