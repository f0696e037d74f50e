//! What a person can give a client of what it asks, at this moment: the one answer for every page with a question.

use super::details::{self, Given};
use super::error::{ErrorCode, Refusal};
use super::rights::Rights;
use super::terms::Terms;
use crate::client::Client;
use crate::domain::Scopes;
use crate::op::{Op, OpError};
use crate::person::Standing;

const NO_SCOPE: Refusal = Refusal::new(
    ErrorCode::InvalidScope,
    "none of the asked scopes may be given to this client and person",
);

const NOT_THEIRS: Refusal = Refusal::new(
    ErrorCode::AccessDenied,
    "the person may not give what authorization_details ask for",
);

/// What a person can give: never nothing.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) rights: Rights,
    pub(super) details: Vec<Given>,
}

impl Offer {
    /// The overlap of what is asked with the rights of this moment. Details are given whole or not at all: what is left of
    /// them could mean something else.
    pub(super) async fn now(
        op: &mut Op,
        client: &Client,
        standing: &Standing,
        (scopes, terms): (&Scopes, &Terms),
    ) -> Result<Result<Self, Refusal>, OpError> {
        let rights = Rights::now(op, client, standing, Some(scopes), &terms.resources).await?;
        let asked = &terms.authorization_details;
        let details = details::given(op, client, standing.subject(), asked).await?;
        Ok(if details.len() < asked.len() {
            Err(NOT_THEIRS)
        } else if rights.scopes.is_empty() && details.is_empty() {
            Err(NO_SCOPE)
        } else {
            Ok(Self { rights, details })
        })
    }
}
