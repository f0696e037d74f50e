//! The standard claims about a person (OpenID Connect Core section 5.1), given by scope (section 5.4) or asked for by name
//! (section 5.5).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::domain::Scopes;
use crate::person::Person;

/// Each claim with the scope that gives it. No rule overwrites one.
pub(super) const CLAIMS: [(&str, &str); 19] = [
    ("name", "profile"),
    ("given_name", "profile"),
    ("family_name", "profile"),
    ("middle_name", "profile"),
    ("nickname", "profile"),
    ("preferred_username", "profile"),
    ("profile", "profile"),
    ("picture", "profile"),
    ("website", "profile"),
    ("gender", "profile"),
    ("birthdate", "profile"),
    ("zoneinfo", "profile"),
    ("locale", "profile"),
    ("updated_at", "profile"),
    ("email", "email"),
    ("email_verified", "email"),
    ("phone_number", "phone"),
    ("phone_number_verified", "phone"),
    ("address", "address"),
];

/// The names alone.
pub(super) const NAMES: [&str; CLAIMS.len()] = {
    let mut names = [""; CLAIMS.len()];
    let mut rest: &[(&str, &str)] = &CLAIMS;
    let mut places: &mut [&str] = &mut names;
    while let ([(name, _), others @ ..], [place, further @ ..]) = (rest, places) {
        *place = name;
        rest = others;
        places = further;
    }
    names
};
/// The scope that gives a claim.
pub(super) fn scope_of(claim: &str) -> Option<&'static str> {
    CLAIMS
        .iter()
        .find(|(name, _)| *name == claim)
        .map(|(_, scope)| *scope)
}

/// The scopes whose consent stands for claims that were asked for by name.
pub(super) fn implied<'a>(names: impl Iterator<Item = &'a str>) -> Scopes {
    names
        .filter_map(scope_of)
        .filter_map(|scope| crate::domain::Scope::parse(scope).ok())
        .collect()
}

/// The claims about a person that go to one place, to be flattened into it.
#[derive(Debug, Clone, Copy)]
pub(super) struct StandardClaims<'a> {
    pub(super) person: Option<&'a Person>,
    /// Scopes that give their claims at this place.
    pub(super) scopes: Option<&'a Scopes>,
    /// Claims that were asked for by name.
    pub(super) asked: &'a [String],
}

impl StandardClaims<'_> {
    fn gives(&self, name: &str, scope: &str) -> bool {
        self.scopes.is_some_and(|scopes| scopes.contains(scope))
            || self.asked.iter().any(|asked| asked == name)
    }

    /// The names that are given here, whether or not the person has a value for them.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let about_somebody = self.person.is_some();
        CLAIMS
            .into_iter()
            .filter(|(name, scope)| about_somebody && self.gives(name, scope))
            .map(|(name, _)| name)
            .collect()
    }
}

impl Serialize for StandardClaims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(person) = self.person {
            for name in self.given() {
                write(&mut map, name, person)?;
            }
        }
        map.end()
    }
}

/// A claim that the person has no value for is left out (OpenID Connect Core section 5.3.2).
fn write<M: SerializeMap>(map: &mut M, name: &'static str, person: &Person) -> Result<(), M::Error> {
    let claims = &person.claims;
    let text = match name {
        "name" => Some(person.name.as_str()),
        "given_name" => person.given_name.as_deref(),
        "family_name" => person.family_name.as_deref(),
        "middle_name" => claims.middle_name.as_deref(),
        "nickname" => claims.nickname.as_deref(),
        "preferred_username" => Some(person.username.as_str()),
        "profile" => claims.profile.as_deref(),
        "picture" => claims.picture.as_deref(),
        "website" => claims.website.as_deref(),
        "gender" => claims.gender.as_deref(),
        "birthdate" => claims.birthdate.as_deref(),
        "zoneinfo" => claims.zoneinfo.as_deref(),
        "locale" => person.locale.as_deref(),
        "email" => person.email.as_deref(),
        "phone_number" => claims.phone_number.as_deref(),
        "updated_at" => return map.serialize_entry(name, &person.updated_at.as_seconds()),
        "email_verified" if person.email.is_some() => {
            return map.serialize_entry(name, &person.email_verified);
        }
        "phone_number_verified" if claims.phone_number.is_some() => {
            return map.serialize_entry(name, &claims.phone_number_verified);
        }
        "address" if !claims.address.is_empty() => return map.serialize_entry(name, &claims.address),
        _ => None,
    };
    text.map_or(Ok(()), |text| map.serialize_entry(name, text))
}
