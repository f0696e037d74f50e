//! `doorward passkey`.

use clap::{Args, Subcommand};

use super::command::Place;
use super::error::CommandError;
use super::{house, output};
use crate::domain::{Aaguid, OrganisationId, ProductProof};
use crate::factor::passkey::policy;
use crate::op::Op;
use crate::person;

#[derive(Debug, Subcommand)]
pub(super) enum PasskeyCommand {
    /// List the products that can be listed: those that the metadata of `passkeys.metadata_file` know, and common ones.
    #[command(after_help = "Example:\n  doorward passkey products")]
    Products(Place),
    /// Say which products people of an organisation may add.
    #[command(subcommand)]
    Policy(PolicyCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Let people add passkeys and keys of these products only, proven by their makers' word or, with `--claimed`, by their own.
    ///
    /// The list is put in place of the one before. Where several apply (of the organisation, of roles), a product must be on each.
    /// What people have already stays.
    #[command(
        after_help = "Example:\n  doorward passkey policy set --organisation northbeam --role administrator 2fc0579f-8113-47ea-b116-bb5a8db9202a"
    )]
    Set(Set),
    /// List the products that people may add.
    #[command(after_help = "Example:\n  doorward passkey policy show --organisation northbeam")]
    Show(Whose),
    /// Let people add all products again.
    #[command(
        after_help = "Example:\n  doorward passkey policy clear --organisation northbeam --role administrator"
    )]
    Clear(Whose),
}

#[derive(Debug, Args)]
pub(super) struct Whose {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The word of a role; without it, the whole organisation.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    #[command(flatten)]
    whose: Whose,
    /// Take an authenticator's own word for what it is. Those that copy their passkeys have no maker's.
    #[arg(long)]
    claimed: bool,
    /// The products, as `doorward passkey products` lists them.
    #[arg(value_name = "AAGUID", required = true, value_parser = aaguid)]
    products: Vec<Aaguid>,
}

fn aaguid(text: &str) -> Result<Aaguid, String> {
    Aaguid::parse(text).ok_or_else(|| {
        "an AAGUID is 32 hexadecimal digits in five groups, such as cb69481e-8ff7-4039-93ec-0a2729a154a8"
            .to_owned()
    })
}

/// Runs one of them.
pub(super) async fn run(command: PasskeyCommand) -> Result<(), CommandError> {
    let place = match &command {
        PasskeyCommand::Products(place) => place,
        PasskeyCommand::Policy(
            PolicyCommand::Set(Set { whose, .. }) | PolicyCommand::Show(whose) | PolicyCommand::Clear(whose),
        ) => &whose.place,
    };
    let house = house::open(place.load()?).await?;
    let mut op = house::act(&house);
    let done = match command {
        PasskeyCommand::Products(_) => Ok(products(&op)),
        PasskeyCommand::Policy(PolicyCommand::Set(Set {
            whose,
            claimed,
            products,
        })) => {
            let proof = if claimed {
                ProductProof::Claimed
            } else {
                ProductProof::Attested
            };
            set(&mut op, &whose, (proof, &products)).await
        }
        PasskeyCommand::Policy(PolicyCommand::Show(whose)) => show(&mut op, &whose).await,
        PasskeyCommand::Policy(PolicyCommand::Clear(whose)) => {
            set(&mut op, &whose, (ProductProof::Attested, &[])).await
        }
    };
    let done = match done {
        Ok(line) => op.commit().await.map(|()| line).map_err(CommandError::from),
        Err(error) => {
            // A connection that it holds would keep the database open.
            drop(op);
            Err(error)
        }
    };
    house::close(&house).await;
    done.map(output::line)
}

fn products(op: &Op) -> String {
    let known = policy::products(op);
    let lines = known.iter().map(|one| {
        let told = match (one.fallen, one.attestable) {
            (true, _) => "  (fallen)",
            (false, true) => "",
            (false, false) => "  (by its own word only)",
        };
        format!("{}  {}{told}", one.aaguid, one.name)
    });
    lines.collect::<Vec<_>>().join("\n")
}

async fn organisation(op: &mut Op, whose: &Whose) -> Result<OrganisationId, CommandError> {
    let found = person::find_organisation_by_slug(op, &whose.organisation).await?;
    found.map(|found| found.id).ok_or(CommandError::NoOrganisation)
}

async fn set(
    op: &mut Op,
    whose: &Whose,
    products: (ProductProof, &[Aaguid]),
) -> Result<String, CommandError> {
    let organisation = organisation(op, whose).await?;
    policy::set(op, organisation, whose.role.as_deref(), products).await??;
    let (_, products) = products;
    Ok(match products.len() {
        0 => "all products may be added".to_owned(),
        several => format!("{} may be added", output::count(several, "product")),
    })
}

async fn show(op: &mut Op, whose: &Whose) -> Result<String, CommandError> {
    let organisation = organisation(op, whose).await?;
    let known = policy::products(op);
    let mut lines = Vec::new();
    for list in policy::lists(op, organisation).await? {
        if whose.role.is_some() && whose.role != list.role {
            continue;
        }
        let whose = list.role.unwrap_or_else(|| "everybody".to_owned());
        lines.push(match list.proof {
            ProductProof::Attested => whose,
            ProductProof::Claimed => format!("{whose} (by their own word)"),
        });
        lines.extend(list.aaguids.iter().map(|aaguid| {
            let product = known.iter().find(|one| one.aaguid == *aaguid);
            format!("  {aaguid}  {}", product.map_or("", |one| &one.name))
        }));
    }
    if lines.is_empty() {
        lines.push("all products may be added".to_owned());
    }
    Ok(lines.join("\n"))
}
