//! Who acts for whom (RFC 8693 section 4.1).

use serde::{Deserialize, Serialize};

/// The longest chain of actors that a token carries.
const LONGEST: usize = 8;

/// The `act` claim: the present actor, and within it those before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Act {
    pub(super) sub: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) client_id: Option<String>,
    #[serde(default, rename = "act", skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<Box<Self>>,
}

impl Act {
    /// A new actor before those of the subject's token; `None` if the chain gets too long.
    pub(super) fn acting(sub: String, client_id: String, earlier: Option<Self>) -> Option<Self> {
        let act = Self {
            sub,
            client_id: Some(client_id),
            before: earlier.map(Box::new),
        };
        (act.length() <= LONGEST).then_some(act)
    }

    fn length(&self) -> usize {
        let mut length = 1;
        let mut next = self.before.as_deref();
        while let Some(act) = next {
            length += 1;
            next = act.before.as_deref();
        }
        length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_actor_stands_outside_and_the_chain_has_an_end() {
        let mut act = None;
        for number in 1..=LONGEST {
            act = Act::acting(format!("s{number}"), "c".into(), act);
        }
        let act = act.unwrap();
        assert_eq!(act.sub, "s8");
        assert_eq!(act.before.as_ref().unwrap().sub, "s7");
        assert_eq!(Act::acting("s9".into(), "c".into(), Some(act)), None);
    }
}
