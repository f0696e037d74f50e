//! What somebody may not do with what is their own work, or about themselves.
//!
//! Whoever made a record, or whom it is about, is told by the application: by the id of the person, or by the name under which it knows them
//! (`context.subject_id`), which is another one where clients are told pairwise subjects.

use serde_json::{Map, Value as Json};

use super::expression as is;
use super::{Case, Expected, Filled, Sketch, Template, Unfit, Values};
use super::{actions, attribute, member};

/// Who asks in the test cases: the subject of those that say none.
const ASKS: &str = "somebody";

pub(super) fn templates() -> Vec<Template> {
    vec![
        Template {
            name: "four-eyes",
            title: "Four eyes",
            sentence: "Whoever made a record may not approve it: a second person has to.",
            parameters: vec![
                actions(),
                attribute(
                    "resource_attribute",
                    "The attribute of the record that says who made it",
                    "created_by",
                ),
            ],
            fill: four_eyes,
        },
        Template {
            name: "not-own-record",
            title: "Not your own record",
            sentence: "Nobody works with the record that is about themselves.",
            parameters: vec![
                actions(),
                attribute(
                    "resource_attribute",
                    "The attribute of the record that says whom it is about",
                    "person_id",
                ),
            ],
            fill: not_own_record,
        },
    ]
}

/// That a record names whoever asks.
fn names_them(attribute: &str) -> Json {
    let it = is::attribute(&is::resource(), attribute);
    let by_id = is::between(&it, "==", &is::attribute(&is::principal(), "id"));
    let told = is::attribute(&is::context(), "subject_id");
    let as_told = is::all(
        is::has(&is::context(), "subject_id"),
        [is::between(&it, "==", &told)],
    );
    is::any([by_id, as_told])
}

/// A record that does not say who made it is approved by nobody.
fn four_eyes(values: &Values<'_>) -> Result<Filled, Unfit> {
    let (actions, named) = (values.actions()?, values.attribute("resource_attribute")?);
    let other = is::not(&names_them(&named));
    let made_by_other = is::all(is::has(&is::resource(), &named), [other]);
    let case = with_record(&actions, &named);
    Ok(Filled {
        parts: is::forbid(&actions, None, Some(made_by_other)),
        cases: vec![
            case("made by somebody else", Expected::Allow, Some("another")),
            case("made by themselves", Expected::Deny, Some(ASKS)),
            known_as(case(
                "made by themselves, as the application knows them",
                Expected::Deny,
                Some("known-as"),
            )),
            case("it is not known who made it", Expected::Deny, None),
        ],
    })
}

/// A record that is about nobody is anybody's.
fn not_own_record(values: &Values<'_>) -> Result<Filled, Unfit> {
    let (actions, named) = (values.actions()?, values.attribute("resource_attribute")?);
    let about_them = is::all(is::has(&is::resource(), &named), [names_them(&named)]);
    let case = with_record(&actions, &named);
    Ok(Filled {
        parts: is::forbid(&actions, Some(about_them), None),
        cases: vec![
            case("about somebody else", Expected::Allow, Some("another")),
            case("about themselves", Expected::Deny, Some(ASKS)),
            known_as(case(
                "about themselves, as the application knows them",
                Expected::Deny,
                Some("known-as"),
            )),
            case("about nobody", Expected::Allow, None),
        ],
    })
}

fn with_record(actions: &[String], attribute: &str) -> impl Fn(&str, Expected, Option<&str>) -> Case {
    move |name, expect, who| {
        let sketch = Sketch { actions, roles: &[] };
        let mut case = sketch.case(name, expect);
        case.resource.properties = who.map_or_else(Map::new, |who| member(attribute, who));
        case
    }
}

fn known_as(case: Case) -> Case {
    Case {
        context: member("subject_id", "known-as"),
        ..case
    }
}
