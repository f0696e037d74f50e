//! Rules of sign-in: what two hundred of them cost a sign-in, and a replay of a hundred thousand sign-ins.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use doorward::domain::{Country, DeviceStanding, RiskLevel, Timestamp};
use doorward::rule::{Book, Facts, Rule};
use doorward::storage::Sql;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::database::Database;
use super::server::House;

const RULES: u32 = 200;
const SIGN_INS: i64 = 100_000;
/// One after another, so that all are of the thirty days that a replay looks back.
const EVERY: Duration = Duration::from_secs(25);
/// Copies of each person of the sample.
const COPIES: i64 = 200;

/// Each time so many questions are asked, and the fastest of so many times counts: another process may have had the core.
const QUESTIONS: u32 = 1_000;
const TIMES: u32 = 20;

/// Asks two hundred rules in this process, and prints what one question costs.
pub(crate) fn decide(arguments: &Arguments) {
    if !arguments.wants("200 rules") {
        return;
    }
    let rules: Vec<Rule> = (0..RULES).map(rule).collect();
    let book = Book::new(&rules).unwrap();
    let attributes = json!({ "department": "support", "job_title": "agent" });
    let attributes = attributes.as_object().unwrap();
    let facts = Facts {
        username: "mara",
        roles: vec!["support_agent", "analyst", "keeper"],
        groups: vec!["department:support", "region:dach", "region:emea", "team:returns"],
        attributes,
        created_at: Timestamp::from_seconds(1_700_000_000),
        break_glass: false,
        client: Some("feedback-desk"),
        scopes: vec!["openid", "profile", "feedback:read"],
        address: Some("192.0.2.77".parse().unwrap()),
        country: Country::parse("DE"),
        device: DeviceStanding::Known,
        trusted_since: None,
        risk: RiskLevel::Low,
        at: Timestamp::from_seconds(1_795_602_600),
    };
    let applied = book.decide(&facts).by.len();
    assert!(applied > 0 && applied < 200, "{applied} rules applied");
    let fastest = (0..TIMES).map(|_| {
        let begun = Instant::now();
        for _ in 0..QUESTIONS {
            black_box(book.decide(black_box(&facts)));
        }
        begun.elapsed() / QUESTIONS
    });
    let microseconds = fastest.min().unwrap().as_secs_f64() * 1_000_000.0;
    println!("  200 rules, of which {applied} apply  {microseconds:>9.1} microseconds a decision (goal 50)");
}

/// One of ten kinds, each with the conditions of a kind of rule that people write.
fn rule(number: u32) -> Rule {
    let (unlike, like) = (format!("other-{number}"), number.is_multiple_of(20));
    let when = match number % 10 {
        0 => json!({ "roles": [if like { "analyst" } else { unlike.as_str() }, "nobody", "somebody"] }),
        1 => json!({ "groups": [format!("department:{unlike}"), format!("region:{unlike}")] }),
        2 => json!({ "attributes": { "job_title": [unlike, "manager"] } }),
        3 => json!({ "networks": ["10.0.0.0/8", "2001:db8::/32", "198.51.100.0/24"] }),
        4 => json!({ "clients": ["feedback-desk"], "scopes": [unlike, "feedback:export"] }),
        5 => json!({ "countries": ["TR", "US", "FR"] }),
        6 => json!({ "devices": ["new"], "risk": ["medium", "high"] }),
        7 => {
            json!({ "times": { "days": ["sa", "su"], "from": "08:00", "until": "18:00", "zone": "Europe/Berlin" } })
        }
        8 => json!({ "account_younger_than_days": 30, "groups": ["region:emea"] }),
        _ => json!({ "groups": ["region:emea"], "risk": ["high"] }),
    };
    let unless: Value = json!({ "people": ["emergency-1", "emergency-2"] });
    let rule = json!({
        "id": format!("0190a0b0-0000-7000-8000-{number:012}"), "mode": "on", "name": format!("Rule {number}"),
        "when": when, "unless": unless, "then": { "do": "second_factor", "remember_days": 30 },
    });
    serde_json::from_value(rule).unwrap()
}

/// The people of the sample under other names, with the groups that they are in.
const PEOPLE: Sql = Sql::new(
    "WITH RECURSIVE number (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n - 1 FROM number WHERE n > 1) \
     INSERT INTO person (id, organisation_id, username, name, email_verified, attributes, status, epoch, created_at, updated_at) \
     SELECT substr(id, 1, 24) || CAST(100000000000 + n AS TEXT), organisation_id, username || '-' || n, name, email_verified, \
     attributes, status, epoch, created_at, updated_at FROM person, number",
);

