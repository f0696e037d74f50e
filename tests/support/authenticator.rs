//! An authenticator in software (WebAuthn Level 3), which does what it is told: also what a real one never would.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD as URL;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const MAY_BE_COPIED: u8 = 0x08;
const IS_COPIED: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

/// One that holds one key, at one browser.
pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user: String,
    /// Where the browser is.
    pub(crate) origin: String,
    /// Whether it verifies who holds it.
    pub(crate) verifies: bool,
    pub(crate) counter: u32,
    /// Whether it says that its key may be copied, and that it is.
    pub(crate) synced: bool,
    pub(crate) backed_up: bool,
}

impl Authenticator {
    /// Makes a key for these options of `navigator.credentials.create`; answers it with what the browser sends.
    pub(crate) fn create(options: &str, origin: &str, synced: bool) -> (Self, String) {
        Self::make(options, origin, [0; 16], (synced, true))
    }

    /// The same for a copied one that says to be of a product.
    pub(crate) fn create_claiming(options: &str, origin: &str, aaguid: [u8; 16]) -> (Self, String) {
        Self::make(options, origin, aaguid, (true, true))
    }

    /// The same for one that verifies nobody, and stays where it is.
    pub(crate) fn create_unverified(options: &str, origin: &str) -> (Self, String) {
        Self::make(options, origin, [0; 16], (false, false))
    }

    fn make(
        options: &str,
        origin: &str,
        aaguid: [u8; 16],
        (synced, verifies): (bool, bool),
    ) -> (Self, String) {
        let options: Value = serde_json::from_str(options).unwrap();
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let made = Self {
            id: Sha256::digest(key.public_key().as_ref()).to_vec(),
            key,
            user: options["user"]["id"].as_str().unwrap().to_owned(),
            origin: origin.to_owned(),
            verifies,
            counter: 0,
            synced,
            backed_up: synced,
        };
        let data = made.data(
            options["rp"]["id"].as_str().unwrap(),
            HAS_CREDENTIAL,
            &made.credential(aaguid),
        );
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": data }.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData".to_vec();
        object.extend(bytes(&data));
        let client_data = made.client_data("webauthn.create", &options);
        let response = json!({
            "clientDataJSON": URL.encode(client_data.as_bytes()), "attestationObject": URL.encode(&object),
        });
        let answer = made.answer(&response);
        (made, answer)
    }

    /// The same of a product whose maker gives its word (WebAuthn section 8.2): the certificate of the batch, and its key.
    pub(crate) fn create_attested(
        options: &str,
        origin: &str,
        (aaguid, certificate, maker): ([u8; 16], &[u8], &rcgen::KeyPair),
    ) -> (Self, String) {
        let (made, _) = Self::make(options, origin, aaguid, (false, true));
        let options: Value = serde_json::from_str(options).unwrap();
        let relying_party = options["rp"]["id"].as_str().unwrap();
        let data = made.data(relying_party, HAS_CREDENTIAL, &made.credential(aaguid));
        let client_data = made.client_data("webauthn.create", &options);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(client_data.as_bytes()));
        let signature = rcgen::SigningKey::sign(maker, &signed).unwrap();
        // CBOR: { "fmt": "packed", "attStmt": { "alg": -7, "sig": …, "x5c": [ … ] }, "authData": data }.
        let mut object = b"\xa3\x63fmt\x66packed\x67attStmt\xa3\x63alg\x26\x63sig".to_vec();
        object.extend(bytes(&signature));
        object.extend(b"\x63x5c\x81");
        object.extend(bytes(certificate));
        object.extend(b"\x68authData");
        object.extend(bytes(&data));
        let response = json!({
            "clientDataJSON": URL.encode(client_data.as_bytes()), "attestationObject": URL.encode(&object),
        });
        let answer = made.answer(&response);
        (made, answer)
    }

    /// Signs these options of `navigator.credentials.get`; answers what the browser sends.
    pub(crate) fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.data(options["rpId"].as_str().unwrap(), 0, &[]);
        let client_data = self.client_data("webauthn.get", &options);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(client_data.as_bytes()));
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.answer(&json!({
            "clientDataJSON": URL.encode(client_data.as_bytes()), "authenticatorData": URL.encode(&data),
            "signature": URL.encode(signature.as_ref()), "userHandle": self.user,
        }))
    }

    fn answer(&self, response: &Value) -> String {
        let id = URL.encode(&self.id);
        let answer = json!({
            "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {},
        });
        answer.to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false,
        })
        .to_string()
    }

    /// Authenticator data (WebAuthn section 6.1).
    fn data(&self, relying_party: &str, more: u8, credential: &[u8]) -> Vec<u8> {
        let mut flags = PRESENT | more;
        flags |= if self.verifies { VERIFIED } else { 0 };
        flags |= if self.synced { MAY_BE_COPIED } else { 0 };
        flags |= if self.backed_up { IS_COPIED } else { 0 };
        let mut data = Sha256::digest(relying_party).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data.extend(credential);
        data
    }

    /// Attested credential data (section 6.5.1): the product, the id, the key in COSE (RFC 9053 section 7.1.1).
    fn credential(&self, aaguid: [u8; 16]) -> Vec<u8> {
        let mut data = aaguid.to_vec();
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        let point = self.key.public_key().as_ref();
        data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
        data.extend(&point[1..33]);
        data.extend(b"\x22\x58\x20");
        data.extend(&point[33..65]);
        data
    }
}

/// A byte string in CBOR.
fn bytes(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let mut text = match u8::try_from(length) {
        Ok(short) => vec![0x58, short],
        Err(_) => [[0x59].as_slice(), &length.to_be_bytes()].concat(),
    };
    text.extend(content);
    text
}
