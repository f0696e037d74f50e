//! Each condition of a rule by the pages: who is asked for more while it stands under `when`, and who while it stands under `unless`.

use std::time::Duration;

use doorward::access::{self, Holder, NewGrant, NewGroup, NewRole, Period};
use doorward::domain::{
    ClientAuthMethod, GroupId, GroupKind, PersonId, RuleId, Secret, Subject, Timestamp, Username,
};
use doorward::factor::password;
use doorward::op::Op;
use doorward::person::{self, NewPerson};
use doorward::rule::Change;
use serde_json::{Value, json};

use super::place::{BERLIN, ISTANBUL, with_places};
use super::{add, change, definition};
use crate::signin::{PASSWORD, SECRET, Town, authorize, enter_password, is_signed_in};
use crate::support::{Browser, Server};

const DAY: Duration = Duration::from_hours(24);

/// Longer than a code of an authenticator is good for.
const NEXT_CODE: Duration = Duration::from_secs(31);

/// Monday the 15th of June 2026, midnight UTC; in Istanbul it is three hours later.
const MONDAY: Timestamp = Timestamp::from_seconds(1_781_481_600);

const PEOPLE: [&str; 5] = ["rosa", "ben", "ada", "max", "glass"];

const BACK: &str = "https://desk.example/back";

/// Conditions that hang on who somebody is, and for whom of the people of `company` they hold.
fn of_people() -> Vec<(Value, &'static [&'static str])> {
    vec![
        (json!({ "groups": ["department:support"] }), &["rosa"]),
        // Rosa's department is below it.
        (json!({ "groups": ["department:service"] }), &["rosa"]),
        // Ada is in the region itself, and not in the one below, where Rosa is.
        (json!({ "groups": ["region:emea"] }), &["rosa", "ada"]),
        (json!({ "groups": ["region:dach"] }), &["rosa"]),
        (json!({ "groups": ["team:night"] }), &["rosa"]),
        // Of a list one entry that fits is enough.
        (
            json!({ "groups": ["team:day", "department:sales"] }),
            &["ada", "ben"],
        ),
        (
            json!({ "attributes": { "job_title": ["Team lead", "Head"] } }),
            &["rosa"],
        ),
        (
            json!({ "attributes": { "sites": ["Izmir", "Ankara"] } }),
            &["rosa", "ben"],
        ),
        // Of attributes each must fit.
        (
            json!({ "attributes": { "job_title": ["Team lead", "Clerk"], "sites": ["Ankara"] } }),
            &["ben"],
        ),
        (json!({ "attributes": { "floor": ["7"] } }), &["ben"]),
        (json!({ "roles": ["keeper"] }), &["rosa"]),
        // By her team.
        (json!({ "roles": ["early_shift"] }), &["ada"]),
        (json!({ "people": ["ben", "max"] }), &["ben", "max"]),
        (json!({ "break_glass": true }), &["glass"]),
        (json!({ "break_glass": false }), &["rosa", "ben", "ada", "max"]),
        (json!({ "account_younger_than_days": 3 }), &["max"]),
        (json!({ "account_younger_than_days": 30 }), &PEOPLE),
        // Of several conditions all must hold.
        (
            json!({ "groups": ["region:emea"], "roles": ["keeper", "early_shift"], "attributes": { "floor": ["3"] } }),
            &["rosa"],
        ),
    ]
}

/// A town in which nobody has signed in too often.
pub(super) async fn town() -> Town {
    let start = Server::start_at(MONDAY, |config| config.signin.attempts_per_address = 10_000);
    Town::on(start.await).await
}

/// Somebody with the usual password and these attributes.
async fn person(town: &Town, name: &str, attributes: Value) -> PersonId {
    let mut op = town.op();
    let new = NewPerson {
        attributes: serde_json::from_value(attributes).unwrap(),
        ..NewPerson::named(town.organisation, Username::parse(name).unwrap(), name)
    };
    let id = person::create(&mut op, new).await.unwrap();
    let usual = Secret::new(PASSWORD.to_owned());
    password::set(&mut op, id, &usual).await.unwrap().unwrap();
    op.commit().await.unwrap();
    id
}

async fn group(
    op: &mut Op,
    town: &Town,
    (kind, name): (GroupKind, &str),
    parent: Option<GroupId>,
    members: &[PersonId],
) -> GroupId {
    let new = NewGroup {
        organisation_id: town.organisation,
        kind,
        name: name.to_owned(),
        about: access::GroupAbout {
            parent,
            ..access::GroupAbout::titled(name)
        },
    };
    let id = access::create_group(op, new).await.unwrap();
    for member in members {
        let (subject, period) = (Subject::Person(*member), Period::from(op.now));
        access::add_member(op, town.organisation, id, subject, period)
            .await
            .unwrap();
    }
    id
}

