//! Data that only those who are cleared for it may see.

use serde_json::json;

use super::expression as is;
use super::{Case, Expected, Filled, Kind, Parameter, Sketch, Template, Unfit, Values};
use super::{actions, attribute, member};

pub(super) fn templates() -> Vec<Template> {
    vec![Template {
        name: "clearance",
        title: "Data class by clearance",
        sentence: "People work with data up to the class that they are cleared for.",
        parameters: vec![
            actions(),
            attribute(
                "person_attribute",
                "The attribute of the person that says what they are cleared for",
                "clearance",
            ),
            attribute(
                "resource_attribute",
                "The attribute of the record that says its class",
                "data_class",
            ),
            Parameter {
                name: "classes",
                kind: Kind::Texts,
                title: "The classes of data, from the most open to the most secret",
                default: Some(json!(["public", "internal", "confidential", "secret"])),
            },
        ],
        fill,
    }]
}

fn fill(values: &Values<'_>) -> Result<Filled, Unfit> {
    let (actions, classes) = (values.actions()?, values.texts("classes")?);
    let of_person = values.attribute("person_attribute")?;
    let of_record = values.attribute("resource_attribute")?;
    let theirs = is::attribute(&is::principal(), &of_person);
    let its = is::attribute(&is::resource(), &of_record);
    let enough = classes.iter().enumerate().map(|(place, class)| {
        let this = is::between(&its, "==", &is::value(class.as_str()));
        let cleared: Vec<String> = classes.iter().skip(place).cloned().collect();
        is::all(this, [is::between(&is::set(&cleared), "contains", &theirs)])
    });
    let both = is::has(&is::principal(), &of_person);
    let cleared = is::all(both, [is::has(&is::resource(), &of_record), is::any(enough)]);
    let sketch = Sketch {
        actions: &actions,
        roles: &[],
    };
    Ok(Filled {
        parts: is::forbid(&actions, None, Some(cleared)),
        cases: cases(&sketch, (&of_person, &of_record), &classes),
    })
}

fn cases(sketch: &Sketch<'_>, (of_person, of_record): (&str, &str), classes: &[String]) -> Vec<Case> {
    let case = |name, expect, theirs: Option<&String>, its: Option<&String>| {
        let mut case = sketch.case(name, expect);
        if let Some(theirs) = theirs {
            case.subject.attributes = member(of_person, theirs.as_str());
        }
        if let Some(its) = its {
            case.resource.properties = member(of_record, its.as_str());
        }
        case
    };
    let (lowest, highest) = (classes.first(), classes.last());
    let mut cases = vec![
        case("cleared for the class", Expected::Allow, highest, highest),
        case("cleared for more", Expected::Allow, highest, lowest),
        case("not cleared at all", Expected::Deny, None, lowest),
        case("a record without a class", Expected::Deny, highest, None),
    ];
    if classes.len() > 1 {
        cases.push(case("cleared for less", Expected::Deny, lowest, highest));
    }
    cases
}
