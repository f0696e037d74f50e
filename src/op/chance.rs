//! Where chance comes from.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};

use crate::domain::{Id, Timestamp, Token};

/// The source of chance of an act: the operating system's generator.
#[derive(Debug, Clone, Default)]
pub struct Chance(SystemRandom);

impl Chance {
    /// So many bytes of chance.
    ///
    /// # Panics
    ///
    /// When the system has no chance to give: nothing may go on then.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "without chance nothing may go on; aws-lc aborts itself in that case"
    )]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes).expect("the system's generator answers");
        bytes
    }

    /// A new id.
    #[must_use]
    pub fn id<K>(&self, now: Timestamp) -> Id<K> {
        Id::new(now, self.bytes())
    }

    /// A new opaque token of 256 bits.
    #[must_use]
    pub fn token(&self) -> Token {
        Token::new(self.bytes())
    }
}
