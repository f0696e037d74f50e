//! The options that say what a client may be: those of initial access tokens and of clients that administrators add.

use clap::Args;

use super::error::CommandError;
use crate::client::{Policy, TokenExchange};
use crate::domain::{
    ApplicationId, ClientAuthMethod, ClientId, GrantType, OrganisationId, Scopes, ServiceAccountId,
};
use crate::op::Op;
use crate::person;

#[derive(Debug, Args)]
pub(super) struct PolicyOptions {
    /// The slug of the organisation whose clients they become.
    #[arg(long, value_name = "SLUG")]
    organisation: String,
    /// All scopes that may be asked for, with spaces between.
    #[arg(long, value_name = "SCOPES", value_parser = scopes)]
    scope: Option<Scopes>,
    /// A grant type that may be used; may be said several times.
    #[arg(long = "grant-type", value_name = "TYPE", value_parser = grant_type)]
    grant_types: Vec<GrantType>,
    /// A way in which clients may authenticate; may be said several times. [default: all]
    #[arg(long = "auth-method", value_name = "METHOD", value_parser = auth_method)]
    auth_methods: Vec<ClientAuthMethod>,
    /// A host that redirect addresses may have; may be said several times. [default: any]
    #[arg(long = "redirect-host", value_name = "HOST")]
    redirect_hosts: Vec<String>,
    /// The id of the application whose permissions are asked for.
    #[arg(long, value_name = "ID")]
    application: Option<ApplicationId>,
    /// The id of a further application, for which tokens are asked by `resource`; may be said several times.
    #[arg(long = "further-application", value_name = "ID")]
    further_applications: Vec<ApplicationId>,
    /// The id of the service account as which clients act by `client_credentials`.
    #[arg(long, value_name = "ID")]
    service_account: Option<ServiceAccountId>,
    /// A client whose tokens may be exchanged, acting for the subject; may be said several times.
    #[arg(long = "exchange-of", value_name = "CLIENT", value_parser = super::client::client_id)]
    exchange_of: Vec<ClientId>,
    /// A type of authorization details that may be asked for; may be said several times.
    #[arg(long = "details-type", value_name = "TYPE")]
    details_types: Vec<String>,
    /// People of all organisations may sign in.
    #[arg(long)]
    shared: bool,
    /// PKCE is not required of clients that authenticate under the profile `baseline`: a nonce protects their codes.
    #[arg(long)]
    without_pkce: bool,
}

fn scopes(text: &str) -> Result<Scopes, String> {
    Scopes::parse(text).map_err(|error| error.to_string())
}

fn grant_type(text: &str) -> Result<GrantType, String> {
    GrantType::parse(text).ok_or_else(|| "no such grant type".to_owned())
}

fn auth_method(text: &str) -> Result<ClientAuthMethod, String> {
    ClientAuthMethod::parse(text).ok_or_else(|| "no such method of client authentication".to_owned())
}

/// The list that was said, or else the other.
fn or<T>(said: Vec<T>, otherwise: Vec<T>) -> Vec<T> {
    if said.is_empty() { otherwise } else { said }
}

impl PolicyOptions {
    /// The policy: what no option says is as `usual` has it for the organisation.
    pub(super) async fn policy(
        self,
        op: &mut Op,
        usual: impl FnOnce(OrganisationId) -> Policy,
    ) -> Result<Policy, CommandError> {
        let organisation = person::find_organisation_by_slug(op, &self.organisation).await?;
        let usual = usual(organisation.ok_or(CommandError::NoOrganisation)?.id);
        let policy = Policy {
            scopes: self.scope.unwrap_or(usual.scopes),
            grant_types: or(self.grant_types, usual.grant_types),
            auth_methods: or(self.auth_methods, usual.auth_methods),
            redirect_hosts: or(self.redirect_hosts, usual.redirect_hosts),
            application_id: self.application.or(usual.application_id),
            further_applications: or(self.further_applications, usual.further_applications),
            shared: self.shared || usual.shared,
            service_account_id: self.service_account.or(usual.service_account_id),
            token_exchange: if self.exchange_of.is_empty() {
                usual.token_exchange
            } else {
                Some(TokenExchange {
                    subject_clients: self.exchange_of,
                    delegation: true,
                    ..TokenExchange::default()
                })
            },
            authorization_details_types: or(self.details_types, usual.authorization_details_types),
            without_pkce: self.without_pkce || usual.without_pkce,
            approval: usual.approval,
            organisation_id: usual.organisation_id,
        };
        if let Some(id) = policy.service_account_id {
            person::find_service_account(op, id)
                .await?
                .filter(|found| found.organisation_id == policy.organisation_id)
                .ok_or(CommandError::NoServiceAccount)?;
        }
        Ok(policy)
    }
}
