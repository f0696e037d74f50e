//! What people and records have in common: territory, product line, customer segment.

use serde_json::json;

use super::expression as is;
use super::{Case, Expected, Filled, Kind, Parameter, Sketch, Template, Unfit, Values};
use super::{actions, attribute, member, roles};

pub(super) fn templates() -> Vec<Template> {
    vec![
        template(
            ("own-territory", "Own territory only"),
            "Whoever has a territory works with the records of that territory only.",
            ("region", "region", false),
        ),
        template(
            ("own-product-line", "Own product line only"),
            "Whoever belongs to a product line works with the records of that product line only.",
            ("product_line", "product_line", false),
        ),
        template(
            ("customer-segment", "Own customer segments only"),
            "People work with the customers of the segments that are theirs only.",
            ("customer_segments", "customer_segment", true),
        ),
    ]
}

fn template(
    (name, title): (&'static str, &'static str),
    sentence: &'static str,
    (of_person, of_record, several): (&str, &str, bool),
) -> Template {
    Template {
        name,
        title,
        sentence,
        parameters: vec![
            actions(),
            attribute("person_attribute", "The attribute of the person", of_person),
            attribute("resource_attribute", "The attribute of the record", of_record),
            Parameter {
                name: "several",
                kind: Kind::Truth,
                title: "Whether the attribute of the person is a list of texts, any of which is enough",
                default: Some(json!(several)),
            },
            roles(),
        ],
        fill,
    }
}

fn fill(values: &Values<'_>) -> Result<Filled, Unfit> {
    let (actions, roles) = (values.actions()?, values.roles()?);
    let of_person = values.attribute("person_attribute")?;
    let of_record = values.attribute("resource_attribute")?;
    let several = values.truth("several")?;
    let theirs = is::attribute(&is::principal(), &of_person);
    let its = is::attribute(&is::resource(), &of_record);
    let operator = if several { "contains" } else { "==" };
    let common = is::all(
        is::has(&is::principal(), &of_person),
        [
            is::has(&is::resource(), &of_record),
            is::between(&theirs, operator, &its),
        ],
    );
    let sketch = Sketch {
        actions: &actions,
        roles: &roles,
    };
    Ok(Filled {
        parts: is::forbid(&actions, is::given_only_by(&roles), Some(common)),
        cases: cases(&sketch, (&of_person, &of_record), several),
    })
}

fn cases(sketch: &Sketch<'_>, (of_person, of_record): (&str, &str), several: bool) -> Vec<Case> {
    let case = |name, expect, theirs: Option<&str>, its: Option<&str>| {
        let mut case = sketch.case(name, expect);
        if let Some(theirs) = theirs {
            let theirs = if several {
                json!(["north", theirs])
            } else {
                json!(theirs)
            };
            case.subject.attributes = member(of_person, theirs);
        }
        if let Some(its) = its {
            case.resource.properties = member(of_record, its);
        }
        case
    };
    let mut cases = vec![
        case(
            "what is theirs is allowed",
            Expected::Allow,
            Some("south"),
            Some("south"),
        ),
        case(
            "what is of others is denied",
            Expected::Deny,
            Some("south"),
            Some("west"),
        ),
        case("who has none is denied", Expected::Deny, None, Some("south")),
        case(
            "a record that does not say is denied",
            Expected::Deny,
            Some("south"),
            None,
        ),
    ];
    if !sketch.roles.is_empty() {
        let mut other = case(
            "another role is not narrowed",
            Expected::Allow,
            Some("south"),
            Some("west"),
        );
        other.granted_by.push("another_role".to_owned());
        cases.push(other);
    }
    cases
}
