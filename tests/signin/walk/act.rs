//! One step: what is done, and what is written down of it before the judge looks.

use std::time::Duration;

use super::fill::Filled;
use super::model::{Aim, Attempt, Proof};
use super::page::{self, Shown, attempt_of, codes_of, hidden, key_of, shown};
use super::step::{Step, With};
use super::world::{BACK, World};
use crate::signin::authorize;
use crate::support::Page;

/// What a form was, for whoever looks at what came of it.
struct Sent<'s> {
    id: &'s str,
    place: &'static str,
    from: &'s Page,
    filled: Filled,
}

impl World<'_> {
    /// Does one step. An error is what must not have happened.
    pub(super) async fn step(&mut self, step: &Step) -> Result<(), String> {
        self.town.wait(Duration::from_secs(1));
        match step {
            Step::Open { tab } => self.open(*tab, "/signin", Aim::default()).await?,
            Step::Desk {
                tab,
                profile,
                class,
                max_age,
                prompt,
            } => {
                self.desk_asks(*tab, (*profile, *class, *max_age, *prompt))
                    .await?;
            }
            Step::Account { tab, add } => self.account(*tab, *add).await?,
            Step::Answer {
                tab,
                with,
                who,
                trust,
                twice,
            } => self.answer(*tab, (*with, *who, *trust), *twice).await?,
            Step::Old { tab, back } => self.old(*tab, *back).await?,
            Step::Skip { tab, place } => self.skip(*tab, place).await?,
            Step::Cross { tab, to } => self.cross(*tab, *to).await?,
            Step::Look { tab, recovery } => self.look(*tab, *recovery).await?,
            Step::Wait(seconds) => self.town.wait(Duration::from_secs(*seconds)),
            Step::Restart => self.town.server.restart().await,
            Step::Rules(rules) => self.set_rules(rules).await,
            Step::SignOut { tab } => self.sign_out(*tab).await,
            Step::Help { tab, who } => self.help(*tab, *who).await,
            Step::Suspend(suspended) => self.suspend(*suspended).await,
            Step::Demand(who) => self.demand(*who).await,
        }
        Ok(())
    }

    /// A page that begins something.
    async fn open(&mut self, tab: usize, path: &str, aim: Aim) -> Result<(), String> {
        let aim = Aim {
            opened: self.now(),
            ..aim
        };
        self.tabs[tab].aim = aim;
        self.tabs[tab].link_of = None;
        let page = self.profiles[tab / 2].browser.get(path).await;
        self.arrived(tab, page, None).await
    }

    async fn desk_asks(
        &mut self,
        tab: usize,
        (profile, class, max_age, prompt): (bool, u8, Option<i64>, Option<&str>),
    ) -> Result<(), String> {
        let aim = Aim {
            desk: true,
            profile,
            class,
            max_age,
            login: prompt == Some("login"),
            opened: self.now(),
        };
        let state = self.asked.len().to_string();
        self.asked.push((tab / 2, aim.clone()));
        let (classes, age) = (
            format!("urn:doorward:acr:{class}"),
            max_age.unwrap_or_default().to_string(),
        );
        let mut more = vec![("state", state.as_str())];
        more.extend((class > 0).then_some(("acr_values", classes.as_str())));
        more.extend(max_age.is_some().then_some(("max_age", age.as_str())));
        more.extend(prompt.map(|prompt| ("prompt", prompt)));
        let mut address = authorize(&self.desk(), BACK, &more);
        if !profile {
            address = address.replace("openid+profile", "openid");
        }
        self.open(tab, &address, aim).await
    }

    async fn account(&mut self, tab: usize, add: bool) -> Result<(), String> {
        let path = if add {
            "/account/authenticators/add"
        } else {
            "/account/password"
        };
        self.open(tab, path, Aim::default()).await
    }

    async fn look(&mut self, tab: usize, recovery: bool) -> Result<(), String> {
        let Some(id) = self.tabs[tab].page.as_ref().and_then(attempt_of) else {
            return Ok(());
        };
        let path = if recovery { "/recovery" } else { "" };
        let browser = self.profiles[tab / 2].browser.clone();
        let page = browser.get(&format!("/signin/{id}{path}")).await;
        self.arrived(tab, page, Some(&id)).await
    }

    async fn sign_out(&mut self, tab: usize) {
        let profile = &mut self.profiles[tab / 2];
        let page = profile.browser.get("/account").await;
        if page.has_button("sign-out") {
            profile.browser.press(&page, "sign-out").await;
            if let Some(session) = &mut profile.session {
                session.ended = true;
            }
        }
    }

    async fn answer(
        &mut self,
        tab: usize,
        (with, who, trust): (With, usize, bool),
        twice: bool,
    ) -> Result<(), String> {
        let Some(page) = self.tabs[tab].page.clone() else {
            return Ok(());
        };
        let place = match shown(&page) {
            Shown::Other | Shown::Done => return Ok(()),
            Shown::ChangePassword => return self.change_password(tab, &page, with).await,
            Shown::AddCode => return self.add_code(tab, &page, with).await,
            Shown::Begin | Shown::SetFirst | Shown::SetSecond => {
                return self.use_pass(tab, &page, with).await;
            }
            one => place_of(one, &page, (with, trust)),
        };
        let Some(id) = attempt_of(&page) else {
            return Ok(());
        };
        self.send(tab, &page, (&id, place), (with, who, trust), twice)
            .await
    }

    async fn old(&mut self, tab: usize, back: usize) -> Result<(), String> {
        let older = &self.tabs[tab].older;
        let Some(page) = older
            .len()
            .checked_sub(back)
            .and_then(|place| older.get(place))
            .cloned()
        else {
            return Ok(());
        };
        let (one, id) = (shown(&page), attempt_of(&page));
        let Some(id) = id.filter(|_| page.body.contains("action=\"/signin/")) else {
            return Ok(());
        };
        let place = place_of(one, &page, (With::Right, false));
        self.send(tab, &page, (&id, place), (With::Right, 0, false), false)
            .await
    }

    async fn skip(&mut self, tab: usize, place: &'static str) -> Result<(), String> {
        let Some(page) = self.tabs[tab].page.clone() else {
            return Ok(());
        };
        let Some(id) = attempt_of(&page) else {
            return Ok(());
        };
        self.send(tab, &page, (&id, place), (With::Right, 0, false), false)
            .await
    }

    /// The form of one tab, which may be of another browser, is sent for the sign-in of another.
    async fn cross(&mut self, tab: usize, to: usize) -> Result<(), String> {
        let (Some(page), Some(target)) = (self.tabs[tab].page.clone(), self.tabs[to].page.clone()) else {
            return Ok(());
        };
        let Some(id) = attempt_of(&target) else {
            return Ok(());
        };
        let place = place_of(shown(&page), &page, (With::Right, false));
        self.send(tab, &page, (&id, place), (With::Right, 0, false), false)
            .await
    }

    /// Sends a form of a page to a place of a sign-in.
    async fn send(
        &mut self,
        tab: usize,
        page: &Page,
        (id, place): (&str, &'static str),
        how: (With, usize, bool),
        twice: bool,
    ) -> Result<(), String> {
        let filled = self.fill(page, (id, place), how);
        let mut fields: Vec<(&str, String)> = filled.fields.clone();
        for name in ["form_token", "revision"] {
            fields.extend(hidden(page, name).map(|value| (name, value)));
        }
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let number = tab / 2;
        if let (Some(attempt), Some(proof)) = (self.attempts.get_mut(id), filled.proof)
            && attempt.browser == number
        {
            attempt.proofs.push(proof);
            attempt.trusts |= how.2;
        }
        let (browser, address) = (
            self.profiles[number].browser.clone(),
            format!("/signin/{id}/{place}"),
        );
        let after = if twice {
            let (one, two) = tokio::join!(browser.post(&address, &pairs), browser.post(&address, &pairs));
            if one.location().is_some() { one } else { two }
        } else {
            browser.post(&address, &pairs).await
        };
        let sent = Sent {
            id,
            place,
            from: page,
            filled,
        };
        self.note(number, &sent, &after)?;
        self.arrived(tab, after, Some(id)).await
    }

    /// What is used up, new or begun anew after a form.
    fn note(&mut self, number: usize, sent: &Sent<'_>, after: &Page) -> Result<(), String> {
        let (now, next) = (self.now(), shown(after));
        let Some(attempt) = self.attempts.get_mut(sent.id).filter(|one| one.browser == number) else {
            self.just_made = None;
            return Ok(());
        };
        let gone =
            (after.status != 200 && after.location().is_none()) || after.body.contains("sign-in is done");
        let stays = matches!(
            next,
            Shown::Identify | Shown::Password | Shown::Recovery | Shown::EnrolCode
        ) || (next == Shown::Second && after.has_field("code"));
        let (named, has_proof) = (attempt.named.unwrap_or(0), sent.filled.proof.is_some());
        let taken = has_proof && !gone && !stays && is_from(page::shown(sent.from), sent.place);
        match sent.place {
            "restart" if next == Shown::Identify => {
                attempt.proofs.clear();
                attempt.named = None;
            }
            "totp" if taken => self.people[named].codes[0].1 = now / 30,
            "recovery" if taken => {
                let used = self.people[named].recovery.remove(0);
                self.people[named].used.push(used);
            }
            "enrol" if taken && next == Shown::Told => {
                let secret = key_of(sent.from).unwrap();
                self.people[named].codes.insert(0, (secret, now / 30));
                self.people[named].recovery = codes_of(after);
            }
            "new-passkey" => return self.note_new_passkey(sent, next, after),
            _ => {}
        }
        Ok(())
    }

    /// A passkey that was made on the way stays, if whoever made it had proven all that they have.
    fn note_new_passkey(&mut self, sent: &Sent<'_>, next: Shown, after: &Page) -> Result<(), String> {
        let Some(made) = self.just_made.take() else {
            return Ok(());
        };
        let from_here = shown(sent.from) == Shown::NewPasskey;
        if !from_here || next == Shown::NewPasskey || after.body.contains("sign-in is done") {
            return Ok(());
        }
        let attempt = self.attempts[sent.id].clone();
        let who = attempt.named.unwrap_or(0);
        let strong = |one: &&super::model::Proven| {
            one.who == who && !matches!(one.what, Proof::Password | Proof::PasskeyAlone)
        };
        let before = self.profiles[attempt.browser].session.as_ref();
        let came_strong = before.is_some_and(|one| one.who == who && one.class > 1);
        if matches!(next, Shown::Identify | Shown::Password) {
            return Ok(());
        }
        if self.people[who].has_second(None) && !came_strong && !attempt.proofs.iter().any(|one| strong(&one))
        {
            return Err("a passkey was added by a password alone".to_owned());
        }
        self.people[who].passkeys.push((made, Some(sent.id.to_owned())));
        let codes = codes_of(after);
        if !codes.is_empty() {
            self.people[who].recovery = codes;
        }
        self.count("a passkey was made on the way");
        Ok(())
    }

    /// Keeps the page in its tab, and judges what the browser has now.
    pub(super) async fn arrived(&mut self, tab: usize, page: Page, sent: Option<&str>) -> Result<(), String> {
        let number = tab / 2;
        if let Some(id) = attempt_of(&page) {
            let attempt = self.attempts.entry(id).or_insert_with(|| Attempt {
                browser: number,
                aim: self.tabs[tab].aim.clone(),
                ..Attempt::default()
            });
            if let Some(name) = hidden_name(&page) {
                attempt.named = self.people.iter().position(|one| one.username == name);
            }
        }
        if shown(&page) == Shown::Refused && page.body.contains("Not today") {
            self.count("refused by a rule");
        }
        let judged = self.judge(tab, &page, sent).await;
        let tab = &mut self.tabs[tab];
        tab.older.extend(tab.page.replace(page));
        judged
    }
}