async fn role(op: &mut Op, town: &Town, name: &str, holder: Holder) {
    let role = NewRole {
        organisation_id: town.organisation,
        name: name.to_owned(),
        about: access::RoleAbout {
            purpose: "A test.".to_owned(),
            ..access::RoleAbout::titled(name)
        },
    };
    let role = access::create_role(op, role).await.unwrap();
    let grant = NewGrant {
        organisation_id: town.organisation,
        holder,
        role,
        within: Vec::new(),
        period: Period::from(op.now),
        reason: "a test".to_owned(),
        source: doorward::domain::GrantSource::Direct,
    };
    access::give(op, grant).await.unwrap();
}

/// Four people who have been there for a while, one of them for emergencies, and somebody new; in groups and with roles.
async fn company() -> Town {
    let town = town().await;
    let rosa = json!({ "job_title": "Team lead", "sites": ["Izmir", "Berlin"], "floor": 3 });
    let rosa = person(&town, "rosa", rosa).await;
    let ben = json!({ "job_title": "Clerk", "sites": ["Ankara"], "floor": 7 });
    let ben = person(&town, "ben", ben).await;
    let ada = person(&town, "ada", json!({})).await;
    let glass = person(&town, "glass", json!({})).await;
    let mut op = town.op();
    let found = person::find(&mut op, glass).await.unwrap().unwrap();
    let marked = person::mark_break_glass(&mut op, &found, "the safe").await;
    marked.unwrap();
    let service = group(&mut op, &town, (GroupKind::Department, "service"), None, &[]).await;
    let support = (GroupKind::Department, "support");
    group(&mut op, &town, support, Some(service), &[rosa]).await;
    group(&mut op, &town, (GroupKind::Department, "sales"), None, &[ben]).await;
    let emea = group(&mut op, &town, (GroupKind::Region, "emea"), None, &[ada]).await;
    group(&mut op, &town, (GroupKind::Region, "dach"), Some(emea), &[rosa]).await;
    group(&mut op, &town, (GroupKind::Team, "night"), None, &[rosa]).await;
    let day = group(&mut op, &town, (GroupKind::Team, "day"), None, &[ada]).await;
    role(&mut op, &town, "keeper", Holder::Subject(Subject::Person(rosa))).await;
    role(&mut op, &town, "early_shift", Holder::Group(day)).await;
    op.commit().await.unwrap();
    town.wait(DAY * 4);
    person(&town, "max", json!({})).await;
    town
}

/// Whether somebody who signs in with a password is asked for a second factor.
async fn is_asked(town: &Town, name: &str) -> bool {
    let page = enter_password(&town.browser(), name, PASSWORD).await;
    assert!(page.has_field("code") || is_signed_in(&page), "{}", page.text());
    page.has_field("code")
}

/// The one rule of a town, to be written anew: under `when`, and under `unless`.
struct Rule<'a> {
    town: &'a Town,
    id: RuleId,
}

impl<'a> Rule<'a> {
    async fn new(town: &'a Town) -> Self {
        let rule = json!({ "name": "First", "then": { "do": "second_factor" } });
        let id = add(town, rule).await;
        Self { town, id }
    }

