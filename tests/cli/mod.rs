//! The command line: the built program, run as people run it.

mod application;
mod audit;
mod client;
mod client_file;
mod config;
mod demo;
mod documents;
mod grant;
mod group;
mod init;
mod issuer;
mod job;
mod key;
mod migrate;
mod passkey;
mod password;
mod permission;
mod person;
mod place;
mod policy;
mod revoke;
mod role;
mod roll_out;
mod rule;
mod serve;

use std::path::Path;
use std::process::{Command, Output};

/// The built program in a folder of its own, without settings of the surroundings.
pub(crate) fn doorward(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorward"));
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DOORWARD_") {
            command.env_remove(name);
        }
    }
    command
}

/// What a command said: exit code, standard output, standard error.
pub(crate) fn said(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

#[test]
fn a_command_that_is_not_understood_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["sreve"][..], &["config"], &["migrate", "--confg", "x"], &[]] {
        let (code, output, fault) = said(&mut doorward(folder.path(), arguments));
        assert_eq!((code, output.as_str()), (2, ""), "{arguments:?}");
        assert!(fault.contains("Usage: doorward"), "{fault}");
    }
}

#[test]
fn every_command_says_what_it_does_and_gives_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let mut waiting = vec![Vec::<String>::new()];
    let mut seen = 0;
    while let Some(path) = waiting.pop() {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let (code, help, _) = said(&mut doorward(folder.path(), &arguments));
        assert_eq!(code, 0, "{path:?}");
        assert!(!help.starts_with("Usage"), "{path:?} does not say what it does");
        let commands: Vec<&str> = help
            .split_once("Commands:\n")
            .map(|(_, rest)| rest.split("\n\n").next().unwrap().lines().collect())
            .unwrap_or_default();
        if commands.is_empty() {
            assert!(help.contains("Example"), "{path:?} has no example");
            seen += 1;
        }
        for command in commands
            .iter()
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        {
            let mut longer = path.clone();
            longer.push(command.split_whitespace().next().unwrap().to_owned());
            waiting.push(longer);
        }
    }
    assert!(seen >= 3, "the commands were not found");
}
