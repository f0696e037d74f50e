//! Parts of a policy in which nothing depends on the record: Cedar itself says what they come to.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, Policy, PolicySet, Request,
};
use serde_json::{Map, Value as Json, json};

use super::Untranslatable;
use super::facts::{Known, of_record};
use crate::decision::policy::Principal;
use crate::decision::value::{self, Unusable};

/// Everything that is known before a record is.
pub(super) struct Closed<'a> {
    entities: Entities,
    request: Request,
    known: &'a Known,
}

impl<'a> Closed<'a> {
    /// Refused where Cedar cannot hold what is known: then no policy could be evaluated for any record.
    pub(super) fn new(
        principal: &Principal,
        action: &str,
        resource: &Map<String, Json>,
        context: &Map<String, Json>,
        known: &'a Known,
    ) -> Result<Self, Unusable> {
        let uid = |kind: &str, id: &str| {
            kind.parse::<EntityTypeName>()
                .map(|kind| EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
                .map_err(|_| Unusable(kind.to_owned()))
        };
        // An id that is asked for nowhere: what does is not closed.
        let resource_uid = uid("Resource", "")?;
        let attributes: Vec<_> = value::each(resource).collect();
        let groups = std::collections::HashSet::new();
        let entity = value::entity(resource_uid.as_ref().clone(), &attributes, groups)?;
        let context = Context::from(value::context(value::each(context))?);
        let entities = Entities::from_entities([principal.entity().clone(), entity.into()], None)
            .map_err(|_| Unusable("resource".into()))?;
        let action = uid("Action", action)?;
        let request = Request::new(principal.entity().uid(), action, resource_uid, context, None)
            .map_err(|_| Unusable("request".into()))?;
        Ok(Self {
            entities,
            request,
            known,
        })
    }

    /// Whether nothing in an expression depends on the record.
    pub(super) fn is_closed(&self, expression: &Json) -> bool {
        match expression {
            Json::Array(parts) => parts.iter().all(|part| self.is_closed(part)),
            Json::Object(members) => members.iter().all(|(operator, operand)| match operator.as_str() {
                "." | "has" => self.is_closed_read(operand),
                "Var" => !matches!(operand.as_str(), Some("resource" | "context")),
                "Value" => !names_record(operand),
                // Its members have names of their own, which are no operators.
                "Record" => operand
                    .as_object()
                    .is_some_and(|members| members.values().all(|member| self.is_closed(member))),
                _ => self.is_closed(operand),
            }),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => true,
        }
    }

    /// Whether an attribute is read that is known.
    fn is_closed_read(&self, operand: &Json) -> bool {
        let (Some(left), Some(attribute)) = (operand.get("left"), operand.get("attr")) else {
            return false;
        };
        let attribute = attribute.get(0).unwrap_or(attribute);
        match (left.get("Var").and_then(Json::as_str), attribute.as_str()) {
            (Some("resource"), Some(name)) => self.known.contains_key(name),
            (Some("context"), Some(name)) => !of_record(name),
            _ => self.is_closed(left),
        }
    }

    /// What a closed expression comes to, of which the answer can only be a truth value; none where it cannot be evaluated.
    pub(super) fn ask(&self, expression: &Json) -> Result<Option<bool>, Untranslatable> {
        let all = json!({ "op": "All" });
        let policy = json!({
            "effect": "permit", "principal": all, "action": all, "resource": all,
            "conditions": [{ "kind": "when", "body": expression }],
        });
        let policy = Policy::from_json(None, policy).map_err(|_| Untranslatable::Form)?;
        let set = PolicySet::from_policies([policy]).map_err(|_| Untranslatable::Form)?;
        let response = Authorizer::new().is_authorized(&self.request, &set, &self.entities);
        if response.diagnostics().errors().next().is_some() {
            return Ok(None);
        }
        Ok(Some(response.decision() == Decision::Allow))
    }
}

/// Whether a value names a record by its id: it could be the one that is asked about.
fn names_record(value: &Json) -> bool {
    match value {
        Json::Array(parts) => parts.iter().any(names_record),
        Json::Object(members) => {
            let named = members.get("__entity").and_then(|entity| entity.get("type"));
            named.is_some_and(|kind| kind == "Resource") || members.values().any(names_record)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}
