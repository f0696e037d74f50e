//! Policies as commands print them.

use crate::domain::{PolicyState, rfc3339};
use crate::policy::{Effect, Examined, InForce, Listed, Policy, Step, Template, Version};

pub(super) fn list(all: &[Listed]) -> String {
    if all.is_empty() {
        return "there are no policies".to_owned();
    }
    let lines = all.iter().map(|one| {
        let active = one.active.map(|version| format!("version {version} active"));
        let state = one.open_state.map_or("", PolicyState::as_str);
        let open = one.open.map(|version| format!("version {version} {state}"));
        let mut states: Vec<String> = active.into_iter().chain(open).collect();
        if states.is_empty() {
            states.push("retired".to_owned());
        }
        format!("{}  {}: {}", one.name, states.join(", "), one.title)
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn in_force(all: &[InForce]) -> String {
    if all.is_empty() {
        return "none was in force".to_owned();
    }
    let lines = all
        .iter()
        .map(|one| format!("{}  version {}: {}", one.name, one.version, one.title));
    lines.collect::<Vec<_>>().join("\n")
}

/// The versions that are not retired, in whole, and what else there is.
pub(super) fn policy(policy: &Policy) -> String {
    let standing = policy
        .versions
        .iter()
        .filter(|one| one.state != PolicyState::Retired);
    let mut parts: Vec<String> = standing.map(|one| version(policy, one)).collect();
    let retired = policy
        .versions
        .iter()
        .filter(|one| one.state == PolicyState::Retired);
    parts.extend(retired.map(|one| head(policy, one)));
    parts.join("\n")
}

fn head(policy: &Policy, one: &Version) -> String {
    let moment = |label: &str, at| format!("{label} {}", rfc3339::second(at));
    let from = one
        .active_from
        .map(|at| moment(", active from", at))
        .unwrap_or_default();
    let until = one
        .active_until
        .map(|at| moment(" until", at))
        .unwrap_or_default();
    format!(
        "{} version {} is {}{from}{until}: {}",
        policy.name, one.version, one.state, one.content.title
    )
}

fn version(policy: &Policy, one: &Version) -> String {
    let cases = one
        .content
        .cases
        .iter()
        .map(|case| format!("\n  case: {}", case.name));
    let cases: String = cases.collect();
    format!(
        "{}\n  {}{cases}\n{}",
        head(policy, one),
        one.content.purpose,
        one.content.cedar.trim_end()
    )
}

pub(super) fn history(steps: &[Step]) -> String {
    let lines = steps.iter().map(|one| {
        let at = rfc3339::second(one.at);
        format!(
            "{at}  version {} {} by {}: {}",
            one.version, one.step, one.by, one.reason
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn tested(examined: &Examined, effect: &Effect) -> String {
    let mut lines: Vec<String> = examined
        .cases
        .iter()
        .map(|case| {
            let mark = if case.passed { "ok" } else { "FAILS" };
            format!("{mark}: {}: {}", case.name, case.sentence)
        })
        .collect();
    if examined.cases.is_empty() {
        lines.push("it has no test case".to_owned());
    }
    lines.extend(examined.remarks.iter().map(|remark| {
        let weight = if remark.refuses { "wrong" } else { "note" };
        format!("{weight}: {remark}")
    }));
    let (changes, asked) = (effect.changes.len(), effect.asked);
    lines.push(format!(
        "in force, it would change {changes} of {asked} answers, asked by the test cases of this and all active policies"
    ));
    lines.extend(effect.changes.iter().map(|one| {
        format!(
            "  {}: {}: {} becomes {}",
            one.policy, one.case, one.before, one.after
        )
    }));
    lines.join("\n")
}

pub(super) fn templates(all: &[Template]) -> String {
    let mut lines = Vec::new();
    for one in all {
        lines.push(format!("{}: {}", one.name, one.sentence));
        for field in &one.parameters {
            let default = field.default.as_ref().map(|value| format!(" [default: {value}]"));
            lines.push(format!(
                "  {}: {}{}",
                field.name,
                field.title,
                default.unwrap_or_default()
            ));
        }
    }
    lines.join("\n")
}
