//! An organisation of one walk: two people, an application, browsers with tabs, and what is written down of all of it.

use std::collections::{BTreeMap, HashMap};

use doorward::domain::{ClientAuthMethod, PersonId, PersonStatus, Subject, Timestamp, Username, rfc3339};
use doorward::enrolment::{self, Asked, Delivery, Invitation};
use doorward::factor::rules;
use doorward::factor::{recovery, totp};
use doorward::person::{self, NewOrganisation, NewPerson};
use doorward::rule::{self, Change, NewException};

use super::super::passkey;
use super::super::{PASSWORD, Town};
use super::model::{Aim, Attempt, Counts, DAY, InForce, Kind, PEOPLE, Past, Person, Rule, Session};
use super::step::TABS;
use crate::support::{Authenticator, Browser, Page};

/// Secrets of authenticators of the two people.
const SECRETS: [&str; PEOPLE] = [
    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
];

pub(super) const BACK: &str = "https://desk.example/back";

/// A browser, and the session that it is believed to have.
pub(super) struct Profile {
    pub(super) browser: Browser,
    pub(super) session: Option<Session>,
}

/// A tab: the page at hand, those before it, and what it was opened for.
#[derive(Default)]
pub(super) struct Tab {
    pub(super) page: Option<Page>,
    pub(super) older: Vec<Page>,
    pub(super) aim: Aim,
    /// Whose link is open in it.
    pub(super) link_of: Option<usize>,
}

/// How often what happened, over all walks.
pub(super) type Tally = BTreeMap<String, usize>;

pub(super) struct World<'a> {
    pub(super) town: &'a mut Town,
    pub(super) number: usize,
    pub(super) kind: Kind,
    pub(super) people: Vec<Person>,
    pub(super) ids: Vec<PersonId>,
    pub(super) rules: Vec<InForce>,
    pub(super) profiles: Vec<Profile>,
    pub(super) tabs: Vec<Tab>,
    pub(super) attempts: HashMap<String, Attempt>,
    /// What applications asked for, by `state`.
    pub(super) asked: Vec<(usize, Aim)>,
    pub(super) past: Past,
    /// A passkey that was made for a form which is on its way.
    pub(super) just_made: Option<Authenticator>,
    /// The newest event of a device that is trusted.
    pub(super) newest_trust: Option<serde_json::Value>,
    pub(super) tally: &'a mut Tally,
}

