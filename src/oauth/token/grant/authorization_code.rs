//! An authorization code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

use super::TokenRequest;
use crate::domain::{Digest32, EventKind, GrantType, Subject, Token};
use crate::oauth::aim::Aim;
use crate::oauth::approval::Approval;
use crate::oauth::binding;
use crate::oauth::client_request::may_use;
use crate::oauth::code::{self, CodeGrant};
use crate::oauth::consent;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::family::{self, Family};
use crate::oauth::issue::{Issue, Issued};
use crate::oauth::mint::Given;
use crate::oauth::{refresh_token, revocation, store};
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
const NO_REDIRECT: Refusal = Refusal::new(ErrorCode::InvalidRequest, "redirect_uri is missing");
const WRONG_VERIFIER: Refusal = Refusal::new(
    ErrorCode::InvalidGrant,
    "code_verifier does not fit the code_challenge",
);
const NO_VERIFIER: Refusal = Refusal::new(ErrorCode::InvalidRequest, "code_verifier is missing");
const NO_CHALLENGE: Refusal = Refusal::new(
    ErrorCode::InvalidGrant,
    "code_verifier does not belong to a code whose request had no code_challenge",
);
const NOT_NOW: Refusal = Refusal::new(ErrorCode::InvalidGrant, "what was given is not valid any more");

