//! Which products people may enrol: all, or those of a list, by organisation and by role. A list asks for the maker's word
//! (attestation), which is checked against the metadata that the operator gives; or it takes an authenticator's own word for what it is,
//! since those that copy their passkeys have no other.

use std::collections::BTreeMap;

use super::metadata::metadata;
use super::{model, store};
use crate::access;
use crate::domain::{Aaguid, EventKind, OrganisationId, PersonId, ProductProof, Subject};
use crate::factor::rules;
use crate::op::{EventDraft, Op, OpError};
use crate::person;
use crate::rule::LockedOut;

/// A list, of the whole organisation or of one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub role: Option<String>,
    pub proof: ProductProof,
    pub aaguids: Vec<Aaguid>,
}

/// A product that can be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub aaguid: Aaguid,
    pub name: String,
    /// The metadata know its maker, so that their word can be checked.
    pub attestable: bool,
    /// A report says that it does not hold what it promises.
    pub fallen: bool,
}

/// What a person may enrol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowed {
    pub(super) aaguids: Vec<Aaguid>,
    pub(super) proof: ProductProof,
}

/// Why a list is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListRefusal {
    #[error("the metadata of `passkeys.metadata_file` does not know {0}, or says that it has fallen")]
    Unknown(Aaguid),
    #[error("the organisation has no such role")]
    NoRole,
    #[error(transparent)]
    LockedOut(#[from] LockedOut),
    #[error("somebody else has changed the rules, a list or a passkey meanwhile: look at them and try again")]
    ChangedMeanwhile,
}

/// The products that the metadata know, and the common ones besides, by name.
#[must_use]
pub fn products(op: &Op) -> Vec<Product> {
    let metadata = metadata(&op.house);
    let attested = metadata.products().into_iter().map(|(aaguid, product)| Product {
        aaguid,
        name: product.name,
        attestable: true,
        fallen: product.fallen,
    });
    let common = model::all().filter(|(aaguid, _)| metadata.find(*aaguid).is_none());
    let common = common.map(|(aaguid, name)| Product {
        aaguid,
        name: name.to_owned(),
        attestable: false,
        fallen: false,
    });
    let mut all: Vec<Product> = attested.chain(common).collect();
    tell_apart(&mut all);
    all.sort_by_cached_key(|one| one.name.to_lowercase());
    all
}

/// Several products of one name are told apart by the beginning of their numbers.
fn tell_apart(all: &mut [Product]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for one in all.iter() {
        *count.entry(one.name.clone()).or_default() += 1;
    }
    for one in all.iter_mut() {
        if count.get(&one.name).is_some_and(|count| *count > 1) {
            let number: String = one.aaguid.to_string().chars().take(8).collect();
            one.name = format!("{} ({number})", one.name);
        }
    }
}

/// What a product is called.
pub(super) fn name(op: &Op, aaguid: Aaguid) -> String {
    let metadata = metadata(&op.house);
    let attested = metadata.find(aaguid).map(|product| product.name.clone());
    attested
        .or_else(|| model::name(aaguid).map(str::to_owned))
        .unwrap_or_else(|| aaguid.to_string())
}

/// Sets the list of an organisation or of one of its roles; an empty one lets all products in again. One is refused that would keep the last
/// administrator, or everyone, from adding the passkey that a rule asks for.
pub async fn set(
    op: &mut Op,
    organisation: OrganisationId,
    role: Option<&str>,
    (proof, aaguids): (ProductProof, &[Aaguid]),
) -> Result<Result<(), ListRefusal>, OpError> {
    let metadata = metadata(&op.house);
    let unknown = |one: &&Aaguid| match metadata.find(**one) {
        Some(product) => product.fallen,
        None => proof == ProductProof::Attested,
    };
    if let Some(unknown) = aaguids.iter().find(unknown) {
        return Ok(Err(ListRefusal::Unknown(*unknown)));
    }
    // A list that is there already can be taken away when its role is gone.
    if let Some(name) = role
        && !aaguids.is_empty()
        && access::role_named(op, organisation, name).await?.is_none()
    {
        return Ok(Err(ListRefusal::NoRole));
    }
    // Taking a list away only opens doors.
    if !aaguids.is_empty()
        && let Err(refusal) = rules::allow_list(op, organisation, role).await?
    {
        return Ok(Err(refusal));
    }
    let now = op.now;
    let whose = (organisation, role.unwrap_or_default());
    store::set_policy(op.writing().await?, whose, (proof, aaguids), now).await?;
    let ids: Vec<String> = aaguids.iter().map(Aaguid::to_string).collect();
    let draft = EventDraft::success(EventKind::PasskeyPolicyChanged)
        .organisation(organisation)
        .target("organisation", organisation)
        .detail("role", role)
        .detail("proof", proof.as_str())
        .detail("products", serde_json::json!(ids));
    op.record(draft);
    Ok(Ok(()))
}

