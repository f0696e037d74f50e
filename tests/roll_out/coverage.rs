//! How far a roll-out is.

use doorward::domain::{FactorAsked, GroupKind, PersonStatus, ReminderKind, RuleMode, Subject, Username};
use doorward::person::{self, NewOrganisation, NewPerson};
use doorward::roll_out::{self, Coverage, Share};
use serde_json::json;

use super::{Firm, hours};

async fn coverage(firm: &Firm, id: doorward::domain::RuleId) -> Coverage {
    let (set, one) = firm.current(id).await;
    roll_out::coverage(&mut firm.bare.op(), &set, &one).await.unwrap()
}

fn share(people: u32, has: u32, excepted: u32) -> Share {
    Share {
        people,
        has,
        excepted,
    }
}

fn names(coverage: &Coverage) -> Vec<&str> {
    coverage.left.iter().map(|left| left.username.as_str()).collect()
}

#[tokio::test]
async fn people_are_counted_by_department_and_region_with_who_is_left_until_when() {
    let firm = Firm::new().await;
    let ada = firm.person("ada").await;
    let ben = firm.person("ben").await;
    let cem = firm.person_with("cem", |new| new.email_verified = false).await;
    let deniz = firm.person("deniz").await;
    let gone = firm.person("gone").await;
    firm.join(GroupKind::Department, "support", &[ada, ben, gone])
        .await;
    firm.join(GroupKind::Department, "sales", &[cem, deniz]).await;
    firm.join(GroupKind::Region, "emea", &[ada, cem]).await;
    firm.join(GroupKind::Team, "returns", &[ada]).await;
    firm.give_authenticator(ada).await;
    let mut op = firm.bare.op();
    let gone = doorward::domain::Subject::Person(gone);
    person::set_status(&mut op, firm.organisation, gone, PersonStatus::Left, "a test")
        .await
        .unwrap();
    op.commit().await.unwrap();
    let id = firm.roll_out(FactorAsked::Any, 14).await;
    let start = firm.bare.op().now;
    firm.except(id, "deniz", 30).await;
    firm.go_on().await;
    firm.wait(24);
    firm.person("new").await;

    let told = coverage(&firm, id).await;
    assert_eq!(told.all, share(5, 1, 1));
    assert_eq!((told.all.left(), told.all.percent()), (3, 20));
    let groups: Vec<(&str, Share)> = told
        .groups
        .iter()
        .map(|(name, share)| (name.as_str(), *share))
        .collect();
    assert_eq!(
        groups,
        [
            ("department:sales", share(2, 0, 1)),
            ("department:support", share(2, 1, 0)),
            ("region:emea", share(2, 1, 0)),
        ]
    );
    assert_eq!(names(&told), ["ben", "cem", "new"]);
    let [ben, cem, new] = &told.left[..] else {
        panic!("{told:?}")
    };
    assert_eq!(ben.due, start.plus(hours(24 * 14)));
    assert_eq!(ben.reminded, Some(ReminderKind::Start));
    assert_eq!(ben.reminded_at, Some(start));
    assert_eq!((cem.reachable, cem.reminded), (false, None));
    assert_eq!(
        new.due,
        start.plus(hours(24 * 15)),
        "their grace counts from the making of the account"
    );
}

#[tokio::test]
async fn only_those_are_counted_whom_the_rule_means_where_it_stands() {
    let firm = Firm::new().await;
    for name in ["ada", "ben", "cem", "deniz"] {
        firm.person(name).await;
    }
    let allow = json!({ "name": "Ben is spared", "when": { "people": ["ben"] }, "then": { "do": "allow" } });
    let allow = firm.draft(allow).await;
    let office = json!({
        "name": "Office", "when": { "people": ["ada"], "networks": ["10.0.0.0/8"] }, "then": { "do": "allow" },
    });
    let office = firm.draft(office).await;
    let then = json!({ "do": "enrol", "factor": "any", "grace_days": 14 });
    let rule = json!({ "name": "Not Cem", "unless": { "people": ["cem"] }, "then": then });
    let id = firm.draft(rule).await;
    assert_eq!(names(&coverage(&firm, id).await), ["ada", "ben", "deniz"]);
    firm.switch(allow, RuleMode::On).await;
    firm.switch(office, RuleMode::On).await;
    assert_eq!(
        names(&coverage(&firm, id).await),
        ["ada", "deniz"],
        "Ada is not always in the office"
    );
    firm.except(allow, "ben", 1).await;
    assert_eq!(names(&coverage(&firm, id).await), ["ada", "ben", "deniz"]);
}

#[tokio::test]
async fn a_rule_that_asks_for_something_else_is_no_roll_out() {
    let firm = Firm::new().await;
    let id = firm
        .draft(json!({ "name": "x", "then": { "do": "second_factor" } }))
        .await;
    let set = doorward::rule::current(&mut firm.bare.op(), firm.organisation)
        .await
        .unwrap();
    assert!(roll_out::find(&set, &id.to_string()).is_none());
    assert!(roll_out::all(&set).is_empty());
}

#[tokio::test]
async fn everybody_who_may_sign_in_counts_in_each_of_their_places_and_nobody_from_elsewhere() {
    let firm = Firm::new().await;
    let (ada, ben, cem) = (
        firm.person("ada").await,
        firm.person("ben").await,
        firm.person("cem").await,
    );
    firm.give_authenticator(ada).await;
    firm.give_authenticator(firm.person("zoe").await).await;
    firm.join(GroupKind::Department, "support", &[ada, ben, cem])
        .await;
    firm.join(GroupKind::Region, "emea", &[ben]).await;
    firm.join(GroupKind::Team, "desk", &[ben]).await;
    let mut op = firm.bare.op();
    let (gone, left) = (Subject::Person(cem), PersonStatus::Left);
    person::set_status(&mut op, firm.organisation, gone, left, "a test")
        .await
        .unwrap();
    let elsewhere = NewOrganisation {
        slug: "southgate".to_owned(),
        name: "Southgate".to_owned(),
    };
    let elsewhere = person::create_organisation(&mut op, elsewhere).await.unwrap();
    let sam = NewPerson::named(elsewhere, Username::parse("sam").unwrap(), "Sam");
    person::create(&mut op, sam).await.unwrap();
    op.commit().await.unwrap();
    let mut op = firm.bare.op();
    let counted = roll_out::everybody(&mut op, firm.organisation).await.unwrap();
    let told = serde_json::to_value(&counted).unwrap();
    let share = |people: u32, second: u32| json!({ "people": people, "second_factor": second, "passkey": 0 });
    assert_eq!(told["all"], share(3, 2));
    assert_eq!(told["no_department"], share(1, 1));
    assert_eq!(
        told["groups"],
        json!([
            { "group": "department:support", "share": share(2, 1) },
            { "group": "region:emea", "share": share(1, 0) },
        ])
    );
    assert_eq!(told["left"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&told["left"][0]["username"], &told["left"][0]["groups"]),
        (&json!("ben"), &json!(["department:support", "region:emea"]))
    );
}

#[test]
fn percents_are_the_nearest_and_a_hundred_means_all() {
    let percent = |people, second| {
        let counted = roll_out::Having {
            people,
            second,
            passkey: 0,
        };
        counted.percent()
    };
    let told =
        [(3, 2), (1_000, 999), (1_000, 1), (7, 7), (7, 0), (0, 0)].map(|(all, some)| percent(all, some));
    assert_eq!(told, [67, 99, 1, 100, 0, 0]);
}