/// Who the page of the password is of.
fn hidden_name(page: &Page) -> Option<String> {
    if shown(page) != Shown::Password {
        return None;
    }
    let (_, name) = page
        .body
        .split_once(r#"id="username" name="username" type="text" value=""#)?;
    Some(name.trim_start_matches('"').split('"').next()?.to_owned())
}

/// Where a page is answered.
fn place_of(one: Shown, page: &Page, (with, trust): (With, bool)) -> &'static str {
    let passkey = page::options(page, "get").is_some();
    let by_passkey = matches!(
        with,
        With::Passkey | With::Unverified | With::Deceived | With::Elsewhere(_)
    );
    match one {
        Shown::Identify | Shown::Password | Shown::Second if passkey && by_passkey => "passkey",
        Shown::Second if with == With::Recovery => "recovery",
        Shown::Second if page.has_field("code") => "totp",
        Shown::Second => "passkey",
        Shown::Identify => "identify",
        Shown::Password => "password",
        Shown::Recovery => "recovery",
        Shown::EnrolCode => "enrol",
        Shown::NewPasskey if page.has_button("not-now") && trust => "not-now",
        Shown::NewPasskey => "new-passkey",
        Shown::Told => "recovery-codes",
        _ => "restart",
    }
}

/// Whether a place is answered from such a page.
fn is_from(page: Shown, place: &str) -> bool {
    match place {
        "totp" => page == Shown::Second,
        "recovery" => matches!(page, Shown::Recovery | Shown::Second),
        "enrol" => page == Shown::EnrolCode,
        _ => false,
    }
}