/// The lists of an organisation.
pub async fn lists(op: &mut Op, organisation: OrganisationId) -> Result<Vec<List>, OpError> {
    let rows = store::policies(op.reading().await?, organisation).await?;
    let mut lists: Vec<List> = Vec::new();
    for (role, proof, aaguid) in rows {
        let role = Some(role).filter(|role| !role.is_empty());
        match lists.last_mut().filter(|list| list.role == role) {
            Some(list) => list.aaguids.push(aaguid),
            None => lists.push(List {
                role,
                proof,
                aaguids: vec![aaguid],
            }),
        }
    }
    Ok(lists)
}

/// The products that a person may enrol; none: all. Of several lists that apply, a product must be on each, and the strictest says what
/// proves it.
pub(super) async fn allowed(op: &mut Op, person: PersonId) -> Result<Option<Allowed>, OpError> {
    let Some(found) = person::find(op, person).await? else {
        return Ok(None);
    };
    let lists = lists(op, found.organisation_id).await?;
    if lists.is_empty() {
        return Ok(None);
    }
    let profile = access::profile(op, Subject::Person(person), None).await?;
    let applies = |list: &List| list.role.as_ref().is_none_or(|role| profile.roles.contains(role));
    let mut allowed = within(lists.into_iter().filter(applies));
    if let Some(allowed) = &mut allowed {
        let metadata = metadata(&op.house);
        let has_fallen = |one: &Aaguid| metadata.find(*one).is_some_and(|product| product.fallen);
        allowed.aaguids.retain(|one| !has_fallen(one));
    }
    Ok(allowed)
}

/// What is on each of these lists; none if there is none.
fn within(lists: impl Iterator<Item = List>) -> Option<Allowed> {
    let alone = lists.map(|list| Allowed {
        aaguids: list.aaguids,
        proof: list.proof,
    });
    alone.reduce(|mut both, other| {
        both.aaguids.retain(|one| other.aaguids.contains(one));
        if other.proof == ProductProof::Attested {
            both.proof = other.proof;
        }
        both
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_lists_what_is_on_each_counts_and_the_strictest_proof() {
        use ProductProof::{Attested, Claimed};
        let [one, two, three] = [1, 2, 3].map(|byte| Aaguid::from_bytes(&[byte; 16]).unwrap());
        let list = |proof, aaguids: &[Aaguid]| List {
            role: None,
            proof,
            aaguids: aaguids.to_vec(),
        };
        let allowed = |proof, aaguids: &[Aaguid]| {
            let aaguids = aaguids.to_vec();
            Some(Allowed { aaguids, proof })
        };
        assert_eq!(within([].into_iter()), None);
        let alone = [list(Claimed, &[one, two])];
        assert_eq!(within(alone.into_iter()), allowed(Claimed, &[one, two]));
        for (first, second) in [(Claimed, Attested), (Attested, Claimed)] {
            let both = [list(first, &[one, two]), list(second, &[two, three])];
            assert_eq!(within(both.into_iter()), allowed(Attested, &[two]));
        }
        let nothing = [list(Claimed, &[one]), list(Claimed, &[three])];
        assert_eq!(within(nothing.into_iter()), allowed(Claimed, &[]));
    }

    #[test]
    fn products_of_one_name_are_told_apart() {
        let product = |byte: u8, name: &str| Product {
            aaguid: Aaguid::from_bytes(&[byte; 16]).unwrap(),
            name: name.to_owned(),
            attestable: true,
            fallen: false,
        };
        let mut all = [product(1, "Key"), product(2, "Key"), product(3, "Ring")];
        tell_apart(&mut all);
        assert_eq!(
            all.map(|one| one.name),
            ["Key (01010101)", "Key (02020202)", "Ring"]
        );
    }
}
