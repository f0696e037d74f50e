//! Whether what a browser has now is what was truly proven and required.

use doorward::storage::Sql;
use serde_json::Value;

use super::model::{Aim, Attempt, MINUTE, Need, Session, need, told};
use super::page::{Shown, shown};
use super::world::World;
use crate::support::Page;

/// How long a proof is fresh for a page that changes what guards the account.
const FRESH: i64 = 5 * MINUTE;

impl World<'_> {
    /// Looks at what the browser of a tab has after a step, which was of this sign-in.
    pub(super) async fn judge(&mut self, tab: usize, page: &Page, sent: Option<&str>) -> Result<(), String> {
        let number = tab / 2;
        let cookie = self.profiles[number].browser.cookie("doorward_session");
        let known = self.profiles[number]
            .session
            .as_ref()
            .map(|one| one.cookie.clone());
        if let Some(cookie) = cookie.filter(|cookie| Some(cookie) != known.as_ref()) {
            self.judge_session(tab, cookie, sent).await?;
        }
        if page.location().is_some_and(|to| to.contains("code=")) {
            self.judge_code(number, page).await?;
        }
        if matches!(shown(page), Shown::ChangePassword | Shown::AddCode) {
            self.judge_fresh(tab)?;
        }
        self.judge_account(number).await
    }

    fn need_of(&self, who: usize, number: usize, aim: &Aim) -> Need {
        let place = self.past.place(who, number, self.now());
        need(&self.rules, (&self.people[who], who == 0), aim, place)
    }

    fn may(&self, who: usize) -> Result<(), String> {
        let person = &self.people[who];
        if person.suspended || person.held {
            return Err(format!("{} may not sign in", person.username));
        }
        Ok(())
    }

    /// A session has begun.
    async fn judge_session(&mut self, tab: usize, cookie: String, sent: Option<&str>) -> Result<(), String> {
        let (number, now) = (tab / 2, self.now());
        let event = newest(self, "signin.completed")
            .await
            .ok_or("a session without its event")?;
        let target = event["target"]["id"].as_str().unwrap_or_default();
        let who = self.ids.iter().position(|id| id.to_string() == target);
        let who = who.ok_or("a session of nobody")?;
        self.may(who)?;
        let attempt = match sent.and_then(|id| self.attempts.get(id)) {
            Some(attempt) => attempt.clone(),
            None => Attempt {
                browser: number,
                aim: self.tabs[tab].aim.clone(),
                ..Attempt::default()
            },
        };
        if attempt.browser != number {
            return Err("a sign-in was finished in another browser".to_owned());
        }
        let before = self.profiles[number].session.clone().filter(|one| !one.ended);
        let (class, amr, at) = told(who, &attempt, before.as_ref());
        let need = self.need_of(who, number, &attempt.aim);
        let seen = format!(
            "{class} by {amr:?} at {at:?}, needed {need:?} for {:?} at {now}",
            attempt.aim
        );
        let at = at.ok_or_else(|| format!("nothing was proven: {seen}"))?;
        let claimed = class_of(&event["details"]["acr"]);
        let words = words(&event["details"]["amr"]);
        let false_word = words.iter().find(|word| !amr.contains(word));
        if claimed > class || false_word.is_some() {
            return Err(format!(
                "told more than was proven: {claimed} {words:?}, proven {seen}"
            ));
        }
        self.check(&need, (claimed, at), &attempt.aim)
            .map_err(|why| format!("{why}: {seen}"))?;
        let on_the_way = sent.unwrap_or_default();
        if claimed < 2 && !need.spared && self.people[who].has_second(Some(on_the_way)) {
            return Err(format!("what is enrolled was not asked for: {seen}"));
        }
        self.note_session(number, (who, claimed, need), sent).await?;
        self.profiles[number].session = Some(Session {
            who,
            cookie,
            class: claimed,
            amr: words,
            authenticated_at: at,
            ended: false,
        });
        Ok(())
    }

    /// Counts it, and notes the browser and whether it is trusted from now on.
    async fn note_session(
        &mut self,
        number: usize,
        (who, class, need): (usize, u8, Need),
        sent: Option<&str>,
    ) -> Result<(), String> {
        let now = self.now();
        let trusts = newest(self, "device.trusted").await;
        let is_new = trusts != self.newest_trust;
        self.newest_trust = trusts;
        if is_new {
            let asked = sent.is_some_and(|id| self.attempts.get(id).is_some_and(|one| one.trusts));
            if !need.offers_trust || class < 2 || !asked {
                return Err("a device is trusted that no rule lets be trusted".to_owned());
            }
            self.past.trusted.insert((who, number), now);
            self.count("a device was trusted");
        }
        if need.spared && class == 1 {
            self.count("a trusted device was spared");
        }
        self.past.sign_ins.push((who, number, now, class));
        let kind = if who == 0 {
            format!("{:?}", self.kind)
        } else {
            "the other".to_owned()
        };
        self.count(format!("a session of {kind}"));
        self.count(format!("a session of class {class}"));
        Ok(())
    }

    /// Whether a class at a time is enough.
    fn check(&self, need: &Need, (class, at): (u8, i64), aim: &Aim) -> Result<(), String> {
        let now = self.now();
        let since = at >= aim.opened;
        if need.refused {
            return Err("a rule refuses".to_owned());
        }
        if class < need.class {
            return Err("it is too weak".to_owned());
        }
        if need.max_age.is_some_and(|age| !since && now - at > age) {
            return Err("a rule asks again".to_owned());
        }
        if aim.max_age.is_some_and(|age| at < aim.opened - age) {
            return Err("it is older than max_age".to_owned());
        }
        if aim.login && !since {
            return Err("prompt=login was not heeded".to_owned());
        }
        Ok(())
    }

    /// The application has got a code.
    async fn judge_code(&mut self, number: usize, page: &Page) -> Result<(), String> {
        let to = url::Url::parse(page.location().unwrap()).unwrap();
        let parameter = |name: &str| {
            to.query_pairs()
                .find(|(one, _)| one == name)
                .map(|(_, value)| value.into_owned())
        };
        let state: usize = parameter("state").unwrap().parse().unwrap();
        let (browser, aim) = self.asked[state].clone();
        if browser != number {
            return Err("a code for what another browser asked".to_owned());
        }
        let session = self.profiles[number].session.clone().filter(|one| !one.ended);
        let session = session.ok_or("a code without a session")?;
        self.may(session.who)?;
        let fields = self.exchange(&parameter("code").unwrap());
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = self.profiles[number].browser.post("/token", &pairs).await;
        let body: Value = serde_json::from_str(&answer.body).map_err(|_| answer.body.clone())?;
        let token = body["id_token"].as_str().ok_or_else(|| answer.body.clone())?;
        let claims = token.split('.').nth(1).unwrap();
        let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        let at = claims["auth_time"].as_i64().unwrap();
        if claims["sub"] != self.ids[session.who].to_string()
            || class_of(&claims["acr"]) != session.class
            || words(&claims["amr"]) != session.amr
            || at > session.authenticated_at
        {
            return Err(format!("the token tells {claims} of {session:?}"));
        }
        let need = self.need_of(session.who, number, &aim);
        let checked = self.check(&need, (session.class, at), &aim);
        checked.map_err(|why| format!("a code, though {why}: {session:?}, needed {need:?} for {aim:?}"))?;
        self.count("a code");
        if need.class > 1 {
            self.count("a code for which more than a password was needed");
        }
        Ok(())
    }

    /// A page is shown on which what guards the account is changed.
    fn judge_fresh(&mut self, tab: usize) -> Result<(), String> {
        let number = tab / 2;
        let session = self.profiles[number].session.clone().filter(|one| !one.ended);
        let session = session.ok_or("a page of the account without a session")?;
        self.may(session.who)?;
        let mut need = self.need_of(session.who, number, &Aim::default());
        // A rule asks for five minutes at least on such pages.
        need.max_age = Some(FRESH);
        if self.people[session.who].has_second(None) {
            need.class = need.class.max(2);
        }
        let aim = Aim {
            opened: self.tabs[tab].aim.opened,
            ..Aim::default()
        };
        self.check(&need, (session.class, session.authenticated_at), &aim)
            .map_err(|why| {
                format!("a page that asks for a fresh proof, though {why}: {session:?}, {need:?}")
            })?;
        self.count("a page that asks for a fresh proof");
        Ok(())
    }

    /// What the account page answers to the browser.
    async fn judge_account(&mut self, number: usize) -> Result<(), String> {
        if self.profiles[number].session.is_none() {
            return Ok(());
        }
        let page = self.profiles[number].browser.get("/account").await;
        if page.status != 200 || !page.body.contains("id=\"sign-out\"") {
            return Ok(());
        }
        let session = self.profiles[number].session.clone();
        let session = session.ok_or("an account without a session")?;
        if session.ended {
            return Err(format!("a session that is over is answered: {session:?}"));
        }
        self.may(session.who)?;
        let username = &self.people[session.who].username;
        if !page.body.contains(username.as_str()) {
            return Err(format!("the account of somebody else than {username}"));
        }
        let need = self.need_of(session.who, number, &Aim::default());
        if need.refused || session.class < need.class {
            return Err(format!("the account, which needs {need:?}, for {session:?}"));
        }
        Ok(())
    }
}

fn class_of(acr: &Value) -> u8 {
    let digit = acr.as_str().and_then(|acr| acr.rsplit(':').next()?.parse().ok());
    digit.unwrap_or(u8::MAX)
}

fn words(amr: &Value) -> Vec<String> {
    serde_json::from_value(amr.clone()).unwrap_or_default()
}

/// The newest event of a kind.
pub(super) async fn newest(world: &World<'_>, kind: &str) -> Option<Value> {
    const NEWEST: Sql =
        Sql::new("SELECT body FROM event WHERE kind = $1 ORDER BY at DESC, writer, counter DESC LIMIT 1");
    let mut tx = world.town.server.house.storage.read().await.unwrap();
    let found = tx.query(NEWEST).bind(&kind).optional(|row| row.get("body"));
    found.await.unwrap()
}
