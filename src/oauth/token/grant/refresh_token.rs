//! A refresh token for new tokens (RFC 6749 section 6), rotated at each use (RFC 9700 section 4.14.2).
//!
//! The next token is made from family and generation, so an answer that got lost can be given again: the direct
//! predecessor, shown by the same client while its successor has never been used, within `tokens.refresh_grace`, gets the
//! same successor. Any other replay revokes the family.

use super::TokenRequest;
use crate::client::{Client, Rules};
use crate::domain::{Digest32, EventKind, GrantType, Scopes, Timestamp, Token};
use crate::oauth::aim::Aim;
use crate::oauth::binding;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::family::{self, Dead, Family};
use crate::oauth::issue::{Issue, Issued};
use crate::oauth::mint::Given;
use crate::oauth::{refresh_token, store};
use crate::op::{EventDraft, Op, OpError};

const UNKNOWN: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the refresh token is unknown");
const REPLAYED: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the refresh token has been used before");
const OTHER_CLIENT: Refusal = Refusal::new(
    ErrorCode::InvalidGrant,
    "the refresh token was issued to another client",
);
const WIDER: Refusal = Refusal::new(ErrorCode::InvalidScope, "the scope goes beyond what was given");

/// What a token is among those of its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The newest one.
    Newest,
    /// The one before it, shown again in time: its answer may have got lost.
    AnswerLost,
    Replayed,
}

/// Pure rule: how a token that proves itself stands in its family at this moment.
fn place(
    family: &Family,
    generation: i64,
    shown: &Digest32,
    now: Timestamp,
    grace: std::time::Duration,
) -> Place {
    let is = |stored: &Option<Digest32>| stored.is_some_and(|stored| stored.matches(shown));
    if generation == family.generation && is(&family.current_hash) {
        Place::Newest
    } else if generation.checked_add(1) == Some(family.generation)
        && is(&family.previous_hash)
        && now.since(family.rotated_at) <= grace
    {
        // The successor is still the newest: it has never been used.
        Place::AnswerLost
    } else {
        Place::Replayed
    }
}

