//! A program that is made with a public library of another language, as somebody runs it who reads the documents.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::demo::Demo;

/// One of `examples/openid-client` or of this folder, with its library beside it; ended by its pid.
pub(super) struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts it with these arguments.
    pub(super) fn start(file: &str, arguments: &[&str]) -> Self {
        Self::begin(command(file).args(arguments))
    }

    /// Starts it in a folder, with the variables that all examples read and these ones beside.
    pub(super) fn start_in(folder: &Path, demo: &Demo, (file, variables): (&str, &[(&str, String)])) -> Self {
        let token = demo.table["registration_token"].as_str().unwrap();
        let mut command = command(file);
        command
            .current_dir(folder)
            .env("ISSUER", demo.issuer())
            .env("REGISTRATION_TOKEN", token)
            .envs(variables.iter().map(|(name, value)| (name, value)));
        Self::begin(&mut command)
    }

    /// Runs it with these variables of its own alone, and answers how it ends and what it says of that.
    pub(super) fn refused(file: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
        let mut command = command(file);
        let all = ["ISSUER", "CLIENT_ID", "CLIENT_SECRET", "REGISTRATION_TOKEN"];
        for name in all
            .iter()
            .chain(&["CERTIFICATE_FILE", "KEY_FILE", "PERSON", "TOKEN"])
        {
            command.env_remove(name);
        }
        let output = command.envs(variables.iter().copied()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }

    fn begin(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line that it prints; none when it has ended.
    pub(super) fn line(&mut self) -> Option<String> {
        self.lines.next().map(Result::unwrap)
    }

    /// What it tells of its next step, which must be this one.
    pub(super) fn step(&mut self, step: &str) -> String {
        let line = self.line().expect("it goes on");
        let about = line.strip_prefix(step);
        about
            .unwrap_or_else(|| panic!("{step} was expected: {line}"))
            .trim()
            .to_owned()
    }

    /// Whether it ends well.
    pub(super) fn ends_well(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn command(file: &str) -> Command {
    let folder = std::env::var("DOORWARD_TEST_OPENID_CLIENT").expect("tests/run puts the library there");
    let mut command = Command::new("node");
    command.arg(Path::new(&folder).join(file));
    command
}
