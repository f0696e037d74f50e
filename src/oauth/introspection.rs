//! What a client may learn of a token: nothing of one that does not count, and nothing of one that is not its affair.

use serde::Serialize;
use serde_json::{Map, Value};

use super::claims::{CLAIM_NAMES, CLAIM_SOURCES, Place, RuleClaims, Sources};
use super::details;
use super::presented::{self, Living};
use super::refresh_token::{self, Presented};
use super::rights::Rights;
use super::subject::{self, SubjectText};
use super::{about, family, mint, store};
use crate::access::{self, Detail};
use crate::client::Client;
use crate::domain::{Confirmation, Scopes, Subject, Token};
use crate::op::{Op, OpError};

/// Claims of a token that are not told as they stand there: one means something in this house only, the others are told as they are now.
const LEFT_OUT: [&str; 6] = [
    "epoch",
    "scope",
    "authorization_details",
    "access_epoch",
    CLAIM_NAMES,
    CLAIM_SOURCES,
];

/// The members of the answer about a token (RFC 7662 section 2.2); `None` if it is not active, as far as the caller may know.
///
/// Every kind of token tells itself what it is, so that the hint of its type has nothing to add (section 2.1).
pub(super) async fn tell(
    op: &mut Op,
    caller: &Client,
    text: &str,
) -> Result<Option<Map<String, Value>>, OpError> {
    match refresh_token::read(&op.house.master_key, text) {
        Some(shown) => of_refresh_token(op, caller, shown, text).await,
        None => of_access_token(op, caller, text).await,
    }
}

async fn of_access_token(
    op: &mut Op,
    caller: &Client,
    text: &str,
) -> Result<Option<Map<String, Value>>, OpError> {
    let Some(living) = presented::living(op, &Token::presented(text)).await? else {
        return Ok(None);
    };
    if !may_see(op, caller, &living).await? {
        return Ok(None);
    }
    let token = &living.token;
    // What was given out may have been taken back since: it is told as it is now.
    let given = token.details();
    let now = Now::of(op, &living, &given).await?;
    if now.is_nothing() && !(token.scopes.is_empty() && given.is_empty()) {
        return Ok(None);
    }
    let head = Head {
        active: true,
        sub: living.sub(op),
        username: username(op, living.standing.subject(), &token.scopes).await?,
        token_type: Some(Confirmation::token_type(token.confirmation.as_ref())),
    };
    let mut told = head.members()?;
    let by_rule = |name: &String| living.client.claim_rules.iter().any(|rule| rule.claim == *name);
    for (name, value) in &token.claims {
        if !LEFT_OUT.contains(&name.as_str()) && !by_rule(name) && !told.contains_key(name) {
            told.insert(name.clone(), value.clone());
        }
    }
    told.extend(now.members(&living.client)?);
    Ok(Some(told))
}

/// What a token gives at this moment: of what it was given out for, what is still held.
struct Now {
    rights: Rights,
    details: Vec<Detail>,
    sources: Sources,
}

impl Now {
    async fn of(op: &mut Op, living: &Living, given: &[Detail]) -> Result<Self, OpError> {
        let (client, standing, token) = (&living.client, &living.standing, &living.token);
        let rights = Rights::now(op, client, standing, Some(&token.scopes), &token.audiences).await?;
        let given = details::given(op, client, standing.subject(), given).await?;
        let sources = rights.sources(op, client, standing).await?;
        Ok(Self {
            rights,
            details: given.into_iter().map(|given| given.detail).collect(),
            sources,
        })
    }

    fn is_nothing(&self) -> bool {
        self.rights.scopes.is_empty() && self.details.is_empty()
    }

    fn members(&self, client: &Client) -> Result<Map<String, Value>, OpError> {
        members(&OfNow {
            scope: &self.rights.scopes,
            authorization_details: &self.details,
            access_epoch: self.rights.profile.epoch,
            rules: RuleClaims::of(client, &self.sources, Place::AccessToken),
        })
    }
}

/// A token is the affair of the client to which it was issued, and of the application for which it is meant: that is, of the
/// clients that its own organisation has made for it. An application that is retired is told of none.
async fn may_see(op: &mut Op, caller: &Client, living: &Living) -> Result<bool, OpError> {
    if caller.id == living.client.id {
        return Ok(true);
    }
    // Whoever has registered itself may ask for an application's permissions, and is no part of it.
    let Some(id) = caller.application_id.filter(|_| !caller.registered_itself()) else {
        return Ok(false);
    };
    let application = access::application(op, id).await?;
    Ok(application.is_some_and(|application| {
        !application.is_retired()
            && application.organisation_id == caller.organisation_id
            && living.is_meant_for(&application.audience)
    }))
}

/// A refresh token is the affair of its client alone. It is active while it is the newest of its family.
async fn of_refresh_token(
    op: &mut Op,
    caller: &Client,
    shown: Presented,
    text: &str,
) -> Result<Option<Map<String, Value>>, OpError> {
    let family = store::find_family(op.reading().await?, shown.family).await?;
    let Some(family) = family.filter(|family| family.client_id == caller.id) else {
        return Ok(None);
    };
    let digest = Token::presented(text).digest();
    let is_newest = shown.generation == family.generation
        && family
            .current_hash
            .is_some_and(|current| current.matches(&digest));
    if !is_newest {
        return Ok(None);
    }
    let Ok(standing) = family::alive(op, &family).await? else {
        return Ok(None);
    };
    let head = Head {
        active: true,
        sub: subject::for_client(&op.house, caller, standing.subject()),
        username: username(op, standing.subject(), &family.scopes).await?,
        // The token types of RFC 6749 section 7.1 are those of access tokens.
        token_type: None,
    };
    let of_family = OfFamily {
        iss: mint::issuer(&op.house),
        client_id: caller.id.as_str(),
        scope: &family.scopes,
        iat: family.rotated_at.as_seconds(),
        exp: family.expires_at.as_seconds(),
        given: mint::GivenClaims::of(&family.strength, family.session_id),
        cnf: family.terms.confirmation.as_ref(),
    };
    let mut told = head.members()?;
    told.extend(members(&of_family)?);
    Ok(Some(told))
}

/// The username of a person, for those who are told the profile (OpenID Connect Core section 5.4).
async fn username(op: &mut Op, subject: Subject, scopes: &Scopes) -> Result<Option<String>, OpError> {
    match subject {
        Subject::Person(id) if scopes.contains("profile") => {
            let person = about::person(op, id).await?;
            Ok(person.map(|person| person.username.as_str().to_owned()))
        }
        Subject::Person(_) | Subject::ServiceAccount(_) => Ok(None),
    }
}

#[derive(Serialize)]
struct Head {
    active: bool,
    sub: SubjectText,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
}

impl Head {
    fn members(&self) -> Result<Map<String, Value>, OpError> {
        members(self)
    }
}

#[derive(Serialize)]
struct OfNow<'a> {
    #[serde(skip_serializing_if = "Scopes::is_empty")]
    scope: &'a Scopes,
    #[serde(skip_serializing_if = "<[Detail]>::is_empty")]
    authorization_details: &'a [Detail],
    access_epoch: i64,
    #[serde(flatten)]
    rules: RuleClaims<'a>,
}

#[derive(Serialize)]
struct OfFamily<'a> {
    iss: &'a str,
    client_id: &'a str,
    scope: &'a Scopes,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    given: mint::GivenClaims<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}

fn members(value: &impl Serialize) -> Result<Map<String, Value>, OpError> {
    match serde_json::to_value(value) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(OpError::Broken("an introspection cannot be written")),
    }
}
