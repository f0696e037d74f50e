//! An organisation of so many people, each with a grant: what decisions are asked about.

use doorward::policy;
use doorward::storage::{Engine, Sql, Tx};
use serde_json::{Value, json};

use super::database::Database;
use super::server::Client;

pub(crate) const PERMISSIONS: i64 = 20;
pub(crate) const POLICIES: i64 = 200;
const ROLES: i64 = 40;
/// Of each role.
const GIVEN: i64 = 5;
/// Groups that stand one below the other.
pub(crate) const DEPTH: i64 = 6;
/// Rows of one transaction.
const LOT: i64 = 50_000;

pub(crate) const APPLICATION: &str = "0190a0b0-0000-7000-8005-100000000000";
const ORGANISATION: &str = "0190a0b0-0000-7000-8006-100000000000";

/// How many of each there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) people: i64,
}

impl Size {
    /// Rows of groups, each of [`DEPTH`], the last one below all others.
    pub(crate) fn lines(self) -> i64 {
        (self.people / 60).clamp(1, 10_000 / DEPTH)
    }

    pub(crate) fn groups(self) -> i64 {
        self.lines() * DEPTH
    }
}

/// The id of a person, by number.
pub(crate) fn person(number: i64) -> String {
    format!("0190a0b0-0000-7000-8000-{}", 100_000_000_000 + number)
}

/// A permission that the role of a person gives, or another one.
pub(crate) fn permission(of: i64, turn: i64) -> String {
    let number = if turn % 4 == 3 {
        turn
    } else {
        of % ROLES + 3 * (turn % GIVEN)
    };
    format!("load:p{}", number % PERMISSIONS)
}

/// A question about a person: their territory, their product line mostly, and circumstances that the policies ask for.
pub(crate) fn question(size: Size, of: i64, turn: i64, now: i64) -> Value {
    json!({
        "subject": { "type": "person", "id": person(of) },
        "action": { "name": permission(of, turn) },
        "resource": resource(size, of, turn),
        "context": context(now),
    })
}

pub(crate) fn context(now: i64) -> Value {
    json!({ "device_managed": true, "ip": "192.0.2.7", "acr": "urn:doorward:acr:3", "auth_time": now })
}

pub(crate) fn resource(size: Size, of: i64, turn: i64) -> Value {
    let line = of % size.lines();
    let kind = if line % 2 == 0 { "department" } else { "region" };
    let product_line = if turn % 10 == 9 {
        "another".to_owned()
    } else {
        format!("line-{}", of % 7)
    };
    json!({
        "type": "record", "id": format!("r-{turn}"),
        "properties": {
            kind: format!("g{}", line * DEPTH + 4), "product_line": product_line, "data_class": "public",
            "created_by": "somebody", "territory": format!("t-{}", of % 11),
        },
    })
}

/// Numbers from the first to the last.
macro_rules! numbered {
    ($text:literal) => {
        Sql::new(concat!(
            "WITH RECURSIVE number (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM number WHERE n < $2) ",
            $text
        ))
    };
}

const FRAME: [Sql; 2] = [
    Sql::new(
        "INSERT INTO organisation (id, slug, name, status, created_at, updated_at) \
         VALUES ('0190a0b0-0000-7000-8006-100000000000', 'load', 'Load', 'active', 0, 0)",
    ),
    Sql::new(
        "INSERT INTO application (id, organisation_id, name, audience, shared, created_at) VALUES \
         ('0190a0b0-0000-7000-8005-100000000000', '0190a0b0-0000-7000-8006-100000000000', 'Load', 'urn:load', 1 = 0, 0)",
    ),
];