/// A code is spent by the first request that shows it, whatever else is wrong with that request; one that lacks a parameter
/// shows nothing.
pub(super) async fn redeem(
    op: &mut Op,
    request: &TokenRequest<'_>,
) -> Result<Result<Issued, Refusal>, OpError> {
    let shown = match Shown::read(request) {
        Ok(shown) => shown,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let code = Token::presented(shown.code);
    // Read, compare and sign first: the write transaction opens last.
    let Some(payload) = one_time::inspect(op, Kind::AuthorizationCode, &code).await? else {
        return Ok(Err(spend(op, &code).await?.err().unwrap_or(UNKNOWN)));
    };
    let grant = code::read(payload)?;
    let prepared = match compare(&grant, request, &shown) {
        Ok(()) => prepare(op, request, &grant.approval).await?,
        Err(refusal) if refusal.code == ErrorCode::InvalidRequest => return Ok(Err(refusal)),
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = spend(op, &code).await? {
        return Ok(Err(refusal));
    }
    match prepared {
        Ok(issued) => begin_family(op, request, &grant.approval, &issued)
            .await
            .map(|()| Ok(issued)),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// What a request must show.
pub(in crate::oauth::token) struct Shown<'a> {
    code: &'a str,
    redirect_uri: Option<&'a str>,
    pub(in crate::oauth::token) verifier: Option<&'a str>,
}

impl<'a> Shown<'a> {
    pub(in crate::oauth::token) fn read(request: &TokenRequest<'a>) -> Result<Self, Refusal> {
        Ok(Self {
            code: request.required("code", "code is missing")?,
            redirect_uri: request.form.get("redirect_uri"),
            verifier: verifier(request)?,
        })
    }
}

/// Where PKCE is required, a request without is no request; of others the code says whether it is needed.
fn verifier<'a>(request: &TokenRequest<'a>) -> Result<Option<&'a str>, Refusal> {
    let sent = request.form.get("code_verifier");
    if sent.is_none() && request.client.client().settings.requires_pkce() {
        return Err(NO_VERIFIER);
    }
    Ok(sent)
}

/// Uses the code up. A second use revokes all that grew out of the first (RFC 6749 section 4.1.2).
async fn spend(op: &mut Op, code: &Token) -> Result<Result<(), Refusal>, OpError> {
    match one_time::redeem(op, Kind::AuthorizationCode, code).await? {
        Redemption::Redeemed(_) => Ok(Ok(())),
        Redemption::UsedBefore(payload) => {
            let spent = code::read(payload)?;
            family::revoke(op, spent.approval.authorization_id, "a code was used twice").await?;
            Ok(Err(USED))
        }
        Redemption::Unknown => Ok(Err(UNKNOWN)),
    }
}

fn compare(grant: &CodeGrant, request: &TokenRequest<'_>, shown: &Shown<'_>) -> Result<(), Refusal> {
    if grant.approval.client_id != request.client.client().id {
        return Err(OTHER_CLIENT);
    }
    match shown.redirect_uri {
        Some(shown) if grant.redirect_uri.as_str() != shown => return Err(OTHER_REDIRECT),
        None if !grant.redirect_implied => return Err(NO_REDIRECT),
        Some(_) | None => {}
    }
    match (&grant.code_challenge, shown.verifier) {
        (Some(challenge), Some(verifier)) if verifies(challenge, verifier) => {}
        (Some(_), Some(_)) => return Err(WRONG_VERIFIER),
        (Some(_), None) => return Err(NO_VERIFIER),
        // RFC 9700 section 4.8.2: somebody has taken the challenge out of the request.
        (None, Some(_)) => return Err(NO_CHALLENGE),
        (None, None) => {}
    }
    // RFC 9449 section 10: the key that was announced.
    binding::holds(grant.approval.terms.confirmation.as_ref(), request.confirmation)
}

/// Whether a verifier has the shape of RFC 7636 section 4.1 and the stored challenge is its SHA-256.
pub(in crate::oauth::token) fn verifies(challenge: &str, verifier: &str) -> bool {
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
async fn still_good(op: &mut Op, grant: &Approval) -> Result<Option<Standing>, OpError> {
    let subject = Subject::Person(grant.person_id);
    let Ok(standing) = person::may_act(op, subject, grant.epoch).await? else {
        return Ok(None);
    };
    if revocation::is_cut(op, &grant.client_id, &grant.authorization_id).await? {
        return Ok(None);
    }
    let given_at = grant.authorization_id.made_at();
    if consent::is_withdrawn_since(op, grant.person_id, &grant.client_id, given_at).await? {
        return Ok(None);
    }
    let offline = grant.scopes.contains("offline_access");
    let lives = offline || family::session_lives(op, grant.session_id).await?;
    Ok(lives.then_some(standing))
}

/// Signed tokens that wait for what a person has given to be spent.
pub(in crate::oauth::token) async fn prepare(
    op: &mut Op,
    request: &TokenRequest<'_>,
    grant: &Approval,
) -> Result<Result<Issued, Refusal>, OpError> {
    let Some(standing) = still_good(op, grant).await? else {
        return Ok(Err(NOT_NOW));
    };
    let client = request.client.client();
    let aim = match Aim::chosen(op, client, request.form, &grant.terms).await? {
        Ok(aim) => aim,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let issue = Issue {
        client,
        standing: &standing,
        asked: Some(&grant.scopes),
        aim: &aim,
        given: Some(Given {
            strength: &grant.strength,
            session: grant.session_id,
            authorization: grant.authorization_id,
            claims: &grant.terms.claims,
        }),
        nonce: grant.nonce.as_deref(),
        confirmation: request.confirmation,
    };
    let mut issued = match issue.tokens(op).await? {
        Ok(issued) => issued,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if may_use(&op.house, client, GrantType::RefreshToken).is_ok() {
        issued.refresh_token = refresh_token::make(&op.house.master_key, grant.authorization_id, 1);
    }
    Ok(Ok(issued))
}

/// Stores the family that begins with this authorization, so that its tokens can be revoked together.
pub(in crate::oauth::token) async fn begin_family(
    op: &mut Op,
    request: &TokenRequest<'_>,
    grant: &Approval,
    issued: &Issued,
) -> Result<(), OpError> {
    let client = request.client.client();
    let mut terms = grant.terms.clone();
    terms.confirmation = binding::kept(client, request.confirmation);
    // The first token is for one resource; the family keeps what was given for all of them.
    let narrowed = terms.resources.len() > 1 || request.form.get("resource").is_some();
    let scopes = if narrowed { &grant.scopes } else { &issued.scopes };
    let family = Family::begin(op, grant, (scopes, terms), issued.refresh_token.as_ref());
    let now = op.now;
    store::insert_family(op.writing().await?, &family, grant.nonce.as_deref(), now).await?;
    op.record(
        issued
            .told_in(EventDraft::success(EventKind::TokenIssued))
            .client(&grant.client_id)
            .on_behalf_of(grant.person_id)
            .organisation(grant.organisation_id)
            .session(grant.session_id)
            .target("authorization", grant.authorization_id)
            .detail("grant_type", grant.grant_type.as_str()),
    );
    Ok(())
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
