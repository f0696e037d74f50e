//! What the tests of people, access and decisions start from: an organisation with an application, and short ways to make
//! more.

use std::time::Duration;

use doorward::access::{self, Holder, NewApplication, NewGrant, NewGroup, NewPermission, NewRole, Period};
use doorward::decision::{self, Decision, Question};
use doorward::domain::{
    AccessGrantId, ApplicationId, GroupId, GroupKind, Notice, OrganisationId, PersonId, RoleId, Scope,
    Sensitivity, Subject, Timestamp, Username,
};
use doorward::person::{self, Attributes, NewOrganisation, NewPerson};
use doorward::policy;
use doorward::storage::Sql;
use serde_json::{Map, Value, json};

use crate::support::Bare;

pub(crate) struct Stage {
    pub(crate) bare: Bare,
    pub(crate) organisation: OrganisationId,
    /// Not shared, with the permissions `feedback:read`, `feedback:edit` and `feedback:export`.
    pub(crate) application: ApplicationId,
}

pub(crate) const PERMISSIONS: [&str; 3] = ["feedback:read", "feedback:edit", "feedback:export"];

impl Stage {
    pub(crate) async fn new() -> Self {
        let bare = Bare::new().await;
        let organisation = organisation(&bare, "north").await;
        let application = application(&bare, organisation, "https://north.example", false).await;
        Self {
            bare,
            organisation,
            application,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.bare.house.clock.now()
    }

    pub(crate) fn advance(&self, while_: Duration) {
        self.bare.house.clock.advance(while_);
    }

    pub(crate) async fn person(&self, username: &str) -> PersonId {
        person(&self.bare, self.organisation, username, json!({})).await
    }

    pub(crate) async fn group(&self, kind: GroupKind, name: &str, parent: Option<GroupId>) -> GroupId {
        group(&self.bare, self.organisation, kind, name, parent).await
    }

    pub(crate) async fn role(&self, name: &str, permissions: &[&str]) -> RoleId {
        role(
            &self.bare,
            (self.organisation, self.application),
            name,
            permissions,
        )
        .await
    }

    pub(crate) async fn give(
        &self,
        holder: Holder,
        role: RoleId,
        within: &[GroupId],
        period: Period,
    ) -> AccessGrantId {
        give(&self.bare, self.organisation, holder, role, within, period).await
    }

    /// Gives a role to a person, everywhere and for ever.
    pub(crate) async fn give_simply(&self, person: PersonId, role: RoleId) -> AccessGrantId {
        let holder = Holder::Subject(Subject::Person(person));
        self.give(holder, role, &[], Period::from(self.now())).await
    }

    pub(crate) async fn join(&self, group: GroupId, person: PersonId, period: Period) {
        let mut op = self.bare.op();
        access::add_member(&mut op, self.organisation, group, Subject::Person(person), period)
            .await
            .unwrap();
        op.commit().await.unwrap();
    }

    /// Puts a policy in force. It is tried with a question that it can answer, whatever the answer.
    pub(crate) async fn policy(&self, name: &str, cedar: &str) {
        let mut op = self.bare.op();
        let of = (self.organisation, name);
        let new = policy::NewPolicy {
            organisation_id: self.organisation,
            application: self.application,
            name: name.to_owned(),
            content: content(name, cedar, "allow"),
        };
        policy::draft(&mut op, new, "To be tried.").await.unwrap();
        if !policy::test(&mut op, of, None).await.unwrap().examined.passed {
            policy::change(&mut op, of, None, content(name, cedar, "deny"), "It denies.")
                .await
                .unwrap();
            let tested = policy::test(&mut op, of, None).await.unwrap();
            assert!(tested.examined.passed, "{:?}", tested.examined);
        }
        policy::activate(&mut op, of, None, "To be tried.").await.unwrap();
        op.commit().await.unwrap();
    }

    /// Puts a policy in force that nobody has tried, as those are from before policies had test cases: it may err, and read what nobody has.
    pub(crate) async fn untried_policy(&self, name: &str, cedar: &str) {
        const WRITE: Sql = Sql::new("UPDATE policy SET cedar = $3 WHERE organisation_id = $1 AND name = $2");
        let nothing = "forbid (principal, action, resource) when { false };";
        self.policy(name, nothing).await;
        let mut tx = self.bare.house.storage.write().await.unwrap();
        let row = tx.query(WRITE).bind(&self.organisation).bind(&name);
        assert_eq!(row.bind(&cedar).execute().await.unwrap(), 1);
        tx.commit().await.unwrap();
        self.bare.house.notice(&Notice::Organisation(self.organisation));
    }

    /// Asks whether a person may do something with one piece of feedback that has these attributes.
    pub(crate) async fn decide(&self, person: PersonId, action: &str, resource: Value) -> Decision {
        decide(
            &self.bare,
            self.application,
            Subject::Person(person),
            action,
            resource,
        )
        .await
    }
}

/// What a policy says that is tried with one question.
pub(crate) fn content(title: &str, cedar: &str, expect: &str) -> policy::Content {
    let question = json!({
        "name": "a question", "action": "feedback:read", "expect": expect, "granted_by": ["reader"],
        "resource": { "properties": { "level": 1, "secret": false } },
    });
    policy::Content {
        title: title.to_owned(),
        purpose: "To be tried.".to_owned(),
        cedar: cedar.to_owned(),
        cases: vec![serde_json::from_value(question).unwrap()],
        template: None,
    }
}

pub(crate) async fn decide(
    bare: &Bare,
    application: ApplicationId,
    subject: Subject,
    action: &str,
    resource: Value,
) -> Decision {
    let question = Question {
        subject,
        action: action.to_owned(),
        application,
        resource_type: "feedback".to_owned(),
        resource_id: "f-1".to_owned(),
        resource: members(resource),
        context: Map::new(),
    };
    decision::decide(&mut bare.op(), &question).await.unwrap()
}

pub(crate) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

pub(crate) async fn organisation(bare: &Bare, slug: &str) -> OrganisationId {
    let mut op = bare.op();
    let new = NewOrganisation {
        slug: slug.to_owned(),
        name: slug.to_owned(),
    };
    let id = person::create_organisation(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

pub(crate) async fn application(
    bare: &Bare,
    organisation_id: OrganisationId,
    audience: &str,
    shared: bool,
) -> ApplicationId {
    let mut op = bare.op();
    let permission = |name: &str| NewPermission {
        name: Scope::parse(name).unwrap(),
        title: name.to_owned(),
        purpose: "To be tried.".to_owned(),
        sensitivity: Sensitivity::Normal,
    };
    let new = NewApplication {
        organisation_id,
        name: "Feedback".to_owned(),
        audience: audience.to_owned(),
        shared,
        token_format: doorward::domain::TokenFormat::Jwt,
        permissions: PERMISSIONS.map(permission).to_vec(),
    };
    let id = access::create_application(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

pub(crate) fn new_person(
    organisation_id: OrganisationId,
    username: &str,
    attributes: Attributes,
) -> NewPerson {
    NewPerson {
        claims: person::PersonClaims::default(),
        attributes,
        ..NewPerson::named(organisation_id, Username::parse(username).unwrap(), username)
    }
}

pub(crate) async fn person(
    bare: &Bare,
    organisation: OrganisationId,
    username: &str,
    attributes: Value,
) -> PersonId {
    let mut op = bare.op();
    let new = new_person(organisation, username, members(attributes));
    let id = person::create(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

pub(crate) async fn group(
    bare: &Bare,
    organisation_id: OrganisationId,
    kind: GroupKind,
    name: &str,
    parent: Option<GroupId>,
) -> GroupId {
    let mut op = bare.op();
    let new = NewGroup {
        organisation_id,
        kind,
        name: name.to_owned(),
        about: access::GroupAbout {
            parent,
            ..access::GroupAbout::titled(name.to_uppercase())
        },
    };
    let id = access::create_group(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}

pub(crate) fn new_role(
    (organisation_id, application): (OrganisationId, ApplicationId),
    name: &str,
    permissions: &[&str],
) -> NewRole {
    NewRole {
        organisation_id,
        name: name.to_owned(),
        about: access::RoleAbout {
            purpose: "To be tried.".to_owned(),
            permissions: access::Permitted::of(application, permissions.iter().copied()),
            ..access::RoleAbout::titled(name)
        },
    }
}

pub(crate) async fn role(
    bare: &Bare,
    place: (OrganisationId, ApplicationId),
    name: &str,
    permissions: &[&str],
) -> RoleId {
    let mut op = bare.op();
    let id = access::create_role(&mut op, new_role(place, name, permissions))
        .await
        .unwrap();
    op.commit().await.unwrap();
    id
}

pub(crate) async fn give(
    bare: &Bare,
    organisation_id: OrganisationId,
    holder: Holder,
    role: RoleId,
    within: &[GroupId],
    period: Period,
) -> AccessGrantId {
    let mut op = bare.op();
    let new = NewGrant {
        organisation_id,
        holder,
        role,
        within: within.to_vec(),
        period,
        reason: "To be tried.".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    let id = access::give(&mut op, new).await.unwrap();
    op.commit().await.unwrap();
    id
}
