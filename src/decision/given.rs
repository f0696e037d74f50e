//! What somebody has given to others.

use super::copies;
use super::explain::{self, GrantTold};
use super::giver::{self, GivenRow, Giver};
use crate::domain::Subject;
use crate::op::{Op, OpError};

/// A grant with who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// None: the group that the grant names.
    pub holder: Option<Subject>,
    pub grant: GrantTold,
}

/// What somebody has given to others of their organisation and has not ended: what counts now first.
pub async fn given(op: &mut Op, by: Subject) -> Result<Vec<Given>, OpError> {
    let Some(holdings) = copies::holdings(op, by).await? else {
        return Ok(Vec::new());
    };
    let (now, organisation, word) = (op.now, holdings.organisation_id(), by.word());
    let rows = giver::given_by(op.reading().await?, organisation, &word, now).await?;
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
    let mut given: Vec<Given> = rows.into_iter().filter_map(told).collect();
    given.sort_by_cached_key(|one| (one.grant.state, one.grant.role_title.clone(), one.grant.id));
    Ok(given)
}

/// How many grants somebody has given that have not ended: counted, not read, since there may be very many.
pub async fn count_given(op: &mut Op, by: Subject) -> Result<i64, OpError> {
    let Some(holdings) = copies::holdings(op, by).await? else {
        return Ok(0);
    };
    let (now, organisation) = (op.now, holdings.organisation_id());
    Ok(giver::count_given_by(op.reading().await?, organisation, &by.word(), now).await?)
}
