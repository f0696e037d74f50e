//! The ceremonies of WebAuthn (Level 3, sections 7.1 and 7.2), as this installation takes part in them.
//!
//! The library checks; what it is to check is fixed here. Its challenge is not kept anywhere: it is a keyed hash of the step
//! that it belongs to, so that it is unknown before, of one browser, and over with the step.

use std::time::Duration;

use serde_json::{Value, json};
use webauthn_rs::prelude::{
    AttestationCaList, CreationChallengeResponse, DiscoverableAuthentication, DiscoverableKey,
    Passkey as Credential, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    SecurityKey, SecurityKeyAuthentication, SecurityKeyRegistration, Webauthn, WebauthnError,
};
use webauthn_rs::{WebauthnBuilder, prelude::AuthenticationResult};

use super::NotMade;
use crate::domain::{Aaguid, Digest32, PersonId};
use crate::keys::Purpose;
use crate::op::{House, Op, OpError, Part};

/// What a challenge belongs to: a step of one browser that is taken once.
#[derive(Debug, Clone, Copy)]
pub struct Challenge(Digest32);

impl Challenge {
    /// `what` tells kinds of steps apart, `parts` name the one.
    #[must_use]
    pub fn of(op: &Op, what: &str, parts: &[&str]) -> Self {
        let parts: Vec<&[u8]> = std::iter::once(what)
            .chain(parts.iter().copied())
            .map(str::as_bytes)
            .collect();
        Self(op.house.master_key.mac(Purpose::PasskeyChallenge, &parts))
    }

    fn text(&self) -> String {
        data_encoding::BASE64URL_NOPAD.encode(&self.0.0)
    }
}

/// How long a browser waits for its person (WebAuthn section 15.1 advises five minutes and more).
const PATIENCE: Duration = Duration::from_mins(5);

/// This installation as browsers know it. None where its host is an address: passkeys belong to names.
#[derive(Debug)]
struct RelyingParty(Option<Webauthn>);

impl Part for RelyingParty {
    fn new(house: &House) -> Self {
        let issuer = &house.config.server.issuer;
        let Some(host) = issuer.domain() else {
            return Self(None);
        };
        let related = &house.config.passkeys.related_origins;
        let built = WebauthnBuilder::new(host, issuer).and_then(|builder| {
            let builder = builder.rp_name("Doorward").timeout(PATIENCE);
            let related = related.iter().filter_map(|one| url::Url::parse(one).ok());
            related
                .fold(builder, |builder, origin| builder.append_allowed_origin(&origin))
                .build()
        });
        Self(built.ok())
    }
}

/// Whether there are passkeys here at all.
#[must_use]
pub fn are_possible(house: &House) -> bool {
    house.part::<RelyingParty>().0.is_some()
}

/// The host to which passkeys of here belong; None where there are none.
pub(super) fn host(house: &House) -> Option<&str> {
    house
        .config
        .server
        .issuer
        .domain()
        .filter(|_| are_possible(house))
}

const FAULT: OpError = OpError::Broken("a ceremony of WebAuthn cannot be set up");

/// The options for `navigator.credentials.get`, as JSON, for any passkey that the browser has of here.
pub(super) fn request_any(op: &Op, challenge: Challenge) -> Result<Option<String>, OpError> {
    let Some(webauthn) = &op.house.part::<RelyingParty>().0 else {
        return Ok(None);
    };
    let (options, _) = webauthn.start_discoverable_authentication().map_err(|_| FAULT)?;
    told(&options, challenge).map(Some)
}

/// The same for the credentials of one person.
pub(super) fn request_one_of(
    op: &Op,
    challenge: Challenge,
    credentials: Vec<Credential>,
) -> Result<Option<String>, OpError> {
    let Some(webauthn) = &op.house.part::<RelyingParty>().0 else {
        return Ok(None);
    };
    let keys: Vec<SecurityKey> = credentials.into_iter().map(as_security_key).collect();
    let (options, _) = webauthn
        .start_securitykey_authentication(&keys)
        .map_err(|_| FAULT)?;
    told(&options, challenge).map(Some)
}