/// By their first and last number.
const PERMISSION: Sql = numbered!(
    "INSERT INTO permission (application_id, name, title, purpose, sensitivity) \
     SELECT '0190a0b0-0000-7000-8005-100000000000', 'load:p' || n, 'Load', 'Load', 'low' FROM number"
);
const ROLE: Sql = numbered!(
    "INSERT INTO role (id, organisation_id, name, title, purpose, second_factor, created_at) \
     SELECT '0190a0b0-0000-7000-8002-' || CAST(100000000000 + n AS TEXT), '0190a0b0-0000-7000-8006-100000000000', \
     'load_' || n, 'Load', 'Load', 1 = 0, 0 FROM number"
);
/// Each role and each of what it gives; `$3` is the number of roles, `$4` of permissions.
const ROLE_PERMISSION: Sql = numbered!(
    "INSERT INTO role_permission (role_id, application_id, permission) \
     SELECT '0190a0b0-0000-7000-8002-' || CAST(100000000000 + n % $3 AS TEXT), '0190a0b0-0000-7000-8005-100000000000', \
     'load:p' || ((n % $3 + 3 * (n / $3)) % $4) FROM number"
);
/// `$3` is their depth.
const GROUP: Sql = numbered!(
    "INSERT INTO people_group (id, organisation_id, kind, name, title, parent_id, created_at) \
     SELECT '0190a0b0-0000-7000-8001-' || CAST(100000000000 + n AS TEXT), '0190a0b0-0000-7000-8006-100000000000', \
     CASE WHEN (n / $3) % 2 = 0 THEN 'department' ELSE 'region' END, 'g' || n, 'Group', \
     CASE WHEN n % $3 = 0 THEN NULL ELSE '0190a0b0-0000-7000-8001-' || CAST(100000000000 + n - 1 AS TEXT) END, 0 FROM number"
);
/// By the number of the line of groups; `$3` is their depth, `$4` the number of roles.
const GROUP_GRANT: Sql = numbered!(
    "INSERT INTO access_grant (id, organisation_id, subject_kind, subject_id, role_id, valid_from, reason, given_by, created_at) \
     SELECT '0190a0b0-0000-7000-8004-' || CAST(100000000000 + n AS TEXT), '0190a0b0-0000-7000-8006-100000000000', 'group', \
     '0190a0b0-0000-7000-8001-' || CAST(100000000000 + n * $3 + 3 AS TEXT), \
     '0190a0b0-0000-7000-8002-' || CAST(100000000000 + n * 7 % $4 AS TEXT), 0, 'Load', 'load', 0 FROM number"
);
const PERSON: Sql = numbered!(
    "INSERT INTO person (id, organisation_id, username, name, email_verified, attributes, status, epoch, created_at, updated_at) \
     SELECT '0190a0b0-0000-7000-8000-' || CAST(100000000000 + n AS TEXT), '0190a0b0-0000-7000-8006-100000000000', 'load-' || n, \
     'Load', 1 = 0, '{\"product_line\":\"line-' || (n % 7) || '\",\"clearance\":\"internal\",\"territory\":\"t-' || (n % 11) || '\"}', \
     'active', 0, 0, 0 FROM number"
);
/// Each in the last group of a line; `$3` is the number of lines, `$4` their depth.
const MEMBERSHIP: Sql = numbered!(
    "INSERT INTO membership (group_id, subject_kind, subject_id, organisation_id, valid_from) \
     SELECT '0190a0b0-0000-7000-8001-' || CAST(100000000000 + (n % $3) * $4 + $4 - 1 AS TEXT), 'person', \
     '0190a0b0-0000-7000-8000-' || CAST(100000000000 + n AS TEXT), '0190a0b0-0000-7000-8006-100000000000', 0 FROM number"
);
/// `$3` is the number of roles.
const GRANT: Sql = numbered!(
    "INSERT INTO access_grant (id, organisation_id, subject_kind, subject_id, role_id, valid_from, reason, given_by, created_at) \
     SELECT '0190a0b0-0000-7000-8003-' || CAST(100000000000 + n AS TEXT), '0190a0b0-0000-7000-8006-100000000000', 'person', \
     '0190a0b0-0000-7000-8000-' || CAST(100000000000 + n AS TEXT), \
     '0190a0b0-0000-7000-8002-' || CAST(100000000000 + n % $3 AS TEXT), 0, 'Load', 'load', 0 FROM number"
);
/// Nine of ten hold within the third group of their line.
const WITHIN: Sql = numbered!(
    "INSERT INTO access_grant_within (grant_id, organisation_id, group_id) \
     SELECT '0190a0b0-0000-7000-8003-' || CAST(100000000000 + n AS TEXT), '0190a0b0-0000-7000-8006-100000000000', \
     '0190a0b0-0000-7000-8001-' || CAST(100000000000 + (n % $3) * $4 + 2 AS TEXT) FROM number WHERE n % 10 <> 0"
);
const POLICY: Sql = Sql::new(
    "INSERT INTO policy (organisation_id, name, application_id, title, purpose, cedar, active, updated_at) \
     VALUES ($1, $2, $3, 'Load', 'Load', $4, 1 = 1, 0)",
);
const ANALYZE: Sql = Sql::new("ANALYZE");
const ASKER: Sql = Sql::new("UPDATE client SET application_id = $2 WHERE id = $1");

