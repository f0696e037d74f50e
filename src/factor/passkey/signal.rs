//! What pages tell the keeper of a browser's passkeys, so that it offers none that opens nothing.

use serde_json::json;

use super::{ceremony, credentials};
use crate::op::{House, Op, OpError};
use crate::person::Person;

/// What a page tells the keeper of a browser's passkeys (WebAuthn section 5.1.10): the method of `PublicKeyCredential`, and its
/// options as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    pub method: &'static str,
    pub options: String,
}

impl Signal {
    /// The passkey that has just answered is not known here. Which one that was, the page itself knows.
    #[must_use]
    pub fn unknown(house: &House) -> Option<Self> {
        let host = ceremony::host(house)?;
        Some(Self {
            method: "signalUnknownCredential",
            options: json!({ "rpId": host }).to_string(),
        })
    }

    /// Which passkeys this person has, and how they are called now.
    pub async fn of_person(op: &mut Op, person: &Person) -> Result<Vec<Self>, OpError> {
        let own = credentials(op, person.id).await?;
        let Some(host) = ceremony::host(&op.house) else {
            return Ok(Vec::new());
        };
        let base64 = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
        let user = base64(person.id.as_bytes());
        let ids: Vec<String> = own.iter().map(|one| base64(one.cred_id().as_ref())).collect();
        let all = json!({ "rpId": host, "userId": user, "allAcceptedCredentialIds": ids });
        let (name, display_name) = (person.username.as_str(), &person.name);
        let details = json!({ "rpId": host, "userId": user, "name": name, "displayName": display_name });
        Ok(vec![
            Self {
                method: "signalAllAcceptedCredentials",
                options: all.to_string(),
            },
            Self {
                method: "signalCurrentUserDetails",
                options: details.to_string(),
            },
        ])
    }
}