fn as_security_key(credential: Credential) -> SecurityKey {
    SecurityKey::from(webauthn_rs::prelude::Credential::from(credential))
}

/// The inner options, with our challenge in place of the library's.
fn told(options: &impl serde::Serialize, challenge: Challenge) -> Result<String, OpError> {
    let mut options = serde_json::to_value(options).map_err(|_| FAULT)?;
    let mut inner = options.get_mut("publicKey").map(Value::take).ok_or(FAULT)?;
    *inner.get_mut("challenge").ok_or(FAULT)? = json!(challenge.text());
    // The library takes each second factor for a key to plug in; browsers would ask for that before the phone.
    inner.as_object_mut().ok_or(FAULT)?.remove("hints");
    Ok(inner.to_string())
}

/// A state of the library, with our challenge in place of its own.
fn with_challenge<S>(state: &S, part: &str, challenge: Challenge) -> Result<S, OpError>
where
    S: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut state = serde_json::to_value(state).map_err(|_| FAULT)?;
    let place = state.get_mut(part).and_then(|part| part.get_mut("challenge"));
    *place.ok_or(FAULT)? = json!(challenge.text());
    serde_json::from_value(state).map_err(|_| FAULT)
}

/// What a browser has answered to a request.
pub(super) struct Assertion(PublicKeyCredential);

impl Assertion {
    /// None for a text that is no such answer.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// The id of the credential, in base64url.
    pub(super) fn credential_id(&self) -> String {
        data_encoding::BASE64URL_NOPAD.encode(self.0.get_credential_id())
    }

    /// Whether it names this person, as it must where nobody was asked for (WebAuthn section 7.2, step 6).
    pub(super) fn is_of(&self, person: PersonId) -> Option<bool> {
        self.0.get_user_unique_id().map(|id| id == person.as_bytes())
    }
}

/// Why an answer is not believed: a fixed word for the log.
pub(super) fn why(error: &WebauthnError) -> &'static str {
    match error {
        WebauthnError::CredentialPossibleCompromise => COUNTER_WENT_BACK,
        WebauthnError::MismatchedChallenge => "the passkey answered another request",
        WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash => {
            "the passkey answered another origin"
        }
        WebauthnError::CredentialBackupEligibilityInconsistent
        | WebauthnError::CredentialMayNotBeHardwareBound => COPIES_OTHERWISE,
        WebauthnError::UserNotPresent | WebauthnError::UserNotVerified => "the person was not verified",
        _ => "the passkey's answer is not valid",
    }
}

/// Whether a key may be copied is settled when it is made (WebAuthn section 6.1.3): whatever says otherwise later is another
/// authenticator than the one that was believed then, and one that says to be copied though it may not be contradicts itself.
const COPIES_OTHERWISE: &str = "the passkey says otherwise than when it was made whether it may be copied";

/// A copy of the key may be about (WebAuthn section 6.1.1).
pub(super) const COUNTER_WENT_BACK: &str = "the counter of the passkey went back";

/// Whether it was copied when it told of itself last, as the library keeps that with the counter: both change with a use, in
/// one value that is compared and written at once.
pub(super) fn is_backed_up(credential: &Value) -> bool {
    let state = credential.pointer("/cred/backup_state");
    state.and_then(Value::as_bool).unwrap_or_default()
}

/// Checks the answer of any passkey; the person must have been verified by it.
pub(super) fn check_any(
    op: &Op,
    challenge: Challenge,
    assertion: &Assertion,
    credential: &Credential,
) -> Result<Result<AuthenticationResult, WebauthnError>, OpError> {
    let party = op.house.part::<RelyingParty>();
    let webauthn = party.0.as_ref().ok_or(FAULT)?;
    let (_, state) = webauthn.start_discoverable_authentication().map_err(|_| FAULT)?;
    let state: DiscoverableAuthentication = with_challenge(&state, "ast", challenge)?;
    let key = DiscoverableKey::from(credential);
    Ok(webauthn.finish_discoverable_authentication_v2(&assertion.0, state, &key))
}

