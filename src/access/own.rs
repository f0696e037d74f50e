//! This house itself as an application: the interface of administrators, whose permissions are rights, and what was delegated.

use std::sync::Arc;

use super::model::Application;
use crate::domain::{OWN_APPLICATION, OrganisationId, TokenFormat, own_scopes};
use crate::op::{House, Part};

/// Where the interface of administrators is, below the issuer.
pub const OWN_PATH: &str = "/admin/v1";

/// By what name tokens mean it: where it is.
#[must_use]
pub fn audience(house: &House) -> String {
    format!("{}{OWN_PATH}", house.config.server.issuer_text())
}

struct Own(Arc<Application>);

impl Part for Own {
    fn new(house: &House) -> Self {
        // Pages have sentences of their own for these.
        let permission = |name: &str| (name.to_owned(), name.to_owned(), String::new());
        Self(Arc::new(Application {
            id: OWN_APPLICATION,
            organisation_id: OrganisationId::from_bytes([0; 16]),
            name: "Doorward".to_owned(),
            audience: audience(house),
            shared: true,
            token_format: TokenFormat::Jwt,
            retired_at: None,
            permissions: own_scopes().map(permission).collect(),
        }))
    }
}

/// The application that this house is.
pub(super) fn application(house: &Arc<House>) -> Arc<Application> {
    Arc::clone(&house.part::<Own>().0)
}
