//! Grants: one file each, which says how it is redeemed. Which there are is said once, in [`crate::domain::grants`].

use super::{TokenRequest, polled};
use crate::domain::{GrantType, grants};
use crate::oauth::error::Refusal;
use crate::oauth::issue::Issued;
use crate::op::{Op, OpError};

macro_rules! redeemed {
    ($($(#[$about:meta])* $variant:ident = $word:literal in $file:ident: $tokens:ident, $asked_by:ident;)+) => {
        $(pub(super) mod $file;)+

        /// Redeems a grant, by its own file.
        pub(super) async fn redeem(
            grant: GrantType,
            op: &mut Op,
            request: &TokenRequest<'_>,
        ) -> Result<Result<Issued, Refusal>, OpError> {
            match grant {
                $(GrantType::$variant => $file::redeem(op, request).await,)+
            }
        }
    };
}

grants!(redeemed);