/// Checks the answer of one of these credentials, as a second factor: presence is enough.
pub(super) fn check_one_of(
    op: &Op,
    challenge: Challenge,
    assertion: &Assertion,
    credential: Credential,
) -> Result<Result<AuthenticationResult, WebauthnError>, OpError> {
    let party = op.house.part::<RelyingParty>();
    let webauthn = party.0.as_ref().ok_or(FAULT)?;
    let keys = [as_security_key(credential)];
    let (_, state) = webauthn
        .start_securitykey_authentication(&keys)
        .map_err(|_| FAULT)?;
    let state: SecurityKeyAuthentication = with_challenge(&state, "ast", challenge)?;
    Ok(webauthn.finish_securitykey_authentication(&assertion.0, &state))
}

/// Who makes a passkey.
#[derive(Debug)]
pub(super) struct Owner<'a> {
    pub(super) person: PersonId,
    pub(super) username: &'a str,
    pub(super) name: &'a str,
    /// What they have already, so that no authenticator makes two.
    pub(super) present: Vec<Credential>,
    /// The roots of the makers whose products are taken; none: all products, with nobody's word.
    pub(super) listed: Option<AttestationCaList>,
}

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Found without a name and verifying its holder: signs in alone.
    Passkey,
    /// Kept in a thing to touch; it verifies its holder where it can. A second factor.
    SecurityKey,
}

/// What the library has begun.
enum Begun {
    Passkey(CreationChallengeResponse, PasskeyRegistration),
    SecurityKey(CreationChallengeResponse, SecurityKeyRegistration),
}

fn begin(webauthn: &Webauthn, kind: Kind, owner: &Owner<'_>) -> Result<Begun, OpError> {
    let present = owner.present.iter().map(|one| one.cred_id().clone()).collect();
    let id = uuid::Uuid::from_bytes(*owner.person.as_bytes());
    let (username, name) = (owner.username, owner.name);
    let begun = match (kind, &owner.listed) {
        (Kind::Passkey, None) => webauthn
            .start_passkey_registration(id, username, name, Some(present))
            .map(|(options, state)| Begun::Passkey(options, state)),
        // The library knows the word of a maker for keys to plug in and for what is not copied; a passkey is asked for here
        // with the same checks, and for its holder.
        (Kind::Passkey | Kind::SecurityKey, listed) => webauthn
            .start_securitykey_registration(id, username, name, Some(present), listed.clone(), None)
            .map(|(options, state)| Begun::SecurityKey(options, state)),
    };
    begun.map_err(|_| FAULT)
}

/// The options for `navigator.credentials.create`, as JSON.
pub(super) fn request_new(
    op: &Op,
    (kind, challenge): (Kind, Challenge),
    owner: &Owner<'_>,
) -> Result<Option<String>, OpError> {
    let Some(webauthn) = &op.house.part::<RelyingParty>().0 else {
        return Ok(None);
    };
    if owner.listed.as_ref().is_some_and(AttestationCaList::is_empty) {
        // No product is on the list, or the metadata does not know those that are.
        return Ok(None);
    }
    let (Begun::Passkey(options, _) | Begun::SecurityKey(options, _)) = begin(webauthn, kind, owner)?;
    let mut options = serde_json::to_value(&options).map_err(|_| FAULT)?;
    let selection = options
        .pointer_mut("/publicKey/authenticatorSelection")
        .ok_or(FAULT)?;
    let asked = match kind {
        // Found without a username (WebAuthn section 5.4.6); the library leaves that open.
        Kind::Passkey => {
            json!({ "residentKey": "required", "requireResidentKey": true, "userVerification": "required" })
        }
        // Keys have room for a few passkeys only, and old ones for none.
        Kind::SecurityKey => json!({
            "residentKey": "discouraged", "requireResidentKey": false, "userVerification": "preferred",
            "authenticatorAttachment": "cross-platform",
        }),
    };
    *selection = asked;
    if kind == Kind::SecurityKey
        && let Some(extensions) = options
            .pointer_mut("/publicKey/extensions")
            .and_then(Value::as_object_mut)
    {
        // Browsers refuse to ask for a key that verifies its holder at every use where they need not at this one.
        extensions.retain(|name, _| !name.to_ascii_lowercase().contains("credentialprotectionpolicy"));
    }
    told(&options, challenge).map(Some)
}

