//! `doorward why`: may somebody do something, why, and what would turn it.

use clap::Args;

use super::asked::Asked;
use super::client::on;
use super::command::Place;
use super::error::CommandError;
use super::output;
use super::person::named;
use super::when::{When, beginning};
use crate::decision::{self, Cure, Explained, GrantTold, State, StepUp, Then};
use crate::domain::{Subject, rfc3339};
use crate::op::Op;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The person's username.
    #[arg(value_name = "PERSON")]
    username: String,
    #[command(flatten)]
    asked: Asked,
    /// As it was at a moment in the past: a day (its beginning, UTC) or a moment such as 2026-12-31T18:00:00Z.
    #[arg(long, value_name = "WHEN", value_parser = beginning)]
    as_of: Option<When>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Decides, and prints why.
pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let (place, json) = (arguments.place.clone(), arguments.json);
    let told = on(place, async |op| explained(op, arguments).await).await?;
    output::line(if json {
        serde_json::to_string(&told)?
    } else {
        as_text(&told)
    });
    Ok(())
}

async fn explained(op: &mut Op, arguments: Arguments) -> Result<Explained, CommandError> {
    let person = named(op, &arguments.username).await?;
    let access = arguments.asked.meant(op, person.organisation_id).await?;
    let now = op.now;
    let then = arguments.as_of.map(|when| Then::new(when.moment(now), now));
    let question = access.of(Subject::Person(person.id));
    Ok(decision::explain(op, question, then.transpose()?).await?)
}

fn as_text(told: &Explained) -> String {
    let decision = &told.decision;
    let answer = if decision.allowed { "yes" } else { "no" };
    let then = told
        .as_of
        .map(|moment| format!(" (as of {})", rfc3339::second(moment)));
    let then = then.unwrap_or_default();
    let mut lines = vec![format!("{answer}{then}: {}", decision.explanation)];
    lines.extend(told.grants.iter().map(grant));
    lines.extend(told.cures.iter().map(cure));
    lines.join("\n")
}

/// One grant in one line.
pub(super) fn grant(one: &GrantTold) -> String {
    let state = match one.state {
        State::Counts => "counts",
        State::Elsewhere => "counts elsewhere",
        State::Later => "has not begun",
    };
    let within = output::words(&one.within, "everywhere");
    let through = one.through.as_deref().unwrap_or("themselves");
    let until = one.until.map_or_else(
        || "without end".to_owned(),
        |until| format!("until {}", rfc3339::second(until)),
    );
    let from = rfc3339::second(one.from);
    let used = match (one.last_used, one.state) {
        (Some(used), _) => format!(", last used {}", rfc3339::second(used)),
        (None, State::Later) => String::new(),
        (None, State::Counts | State::Elsewhere) => ", not used yet".to_owned(),
    };
    let review = one
        .next_review
        .map(|at| format!(", review {}", rfc3339::second(at)));
    let review = review.unwrap_or_default();
    format!(
        "grant {}  {}  {state}: in {within}, through {through}, from {from}, {until}{used}{review}; given by {}: {}",
        one.id,
        one.role,
        one.giver.as_ref().unwrap_or(&one.given_by),
        one.reason
    )
}

fn cure(one: &Cure) -> String {
    match one {
        Cure::Wait { grant, until } => {
            format!(
                "would turn it: to wait until {}, when the grant {grant} begins",
                rfc3339::second(*until)
            )
        }
        Cure::Give { roles, within } => {
            let within = output::words(within, "everywhere");
            format!(
                "would turn it: one of the roles {}, given in {within}",
                roles.join(", ")
            )
        }
        Cure::Policy { policies } => format!("would turn it: another policy than {}", policies.join(", ")),
        Cure::StepUp(step_up) => format!("would turn it: {}", proof(step_up)),
        Cure::Activate => "would turn it: an account and an organisation that are active".to_owned(),
        Cure::Restore => "would turn it: to bring the application back".to_owned(),
    }
}

fn proof(step_up: &StepUp) -> String {
    let classes = step_up.acr_values.replace(' ', " or ");
    match step_up.max_age {
        Some(age) => format!("a proof of the class {classes} in the last {age} seconds"),
        None => format!("a proof of the class {classes}"),
    }
}