pub(super) async fn redeem(
    op: &mut Op,
    request: &TokenRequest<'_>,
) -> Result<Result<Issued, Refusal>, OpError> {
    let (text, asked) = match request
        .required("refresh_token", "refresh_token is missing")
        .and_then(|text| Ok((text, request.asked_scopes()?)))
    {
        Ok(shown) => shown,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(presented) = refresh_token::read(&op.house.master_key, text) else {
        return Ok(Err(UNKNOWN));
    };
    let Some(family) = store::find_family(op.reading().await?, presented.family).await? else {
        return Ok(Err(UNKNOWN));
    };
    let client = request.client.client();
    if family.client_id != client.id {
        family::revoke(op, family.id, "a refresh token was shown by another client").await?;
        return Ok(Err(OTHER_CLIENT));
    }
    let standing = match family::alive(op, &family).await? {
        Ok(standing) => standing,
        Err(dead) => return Ok(Err(dead_refusal(dead))),
    };
    let shown = Token::presented(text).digest();
    let grace = op.house.config.tokens.refresh_grace;
    let place = place(&family, presented.generation, &shown, op.now, grace);
    if place == Place::Replayed {
        return replayed(op, &family).await;
    }
    let (asked, aim) = match wish(op, request, &family, asked).await? {
        Ok(wish) => wish,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let rotates = Rules::from(&**client).rotates_refresh_tokens();
    let step = i64::from(rotates || place == Place::AnswerLost);
    let next = presented.generation.saturating_add(step);
    let Some(next) = refresh_token::make(&op.house.master_key, family.id, next) else {
        return replayed(op, &family).await;
    };
    let issue = Issue {
        client,
        standing: &standing,
        asked: Some(&asked),
        aim: &aim,
        given: Some(given(&family)),
        nonce: None,
        confirmation: request.confirmation,
    };
    let mut issued = match issue.tokens(op).await? {
        Ok(issued) => issued,
        Err(refusal) => return Ok(Err(refusal)),
    };
    issued.refresh_token = Some(next.clone());
    if rotates && place == Place::Newest && !rotate(op, &family, &shown, &next).await? {
        return replayed(op, &family).await;
    }
    bind(op, request, &family).await?;
    record(op, client, &family, &issued, place);
    Ok(Ok(issued))
}

/// What a request asks of what was given, if the key that it proves is the one of this family; nothing asked: all of it.
async fn wish(
    op: &mut Op,
    request: &TokenRequest<'_>,
    family: &Family,
    asked: Option<Scopes>,
) -> Result<Result<(Scopes, Aim), Refusal>, OpError> {
    if let Err(refusal) = binding::holds(family.terms.confirmation.as_ref(), request.confirmation) {
        return Ok(Err(refusal));
    }
    let asked = asked.unwrap_or_else(|| family.scopes.clone());
    if !asked.within(&family.scopes) {
        return Ok(Err(WIDER));
    }
    let client = request.client.client();
    let aim = Aim::chosen(op, client, request.form, &family.terms).await?;
    Ok(aim.map(|aim| (asked, aim)))
}

/// Binds a family that was not bound so far to the key that its public client has proven now: the refresh token of this
/// answer must be (RFC 9449 section 5).
async fn bind(op: &mut Op, request: &TokenRequest<'_>, family: &Family) -> Result<(), OpError> {
    let kept = binding::kept(request.client.client(), request.confirmation);
    if kept.is_none() || family.terms.confirmation.is_some() {
        return Ok(());
    }
    let mut terms = family.terms.clone();
    terms.confirmation = kept;
    store::change_terms(op.writing().await?, family.id, &terms).await?;
    Ok(())
}

/// How the person had been authenticated when the family began.
fn given(family: &Family) -> Given<'_> {
    Given {
        strength: &family.strength,
        session: family.session_id,
        authorization: family.id,
        claims: &family.terms.claims,
    }
}

const fn dead_refusal(dead: Dead) -> Refusal {
    Refusal::new(ErrorCode::InvalidGrant, dead.as_str())
}

async fn replayed(op: &mut Op, family: &Family) -> Result<Result<Issued, Refusal>, OpError> {
    family::revoke(op, family.id, "a refresh token was used twice").await?;
    Ok(Err(REPLAYED))
}

/// Puts the successor in place. Of two requests at once one does; the other has come second with the same token, and gets
/// the same successor if that is within the grace time. Answers whether the successor may be handed out.
async fn rotate(op: &mut Op, family: &Family, shown: &Digest32, next: &Token) -> Result<bool, OpError> {
    let (now, grace) = (op.now, op.house.config.tokens.refresh_grace);
    let tx = op.writing().await?;
    if store::rotate_family(tx, family.id, family.generation, &next.digest(), now).await? {
        return Ok(true);
    }
    let Some(found) = store::find_family(tx, family.id).await? else {
        return Ok(false);
    };
    let lives = found.revoked_at.is_none() && found.expires_at > now;
    let place = place(&found, family.generation, shown, now, grace);
    Ok(lives && place == Place::AnswerLost)
}

fn record(op: &mut Op, client: &Client, family: &Family, issued: &Issued, place: Place) {
    op.record(
        issued
            .told_in(EventDraft::success(EventKind::TokenRefreshed))
            .client(&client.id)
            .on_behalf_of(family.person_id)
            .organisation(family.organisation_id)
            .session(family.session_id)
            .target("authorization", family.id)
            .detail("grant_type", GrantType::RefreshToken.as_str())
            .detail("repeated", place == Place::AnswerLost),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use crate::domain::{Acr, ClientId, Id, Strength};
    use crate::oauth::terms::Terms;

    fn id<K>() -> Id<K> {
        Id::new(Timestamp::from_micros(1), [1; 10])
    }

    fn family() -> Family {
        let rotated_at = Timestamp::from_seconds(1_000);
        Family {
            id: id(),
            organisation_id: id(),
            person_id: id(),
            client_id: ClientId::parse("app").unwrap(),
            session_id: id(),
            scopes: Scopes::default(),
            offline: false,
            strength: Strength {
                acr: Acr::One,
                amr: Vec::new(),
                authenticated_at: rotated_at,
            },
            terms: Terms::default(),
            epoch: 1,
            generation: 5,
            current_hash: Some(Digest32([5; 32])),
            previous_hash: Some(Digest32([4; 32])),
            rotated_at,
            expires_at: Timestamp::from_seconds(9_000),
            revoked_at: None,
        }
    }

    #[test]
    fn a_token_is_the_newest_or_its_predecessor_in_time_or_replayed() {
        let grace = Duration::from_secs(30);
        for (generation, hash, seconds, expected) in [
            (5, 5, 1_000, Place::Newest),
            (5, 5, 8_000, Place::Newest),
            (5, 4, 1_000, Place::Replayed),
            (4, 4, 1_030, Place::AnswerLost),
            (4, 4, 1_031, Place::Replayed),
            (4, 5, 1_000, Place::Replayed),
            (3, 3, 1_000, Place::Replayed),
            (6, 6, 1_000, Place::Replayed),
            (i64::MAX, 4, 1_000, Place::Replayed),
        ] {
            let now = Timestamp::from_seconds(seconds);
            let found = place(&family(), generation, &Digest32([hash; 32]), now, grace);
            assert_eq!(found, expected, "{generation} {hash} {seconds}");
        }
    }
}
