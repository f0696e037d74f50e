//! What people do to their own factors: on the pages of the account, and with a pass.

use super::fill::at_step;
use super::model::Aim;
use super::page::{Shown, codes_of, hidden, key_of, shown};
use super::step::With;
use super::world::World;
use crate::support::{Authenticator, Page};

impl World<'_> {
    async fn post(&mut self, tab: usize, page: &Page, path: &str, fields: Vec<(&str, String)>) -> Page {
        let mut fields = fields;
        fields.extend(hidden(page, "form_token").map(|value| ("form_token", value)));
        // What is too late for this form is led to a sign-in of its own.
        self.tabs[tab].aim = Aim {
            opened: self.now(),
            ..Aim::default()
        };
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let browser = self.profiles[tab / 2].browser.clone();
        browser.post(path, &pairs).await
    }

    /// A new password, which ends the sessions elsewhere, the trust in devices, and sign-ins that wait with the old one.
    pub(super) async fn change_password(
        &mut self,
        tab: usize,
        page: &Page,
        with: With,
    ) -> Result<(), String> {
        let Some(who) = self.profiles[tab / 2].session.as_ref().map(|one| one.who) else {
            return Ok(());
        };
        let new = format!("violet staircase number {} of walk {}", self.now(), self.number);
        let current = match with {
            With::Wrong => "not the password".to_owned(),
            _ => self.people[who].password.clone().unwrap_or_default(),
        };
        let mut fields = vec![
            ("new", new.clone()),
            ("again", new.clone()),
            ("others", "yes".to_owned()),
        ];
        if page.has_field("current") {
            fields.push(("current", current));
        }
        let after = self.post(tab, page, "/account/password", fields).await;
        if path_of(&after) == "/account/password" && after.body.contains("notice success") {
            self.people[who].password = Some(new);
            self.forget_proofs(who, true);
            self.past.trusted.retain(|(one, _), _| *one != who);
            self.count("a password was changed");
        }
        self.arrived(tab, after, None).await
    }

    pub(super) async fn add_code(&mut self, tab: usize, page: &Page, with: With) -> Result<(), String> {
        let Some(who) = self.profiles[tab / 2].session.as_ref().map(|one| one.who) else {
            return Ok(());
        };
        let (secret, step) = (key_of(page).unwrap(), self.now() / 30);
        let code = if with == With::Wrong {
            "000000".to_owned()
        } else {
            at_step(&secret, step)
        };
        let fields = vec![
            ("name", "Another".to_owned()),
            ("code", code),
            ("pending", hidden(page, "pending").unwrap()),
        ];
        let after = self.post(tab, page, "/account/authenticators/add", fields).await;
        let codes = codes_of(&after);
        let listed = path_of(&after) == "/account/authenticators";
        if with != With::Wrong && shown(&after) == Shown::Other && (listed || !codes.is_empty()) {
            self.people[who].codes.insert(0, (secret, step));
            if !codes.is_empty() {
                self.people[who].recovery = codes;
            }
            self.count("an authenticator was added");
        }
        self.arrived(tab, after, None).await
    }

    /// A step of a pass. With its beginning all ends that was before; until its end nobody gets in.
    pub(super) async fn use_pass(&mut self, tab: usize, page: &Page, with: With) -> Result<(), String> {
        let Some(who) = self.tabs[tab].link_of else {
            return Ok(());
        };
        let path = path_of(page);
        let before = shown(page);
        let new = format!("silent harbour number {} of walk {}", self.now(), self.number);
        let mut made = None;
        let fields = match (before, with) {
            (Shown::Begin, _) => vec![("act", "begin".to_owned())],
            (Shown::SetFirst | Shown::SetSecond, With::Passkey | With::Unverified | With::Recovery) => {
                let Some(asked) = super::page::options(page, "create") else {
                    return Ok(());
                };
                let origin = self.town.server.issuer.clone();
                let (one, answer) = Authenticator::create(&asked, &origin, true);
                made = Some(one);
                vec![
                    ("act", "passkey".to_owned()),
                    ("answer", answer),
                    ("name", "Phone".to_owned()),
                ]
            }
            (Shown::SetFirst, _) => vec![
                ("act", "password".to_owned()),
                ("new", new.clone()),
                ("again", new.clone()),
            ],
            _ => vec![
                ("act", "totp".to_owned()),
                ("pending", hidden(page, "pending").unwrap()),
                ("code", at_step(&key_of(page).unwrap(), self.now() / 30)),
            ],
        };
        let act = fields[0].1.clone();
        let after = self.post(tab, page, &path, fields).await;
        self.note_pass(who, (&act, page, &after), (new, made));
        self.arrived(tab, after, None).await
    }

    fn note_pass(
        &mut self,
        who: usize,
        (act, page, after): (&str, &Page, &Page),
        (new, made): (String, Option<Authenticator>),
    ) {
        let next = shown(after);
        let now = self.now();
        if act == "begin" {
            if matches!(next, Shown::SetFirst | Shown::SetSecond) && !self.people[who].held {
                self.end_all(who);
            }
            return;
        }
        let on = matches!(next, Shown::SetSecond | Shown::Done);
        let person = &mut self.people[who];
        match act {
            "password" if on => person.password = Some(new),
            "passkey" if next == Shown::Done => person.passkeys.extend(made.map(|one| (one, None))),
            "totp" if next == Shown::Done => {
                person.codes = vec![(key_of(page).unwrap(), now / 30)];
                person.recovery = codes_of(after);
            }
            _ => {}
        }
        if next == Shown::Done {
            person.held = false;
            self.count("a pass was finished");
        }
    }

    fn end_all(&mut self, who: usize) {
        let person = &mut self.people[who];
        person.held = true;
        person.password = None;
        person.codes.clear();
        person.recovery.clear();
        person.used.clear();
        person.passkeys.clear();
        self.past.trusted.retain(|(one, _), _| *one != who);
        self.forget_proofs(who, false);
        self.end_sessions(who, None);
    }
}

fn path_of(page: &Page) -> String {
    url::Url::parse(&page.url).unwrap().path().to_owned()
}
