//! All routes with their access rule: a new route shows up here, and its rule is a decision that somebody made.

use std::fmt::Write as _;

#[test]
fn every_route_has_the_access_rule_that_was_decided_for_it() {
    let mut rows: Vec<String> = doorward::server::routes()
        .iter()
        .map(|route| format!("{:?} {} {}", route.access, route.method, route.path))
        .collect();
    rows.sort();
    let mut table = String::new();
    for row in rows {
        writeln!(table, "{row}").unwrap();
    }
    insta::assert_snapshot!(table);
}
