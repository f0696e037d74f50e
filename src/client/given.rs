//! What an administrator decides of a client, beyond what clients say of themselves.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::metadata::{Document, MetadataRefusal, Wanted, member};
use super::{ClaimRule, ClientSettings, MayAct, NewClient, Policy, TokenExchange, dynamic};
use crate::domain::{ApplicationId, ClientId, ServiceAccountId};

/// Members of a document that count where it comes of an administrator.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    application_id: Option<ApplicationId>,
    further_applications: Option<Vec<ApplicationId>>,
    service_account_id: Option<ServiceAccountId>,
    token_exchange: Option<TokenExchange>,
    may_act: Option<MayAct>,
    outside_assertion: Option<bool>,
    shared: Option<bool>,
    consent_required: Option<bool>,
    claim_rules: Option<Vec<ClaimRule>>,
}

/// Their names.
pub(super) const NAMES: [&str; 9] = [
    "application_id",
    "further_applications",
    "service_account_id",
    "token_exchange",
    "may_act",
    "outside_assertion",
    "shared",
    "consent_required",
    "claim_rules",
];

impl Given {
    /// Reads them of a document. What is in them is known to the last word: a limit that is misspelled would be none.
    pub(super) fn read(document: &Document) -> Result<Self, MetadataRefusal> {
        let mut said = Map::new();
        for name in NAMES {
            let Some(value) = member(document, name) else {
                continue;
            };
            let one = Map::from_iter([(name.to_owned(), value.clone())]);
            // One by one, so that the refusal can name the member.
            let read = serde_json::from_value::<Self>(Value::Object(one.clone())).ok();
            let again = read.and_then(|read| serde_json::to_value(read).ok());
            if !again.is_some_and(|again| holds(&again, &Value::Object(one))) {
                return Err(MetadataRefusal::member(name));
            }
            said.insert(name.to_owned(), value.clone());
        }
        let given: Self = serde_json::from_value(Value::Object(said))
            .map_err(|_| MetadataRefusal::metadata("a member is not valid"))?;
        let nobody = |one: &MayAct| one.sub.is_none() && one.client_id.is_none();
        if given.may_act.as_ref().is_some_and(nobody) {
            return Err(MetadataRefusal::metadata(
                "may_act names a sub, a client_id or both",
            ));
        }
        Ok(given)
    }

    /// Whether the options beside the document leave room for what it says: they bound it.
    pub(super) fn within(&self, policy: &Policy) -> Result<(), MetadataRefusal> {
        fn fits<T: PartialEq>(said: Option<&T>, bound: Option<&T>) -> bool {
            said.is_none() || bound.is_none() || said == bound
        }
        let further = &policy.further_applications;
        let rules = [
            (
                "application_id",
                fits(self.application_id.as_ref(), policy.application_id.as_ref()),
            ),
            (
                "further_applications",
                fits(
                    self.further_applications.as_ref(),
                    Some(further).filter(|further| !further.is_empty()),
                ),
            ),
            (
                "service_account_id",
                fits(
                    self.service_account_id.as_ref(),
                    policy.service_account_id.as_ref(),
                ),
            ),
            (
                "token_exchange",
                fits(self.token_exchange.as_ref(), policy.token_exchange.as_ref()),
            ),
        ];
        match rules.into_iter().find(|(_, fits)| !fits) {
            Some((name, _)) => Err(MetadataRefusal::metadata(format!(
                "{name} says something else than the option beside the file"
            ))),
            None => Ok(()),
        }
    }

    /// The bounds of a client that is given this; what is not said is as they have it.
    pub(super) fn policy(&self, policy: &Policy) -> Policy {
        let further = self.further_applications.as_ref();
        let exchange = self.token_exchange.as_ref();
        Policy {
            application_id: self.application_id.or(policy.application_id),
            further_applications: further.unwrap_or(&policy.further_applications).clone(),
            service_account_id: self.service_account_id.or(policy.service_account_id),
            token_exchange: exchange.or(policy.token_exchange.as_ref()).cloned(),
            shared: self.shared.unwrap_or(policy.shared),
            ..policy.clone()
        }
    }

    /// The client, within the bounds that [`Self::policy`] has made.
    pub(super) fn client(
        &self,
        id: &ClientId,
        policy: &Policy,
        wanted: &Wanted,
        registered_itself: bool,
    ) -> NewClient {
        let new = dynamic::new_client(id, policy, wanted);
        NewClient {
            consent_required: self.consent_required.unwrap_or(true),
            claim_rules: self.claim_rules.clone().unwrap_or_default(),
            settings: ClientSettings {
                may_act: self.may_act.clone(),
                outside_assertion: self.outside_assertion.unwrap_or_default(),
                registered_itself,
                ..new.settings
            },
            ..new
        }
    }
}

/// Whether all that was said is in what was understood.
fn holds(read: &Value, said: &Value) -> bool {
    match (read, said) {
        (Value::Object(read), Value::Object(said)) => said
            .iter()
            .all(|(name, value)| value.is_null() || read.get(name).is_some_and(|read| holds(read, value))),
        (Value::Array(read), Value::Array(said)) => {
            read.len() == said.len() && read.iter().zip(said).all(|(read, said)| holds(read, said))
        }
        (read, said) => read == said,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(document: &Value) -> Result<Given, MetadataRefusal> {
        Given::read(document.as_object().unwrap())
    }

    #[test]
    fn what_is_said_is_understood_to_the_last_word() {
        let exchange = json!({ "subject_clients": ["desk"], "delegation": true });
        let given = read(&json!({ "token_exchange": exchange, "shared": true, "other": 1 })).unwrap();
        assert!(given.token_exchange.unwrap().delegation);
        assert_eq!(given.shared, Some(true));
        assert!(read(&json!({ "shared": null })).unwrap().shared.is_none());
        for (name, wrong) in [
            ("shared", json!("yes")),
            ("application_id", json!("cx")),
            ("token_exchange", json!({ "subject_client": ["desk"] })),
            ("may_act", json!({ "client": "gateway" })),
            ("may_act", json!({})),
            ("claim_rules", json!([{ "claim": "roles" }])),
        ] {
            let mut document = Map::new();
            document.insert(name.to_owned(), wrong);
            let refusal = Given::read(&document).unwrap_err();
            assert!(refusal.description.contains(name), "{refusal:?}");
        }
    }
}
