//! What somebody has given to others.

use super::copies;
use super::explain::{self, GrantTold};
use super::giver::{self, GivenRow, Giver};
use crate::domain::{AccessGrantId, Subject};
use crate::op::{Op, OpError};

/// A grant with who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// None: the group that the grant names.
    pub holder: Option<Subject>,
    pub grant: GrantTold,
}

/// A page of what somebody has given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenPage {
    pub given: Vec<Given>,
    /// Where the next page begins; none: there is no more.
    pub next: Option<AccessGrantId>,
}

/// What somebody has given to others of their organisation and has not ended, the newest first: at most `most`, from where the page before
/// has ended.
pub async fn given(
    op: &mut Op,
    by: Subject,
    (before, most): (Option<AccessGrantId>, usize),
) -> Result<GivenPage, OpError> {
    let Some(holdings) = copies::holdings(op, by).await? else {
        return Ok(GivenPage::default());
    };
    let (now, organisation, word) = (op.now, holdings.organisation_id(), by.word());
    let whose = (organisation, word.as_str());
    let rows = giver::given_by(op.reading().await?, whose, now, (before, most)).await?;
    let next = rows
        .last()
        .filter(|_| rows.len() >= most)
        .map(|last| last.grant.id);
    let told = |row: GivenRow| {
        let giver = Giver {
            reason: row.reason,
            given_by: word.clone(),
            name: None,
            next_review: row.next_review,
        };
        let from = row.grant.window.from;
        let grant = explain::told(now, &holdings.rulebook, (&row.grant, giver, from), |_| true)?;
        Some(Given {
            holder: row.holder,
            grant,
        })
    };
    Ok(GivenPage {
        given: rows.into_iter().filter_map(told).collect(),
        next,
    })
}

/// How many grants somebody has given that have not ended: counted, not read, since there may be very many.
pub async fn count_given(op: &mut Op, by: Subject) -> Result<i64, OpError> {
    let Some(holdings) = copies::holdings(op, by).await? else {
        return Ok(0);
    };
    let (now, organisation) = (op.now, holdings.organisation_id());
    Ok(giver::count_given_by(op.reading().await?, organisation, &by.word(), now).await?)
}
