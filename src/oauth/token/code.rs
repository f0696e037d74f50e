//! An authorization code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

use super::{Issued, NO_SCOPE};
use crate::client::{AuthenticatedClient, Client};
use crate::domain::{Digest32, EventKind, GrantType, Scopes, Subject, Token};
use crate::http::Form;
use crate::oauth::code::{self, CodeGrant};
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::family::{self, Family};
use crate::oauth::mint::{Given, Mint};
use crate::oauth::rights::Rights;
use crate::oauth::{refresh_token, store};
use crate::one_time::{self, Kind, Redemption};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, Standing};

const UNKNOWN: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the code is unknown or has expired");
const USED: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the code has been used before");
const OTHER_CLIENT: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the code was issued to another client");
const OTHER_REDIRECT: Refusal = Refusal::new(
    ErrorCode::InvalidGrant,
    "redirect_uri differs from the one of the authorization request",
);
const WRONG_VERIFIER: Refusal = Refusal::new(
    ErrorCode::InvalidGrant,
    "code_verifier does not fit the code_challenge",
);
const NOT_NOW: Refusal = Refusal::new(ErrorCode::InvalidGrant, "what was given is not valid any more");

/// A code is spent by the first request that shows it, whatever else is wrong with that request.
pub(super) async fn redeem(
    op: &mut Op,
    client: &AuthenticatedClient,
    form: &Form,
) -> Result<Result<Issued, Refusal>, OpError> {
    let missing = |what| Ok(Err(Refusal::new(ErrorCode::InvalidRequest, what)));
    let Some(code) = form.get("code") else {
        return missing("code is missing");
    };
    let Some(redirect_uri) = form.get("redirect_uri") else {
        return missing("redirect_uri is missing");
    };
    let Some(verifier) = form.get("code_verifier") else {
        return missing("code_verifier is missing");
    };
    let code = Token::presented(code);
    // Read, compare and sign first: the write transaction opens last.
    let Some(payload) = one_time::inspect(op, Kind::AuthorizationCode, &code).await? else {
        return Ok(Err(spend(op, &code).await?.err().unwrap_or(UNKNOWN)));
    };
    let grant = code::read(payload)?;
    let prepared = match compare(&grant, client.client(), redirect_uri, verifier) {
        Ok(()) => prepare(op, client.client(), &grant).await?,
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = spend(op, &code).await? {
        return Ok(Err(refusal));
    }
    match prepared {
        Ok(prepared) => issue(op, client.client(), &grant, prepared).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Uses the code up. A second use revokes all that grew out of the first (RFC 6749 section 4.1.2).
async fn spend(op: &mut Op, code: &Token) -> Result<Result<(), Refusal>, OpError> {
    match one_time::redeem(op, Kind::AuthorizationCode, code).await? {
        Redemption::Redeemed(_) => Ok(Ok(())),
        Redemption::UsedBefore(payload) => {
            let spent = code::read(payload)?;
            family::revoke(op, spent.authorization_id, "a code was used twice").await?;
            Ok(Err(USED))
        }
        Redemption::Unknown => Ok(Err(UNKNOWN)),
    }
}

fn compare(grant: &CodeGrant, client: &Client, redirect_uri: &str, verifier: &str) -> Result<(), Refusal> {
    if grant.client_id != client.id {
        return Err(OTHER_CLIENT);
    }
    if grant.redirect_uri.as_str() != redirect_uri {
        return Err(OTHER_REDIRECT);
    }
    if verifies(&grant.code_challenge, verifier) {
        Ok(())
    } else {
        Err(WRONG_VERIFIER)
    }
}

/// Whether a verifier has the shape of RFC 7636 section 4.1 and the stored challenge is its SHA-256.
fn verifies(challenge: &str, verifier: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let shaped = (43..=128).contains(&verifier.len()) && verifier.bytes().all(allowed);
    let stored = data_encoding::BASE64URL_NOPAD
        .decode(challenge.as_bytes())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .map(Digest32);
    let digest = Token::presented(verifier).digest();
    shaped && stored.is_some_and(|stored| stored.matches(&digest))
}

/// The person may still act, and the session still lives or is not needed.
async fn still_good(op: &mut Op, grant: &CodeGrant) -> Result<Option<Standing>, OpError> {
    let subject = Subject::Person(grant.person_id);
    let Ok(standing) = person::may_act(op, subject, grant.epoch).await? else {
        return Ok(None);
    };
    let offline = grant.scopes.contains("offline_access");
    let lives = offline || family::session_lives(op, grant.session_id).await?;
    Ok(lives.then_some(standing))
}

/// Signed tokens that wait for the code to be spent.
struct Prepared {
    issued: Issued,
    /// The `jti` of the access token.
    id: String,
}

async fn prepare(
    op: &mut Op,
    client: &Client,
    grant: &CodeGrant,
) -> Result<Result<Prepared, Refusal>, OpError> {
    let Some(standing) = still_good(op, grant).await? else {
        return Ok(Err(NOT_NOW));
    };
    let rights = Rights::now(op, client, &standing, Some(&grant.scopes)).await?;
    if rights.scopes.is_empty() {
        return Ok(Err(NO_SCOPE));
    }
    let sources = rights.sources(op, client, &standing).await?;
    op.rest();
    let mint = Mint {
        client,
        standing: &standing,
        scopes: &rights.scopes,
        application: rights.application.as_deref(),
        sources: &sources,
        given: Some(Given {
            strength: &grant.strength,
            session: grant.session_id,
            authorization: grant.authorization_id,
        }),
    };
    let access_token = mint.access_token(op)?;
    let id_token = mint.id_token(op, &access_token.text, grant.nonce.as_deref())?;
    let refresh_token = if client.grant_types.contains(&GrantType::RefreshToken) {
        refresh_token::make(&op.house.master_key, grant.authorization_id, 1)
    } else {
        None
    };
    Ok(Ok(Prepared {
        id: access_token.id,
        issued: Issued {
            access_token: Token::presented(&access_token.text),
            expires_in: op.house.config.tokens.access_token_life.as_secs(),
            refresh_token,
            id_token: id_token.as_deref().map(Token::presented),
            scopes: rights.scopes,
        },
    }))
}

async fn issue(
    op: &mut Op,
    client: &Client,
    grant: &CodeGrant,
    Prepared { issued, id }: Prepared,
) -> Result<Issued, OpError> {
    let family = begin(op, grant, &issued.scopes, issued.refresh_token.as_ref());
    let now = op.now;
    store::insert_family(op.writing().await?, &family, grant.nonce.as_deref(), now).await?;
    op.record(
        EventDraft::success(EventKind::TokenIssued)
            .client(&client.id)
            .on_behalf_of(grant.person_id)
            .organisation(grant.organisation_id)
            .session(grant.session_id)
            .target("authorization", grant.authorization_id)
            .detail("grant_type", GrantType::AuthorizationCode.as_str())
            .detail("scope", issued.scopes.to_string())
            .detail("jti", id),
    );
    Ok(issued)
}

/// The family that begins with this code; without a refresh token it lives as long as its access token.
fn begin(op: &Op, grant: &CodeGrant, scopes: &Scopes, refresh_token: Option<&Token>) -> Family {
    let lives = &op.house.config.tokens;
    let life = if refresh_token.is_some() {
        lives.refresh_token_life
    } else {
        lives.access_token_life
    };
    Family {
        id: grant.authorization_id,
        organisation_id: grant.organisation_id,
        person_id: grant.person_id,
        client_id: grant.client_id.clone(),
        session_id: grant.session_id,
        scopes: scopes.clone(),
        offline: scopes.contains("offline_access"),
        strength: grant.strength.clone(),
        epoch: grant.epoch,
        generation: i64::from(refresh_token.is_some()),
        current_hash: refresh_token.map(Token::digest),
        previous_hash: None,
        rotated_at: op.now,
        expires_at: op.now.plus(life),
        revoked_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_fits_its_own_challenge_only() {
        // RFC 7636 appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifies(challenge, verifier));
        assert!(!verifies(challenge, &verifier.replace('d', "e")));
        assert!(!verifies(verifier, verifier));
        assert!(!verifies(challenge, ""));
        assert!(!verifies("", verifier));
        let long = "a".repeat(129);
        let of_long = data_encoding::BASE64URL_NOPAD.encode(&Token::presented(&long).digest().0);
        assert!(!verifies(&of_long, &long));
        let strange = format!("{verifier}%");
        let of_strange = data_encoding::BASE64URL_NOPAD.encode(&Token::presented(&strange).digest().0);
        assert!(!verifies(&of_strange, &strange));
    }
}
