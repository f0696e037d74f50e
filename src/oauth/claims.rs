//! Claims by rule: which of a subject's roles, groups and attributes a client's tokens carry.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::about;
use crate::access::Profile;
use crate::client::{ClaimRule, Client};
use crate::domain::{OrganisationId, Subject};
use crate::op::{Op, OpError};
use crate::person::{self, Organisation, Person};

/// Which claims are told elsewhere, and where (OpenID Connect Core section 5.6.2).
pub(super) const CLAIM_NAMES: &str = "_claim_names";
pub(super) const CLAIM_SOURCES: &str = "_claim_sources";

/// What the one source is called within a token.
const SOURCE: &str = "access";

/// A claim of so many bytes may be left out of a token that would be too long.
const LONG: usize = 512;

/// Claims that the house itself sets; no rule can name them (CVE-2024-29892).
const RESERVED: [&str; 30] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "typ",
    "cnf",
    "act",
    "may_act",
    "scope",
    "client_id",
    "azp",
    "nonce",
    "auth_time",
    "acr",
    "amr",
    "sid",
    "org_id",
    "at_hash",
    "c_hash",
    "s_hash",
    "events",
    "authorization_id",
    "epoch",
    "authorization_details",
    "access_epoch",
    CLAIM_NAMES,
    CLAIM_SOURCES,
];

/// Where a claim goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    IdToken,
    AccessToken,
    UserInfo,
}

/// What the rules of a client draw on, for one subject.
#[derive(Debug, Clone)]
pub(super) struct Sources {
    pub(super) profile: Arc<Profile>,
    attributes: Option<Attributes>,
    organisation: Option<Arc<Organisation>>,
    /// Read where standard claims go into an ID token.
    person: Option<Arc<Person>>,
}

/// Attributes, with what they belong to.
#[derive(Debug, Clone)]
enum Attributes {
    Person(Arc<Person>),
    Machine(Arc<serde_json::Map<String, serde_json::Value>>),
}

impl Attributes {
    fn get(&self, name: &str) -> Option<&serde_json::Value> {
        match self {
            Self::Person(person) => person.attributes.get(name),
            Self::Machine(attributes) => attributes.get(name),
        }
    }
}

impl Sources {
    /// Reads what the client's rules need, and nothing else.
    pub(super) async fn gather(
        op: &mut Op,
        client: &Client,
        (subject, organisation): (Subject, OrganisationId),
        profile: Arc<Profile>,
    ) -> Result<Self, OpError> {
        let needs = |test: fn(&str) -> bool| client.claim_rules.iter().any(|rule| test(&rule.source));
        let attributes = if needs(|source| source.starts_with("attribute:")) {
            match subject {
                Subject::Person(id) => about::person(op, id).await?.map(Attributes::Person),
                Subject::ServiceAccount(id) => about::machine(op, id).await?.map(Attributes::Machine),
            }
        } else {
            None
        };
        let organisation = if needs(|source| source == "organisation") {
            person::find_organisation(op, organisation).await?
        } else {
            None
        };
        Ok(Self {
            profile,
            attributes,
            organisation,
            person: None,
        })
    }

    /// Reads the person too, whose standard claims an ID token will carry.
    pub(super) async fn with_person(mut self, op: &mut Op, subject: Subject) -> Result<Self, OpError> {
        if let Subject::Person(id) = subject {
            self.person = about::person(op, id).await?;
        }
        Ok(self)
    }

    pub(super) fn person(&self) -> Option<&Person> {
        self.person.as_deref()
    }

    fn value(&self, source: &str) -> Option<Claim<'_>> {
        match source {
            "roles" => Some(Claim::Words(&self.profile.roles)),
            "groups" => Some(Claim::Words(&self.profile.groups)),
            "organisation" => self
                .organisation
                .as_ref()
                .map(|organisation| Claim::Text(&organisation.slug)),
            _ => {
                let name = source.strip_prefix("attribute:")?;
                self.attributes.as_ref()?.get(name).map(Claim::Json)
            }
        }
    }
}

/// The value of a claim, borrowed from its source.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
enum Claim<'a> {
    Words(&'a [String]),
    Text(&'a str),
    Json(&'a serde_json::Value),
}

impl Claim<'_> {
    fn is_long(&self) -> bool {
        match self {
            Self::Words(words) => words.iter().map(String::len).sum::<usize>() > LONG,
            Self::Text(text) => text.len() > LONG,
            Self::Json(value) => value.to_string().len() > LONG,
        }
    }
}

/// The claims of one place, to be flattened into it. Reserved names and second rules for one name are left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleClaims<'a> {
    pub(super) rules: &'a [ClaimRule],
    pub(super) sources: &'a Sources,
    pub(super) place: Place,
    /// Names that were asked for at this place, whatever place the rule says (OpenID Connect Core section 5.5).
    pub(super) asked: &'a [String],
    /// Names that this place has set already.
    pub(super) taken: &'a [&'a str],
    /// Where long claims are told instead, if they are to be left out here.
    pub(super) elsewhere: Option<&'a str>,
}

