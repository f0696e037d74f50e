//! A key that has leaked is revoked at once.

use std::time::Duration;

use doorward::domain::Actor;
use doorward::jose::{Algorithm, JwtError};
use doorward::keys::{self, KeyState, KeyUse, Revocation, Rotation};

use super::{DAY, kid, published, states, token, verdict, with_keys};
use crate::support::{Bare, START};

const HOUR: Duration = Duration::from_hours(1);

async fn revoke(bare: &Bare, id: &str) -> Revocation {
    keys::revoke(&bare.house, &Actor::Operator, id).await.unwrap()
}

async fn rotate(bare: &Bare, immediately: bool) -> String {
    let kind = (KeyUse::Token, Algorithm::Es256);
    let rotation = keys::rotate(&bare.house, Actor::Operator, kind.0, kind.1, immediately).await;
    let Rotation::Successor { id, .. } = rotation.unwrap() else {
        panic!("a key is made");
    };
    id
}

/// Whether a token that the house signs now is believed.
fn signs(bare: &Bare) -> bool {
    verdict(&bare.house, &token(&bare.house, DAY)).is_none()
}

#[tokio::test]
async fn what_a_revoked_key_has_signed_is_believed_no_more_and_a_successor_signs() {
    let bare = with_keys().await;
    let before = token(&bare.house, DAY);
    let old = kid(&before);
    // So that the list has an order.
    bare.house.clock.advance(HOUR);
    let Revocation::Revoked {
        successor: Some((new, from)),
    } = revoke(&bare, &old).await
    else {
        panic!("it is revoked, and a successor is made");
    };
    assert_eq!(verdict(&bare.house, &before), Some(JwtError::Key));
    assert!(!published(&bare.house).contains(&old));
    assert!(published(&bare.house).contains(&new));
    assert_eq!(
        (kid(&token(&bare.house, DAY)), from),
        (new.clone(), START.plus(HOUR))
    );
    assert!(signs(&bare));
    assert_eq!(
        states(&bare, Algorithm::Es256).await,
        [KeyState::Signing, KeyState::Revoked]
    );
    let events = bare.events("key.revoked").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["actor"]["type"], "operator");
    assert_eq!(events[0]["target"]["id"], old);
    assert_eq!(events[0]["details"]["successor"], new);
    // It stays revoked, at the next start too.
    keys::rotate_due(&bare.house).await.unwrap();
    let again = bare.replica().await;
    assert_eq!(verdict(&again.house, &before), Some(JwtError::Key));
    assert_eq!(published(&again.house), published(&bare.house));
}

#[tokio::test]
async fn a_published_successor_signs_at_once() {
    let bare = with_keys().await;
    let old = kid(&token(&bare.house, DAY));
    let pending = rotate(&bare, false).await;
    let revocation = revoke(&bare, &old).await;
    let successor = Some((pending.clone(), START));
    assert_eq!(revocation, Revocation::Revoked { successor });
    assert_eq!(kid(&token(&bare.house, DAY)), pending);
    assert!(signs(&bare));
}

#[tokio::test]
async fn while_another_key_signs_nothing_changes_but_what_is_published() {
    let bare = with_keys().await;
    let old = kid(&token(&bare.house, DAY));
    let present = rotate(&bare, true).await;
    assert_eq!(revoke(&bare, &old).await, Revocation::Revoked { successor: None });
    assert_eq!(kid(&token(&bare.house, DAY)), present);
    assert!(!published(&bare.house).contains(&old));

    // A published one that leaks before it has signed: another is published in its place.
    let pending = rotate(&bare, false).await;
    let Revocation::Revoked {
        successor: Some((next, from)),
    } = revoke(&bare, &pending).await
    else {
        panic!("another is published");
    };
    let overlap = bare.house.config.keys.overlap;
    assert_eq!(from, START.plus(overlap));
    assert_eq!(kid(&token(&bare.house, DAY)), present);
    assert!(published(&bare.house).contains(&next));
    bare.house.clock.advance(overlap);
    assert_eq!(kid(&token(&bare.house, DAY)), next);
    assert!(signs(&bare));
}

#[tokio::test]
async fn what_cannot_be_revoked_is_told_and_leaves_no_event() {
    let bare = with_keys().await;
    let old = kid(&token(&bare.house, DAY));
    revoke(&bare, &old).await;
    assert_eq!(revoke(&bare, &old).await, Revocation::Unchanged);
    assert_eq!(revoke(&bare, "another").await, Revocation::Unknown);
    let now = bare.house.clock.now();
    let of_the_log = bare.house.keys().checkpoint(now).unwrap().key_id().to_owned();
    assert_eq!(revoke(&bare, &of_the_log).await, Revocation::OfTheLog);
    assert!(bare.house.keys().checkpoint(now).is_ok());
    assert_eq!(bare.events("key.revoked").await.len(), 1);
}

#[tokio::test]
async fn of_two_who_revoke_one_key_at_once_one_does() {
    let bare = with_keys().await;
    let other = bare.replica().await;
    let old = kid(&token(&bare.house, DAY));
    let (one, two) = tokio::join!(revoke(&bare, &old), revoke(&other, &old));
    let done = [&one, &two]
        .iter()
        .filter(|end| matches!(end, Revocation::Revoked { .. }))
        .count();
    assert_eq!(done, 1, "{one:?} {two:?}");
    assert_eq!(bare.events("key.revoked").await.len(), 1);
    assert_eq!(states(&bare, Algorithm::Es256).await.len(), 2);
    for house in [&bare, &other] {
        keys::rotate_due(&house.house).await.unwrap();
        assert!(signs(house));
        assert!(!published(&house.house).contains(&old));
    }
}

#[tokio::test]
async fn a_revocation_is_not_lost_to_a_rotation_at_the_same_time() {
    let bare = with_keys().await;
    let other = bare.replica().await;
    let old = kid(&token(&bare.house, DAY));
    let rotation = keys::rotate(
        &other.house,
        Actor::Operator,
        KeyUse::Token,
        Algorithm::Es256,
        false,
    );
    let (revoked, rotated) = tokio::join!(revoke(&bare, &old), rotation);
    assert!(matches!(revoked, Revocation::Revoked { .. }), "{revoked:?}");
    rotated.unwrap();
    for house in [&bare, &other] {
        keys::rotate_due(&house.house).await.unwrap();
        assert!(signs(house));
        assert!(!published(&house.house).contains(&old));
    }
}
