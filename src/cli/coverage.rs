//! `doorward coverage`.

use clap::Args;

use super::command::Place;
use super::error::CommandError;
use super::person::organisation;
use super::{house, output};
use crate::op::Op;
use crate::roll_out::{self, Everybody, Having};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Counts and prints.
pub(super) async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let house = house::open(arguments.place.load()?).await?;
    let counted = counted(&mut house::act(&house), &arguments.organisation).await;
    house::close(&house).await;
    let counted = counted?;
    output::line(if arguments.json {
        serde_json::to_string(&counted)?
    } else {
        told(&counted)
    });
    Ok(())
}

async fn counted(op: &mut Op, slug: &str) -> Result<Everybody, CommandError> {
    let organisation = organisation(op, slug).await?;
    Ok(roll_out::everybody(op, organisation).await?)
}

fn told(counted: &Everybody) -> String {
    let mut lines = vec![
        "people  second factor  passkey  where".to_owned(),
        row(counted.all, "everybody"),
    ];
    lines.extend(counted.groups.iter().map(|one| row(one.share, &one.group)));
    if counted.no_department.people > 0 {
        lines.push(row(counted.no_department, "in no department"));
    }
    lines.extend(counted.left.iter().map(|one| {
        let line = format!("left: {} ({})  {}", one.username, one.name, one.groups.join(", "));
        line.trim_end().to_owned()
    }));
    lines.join("\n")
}

fn row(share: Having, place: &str) -> String {
    let second = format!("{} ({} %)", share.second, share.percent());
    format!("{:>6}  {second:>13}  {:>7}  {place}", share.people, share.passkey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roll_out::Group;

    #[test]
    fn departments_stand_below_everybody_and_those_without_last() {
        let all = Having {
            people: 3,
            second: 2,
            passkey: 1,
        };
        let group = |group: &str, share| Group {
            group: group.to_owned(),
            share,
        };
        let counted = Everybody {
            all,
            groups: vec![
                group("department:support", all),
                group("region:emea", Having::default()),
            ],
            no_department: Having {
                people: 1,
                ..Having::default()
            },
            left: Vec::new(),
        };
        assert_eq!(
            told(&counted),
            "people  second factor  passkey  where\n     \
             3       2 (67 %)        1  everybody\n     \
             3       2 (67 %)        1  department:support\n     \
             0        0 (0 %)        0  region:emea\n     \
             1        0 (0 %)        0  in no department"
        );
    }
}