/// Stores the organisation, and lets a client ask about its application.
pub(crate) async fn store(database: &Database, size: Size, client: &Client) {
    let storage = database.open().await;
    let mut tx = storage.write().await.unwrap();
    for statement in FRAME {
        tx.query(statement).execute().await.unwrap();
    }
    let lines = size.lines();
    insert(&mut tx, PERMISSION, (0, PERMISSIONS), &[]).await;
    insert(&mut tx, ROLE, (0, ROLES), &[]).await;
    insert(
        &mut tx,
        ROLE_PERMISSION,
        (0, ROLES * GIVEN),
        &[ROLES, PERMISSIONS],
    )
    .await;
    insert(&mut tx, GROUP, (0, size.groups()), &[DEPTH]).await;
    insert(&mut tx, GROUP_GRANT, (0, lines), &[DEPTH, ROLES]).await;
    for number in 0..POLICIES {
        let text = policy_text(number);
        let name = format!("load-{number:03}");
        let query = tx.query(POLICY).bind(&ORGANISATION).bind(&name);
        query.bind(&APPLICATION).bind(&text).execute().await.unwrap();
    }
    let asker = tx.query(ASKER).bind(&client.id).bind(&APPLICATION);
    assert_eq!(asker.execute().await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut first = 0;
    while first < size.people {
        let lot = (first, (first + LOT).min(size.people));
        let mut tx = storage.write().await.unwrap();
        insert(&mut tx, PERSON, lot, &[]).await;
        insert(&mut tx, MEMBERSHIP, lot, &[lines, DEPTH]).await;
        insert(&mut tx, GRANT, lot, &[ROLES]).await;
        insert(&mut tx, WITHIN, lot, &[lines, DEPTH]).await;
        tx.commit().await.unwrap();
        first = lot.1;
    }
    // PostgreSQL would do so by itself, after a while.
    if storage.engine() == Engine::Postgres {
        let mut tx = storage.read().await.unwrap();
        tx.query(ANALYZE).execute().await.unwrap();
    }
    storage.close().await;
}

async fn insert(tx: &mut Tx, statement: Sql, (first, end): (i64, i64), more: &[i64]) {
    let mut query = tx.query(statement).bind(&first).bind(&(end - 1));
    for value in more {
        query = query.bind(value);
    }
    query.execute().await.unwrap();
}

/// One of the ready-made policies, over two permissions. Those who ask about what is theirs pass all of them.
fn policy_text(number: i64) -> String {
    let [one, other] = [number, number * 7 + 3].map(|of| format!("load:p{}", of % PERMISSIONS));
    let actions = if one == other { vec![one] } else { vec![one, other] };
    let week = ["mo", "tu", "we", "th", "fr", "sa", "su"];
    let (template, mut values) = match number % 9 {
        0 => ("own-product-line", json!({})),
        1 => ("clearance", json!({})),
        2 => ("managed-device", json!({})),
        3 => (
            "office-network",
            json!({ "networks": ["10.0.0.0/8", "192.0.2.0/24"] }),
        ),
        4 => ("four-eyes", json!({})),
        5 => ("not-own-record", json!({})),
        6 => (
            "own-territory",
            json!({ "person_attribute": "territory", "resource_attribute": "territory" }),
        ),
        7 => (
            "office-hours",
            json!({ "from": "00:00", "until": "24:00", "days": week, "zone": "Europe/Berlin" }),
        ),
        _ => ("fresh-proof", json!({ "minutes": 60 })),
    };
    values["actions"] = json!(actions);
    policy::fill(template, values.as_object().unwrap()).unwrap().cedar
}
