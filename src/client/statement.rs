//! Software statements (RFC 7591 section 2.3): metadata that somebody whom the operator trusts has signed.

use serde_json::Value;

use super::keys::{Whose, of_issuer};
use super::metadata::{Document, MetadataRefusal};
use crate::jose;
use crate::op::Op;

/// The member that holds it.
pub(super) const MEMBER: &str = "software_statement";

/// The document with what its statement says, which wins over what it says itself.
pub(super) async fn apply(op: &mut Op, mut document: Document) -> Result<Document, MetadataRefusal> {
    let Some(statement) = document.get(MEMBER).filter(|value| !value.is_null()).cloned() else {
        return Ok(document);
    };
    let invalid = || MetadataRefusal {
        code: "invalid_software_statement",
        description: "the software statement is malformed, expired or wrongly signed".into(),
        rules: Vec::new(),
    };
    let text = statement.as_str().ok_or_else(invalid)?;
    let issuer = jose::claimed_issuer(text).ok_or_else(invalid)?;
    let trusted = op.house.config.oauth.software_statement_issuers.clone();
    let found = trusted.iter().find(|one| one.issuer == issuer);
    let found = found.ok_or(MetadataRefusal {
        code: "unapproved_software_statement",
        description: "the issuer of the software statement is not trusted here".into(),
        rules: Vec::new(),
    })?;
    let key_id = jose::claimed_key_id(text);
    let keys = of_issuer(op, (Whose::Issuer, &found.jwks_uri), key_id.as_deref()).await;
    let claims = jose::verify_statement(text, &keys, &found.issuer, op.now).map_err(|_| invalid())?;
    join(&mut document, claims);
    document.insert(MEMBER.to_owned(), Value::String(text.to_owned()));
    Ok(document)
}

/// Pure rule: what a statement says of the client replaces what the document says; what it says of itself stays out of it.
pub(super) fn join(document: &mut Document, claims: Document) {
    for (name, value) in claims {
        let is_claim = matches!(
            name.as_str(),
            "iss" | "iat" | "exp" | "nbf" | "jti" | "aud" | "sub"
        );
        if !is_claim && name != MEMBER {
            document.insert(name, value);
        }
    }
}
