//! `doorward job`.

use std::path::Path;
use std::process::Command;

use super::{doorward, said};

fn job(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = doorward(folder, arguments);
    command.env("DOORWARD_KEYS__ALGORITHMS", "ES256");
    command
}

#[test]
fn jobs_are_listed_for_people_and_for_programs() {
    let folder = super::client::set_up();
    let (code, output, fault) = said(&mut job(
        folder.path(),
        &["job", "list", "--json", "--state", "dead"],
    ));
    assert_eq!((code, output.as_str()), (0, "[]\n"), "{fault}");
    let (code, output, fault) = said(&mut job(folder.path(), &["job", "list"]));
    assert_eq!(code, 0, "{fault}");
    assert_eq!(output, "there are no such jobs\n");
}

#[test]
fn a_job_that_is_not_there_is_not_tried_again() {
    let folder = super::client::set_up();
    for id in ["x", "01980a6e-3c52-7d4f-8a53-0f1c2d3e4f50"] {
        let (code, _, fault) = said(&mut job(folder.path(), &["job", "retry", id]));
        assert_eq!(code, 1);
        assert!(fault.contains("no such job"), "{fault}");
        assert!(fault.contains("doorward job list --state dead"), "{fault}");
    }
}