impl<'a> RuleClaims<'a> {
    /// Those of a client at a place, where nothing was asked for by name and nothing is set already.
    pub(super) fn of(client: &'a Client, sources: &'a Sources, place: Place) -> Self {
        Self {
            rules: &client.claim_rules,
            sources,
            place,
            asked: &[],
            taken: &[],
            elsewhere: None,
        }
    }

    /// The same with long claims left out, which an endpoint tells.
    pub(super) fn told_at(self, endpoint: &'a str) -> Self {
        Self {
            elsewhere: Some(endpoint),
            ..self
        }
    }

    /// Whether any would be left out.
    pub(super) fn have_long(&self) -> bool {
        let mut rules = self.rules.iter().enumerate();
        rules.any(|(index, rule)| self.value(index, rule).is_some_and(|value| value.is_long()))
    }

    /// The value that a rule comes to at this place. What an ID token may leave out since it is long, userinfo tells as well.
    fn value(&self, index: usize, rule: &ClaimRule) -> Option<Claim<'_>> {
        let name = rule.claim.as_str();
        let told = rule.id_token || rule.access_token || rule.userinfo;
        let asked = told && self.asked.contains(&rule.claim);
        let free = !RESERVED.contains(&name)
            && !self.taken.contains(&name)
            && !self.rules.iter().take(index).any(|earlier| earlier.claim == name);
        let value = || self.sources.value(&rule.source);
        match self.place {
            _ if !free => None,
            _ if asked => value(),
            Place::IdToken => value().filter(|_| rule.id_token),
            Place::AccessToken => value().filter(|_| rule.access_token),
            Place::UserInfo => value().filter(|value| rule.userinfo || (rule.id_token && value.is_long())),
        }
    }
}

impl Serialize for RuleClaims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut left_out = BTreeMap::new();
        for (index, rule) in self.rules.iter().enumerate() {
            match self.value(index, rule) {
                Some(value) if self.elsewhere.is_some() && value.is_long() => {
                    left_out.insert(rule.claim.as_str(), SOURCE);
                }
                Some(value) => map.serialize_entry(&rule.claim, &value)?,
                None => {}
            }
        }
        if let (Some(endpoint), false) = (self.elsewhere, left_out.is_empty()) {
            map.serialize_entry(CLAIM_NAMES, &left_out)?;
            map.serialize_entry(
                CLAIM_SOURCES,
                &serde_json::json!({ SOURCE: { "endpoint": endpoint } }),
            )?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OrganisationStatus, Timestamp};

    fn rule(claim: &str, source: &str) -> ClaimRule {
        ClaimRule {
            claim: claim.into(),
            source: source.into(),
            id_token: false,
            access_token: true,
            userinfo: false,
        }
    }

    fn written(rules: &[ClaimRule], place: Place) -> serde_json::Value {
        let profile = Profile {
            roles: vec!["analyst".into()],
            groups: vec!["region:emea".into()],
            ..Profile::default()
        };
        let attributes = serde_json::json!({ "department": "insights", "level": 3 });
        let sources = Sources {
            profile: Arc::new(profile),
            attributes: attributes
                .as_object()
                .cloned()
                .map(Arc::new)
                .map(Attributes::Machine),
            organisation: Some(Arc::new(Organisation {
                id: OrganisationId::new(Timestamp::from_micros(1), [1; 10]),
                slug: "northbeam".into(),
                name: "Northbeam".into(),
                status: OrganisationStatus::Active,
            })),
            person: None,
        };
        let claims = RuleClaims {
            rules,
            sources: &sources,
            place,
            asked: &[],
            taken: &["name"],
            elsewhere: None,
        };
        serde_json::to_value(claims).unwrap()
    }

    #[test]
    fn rules_draw_on_roles_groups_organisation_and_attributes() {
        let rules = [
            rule("roles", "roles"),
            rule("groups", "groups"),
            rule("organisation", "organisation"),
            rule("level", "attribute:level"),
            rule("absent", "attribute:absent"),
            rule("unknown", "something else"),
        ];
        assert_eq!(
            written(&rules, Place::AccessToken),
            serde_json::json!({
                "roles": ["analyst"], "groups": ["region:emea"], "organisation": "northbeam", "level": 3
            })
        );
        assert_eq!(written(&rules, Place::IdToken), serde_json::json!({}));
    }

    #[test]
    fn no_rule_overwrites_what_the_house_says() {
        let rules: Vec<ClaimRule> = RESERVED
            .iter()
            .chain(&["name"])
            .map(|claim| rule(claim, "attribute:department"))
            .chain([rule("x", "attribute:department"), rule("x", "attribute:level")])
            .collect();
        assert_eq!(
            written(&rules, Place::AccessToken),
            serde_json::json!({ "x": "insights" })
        );
    }
}