    async fn says(&self, place: &str, conditions: &Value) {
        let rule = json!({ "name": "Anew", place: conditions, "then": { "do": "second_factor" } });
        change(self.town, Change::Define(self.id, definition(rule)))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_somebody_is_decides_under_when_and_under_unless() {
    let town = company().await;
    let rule = Rule::new(&town).await;
    for (conditions, whom) in of_people() {
        for (place, asked) in [("when", true), ("unless", false)] {
            rule.says(place, &conditions).await;
            for name in PEOPLE {
                let expected = whom.contains(&name) == asked;
                assert_eq!(
                    is_asked(&town, name).await,
                    expected,
                    "{place} {conditions}: {name}"
                );
            }
        }
    }
    // A membership that has ended, a role that hangs on it, and an account that has grown older.
    let mut op = town.op();
    let ada = Subject::Person(town.id_of("ada").await);
    let day = access::group_named(&mut op, town.organisation, GroupKind::Team, "day").await;
    let day = day.unwrap().unwrap();
    access::remove_member(&mut op, town.organisation, day, ada)
        .await
        .unwrap();
    op.commit().await.unwrap();
    rule.says("when", &json!({ "roles": ["early_shift"] })).await;
    assert!(!is_asked(&town, "ada").await);
    rule.says("when", &json!({ "account_younger_than_days": 3 }))
        .await;
    assert!(is_asked(&town, "max").await);
    town.wait(DAY * 3);
    assert!(!is_asked(&town, "max").await);
}

/// A sign-in: at which application and with which scopes, if at any, and from which address.
type Coming = (Option<(&'static str, &'static str)>, &'static str);

const COMINGS: [Coming; 4] = [
    (None, BERLIN),
    (Some(("desk", "openid+profile")), BERLIN),
    (Some(("desk", "openid")), BERLIN),
    (Some(("till", "openid+profile")), ISTANBUL),
];

/// Conditions that hang on the application or the place, and for which of `COMINGS` they hold.
fn of_circumstances() -> Vec<(Value, [bool; 4])> {
    vec![
        (json!({ "clients": ["desk"] }), [false, true, true, false]),
        (json!({ "clients": ["desk", "till"] }), [false, true, true, true]),
        (json!({ "scopes": ["profile"] }), [false, true, false, true]),
        (
            json!({ "scopes": ["email", "openid"] }),
            [false, true, true, true],
        ),
        // Of several conditions all must hold.
        (
            json!({ "clients": ["desk"], "scopes": ["profile"] }),
            [false, true, false, false],
        ),
        (json!({ "networks": ["192.0.2.0/24"] }), [true, true, true, false]),
        (
            json!({ "networks": ["2001:db8::/32", ISTANBUL] }),
            [false, false, false, true],
        ),
        (
            json!({ "networks": ["192.0.2.0/24"], "scopes": ["profile"] }),
            [false, true, false, false],
        ),
        (json!({ "countries": ["TR"] }), [false, false, false, true]),
        (json!({ "countries": ["DE", "TR"] }), [true; 4]),
    ]
}

/// Whether somebody who comes like that is asked for a second factor after the password.
async fn is_asked_there(town: &Town, name: &str, (what, address): Coming) -> bool {
    let browser = Browser::from_address(&town.server.issuer, address);
    let Some((client, scopes)) = what else {
        let page = enter_password(&browser, name, PASSWORD).await;
        assert!(page.has_field("code") || is_signed_in(&page), "{}", page.text());
        return page.has_field("code");
    };
    let asks = authorize(client, BACK, &[]).replace("openid+profile", scopes);
    let page = browser.get(&asks).await;
    let page = browser.submit(&page, &[("username", name)]).await;
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    let in_there = page
        .location()
        .is_some_and(|to| to.starts_with(BACK) && to.contains("code="));
    assert!(page.has_field("code") || in_there, "{}", page.text());
    page.has_field("code")
}

#[tokio::test(flavor = "multi_thread")]
async fn for_what_and_from_where_decides_under_when_and_under_unless() {
    let town = Town::with(|config| {
        with_places(config);
        config.signin.attempts_per_address = 10_000;
    })
    .await;
    town.person("rosa").await;
    for id in ["desk", "till"] {
        town.register(id, ClientAuthMethod::None, BACK).await;
    }
    let rule = Rule::new(&town).await;
    for (conditions, holds) in of_circumstances() {
        for (place, asked) in [("when", true), ("unless", false)] {
            rule.says(place, &conditions).await;
            for (coming, holds) in COMINGS.into_iter().zip(holds) {
                assert_eq!(
                    is_asked_there(&town, "rosa", coming).await,
                    holds == asked,
                    "{place} {conditions}: {coming:?}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_high_the_risk_is_decides_under_when_and_under_unless() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.txt");
    std::fs::write(&bad, format!("{ISTANBUL}\n")).unwrap();
    let town = Town::with(|config| {
        with_places(config);
        config.risk.geoip_file = None;
        config.risk.bad_addresses_file = Some(bad);
        config.signin.attempts_per_address = 10_000;
    })
    .await;
    // A bad address is a medium risk, many failures are one, and both together a high one.
    let people = [
        ("rosa", BERLIN, "low"),
        ("ben", ISTANBUL, "medium"),
        ("max", BERLIN, "medium"),
        ("ada", ISTANBUL, "high"),
    ];
    for (name, _, _) in people {
        town.person(name).await;
    }
    for name in ["max", "ada"] {
        for _ in 0..5 {
            let page = enter_password(&town.browser(), name, "not the password").await;
            assert!(page.has_field("password"), "{}", page.text());
            town.wait(Duration::from_mins(2));
        }
    }
    let rule = Rule::new(&town).await;
    // Not more often: who signs in five times is known by it, and then a new browser is a risk.
    for levels in [&["medium"][..], &["low", "high"]] {
        for (place, asked) in [("when", true), ("unless", false)] {
            rule.says(place, &json!({ "risk": levels })).await;
            for (name, address, level) in people {
                assert_eq!(
                    is_asked_there(&town, name, (None, address)).await,
                    levels.contains(&level) == asked,
                    "{place} {levels:?}: {name}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hour_and_the_day_of_the_week_are_those_of_the_zone_that_the_rule_names() {
    let town = town().await;
    town.person("rosa").await;
    let rule = Rule::new(&town).await;
    let hours = |days: &[&str], from: &str, until: &str, zone: &str| json!({ "times": { "days": days, "from": from, "until": until, "zone": zone } });
    let times = [
        hours(&["mo"], "08:00", "09:00", "Europe/Istanbul"),
        hours(&["mo"], "22:00", "06:00", "Europe/Istanbul"),
        hours(&[], "08:00", "09:00", "UTC"),
        hours(&["tu", "we"], "00:00", "09:00", "Europe/Istanbul"),
    ];
    // Minutes after midnight UTC of that Monday, and which of them hold then.
    for (minute, holds) in [
        // Sunday's night is not Monday's.
        (30, [false, false, false, false]),
        (299, [false, false, false, false]),
        (300, [true, false, false, false]),
        (359, [true, false, false, false]),
        (360, [false, false, false, false]),
        (510, [false, false, true, false]),
        (1_140, [false, true, false, false]),
        // In Istanbul it is Tuesday.
        (1_260, [false, true, false, true]),
        (1_619, [false, true, false, true]),
        (1_620, [false, false, false, true]),
        (1_770, [false, false, false, true]),
        (1_800, [false, false, false, false]),
    ] {
        let then = MONDAY.plus(Duration::from_mins(minute));
        town.wait(then.since(town.op().now));
        for (conditions, holds) in times.iter().zip(holds) {
            for (place, asked) in [("when", holds), ("unless", !holds)] {
                rule.says(place, conditions).await;
                assert_eq!(
                    is_asked(&town, "rosa").await,
                    asked,
                    "{place} {conditions} {minute} minutes later"
                );
            }
        }
    }
}

/// Signs Rosa in with her authenticator.
async fn by_code(town: &Town, browser: &Browser, trust: bool) {
    town.wait(NEXT_CODE);
    let page = enter_password(browser, "rosa", PASSWORD).await;
    let code = town.code(SECRET);
    let fields = [("code", code.as_str()), ("trust", "yes")];
    let fields = if trust { &fields[..] } else { &fields[..1] };
    let home = browser.submit(&page, fields).await;
    assert!(is_signed_in(&home), "{}", home.text());
    browser.press(&home, "sign-out").await;
}

/// Whether she is kept out of a browser after the password; she does not stay.
async fn is_kept_out(browser: &Browser) -> bool {
    let page = enter_password(browser, "rosa", PASSWORD).await;
    if is_signed_in(&page) {
        browser.press(&page, "sign-out").await;
        return false;
    }
    let kept = page.text().contains("Not on this one.");
    assert!(kept || page.has_field("code"), "{}", page.text());
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_new_known_or_trusted() {
    let town = town().await;
    let rosa = town.person("rosa").await;
    town.person("ben").await;
    town.give_authenticator(rosa).await;
    let remember = json!({ "name": "Remember", "then": { "do": "second_factor", "remember_days": 30 } });
    add(&town, remember).await;
    let (known, trusted) = (town.browser(), town.browser());
    by_code(&town, &known, false).await;
    by_code(&town, &trusted, true).await;
    let draft = json!({ "name": "Device", "when": { "people": ["ben"] }, "then": { "do": "allow" } });
    let id = add(&town, draft).await;
    let no = json!({ "do": "refuse", "sentence": "Not on this one." });
    for word in ["new", "known", "trusted"] {
        let device = json!({ "devices": [word] });
        let mut when = device.clone();
        when["people"] = json!(["rosa"]);
        let rules = [
            (json!({ "name": "Device", "when": when, "then": no }), true),
            (
                json!({ "name": "Device", "when": { "people": ["rosa"] }, "unless": device, "then": no }),
                false,
            ),
        ];
        for (rule, kept_out) in rules {
            change(&town, Change::Define(id, definition(rule.clone())))
                .await
                .unwrap();
            let new = town.browser();
            for (browser, is) in [(&new, "new"), (&known, "known"), (&trusted, "trusted")] {
                let expected = (is == word) == kept_out;
                assert_eq!(is_kept_out(browser).await, expected, "{is}: {rule}");
            }
        }
    }
    // After forty days without it, and after a year of trust, a browser is a new one.
    let only_new = json!({
        "name": "Device", "when": { "people": ["rosa"], "devices": ["new"] }, "then": no,
    });
    change(&town, Change::Define(id, definition(only_new)))
        .await
        .unwrap();
    town.wait(DAY * 41);
    assert!(is_kept_out(&known).await);
    assert!(!is_kept_out(&trusted).await);
    town.wait(DAY * 330);
    assert!(is_kept_out(&trusted).await);
}
