//! With what a place of a sign-in is answered, and what that truly proves.

use super::model::{Proof, Proven};
use super::page::{self, Shown, attempt_of, key_of, options};
use super::step::With;
use super::world::World;
use crate::signin::VERIFIER;
use crate::support::{Authenticator, Page};

/// What is sent, and what it proves if it is taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Filled {
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) proof: Option<Proven>,
}

/// What is sent where nothing fits.
const NONSENSE: &str = "no such thing";

impl World<'_> {
    /// Who a sign-in is of, as far as it has said; else this person.
    fn named(&self, id: &str, who: usize) -> usize {
        self.attempts.get(id).and_then(|one| one.named).unwrap_or(who)
    }

    /// Fills in what this place of a sign-in takes, from the page that is at hand.
    pub(super) fn fill(
        &mut self,
        page: &Page,
        (id, place): (&str, &'static str),
        (with, who, trust): (With, usize, bool),
    ) -> Filled {
        let named = self.named(id, who);
        let mut filled = match place {
            "identify" => self.name(with, who),
            "password" => self.password(with, named),
            "totp" => self.code(with, named),
            "recovery" => self.recovery_code(with, named),
            "enrol" => self.first_code(page, with, named),
            "passkey" => self.passkey(page, id, with, (named, who)),
            "new-passkey" => Filled {
                fields: vec![("answer", self.new_passkey(page, with))],
                proof: None,
            },
            _ => Filled::default(),
        };
        if trust {
            let field = if place == "password" { "passkeys" } else { "trust" };
            filled.fields.push((field, "yes".to_owned()));
        }
        filled
    }

    fn proven(&self, who: usize, what: Proof) -> Proven {
        let at = self.now();
        Proven { who, what, at }
    }

    fn name(&self, with: With, who: usize) -> Filled {
        let typed = match with {
            With::Wrong => "nobody-of-that-name".to_owned(),
            With::Others => self.people[1 - who].username.clone(),
            _ => self.people[who].username.clone(),
        };
        Filled {
            fields: vec![("username", typed)],
            proof: None,
        }
    }

    fn password(&self, with: With, named: usize) -> Filled {
        let right = self.people[named].password.clone();
        let (typed, proof) = match with {
            With::Wrong | With::Used => ("not the password".to_owned(), None),
            With::Others => {
                let others = self.people[1 - named].password.clone();
                let same = others == right;
                let proof = (same && right.is_some()).then(|| self.proven(named, Proof::Password));
                (others.unwrap_or_default(), proof)
            }
            _ => match right {
                Some(right) => (right, Some(self.proven(named, Proof::Password))),
                None => (NONSENSE.to_owned(), None),
            },
        };
        Filled {
            fields: vec![("password", typed)],
            proof,
        }
    }

    fn code(&self, with: With, named: usize) -> Filled {
        let now = self.now() / 30;
        let (typed, proof) = match (with, self.people[named].codes.first()) {
            (With::Used, Some((secret, newest))) => (at_step(secret, *newest), None),
            (With::Others, _) => match self.people[1 - named].codes.first() {
                Some((secret, _)) => (at_step(secret, now), None),
                None => (NONSENSE.to_owned(), None),
            },
            (With::Wrong, _) | (_, None) => ("000000".to_owned(), None),
            (_, Some((secret, newest))) => {
                let proof = (now > *newest).then(|| self.proven(named, Proof::Code));
                (at_step(secret, now), proof)
            }
        };
        Filled {
            fields: vec![("code", typed)],
            proof,
        }
    }

    fn recovery_code(&self, with: With, named: usize) -> Filled {
        let (own, other) = (&self.people[named], &self.people[1 - named]);
        let (typed, proof) = match with {
            With::Used => (own.used.last(), None),
            With::Others => (other.recovery.first(), None),
            With::Wrong => (None, None),
            _ => (
                own.recovery.first(),
                Some(self.proven(named, Proof::RecoveryCode)),
            ),
        };
        let proof = proof.filter(|_| typed.is_some());
        let typed = typed.map_or("ABCD-ABCD-ABCD-ABCD", String::as_str);
        Filled {
            fields: vec![("code", typed.to_owned())],
            proof,
        }
    }

    /// The first code of an authenticator proves something of whoever has no other factor: a password alone adds none to others.
    fn first_code(&self, page: &Page, with: With, named: usize) -> Filled {
        let Some(secret) = key_of(page).filter(|_| with != With::Wrong) else {
            return Filled {
                fields: vec![("code", "000000".to_owned())],
                proof: None,
            };
        };
        let is_first = !self.people[named].has_second(None);
        let proof = is_first.then(|| self.proven(named, Proof::Code));
        Filled {
            fields: vec![("code", at_step(&secret, self.now() / 30))],
            proof,
        }
    }

    /// Signs what the page asks for: with the passkey of whoever was named after their password, else of whoever is there.
    fn passkey(&mut self, page: &Page, id: &str, with: With, (named, who): (usize, usize)) -> Filled {
        let second = page::shown(page) == Shown::Second;
        let asked = match with {
            With::Elsewhere(tab) => self.tabs[tab].page.clone(),
            _ => Some(page.clone()),
        };
        let own = asked.as_ref().and_then(attempt_of).as_deref() == Some(id);
        let whose = match (with, second) {
            (With::Others, true) => 1 - named,
            (With::Others, false) => 1 - who,
            (_, true) => named,
            (_, false) => who,
        };
        let asked = asked.and_then(|page| options(&page, "get"));
        let signed = match (asked, self.people[whose].passkeys.last_mut()) {
            (Some(asked), Some((authenticator, _))) if with != With::Wrong => {
                Some(sign(authenticator, &asked, with))
            }
            _ => None,
        };
        let honest = own && !matches!(with, With::Unverified | With::Deceived) && (!second || whose == named);
        let what = if second {
            Proof::Passkey
        } else {
            Proof::PasskeyAlone
        };
        let proof = (honest && signed.is_some()).then(|| self.proven(whose, what));
        Filled {
            fields: vec![("answer", signed.unwrap_or_else(|| "{}".to_owned()))],
            proof,
        }
    }

    /// Makes a passkey for the page at hand, and keeps it until it is known whether it was taken.
    pub(super) fn new_passkey(&mut self, page: &Page, with: With) -> String {
        let Some(asked) = options(page, "create").filter(|_| with != With::Wrong) else {
            return "{}".to_owned();
        };
        let (made, answer) = Authenticator::create(&asked, &self.town.server.issuer, true);
        self.just_made = Some(made);
        answer
    }

    /// What is exchanged for tokens.
    pub(super) fn exchange(&self, code: &str) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "authorization_code".to_owned()),
            ("client_id", self.desk()),
            ("code", code.to_owned()),
            ("redirect_uri", super::world::BACK.to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ]
    }
}

fn sign(authenticator: &mut Authenticator, asked: &str, with: With) -> String {
    let origin = authenticator.origin.clone();
    if with == With::Deceived {
        "https://evil.example".clone_into(&mut authenticator.origin);
    }
    authenticator.verifies = with != With::Unverified;
    let signed = authenticator.get(asked);
    authenticator.origin = origin;
    authenticator.verifies = true;
    signed
}

/// The code that the authenticator with this secret shows at a step of half a minute.
pub(super) fn at_step(secret: &str, step: i64) -> String {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(bytes).build().unwrap();
    totp.generate(u64::try_from(step * 30).unwrap()).to_string()
}