/// What a browser has made.
pub(super) struct New {
    pub(super) credential: Credential,
    pub(super) synced: bool,
    pub(super) backed_up: bool,
    /// What keeps it says to be this.
    pub(super) aaguid: Option<Aaguid>,
}

/// Checks what a browser has made.
pub(super) fn check_new(
    op: &Op,
    (kind, challenge): (Kind, Challenge),
    owner: &Owner<'_>,
    answer: &str,
) -> Result<Result<New, NotMade>, OpError> {
    let party = op.house.part::<RelyingParty>();
    let webauthn = party.0.as_ref().ok_or(FAULT)?;
    let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else {
        return Ok(Err(NotMade::Invalid));
    };
    if owner.listed.as_ref().is_some_and(AttestationCaList::is_empty) {
        return Ok(Err(NotMade::Unlisted));
    }
    let made = match begin(webauthn, kind, owner)? {
        Begun::Passkey(_, state) => {
            let state = with_challenge(&state, "rs", challenge)?;
            webauthn.finish_passkey_registration(&answer, &state)
        }
        Begun::SecurityKey(_, state) => {
            let state: SecurityKeyRegistration = with_challenge(&state, "rs", challenge)?;
            let state = match kind {
                Kind::Passkey => verifying(&state)?,
                Kind::SecurityKey => state,
            };
            let made = webauthn.finish_securitykey_registration(&answer, &state);
            made.map(|key| Credential::from(webauthn_rs::prelude::Credential::from(key)))
        }
    };
    Ok(match made {
        Ok(credential) => {
            let inner = webauthn_rs::prelude::Credential::from(credential.clone());
            Ok(New {
                credential,
                synced: inner.backup_eligible,
                backed_up: inner.backup_state,
                aaguid: aaguid(&answer.response.attestation_object),
            })
        }
        Err(error) => Err(not_made(&error)),
    })
}

/// The same state for one that must verify its holder.
fn verifying(state: &SecurityKeyRegistration) -> Result<SecurityKeyRegistration, OpError> {
    let mut state = serde_json::to_value(state).map_err(|_| FAULT)?;
    *state.pointer_mut("/rs/policy").ok_or(FAULT)? = json!("required");
    serde_json::from_value(state).map_err(|_| FAULT)
}

fn not_made(error: &WebauthnError) -> NotMade {
    match error {
        WebauthnError::AttestationNotVerifiable
        | WebauthnError::AttestationChainNotTrusted(_)
        | WebauthnError::AttestationUntrustedAaguid
        | WebauthnError::AttestationFormatMissingAaguid => NotMade::Unlisted,
        _ => NotMade::Invalid,
    }
}

/// What keeps the new credential says to be, read where it always stands: at the end of an attestation object in canonical CBOR
/// are the data of the authenticator (WebAuthn section 6.5.4), in which it follows 37 bytes (section 6.1). The library tells it
/// with a maker's certificate only.
fn aaguid(object: &[u8]) -> Option<Aaguid> {
    const NAME: &[u8] = b"\x68authData";
    let at = object.windows(NAME.len()).rposition(|part| part == NAME)?;
    let data = match object.get(at.checked_add(NAME.len())?..)? {
        [0x58, length, data @ ..] if usize::from(*length) == data.len() => data,
        [0x59, high, low, data @ ..] if usize::from(u16::from_be_bytes([*high, *low])) == data.len() => data,
        _ => return None,
    };
    Aaguid::from_bytes(data.get(37..53)?)
}
