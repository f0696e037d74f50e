//! From what, when and from where something is done.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use super::expression as is;
use super::{Case, Expected, Filled, Kind, Parameter, Sketch, Template, Unfit, Values};
use super::{actions, attribute, member};
use crate::domain::{Timestamp, Weekday};

/// Addresses that nobody has (RFC 5737, RFC 3849), as what is outside of networks.
const OUTSIDE: [&str; 4] = ["203.0.113.77", "198.51.100.77", "192.0.2.77", "2001:db8::77"];

pub(super) fn templates() -> Vec<Template> {
    vec![
        Template {
            name: "managed-device",
            title: "Managed devices only",
            sentence: "It is done on devices that the organisation looks after only.",
            parameters: vec![
                actions(),
                attribute(
                    "context_attribute",
                    "What the application says of the device, true or false",
                    "device_managed",
                ),
            ],
            fill: managed_device,
        },
        Template {
            name: "office-hours",
            title: "Office hours only",
            sentence: "It is done on working days between two times of the day only.",
            parameters: vec![
                actions(),
                parameter("from", Kind::Time, "From when on", json!("08:00")),
                parameter("until", Kind::Time, "Until when", json!("18:00")),
                parameter(
                    "days",
                    Kind::Days,
                    "On which days",
                    json!(["mo", "tu", "we", "th", "fr"]),
                ),
                Parameter {
                    name: "zone",
                    kind: Kind::Zone,
                    title: "In which time zone",
                    default: None,
                },
            ],
            fill: office_hours,
        },
        Template {
            name: "office-network",
            title: "Office networks only",
            sentence: "It is done from networks of the organisation only.",
            parameters: vec![
                actions(),
                Parameter {
                    name: "networks",
                    kind: Kind::Networks,
                    title: "The networks",
                    default: None,
                },
                attribute(
                    "context_attribute",
                    "The address of the person as the application tells it",
                    "ip",
                ),
            ],
            fill: office_network,
        },
    ]
}

fn parameter(name: &'static str, kind: Kind, title: &'static str, default: Json) -> Parameter {
    Parameter {
        name,
        kind,
        title,
        default: Some(default),
    }
}

fn managed_device(values: &Values<'_>) -> Result<Filled, Unfit> {
    let (actions, named) = (values.actions()?, values.attribute("context_attribute")?);
    let it = is::attribute(&is::context(), &named);
    let managed = is::all(
        is::has(&is::context(), &named),
        [is::between(&it, "==", &is::value(true))],
    );
    let case = with_context(&actions);
    Ok(Filled {
        parts: is::forbid(&actions, None, Some(managed)),
        cases: vec![
            case("a managed device", Expected::Allow, member(&named, true)),
            case("another device", Expected::Deny, member(&named, false)),
            case("nothing is said of the device", Expected::Deny, Map::new()),
        ],
    })
}

fn with_context(actions: &[String]) -> impl Fn(&str, Expected, Map<String, Json>) -> Case {
    move |name, expect, context| {
        let sketch = Sketch { actions, roles: &[] };
        Case {
            context,
            ..sketch.case(name, expect)
        }
    }
}

fn office_network(values: &Values<'_>) -> Result<Filled, Unfit> {
    let (actions, named) = (values.actions()?, values.attribute("context_attribute")?);
    let networks = values.networks()?;
    let it = is::attribute(&is::context(), &named);
    let inside = is::any(networks.iter().map(|one| is::in_network(&it, &one.to_string())));
    let case = with_context(&actions);
    let mut cases = vec![case("no address", Expected::Deny, Map::new())];
    for one in &networks {
        let name = format!("from {one}");
        cases.push(case(
            &name,
            Expected::Allow,
            member(&named, one.addr().to_string()),
        ));
    }
    let outside = |text: &&&str| {
        let address: Result<IpAddr, _> = text.parse();
        address.is_ok_and(|address| !networks.iter().any(|one: &IpNet| one.contains(&address)))
    };
    if let Some(address) = OUTSIDE.iter().find(outside) {
        cases.push(case("from elsewhere", Expected::Deny, member(&named, *address)));
    }
    Ok(Filled {
        parts: is::forbid(
            &actions,
            None,
            Some(is::all(is::has(&is::context(), &named), [inside])),
        ),
        cases,
    })
}

fn office_hours(values: &Values<'_>) -> Result<Filled, Unfit> {
    let actions = values.actions()?;
    let (from, until) = (values.minute("from")?, values.minute("until")?);
    if until <= from {
        return Err(Unfit::Value {
            field: "until".to_owned(),
            sentence: "it has to be later than from",
        });
    }
    let (days, (zone, rules)) = (values.days()?, values.zone()?);
    let here = is::attribute(&is::attribute(&is::context(), "clock"), &zone);
    let (minute, weekday) = (is::attribute(&here, "minute"), is::attribute(&here, "weekday"));
    let on = days
        .iter()
        .map(|day| is::between(&weekday, "==", &is::value(number(*day))));
    let open = is::all(
        is::any(on),
        [
            is::between(&minute, ">=", &is::value(from)),
            is::between(&minute, "<", &is::value(until)),
        ],
    );
    Ok(Filled {
        parts: is::forbid(&actions, None, Some(open)),
        cases: moments(&actions, (from, until), &days, &rules),
    })
}

fn number(day: Weekday) -> i64 {
    let place = Weekday::ALL
        .iter()
        .position(|one| *one == day)
        .unwrap_or_default();
    i64::try_from(place).unwrap_or_default().saturating_add(1)
}

fn moments(actions: &[String], (from, until): (i64, i64), days: &[Weekday], zone: &TimeZone) -> Vec<Case> {
    let sketch = Sketch { actions, roles: &[] };
    let case = |name: &str, expect, day: Weekday, minute: i64| {
        Some(Case {
            at: Some(moment(zone, number(day), minute)?),
            ..sketch.case(name, expect)
        })
    };
    let free = Weekday::ALL.iter().find(|day| !days.contains(day));
    let mut cases: Vec<Option<Case>> = Vec::new();
    if let Some(day) = days.first() {
        cases.push(case("as it opens", Expected::Allow, *day, from));
        cases.push(case(
            "in the last minute",
            Expected::Allow,
            *day,
            until.saturating_sub(1),
        ));
        if from > 0 {
            cases.push(case(
                "a minute too early",
                Expected::Deny,
                *day,
                from.saturating_sub(1),
            ));
        }
        if until < 24 * 60 {
            cases.push(case("as it closes", Expected::Deny, *day, until));
        }
    }
    cases.extend(free.map(|day| case("on another day", Expected::Deny, *day, from)));
    cases.into_iter().flatten().collect()
}

/// A moment in the week that began on Monday, 2026-01-05, in which no zone changes its clocks.
fn moment(zone: &TimeZone, weekday: i64, minute: i64) -> Option<Timestamp> {
    let day = i8::try_from(weekday.saturating_add(4)).ok()?;
    let hour = i8::try_from(minute.div_euclid(60)).ok()?;
    let minute = i8::try_from(minute.rem_euclid(60)).ok()?;
    let at = date(2026, 1, day).at(hour, minute, 0, 0);
    let at = zone.to_timestamp(at).ok()?;
    Some(Timestamp::from_micros(at.as_microsecond()))
}