impl<'a> World<'a> {
    pub(super) async fn new(town: &'a mut Town, number: usize, kind: Kind, tally: &'a mut Tally) -> Self {
        let mut op = town.op();
        let new = NewOrganisation {
            slug: format!("walk-{number}"),
            name: format!("Walk {number}"),
        };
        town.organisation = person::create_organisation(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        let desk = format!("desk-{number}");
        town.register(&desk, ClientAuthMethod::None, BACK).await;
        town.person(&format!("keeper-{number}")).await;
        let profiles = (0..2).map(|_| Profile {
            browser: town.browser(),
            session: None,
        });
        let mut world = Self {
            profiles: profiles.collect(),
            town,
            number,
            kind,
            people: Vec::new(),
            ids: Vec::new(),
            rules: Vec::new(),
            tabs: (0..TABS).map(|_| Tab::default()).collect(),
            attempts: HashMap::new(),
            asked: Vec::new(),
            past: Past::default(),
            just_made: None,
            newest_trust: None,
            tally,
        };
        world.newest_trust = super::judge::newest(&world, "device.trusted").await;
        world.add_person(kind).await;
        world.add_person(Kind::Both).await;
        world
    }

    pub(super) fn desk(&self) -> String {
        format!("desk-{}", self.number)
    }

    pub(super) fn now(&self) -> i64 {
        self.town.server.house.clock.now().as_seconds()
    }

    pub(super) fn count(&mut self, what: impl Into<String>) {
        *self.tally.entry(what.into()).or_default() += 1;
    }

    async fn add_person(&mut self, kind: Kind) {
        let index = self.people.len();
        let username = format!("walker-{}-{index}", self.number);
        let mut who = Person {
            username: username.clone(),
            made_at: self.now(),
            ..Person::default()
        };
        if kind == Kind::Invited {
            let new = self.invite(&username, index).await;
            self.ids.push(new);
            self.people.push(who);
            return;
        }
        let id = self.town.person(&username).await;
        who.password = Some(PASSWORD.to_owned());
        if matches!(kind, Kind::Code | Kind::Both | Kind::RecoveryCodes) {
            let mut op = self.town.op();
            let secret = doorward::domain::Secret::new(SECRETS[index].to_owned());
            totp::enrol_directly(&mut op, id, &secret).await.unwrap();
            if kind != Kind::Code {
                who.recovery = recovery::make(&mut op, id).await.unwrap();
            }
            op.commit().await.unwrap();
            who.codes.push((SECRETS[index].to_owned(), 0));
        }
        if matches!(kind, Kind::Passkey | Kind::Both | Kind::BreakGlass) {
            let made = passkey::give(self.town, id, true).await;
            who.passkeys.push((made, None));
        }
        self.ids.push(id);
        self.people.push(who);
        match kind {
            Kind::BreakGlass => self.mark(index).await,
            Kind::Suspended => self.suspend(true).await,
            _ => {}
        }
    }

    async fn invite(&mut self, username: &str, index: usize) -> PersonId {
        let username = Username::parse(username).unwrap();
        let invitation = Invitation {
            person: NewPerson::named(
                self.town.organisation,
                username.clone(),
                format!("Name of {username}"),
            ),
            department: None,
            roles: Vec::new(),
        };
        let mut op = self.town.op();
        let invited = enrolment::invite(&mut op, invitation, Delivery::Shown).await;
        let (id, issued) = invited.unwrap();
        op.commit().await.unwrap();
        self.open_link(0, index, issued.link.unwrap().expose()).await;
        id
    }

    async fn open_link(&mut self, tab: usize, who: usize, link: &str) {
        let page = self.profiles[tab / 2].browser.get(link).await;
        let tab = &mut self.tabs[tab];
        tab.older.extend(tab.page.replace(page));
        tab.link_of = Some(who);
    }

    async fn mark(&mut self, who: usize) {
        let mut op = self.town.op();
        let person = person::find(&mut op, self.ids[who]).await.unwrap().unwrap();
        person::mark_break_glass(&mut op, &person, "a test")
            .await
            .unwrap();
        op.commit().await.unwrap();
        self.people[who].break_glass = true;
    }

    /// The first person may not sign in, or may again.
    pub(super) async fn suspend(&mut self, suspended: bool) {
        let status = if suspended {
            PersonStatus::Disabled
        } else {
            PersonStatus::Active
        };
        let (mut op, subject) = (self.town.op(), Subject::Person(self.ids[0]));
        person::set_status(&mut op, self.town.organisation, subject, status, "a test")
            .await
            .unwrap();
        op.commit().await.unwrap();
        self.people[0].suspended = suspended;
        self.end_sessions(0, None);
    }

    /// Notes that the sessions of a person are over, but for that of one browser.
    pub(super) fn end_sessions(&mut self, who: usize, but: Option<usize>) {
        for (number, profile) in self.profiles.iter_mut().enumerate() {
            if let Some(session) = &mut profile.session
                && session.who == who
                && but != Some(number)
            {
                session.ended = true;
            }
        }
    }

    /// Notes that what a person has proven so far is worth nothing any more.
    pub(super) fn forget_proofs(&mut self, who: usize, password_only: bool) {
        use super::model::Proof;
        for attempt in self.attempts.values_mut() {
            attempt
                .proofs
                .retain(|one| one.who != who || (password_only && one.what != Proof::Password));
        }
    }

    /// A role demands a second factor of a person from now on.
    pub(super) async fn demand(&mut self, who: usize) {
        if std::mem::replace(&mut self.people[who].demanded, true) {
            return;
        }
        let role = format!("manager_{who}");
        self.town.demand_second_factor_by(self.ids[who], &role).await;
    }

    /// Somebody who knows the person gives them a pass to come back to their account.
    pub(super) async fn help(&mut self, tab: usize, who: usize) {
        let mut op = self.town.op();
        let person = person::find(&mut op, self.ids[who]).await.unwrap().unwrap();
        let asked = enrolment::help(&mut op, &person, "known by voice", Delivery::Shown).await;
        let asked = op.conclude(asked).await.unwrap();
        if let Ok(Asked::Issued(issued)) = asked {
            self.open_link(tab, who, issued.link.unwrap().expose()).await;
        }
    }

    /// Puts these rules in the place of those that are there.
    pub(super) async fn set_rules(&mut self, rules: &[Rule]) {
        let organisation = self.town.organisation;
        let before = rule::current(&mut self.town.op(), organisation).await.unwrap();
        for one in before.rules {
            assert!(self.change(Change::Remove(one.id)).await.is_some());
        }
        self.rules.clear();
        let names: Vec<String> = self.people.iter().map(|one| one.username.clone()).collect();
        for (number, rule) in rules.iter().enumerate() {
            let (now, desk) = (self.now(), self.desk());
            let starts = (rule.counts == Counts::Tomorrow).then(|| now + DAY);
            let written = starts.map(|at| rfc3339::written(Timestamp::from_seconds(at)));
            let json = rule.json(number, &names, (&desk, written));
            let definition = serde_json::from_value(json).unwrap();
            let added = self.change(Change::Add(definition, None)).await.unwrap();
            let id = added.rules.last().unwrap().id;
            let mut excepted_until = None;
            if rule.passes_over {
                let new = NewException {
                    person: names[0].clone(),
                    last_day: Timestamp::from_seconds(now + DAY),
                    reason: "A test".to_owned(),
                };
                let set = self.change(Change::Except(id, new)).await.unwrap();
                let given = &set.rules.last().unwrap().exceptions[0];
                excepted_until = Some(given.until.as_seconds());
            }
            let mode = match rule.counts {
                Counts::ReportOnly => doorward::domain::RuleMode::Report,
                Counts::On | Counts::Tomorrow => doorward::domain::RuleMode::On,
            };
            if self.change(Change::Switch(id, mode)).await.is_some() {
                self.rules.push(InForce {
                    rule: rule.clone(),
                    since: now,
                    starts,
                    excepted_until,
                });
            }
        }
    }

    async fn change(&mut self, change: Change) -> Option<rule::RuleSet> {
        let mut op = self.town.op();
        let changed = rules::change(&mut op, self.town.organisation, None, change).await;
        let changed = changed.unwrap().ok()?;
        op.commit().await.unwrap();
        Some(changed)
    }
}
