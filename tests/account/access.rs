//! What somebody was given, as they see it.

use std::time::Duration;

use doorward::access::{self, Holder, NewGrant, NewGroup, NewRole, Period};
use doorward::domain::{GroupKind, Subject};

use super::{rosa, town};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_sees_their_roles_with_where_until_when_by_whom_and_why() {
    let town = town().await;
    let browser = rosa(&town).await;
    let none = browser.get("/account/access").await.text();
    assert!(none.contains("Nothing was given to you"), "{none}");
    let rosa = town.id_of("rosa").await;
    let mut op = town.op();
    let organisation_id = town.organisation;
    let group = NewGroup {
        organisation_id,
        kind: GroupKind::Region,
        name: "emea".to_owned(),
        about: access::GroupAbout::titled("EMEA"),
    };
    let emea = access::create_group(&mut op, group).await.unwrap();
    let role = NewRole {
        organisation_id,
        name: "keeper".to_owned(),
        about: access::RoleAbout {
            purpose: "A test.".to_owned(),
            ..access::RoleAbout::titled("Keeper of feedback")
        },
    };
    let role = access::create_role(&mut op, role).await.unwrap();
    let hour = Duration::from_hours(1);
    for (within, from, reason) in [
        (vec![emea], op.now, "She leads the region"),
        (Vec::new(), op.now.plus(hour), "For the audit"),
    ] {
        let grant = NewGrant {
            organisation_id,
            holder: Holder::Subject(Subject::Person(rosa)),
            role,
            within,
            period: Period {
                from,
                until: Some(from.plus(hour * 24)),
            },
            reason: reason.to_owned(),
            source: doorward::domain::GrantSource::Direct,
        };
        access::give(&mut op, grant).await.unwrap();
    }
    op.commit().await.unwrap();
    let told = browser.get("/account/access").await.text();
    assert!(
        told.contains("Keeper of feedback She leads the region Counts in EMEA (region)"),
        "{told}"
    );
    assert!(
        told.contains("For the audit Counts in everywhere") && told.contains("not begun yet"),
        "{told}"
    );
    assert!(told.contains("Given by The operator, by command"), "{told}");
    // Of others nothing is told.
    town.person("ben").await;
    let other = super::signed_in(&town, "ben").await;
    let told = other.get("/account/access").await.text();
    assert!(told.contains("Nothing was given to you"), "{told}");
}
