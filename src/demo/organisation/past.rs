//! What the sample people did in the four weeks before the demonstration began, so that the replay of a rule has something to tell.
//!
//! Only what a replay reads: the audit log tells what happened, and this did not. Whole weeks before today: the numbers are the same on
//! whichever day somebody begins.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use super::SampleError;
use crate::demo::SamplePerson;
use crate::domain::{
    Acr, ClientId, DeviceStanding, Digest32, OrganisationId, PersonId, RiskLevel, Scopes, Timestamp,
};
use crate::op::Op;
use crate::rule::{self, Past};

const DAY: i64 = 24 * 3_600;
const WEEKS: i64 = 4;

/// What the Feedback desk asks for, and what it asks for besides when somebody exports.
const DESK: &str = "openid profile email feedback:read feedback:edit reports:read settings:manage";
const EXPORT: &str = "feedback:export";

/// Days of the week; 0 is Monday.
type Days = &'static [i64];
const WORKDAYS: Days = &[0, 1, 2, 3, 4];

/// Hour and minute, in UTC.
type Clock = (i64, i64);

/// What somebody does.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// Signs in for the desk.
    Desk,
    /// The same, from a hotel and with a phone in the last two weeks.
    Hotel,
    /// Signs in at the pages of Doorward itself.
    Console,
    /// Proves a second factor for an export, since the last time is longer ago than the desk wants.
    Export,
    /// Exports with what was proven a moment ago, at this time.
    ExportSoon(Clock),
    /// Comes to the desk by the session that began at this time.
    Return(Clock),
    /// Takes feedback into an application of their own by that session: it asks no second factor.
    TakeAway(Clock),
}

/// Whoever has `rules:manage` always comes from this machine: from where they came keeps a rule from locking them out, and a place that was
/// never there must not.
const HABITS: &[(&str, Days, Clock, Act)] = &[
    (
        "maria.keller@northbeam.example",
        &[0, 1, 2, 4],
        (6, 50),
        Act::Desk,
    ),
    ("maria.keller@northbeam.example", &[3], (19, 40), Act::Hotel),
    ("maria.keller@northbeam.example", &[0], (13, 10), Act::Export),
    (
        "maria.keller@northbeam.example",
        &[2],
        (6, 53),
        Act::ExportSoon((6, 50)),
    ),
    ("elif.yilmaz@northbeam.example", WORKDAYS, (6, 5), Act::Desk),
    (
        "elif.yilmaz@northbeam.example",
        &[1, 3],
        (11, 30),
        Act::Return((6, 5)),
    ),
    ("jonas.weber@northbeam.example", &[0, 1, 2, 3], (7, 10), Act::Desk),
    ("camila.torres@northbeam.example", WORKDAYS, (14, 20), Act::Desk),
    ("camila.torres@northbeam.example", &[5], (15, 0), Act::Desk),
    ("deniz.aydin@northbeam.example", WORKDAYS, (6, 40), Act::Desk),
    (
        "deniz.aydin@northbeam.example",
        &[1, 3],
        (8, 15),
        Act::TakeAway((6, 40)),
    ),
    ("lukas.brandt@northbeam.example", &[0], (8, 20), Act::Desk),
    ("lukas.brandt@northbeam.example", &[2], (17, 5), Act::Hotel),
    (
        "sofia.ramirez@northbeam.example",
        WORKDAYS,
        (13, 30),
        Act::Console,
    ),
    ("emre.kaya@northbeam.example", &[1, 4], (7, 30), Act::Desk),
    ("nora.lindqvist@southgate.example", WORKDAYS, (8, 0), Act::Desk),
    (
        "nora.lindqvist@southgate.example",
        &[2],
        (12, 45),
        Act::Return((8, 0)),
    ),
    ("diego.santos@southgate.example", &[0], (14, 0), Act::Console),
];

