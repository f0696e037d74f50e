//! Whom a roll-out means, who of them has the factor, and who is left.

use std::collections::{BTreeMap, HashMap};
use std::slice;

use serde::Serialize;

use super::{RollOut, store};
use crate::domain::{
    FactorAsked, PersonId, PersonStatus, ReminderKind, RuleId, Timestamp, Username, rfc3339,
};
use crate::factor::second;
use crate::op::{Op, OpError};
use crate::person;
use crate::rule::{Bearing, Census, Counted, Factors, RuleSet};

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Whom the rule means.
    pub people: u32,
    /// Who has what it asks for.
    pub has: u32,
    /// Who has not, and is passed over for a while.
    pub excepted: u32,
}

impl Share {
    /// Who has neither the factor nor an exception.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.people.saturating_sub(self.has).saturating_sub(self.excepted)
    }

    /// Whole percents of those who have it: the nearest, but 100 only of all and 0 only of none; 100 of nobody.
    #[must_use]
    pub fn percent(&self) -> u32 {
        percent(self.has, self.people).unwrap_or(100)
    }

    fn add(&mut self, has: bool, excepted: bool) {
        self.people += 1;
        self.has += u32::from(has);
        self.excepted += u32::from(excepted && !has);
    }
}

/// The nearest whole percents, but 100 only of all and 0 only of none; none of nobody.
pub(super) fn percent(part: u32, whole: u32) -> Option<u32> {
    let (part, whole) = (u64::from(part), u64::from(whole));
    let nearest = (part * 200 + whole).checked_div(whole * 2)?;
    let bounded = match part {
        0 => 0,
        part if part >= whole => 100,
        _ => nearest.clamp(1, 99),
    };
    u32::try_from(bounded).ok()
}

/// Somebody who is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    pub id: PersonId,
    pub username: Username,
    pub name: String,
    /// Labels of their departments and regions.
    pub places: Vec<String>,
    /// When their grace ends, or has ended.
    #[serde(with = "rfc3339")]
    pub due: Timestamp,
    /// Whether mails reach them for all that is known: their address is proven.
    pub reachable: bool,
    /// The newest reminder that they have had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminded: Option<ReminderKind>,
    #[serde(skip_serializing_if = "Option::is_none", with = "rfc3339::optional")]
    pub reminded_at: Option<Timestamp>,
}

/// How far a roll-out is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    pub all: Share,
    /// Departments and regions by their label.
    pub groups: BTreeMap<String, Share>,
    /// Who is left, by user name.
    pub left: Vec<Left>,
}

/// Counts whom a roll-out means. People who cannot sign in are not counted; whoever is in several regions or departments counts in each.
pub async fn coverage(op: &mut Op, set: &RuleSet, roll_out: &RollOut) -> Result<Coverage, OpError> {
    let counted = coverage_of_all(op, set, slice::from_ref(roll_out)).await?;
    Ok(counted.into_iter().next().unwrap_or_default())
}

/// The same of several, in their order: people are read once.
pub async fn coverage_of_all(
    op: &mut Op,
    set: &RuleSet,
    roll_outs: &[RollOut],
) -> Result<Vec<Coverage>, OpError> {
    let factors = second::of_organisation(op, set.organisation_id).await?;
    let mut counted = Vec::new();
    for one in roll_outs {
        counted.push((one.factor, reminded(op, one).await?, Coverage::default()));
    }
    let rules: Vec<RuleId> = roll_outs.iter().map(RollOut::id).collect();
    let census = Census::of(op, set, &rules).await?;
    let mut after = None;
    loop {
        let found = person::list(op, set.organisation_id, after.as_ref()).await?;
        let Some(last) = found.last() else { break };
        after = Some(last.username.clone());
        let active = found.into_iter();
        for person in active.filter(|person| person.status == PersonStatus::Active) {
            let Some(who) = census.ask(person, op.now) else {
                continue;
            };
            let has = factors.get(&who.person.id).copied().unwrap_or_default();
            for ((factor, reminded, coverage), bearing) in counted.iter_mut().zip(&who.bearings) {
                if let Some(bearing) = bearing {
                    let newest = reminded.get(&who.person.id).copied();
                    coverage.add(&who, *bearing, (is_set_up(*factor, has), newest));
                }
            }
        }
    }
    Ok(counted.into_iter().map(|(_, _, coverage)| coverage).collect())
}

/// Whether these are what is asked for.
fn is_set_up(factor: FactorAsked, has: Factors) -> bool {
    match factor {
        FactorAsked::Any => has.second,
        FactorAsked::Passkey => has.passkey,
    }
}

/// A reminder that somebody has had, and when.
type Reminded = (ReminderKind, Timestamp);

/// Of each person the newest reminder.
async fn reminded(op: &mut Op, roll_out: &RollOut) -> Result<HashMap<PersonId, Reminded>, OpError> {
    let Some(begun_at) = roll_out.begun_at(op.now) else {
        return Ok(HashMap::new());
    };
    let all = store::of_roll_out(op.reading().await?, (roll_out.id(), begun_at)).await?;
    let newest = all.into_iter();
    Ok(newest.map(|one| (one.person, (one.kind, one.at))).collect())
}

impl Coverage {
    fn add(&mut self, who: &Counted, bearing: Bearing, (has, reminded): (bool, Option<Reminded>)) {
        let is_place = |label: &&String| label.starts_with("department:") || label.starts_with("region:");
        let places: Vec<String> = who.groups.iter().filter(is_place).cloned().collect();
        let excepted = matches!(bearing, Bearing::Excepted(_));
        self.all.add(has, excepted);
        for place in &places {
            self.groups.entry(place.clone()).or_default().add(has, excepted);
        }
        if let (Bearing::Asked { due, .. }, false) = (bearing, has) {
            self.left.push(Left {
                reachable: who.person.email_verified,
                id: who.person.id,
                username: who.person.username.clone(),
                name: who.person.name.clone(),
                places,
                due,
                reminded: reminded.map(|(kind, _)| kind),
                reminded_at: reminded.map(|(_, at)| at),
            });
        }
    }
}
