//! Keyed hashes, one key a purpose.

/// What a derived key is for: hashes of one purpose never fit another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Pepper of password hashes.
    Pepper,
    ClientSecret,
    RecoveryCode,
    RefreshToken,
    /// Codes that people copy from a device to a page (RFC 8628): one part. Codes of people that clients send when they ask
    /// for them elsewhere (OpenID CIBA Core): person and code.
    UserCode,
    /// Form tokens against cross-site requests.
    FormToken,
    /// What a client sees instead of a person's id: who it is, and the mask over it.
    PairwiseSubject,
    PairwiseMask,
    /// Pairs of public values that must not be forged, such as sign-out hints.
    Link,
    /// Nonces for DPoP proofs.
    ProofNonce,
    /// Challenges for passkeys: what they are for, and the step of one browser that they belong to.
    PasskeyChallenge,
    /// Of a name that nobody has: the organisation in which wrong guesses at it count, and the hash whose time they take.
    NameOfNobody,
}
