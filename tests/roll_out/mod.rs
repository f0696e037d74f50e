//! Roll-outs of a factor: who is counted, who is reminded, when, and how often.

mod coverage;
mod remind;

use doorward::access::{self, NewGroup, Period};
use doorward::config::Config;
use doorward::domain::{
    FactorAsked, GroupKind, OrganisationId, PersonId, RuleId, RuleMode, Secret, Subject, Username,
};
use doorward::factor::rules;
use doorward::factor::totp;
use doorward::job::{self, Worked, work_on_next};
use doorward::mail;
use doorward::person::{self, NewOrganisation, NewPerson};
use doorward::roll_out::{self, RollOut};
use doorward::rule::{self, Change, NewException, RuleSet};
use serde_json::json;

use crate::support::{Bare, Database};

/// A house whose mails are kept, with an organisation.
struct Firm {
    bare: Bare,
    organisation: OrganisationId,
}

impl Firm {
    async fn new() -> Self {
        Self::with(|config| config.mail.kept = true).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let database = std::sync::Arc::new(Database::new().await);
        let mut config = Config::default();
        change(&mut config);
        let bare = Bare::on(database, config).await;
        let mut op = bare.op();
        let new = NewOrganisation {
            slug: "northbeam".to_owned(),
            name: "Northbeam".to_owned(),
        };
        let organisation = person::create_organisation(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        Self { bare, organisation }
    }

    /// A person whose address is proven.
    async fn person(&self, name: &str) -> PersonId {
        self.person_with(name, |_| {}).await
    }

    async fn person_with(&self, name: &str, change: impl FnOnce(&mut NewPerson)) -> PersonId {
        let mut op = self.bare.op();
        let mut new = NewPerson::named(self.organisation, Username::parse(name).unwrap(), name);
        new.email = Some(format!("{name}@northbeam.example"));
        new.email_verified = true;
        change(&mut new);
        let id = person::create(&mut op, new).await.unwrap();
        op.commit().await.unwrap();
        id
    }

    async fn give_authenticator(&self, person: PersonId) {
        let mut op = self.bare.op();
        let secret = Secret::new(crate::signin::SECRET.to_owned());
        totp::enrol_directly(&mut op, person, &secret).await.unwrap();
        op.commit().await.unwrap();
    }

    async fn join(&self, kind: GroupKind, name: &str, people: &[PersonId]) {
        let mut op = self.bare.op();
        let new = NewGroup {
            organisation_id: self.organisation,
            kind,
            name: name.to_owned(),
            about: access::GroupAbout::titled(name),
        };
        let group = access::create_group(&mut op, new).await.unwrap();
        for person in people {
            let (member, period) = (Subject::Person(*person), Period::from(op.now));
            access::add_member(&mut op, self.organisation, group, member, period)
                .await
                .unwrap();
        }
        op.commit().await.unwrap();
    }

    async fn change(&self, change: Change) -> RuleSet {
        let mut op = self.bare.op();
        let changed = rules::change(&mut op, self.organisation, None, change).await;
        op.commit().await.unwrap();
        changed.unwrap().unwrap()
    }

    async fn draft(&self, rule: serde_json::Value) -> RuleId {
        let definition = serde_json::from_value(rule).unwrap();
        let set = self.change(Change::Add(definition, None)).await;
        set.rules.last().unwrap().id
    }

    /// A roll-out to everybody that is on.
    async fn roll_out(&self, factor: FactorAsked, grace_days: u16) -> RuleId {
        let then = json!({ "do": "enrol", "factor": factor, "grace_days": grace_days });
        let id = self.draft(json!({ "name": "Everybody", "then": then })).await;
        self.switch(id, RuleMode::On).await;
        id
    }

    async fn switch(&self, id: RuleId, mode: RuleMode) {
        self.change(Change::Switch(id, mode)).await;
    }

    async fn except(&self, id: RuleId, person: &str, days: u64) {
        let new = NewException {
            person: person.to_owned(),
            last_day: self.bare.op().now.plus(hours(24 * days)),
            reason: "a test".to_owned(),
        };
        self.change(Change::Except(id, new)).await;
    }

    async fn current(&self, id: RuleId) -> (RuleSet, RollOut) {
        let set = rule::current(&mut self.bare.op(), self.organisation)
            .await
            .unwrap();
        let one = roll_out::find(&set, &id.to_string()).unwrap();
        (set, one)
    }

    fn wait(&self, hours_: u64) {
        self.bare.house.clock.advance(hours(hours_));
    }

    /// What a server does by itself: it looks whether anybody is to be reminded, and does the work.
    async fn go_on(&self) {
        let mut op = self.bare.op();
        roll_out::look(&mut op).await.unwrap();
        op.commit().await.unwrap();
        self.work().await;
    }

    async fn work(&self) {
        // What other rooms have queued would stand before it.
        let others = [doorward::session::jobs(), doorward::oauth::jobs()].concat();
        let kinds = [roll_out::jobs(), others].concat();
        while work_on_next(&self.bare.house, &kinds).await.unwrap() == Worked::Attempted {}
        let jobs = job::list(&mut self.bare.op(), None).await.unwrap();
        assert!(jobs.iter().all(|job| job.attempts <= 1), "{jobs:?}");
    }

    /// Which letters went to whom, the oldest first.
    async fn letters(&self) -> Vec<String> {
        let mut mails = mail::list(&mut self.bare.op()).await.unwrap();
        mails.reverse();
        let told = mails.into_iter();
        told.map(|mail| {
            let (name, _) = mail.to.as_str().split_once('@').unwrap();
            format!("{} {name}", mail.kind)
        })
        .collect()
    }

    /// Subject and text of the newest mail.
    async fn newest(&self) -> (String, String) {
        let mails = mail::list(&mut self.bare.op()).await.unwrap();
        mails.into_iter().next().unwrap().letter.unwrap()
    }
}

const fn hours(hours: u64) -> std::time::Duration {
    std::time::Duration::from_hours(hours)
}
