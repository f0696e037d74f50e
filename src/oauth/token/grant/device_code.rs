//! A device code for tokens, once a person has allowed it elsewhere (RFC 8628 section 3.4).

use super::{TokenRequest, polled};
use crate::oauth::error::Refusal;
use crate::oauth::issue::Issued;
use crate::oauth::polled::Kind;
use crate::op::{Op, OpError};

pub(super) async fn redeem(
    op: &mut Op,
    request: &TokenRequest<'_>,
) -> Result<Result<Issued, Refusal>, OpError> {
    match request.required("device_code", "device_code is missing") {
        Ok(secret) => polled::redeem(op, request, Kind::Device, secret).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}