/// Makes the past of an organisation's people.
pub(super) async fn create(
    op: &mut Op,
    organisation: OrganisationId,
    people: &[(PersonId, SamplePerson)],
) -> Result<(), SampleError> {
    let today = op.now.as_seconds().div_euclid(DAY);
    let mut all = Vec::new();
    for (number, (id, person)) in (1..).zip(people) {
        for (_, days, at, act) in HABITS.iter().filter(|habit| habit.0 == person.username) {
            for day in (today - 7 * WEEKS..today).filter(|day| days.contains(&weekday(*day))) {
                let somebody = Somebody {
                    id: *id,
                    number,
                    has_second_factor: person.totp_secret.is_some(),
                };
                all.push(happened(&somebody, (day, today), *at, *act)?);
            }
        }
    }
    all.sort_by_key(|one| one.at);
    let mut seen = BTreeSet::new();
    for one in &mut all {
        if seen.insert(one.browser.0) {
            one.device = DeviceStanding::New;
            // Two signals: a new device in a new network.
            one.risk = if one.address.is_loopback() {
                RiskLevel::Low
            } else {
                RiskLevel::Medium
            };
        }
    }
    Ok(rule::invent(op, organisation, all).await?)
}

struct Somebody {
    id: PersonId,
    /// By which their browsers differ.
    number: u8,
    has_second_factor: bool,
}

/// Days since 1970 began on a Thursday.
const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

fn moment(day: i64, (hour, minute): Clock) -> Timestamp {
    Timestamp::from_seconds(day * DAY + hour * 3_600 + minute * 60)
}

fn happened(somebody: &Somebody, (day, today): (i64, i64), at: Clock, act: Act) -> Result<Past, SampleError> {
    let week = WEEKS - 1 - (today - 1 - day) / 7;
    let is_away = matches!(act, Act::Hotel) && week >= WEEKS / 2;
    let place = if is_away {
        Ipv4Addr::new(198, 51, 100, somebody.number)
    } else {
        Ipv4Addr::LOCALHOST
    };
    let (client, scopes, since) = match act {
        Act::Desk | Act::Hotel => (Some("feedback-desk"), DESK.to_owned(), None),
        Act::Console => (None, String::new(), None),
        Act::Export => (Some("feedback-desk"), format!("{DESK} {EXPORT}"), None),
        Act::ExportSoon(since) => (Some("feedback-desk"), format!("{DESK} {EXPORT}"), Some(since)),
        Act::Return(since) => (Some("feedback-desk"), DESK.to_owned(), Some(since)),
        Act::TakeAway(since) => (
            Some("own-application"),
            format!("openid feedback:read {EXPORT}"),
            Some(since),
        ),
    };
    Ok(Past {
        person_id: somebody.id,
        at: moment(day, at),
        client_id: client.map(ClientId::parse).transpose()?,
        scopes: Scopes::parse(&scopes)?,
        address: IpAddr::V4(place),
        // The digest of no cookie that anybody knows.
        browser: Digest32([2 * somebody.number + u8::from(is_away); 32]),
        device: DeviceStanding::Known,
        risk: RiskLevel::Low,
        acr: if somebody.has_second_factor {
            Acr::Two
        } else {
            Acr::One
        },
        authenticated_at: since.map(|since| moment(day, since)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        // 1 January 1970 was a Thursday, 4 January 2027 is a Monday.
        assert_eq!(weekday(0), 3);
        assert_eq!(weekday(20_822), 0);
    }

    #[test]
    fn whoever_comes_by_a_session_has_signed_in_on_that_day_before() {
        for (username, days, at, act) in HABITS {
            let (Act::ExportSoon(since) | Act::Return(since) | Act::TakeAway(since)) = act else {
                continue;
            };
            assert!(since < at, "{username}");
            for day in *days {
                let signed_in = HABITS.iter().any(|(who, on, when, act)| {
                    who == username && on.contains(day) && when == since && matches!(act, Act::Desk)
                });
                assert!(signed_in, "{username} on {day}");
            }
        }
    }
}
