//! What `doorward rule` prints.

use serde_json::json;

use crate::domain::{Timestamp, rfc3339};
use crate::rule::{Checked, Counts, Replay, Report, Revision, Rule, RuleSet, Verdict, What};

/// The rules in their order, one a line, with their start and the exceptions that hold.
pub(super) fn list(set: &RuleSet, now: Timestamp) -> String {
    if set.rules.is_empty() {
        return "the organisation has no rules".to_owned();
    }
    let mut lines = vec!["place  mode    rule".to_owned()];
    for (rule, place) in set.rules.iter().zip(1..) {
        let (mode, name) = (rule.mode.as_str(), &rule.definition.name);
        lines.push(format!("{place:>5}  {mode:<6}  {name}"));
        lines.extend(more(rule, now).into_iter().map(|line| format!("{:15}{line}", "")));
    }
    lines.join("\n")
}

/// What is told of a rule below its name.
fn more(rule: &Rule, now: Timestamp) -> Vec<String> {
    let starts = rule.definition.starts;
    let starts = starts.map(|starts| format!("starts {}", rfc3339::written(starts)));
    let holding = rule.exceptions.iter().filter(|one| one.holds(now));
    let exceptions = holding.map(|one| {
        format!(
            "not for {} until {}: {} (given by {})",
            one.person,
            rfc3339::written(one.until),
            one.reason,
            one.by
        )
    });
    starts.into_iter().chain(exceptions).collect()
}

/// The changes, one a line.
pub(super) fn history(found: &[Revision]) -> String {
    if found.is_empty() {
        return "nothing was changed yet".to_owned();
    }
    let mut lines = vec![format!("revision  {:<27}  what was done", "when")];
    lines.extend(found.iter().map(|one| {
        let what = match one.what {
            What::Added => "drafted".to_owned(),
            What::Removed => "removed".to_owned(),
            What::Defined => "changed".to_owned(),
            What::Moved => "moved".to_owned(),
            What::Excepted => "exceptions changed".to_owned(),
            What::Switched(mode) => format!("switched to {mode}"),
        };
        let by = one.changed_by.as_deref().unwrap_or("–");
        let (at, rule) = (rfc3339::written(one.changed_at), &one.rule);
        format!("{:>8}  {at:<27}  {rule}: {what} (by {by})", one.revision)
    }));
    lines.join("\n")
}

pub(super) fn list_as_json(set: &RuleSet) -> String {
    json!({ "revision": set.revision, "rules": set.rules }).to_string()
}

/// What would have become of past sign-ins.
pub(super) fn replay(replay: &Replay) -> String {
    let mut lines = vec![
        format!("sign-ins from {} to {}", replay.from, replay.until),
        HEAD.to_owned(),
        row(&replay.all, "everybody"),
    ];
    lines.extend(replay.departments.iter().map(department));
    let people = || replay.people.iter().flatten();
    lines.extend(
        people()
            .filter(|person| person.counts.is_otherwise())
            .map(|person| row(&person.counts, &format!("{} ({})", person.username, person.name))),
    );
    if replay.passages.total() > 0 {
        lines.push("on the way to applications, by sessions that were there already".to_owned());
        lines.push(row(&replay.passages, "everybody"));
        lines.extend(replay.passages_by_department.iter().map(department));
        let people = people().filter(|person| person.passages.is_otherwise());
        lines.extend(people.map(|person| {
            let who = format!("{} ({})", person.username, person.name);
            row(&person.passages, &who)
        }));
    }
    lines.join("\n")
}

const HEAD: &str = "  let in  asked for more  to set up a factor  not let in  who";

/// What a rule that only reports would have asked.
pub(super) fn report(report: &Report) -> String {
    [
        format!("from {} to {}", report.from, report.until),
        HEAD.to_owned(),
        row(&report.sign_ins, "signed in"),
        row(
            &report.passages,
            "on the way to applications, by sessions that were there already",
        ),
    ]
    .join("\n")
}

fn department((name, counts): (&String, &Counts)) -> String {
    let name = if name.is_empty() { "no department" } else { name };
    row(counts, &format!("department {name}"))
}

fn row(counts: &Counts, who: &str) -> String {
    let Counts {
        let_in,
        stepped_up,
        enrol,
        refused,
    } = counts;
    format!("{let_in:>8}  {stepped_up:>14}  {enrol:>18}  {refused:>10}  {who}")
}

/// What the rules ask, and why.
pub(super) fn check(checked: &Checked) -> String {
    let mut lines = vec![asked(&checked.verdict)];
    if let Some(reported) = &checked.reported {
        lines.push(format!("with the rules that only report: {}", asked(reported)));
    }
    lines.extend(checked.rules.iter().map(|one| {
        let why = match one.because {
            None => "applies".to_owned(),
            Some("unless") => "does not apply: its exception does".to_owned(),
            Some("starts") => "does not apply: it starts later".to_owned(),
            Some("exception") => "does not apply: it passes over this person for a while".to_owned(),
            Some(condition) => format!("does not apply: {condition}"),
        };
        format!("  {:<6}  {}: {why}", one.mode.as_str(), one.rule)
    }));
    lines.join("\n")
}

fn asked(verdict: &Verdict) -> String {
    if let Some(sentence) = &verdict.refused {
        return format!("not let in: {sentence}");
    }
    let mut asked = Vec::new();
    if let Some(acr) = verdict.acr {
        asked.push(format!("asked for {acr}"));
    }
    if let Some(age) = verdict.max_age {
        asked.push(match age.as_secs() / 60 {
            0 => "asked to sign in for each request".to_owned(),
            minutes => format!("asked again after {minutes} minutes"),
        });
    }
    if verdict.remembered {
        asked.push("not asked for a second factor on this device".to_owned());
    }
    if let Some(enrol) = verdict.enrol {
        asked.push(format!(
            "to set up a factor ({}) before {}",
            enrol.factor, enrol.due
        ));
    }
    if asked.is_empty() {
        "asked for nothing more".to_owned()
    } else {
        asked.join(", ")
    }
}