const MEMBERSHIPS: Sql = Sql::new(
    "WITH RECURSIVE number (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n - 1 FROM number WHERE n > 1) \
     INSERT INTO membership (group_id, subject_kind, subject_id, organisation_id, valid_from, valid_until) \
     SELECT group_id, subject_kind, substr(subject_id, 1, 24) || CAST(100000000000 + n AS TEXT), organisation_id, valid_from, \
     valid_until FROM membership, number WHERE subject_kind = 'person'",
);

/// Sign-ins of everybody of one organisation in turn, spread over a month.
const RECORDED: Sql = Sql::new(
    "WITH RECURSIVE number (n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM number WHERE n < $1 - 1), \
     place (id, organisation_id, at_place) AS (SELECT person.id, organisation_id, ROW_NUMBER() OVER (ORDER BY person.id) - 1 \
     FROM person JOIN organisation ON organisation.id = organisation_id WHERE slug = 'northbeam'), \
     many (people) AS (SELECT COUNT(*) FROM place) \
     INSERT INTO recorded_sign_in (id, organisation_id, person_id, at, client_id, scopes, address, device, risk, acr) \
     SELECT '0190a0b0-0000-7000-8000-' || CAST(100000000000 + n AS TEXT), place.organisation_id, place.id, \
     CAST($2 AS BIGINT) + n * CAST($3 AS BIGINT), 'feedback-desk', 'feedback:read openid profile', '192.0.2.77', 'known', 'low', \
     'urn:doorward:acr:1' \
     FROM number, many, place WHERE place.at_place = number.n % many.people",
);

const DRAFT: &str = r#"{ "name": "Passkeys for support", "when": { "groups": ["department:support"] }, "then": { "do": "phishing_resistant" } }"#;

/// Replays a draft over a hundred thousand sign-ins by the command line, and prints what that took.
pub(crate) async fn replay(arguments: &Arguments, house: House, database: &Database) -> House {
    if !arguments.wants("replay") {
        return house;
    }
    let measured = Box::pin(async {
        store(database).await;
        let file = database.folder.path().join("draft.json");
        std::fs::write(&file, DRAFT).unwrap();
        command(
            database,
            &["add", "--organisation", "northbeam", file.to_str().unwrap()],
        );
        let replay = [
            "replay",
            "--organisation",
            "northbeam",
            "--json",
            "Passkeys for support",
        ];
        let times = (0..3).map(|_| {
            let begun = Instant::now();
            let told = command(database, &replay);
            (begun.elapsed(), told)
        });
        let (time, told) = times.min_by_key(|(time, _)| *time).unwrap();
        print_replay(time, &told);
    });
    house.restart(database, measured).await
}

fn print_replay(time: Duration, told: &str) {
    let told: Value = serde_json::from_str(told).unwrap();
    let all = &told["all"];
    let count = |name: &str| all[name].as_u64().unwrap();
    let sum: u64 = ["let_in", "stepped_up", "enrol", "refused"]
        .map(count)
        .iter()
        .sum();
    assert!(sum + 10 > SIGN_INS as u64, "{all}");
    assert!(count("enrol") > 0, "{all}");
    println!(
        "replay of {sum} sign-ins by the command line: {:.2} s with its start (goal 2)",
        time.as_secs_f64()
    );
}

async fn store(database: &Database) {
    let storage = database.open().await;
    let mut tx = storage.write().await.unwrap();
    for copy in [PEOPLE, MEMBERSHIPS] {
        tx.query(copy).bind(&COPIES).execute().await.unwrap();
    }
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_micros();
    let every = EVERY.as_micros();
    let from = i64::try_from(now - every * SIGN_INS as u128).unwrap();
    let every = i64::try_from(every).unwrap();
    tx.query(RECORDED)
        .bind(&SIGN_INS)
        .bind(&from)
        .bind(&every)
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    storage.close().await;
}

fn command(database: &Database, words: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_doorward"))
        .arg("rule")
        .args(words)
        .env("DOORWARD_DATABASE__URL", &database.url)
        .env(
            "DOORWARD_KEYS__MASTER_KEY_FILE",
            database.folder.path().join("master.key"),
        )
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}
