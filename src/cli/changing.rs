//! What `doorward application`, `permission`, `group`, `role` and `grant` have alike: `--preview`.

use super::client::on;
use super::command::Place;
use super::error::CommandError;
use super::{house, output};
use crate::access::{self, AccessError, Effect, People};
use crate::domain::{OrganisationId, Timestamp};
use crate::op::Op;

/// What is said of a change that may have found all as it was to be.
pub(super) fn changed(changed: bool) -> String {
    if changed {
        "changed"
    } else {
        "nothing is different"
    }
    .to_owned()
}

/// Does something, or says what it would come to.
pub(super) async fn change<T>(
    (place, preview): (Place, bool),
    whose: impl AsyncFnOnce(&mut Op) -> Result<(OrganisationId, Timestamp), CommandError>,
    act: impl AsyncFnOnce(&mut Op, OrganisationId) -> Result<T, AccessError>,
    tell: impl FnOnce(T) -> String,
) -> Result<(), CommandError> {
    if !preview {
        let done = on(place, async |op| {
            let (organisation, _) = whose(op).await?;
            Ok(act(op, organisation).await?)
        });
        output::line(tell(done.await?));
        return Ok(());
    }
    let house = house::open(place.load()?).await?;
    let mut op = house::act(&house);
    let told = previewed(&mut op, whose, act).await;
    // Nothing of it is kept.
    drop(op);
    house::close(&house).await;
    output::line(told?);
    Ok(())
}

async fn previewed<T>(
    op: &mut Op,
    whose: impl AsyncFnOnce(&mut Op) -> Result<(OrganisationId, Timestamp), CommandError>,
    act: impl AsyncFnOnce(&mut Op, OrganisationId) -> Result<T, AccessError>,
) -> Result<String, CommandError> {
    let (organisation, at) = whose(op).await?;
    let act = async |op: &mut Op| act(op, organisation).await;
    let effects = access::preview(op, (organisation, at), act).await?;
    if effects.is_empty() {
        return Ok("nothing would change: nobody gains or loses a permission".to_owned());
    }
    let lines: Vec<String> = effects.iter().map(line).collect();
    Ok(lines.join("\n"))
}

fn line(effect: &Effect) -> String {
    let parts = [
        ("would get", &effect.gain),
        ("would lose", &effect.lose),
        ("would hold elsewhere", &effect.elsewhere),
    ];
    let parts = parts.into_iter().filter(|(_, people)| people.count > 0);
    let told: Vec<String> = parts
        .map(|(what, people)| format!("{what} it: {}", named(people)))
        .collect();
    format!(
        "{} ({}): {}",
        effect.permission,
        effect.application,
        told.join("; ")
    )
}

fn named(people: &People) -> String {
    let names = people.some.join(", ");
    match people.count.saturating_sub(people.some.len()) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}
