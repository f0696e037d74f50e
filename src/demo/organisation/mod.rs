//! The sample organisations: Northbeam with its CX platform, and Southgate beside it.
//!
//! Passwords and other secrets are made by chance for each data folder and kept there in one file, which only its owner may
//! read: a demonstration that somebody exposes by mistake has no well-known passwords.

mod chart;
mod client;
mod detail;
mod error;
mod folder;
mod past;
mod people;
mod platform;
mod policy;
mod southgate;

use std::path::Path;
use std::sync::Arc;

use super::Sample;
use super::sample::SamplePerson;
use crate::domain::Actor;
use crate::op::{House, Op};
use crate::person;

pub use error::SampleError;
pub(super) use folder::made_for;

/// The slug that tells whether the sample is there already.
const NORTHBEAM: &str = "northbeam";

/// Makes the sample at the first start; finds it at every later one. All of it is one act: it is there as a whole or not at
/// all. `application` is the address of the sample application, without a slash at the end.
pub async fn create(house: &Arc<House>, folder: &Path, application: &str) -> Result<Sample, SampleError> {
    let mut op = Op::inside(house, Actor::System);
    if person::find_organisation_by_slug(&mut op, NORTHBEAM)
        .await?
        .is_some()
    {
        return folder::load(folder);
    }
    op.rest();
    let northbeam = people::prepare(house, people::NORTHBEAM).await?;
    let southgate = people::prepare(house, southgate::PEOPLE).await?;
    let organisation = platform::create_organisation(&mut op, NORTHBEAM, "Northbeam").await?;
    let chart = chart::create(&mut op, organisation).await?;
    let platform = platform::create(&mut op, organisation).await?;
    let mut made = Vec::new();
    for one in northbeam {
        let named = (organisation, "Northbeam");
        made.push(people::create(&mut op, named, &chart, &platform.roles, one).await?);
    }
    people::give_to_project(&mut op, organisation, &chart, &platform.roles).await?;
    past::create(&mut op, organisation, &made).await?;
    let mut people: Vec<SamplePerson> = made.into_iter().map(|(_, person)| person).collect();
    people.extend(southgate::create(&mut op, platform.application, southgate).await?);
    let (clients, account) = client::create(&mut op, organisation, &platform, application).await?;
    let token = client::registration_token(&mut op, organisation, &platform, account).await?;
    let sample = Sample {
        people,
        clients,
        registration_token: Some(token),
    };
    // The file first: secrets that are on disk and not in the database are made anew, the reverse would be lost.
    folder::store(folder, application, &sample)?;
    op.commit().await?;
    Ok(sample)
}
