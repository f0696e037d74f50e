//! A backchannel authentication request for tokens, once its person has approved it (OpenID CIBA Core section 10.1).

use super::{TokenRequest, polled};
use crate::oauth::error::Refusal;
use crate::oauth::issue::Issued;
use crate::oauth::polled::Kind;
use crate::op::{Op, OpError};

pub(super) async fn redeem(
    op: &mut Op,
    request: &TokenRequest<'_>,
) -> Result<Result<Issued, Refusal>, OpError> {
    match request.required("auth_req_id", "auth_req_id is missing") {
        Ok(secret) => polled::redeem(op, request, Kind::Backchannel, secret).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}
