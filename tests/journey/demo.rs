//! `doorward demo` as a newcomer starts it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::support::{Database, Engine, free_ports};

/// The running demonstration; ended by its pid.
pub(crate) struct Demo {
    child: Child,
    pub(crate) table: serde_json::Value,
    folder: tempfile::TempDir,
    database: Option<Database>,
}

impl Demo {
    /// Starts it on free ports with a data folder of its own.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with variables of its environment.
    pub(crate) async fn start_with(environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match Engine::of_this_run() {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Database::bare().await),
        };
        let mut command = command(folder.path(), database.as_ref());
        command.envs(environment.iter().copied());
        let (child, table) = begin(command.args(["--port", &free_ports(4).to_string()]));
        Self {
            child,
            table,
            folder,
            database,
        }
    }

    /// Stops it and starts it again on the same data, with no port named.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let mut command = command(self.folder.path(), self.database.as_ref());
        (self.child, self.table) = begin(&mut command);
    }

    /// Stops it and tries to start it on the same data with these arguments; answers why it does not start.
    pub(crate) fn refused(&mut self, arguments: &[&str]) -> String {
        self.stop();
        let mut command = command(self.folder.path(), self.database.as_ref());
        let command = command.args(arguments).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        if !line.is_empty() {
            child.kill().unwrap();
        }
        let output = child.wait_with_output().unwrap();
        assert!(line.is_empty() && !output.status.success(), "it started: {line}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn issuer(&self) -> &str {
        self.table["issuer"].as_str().unwrap()
    }

    pub(crate) fn application(&self) -> &str {
        self.table["application"].as_str().unwrap()
    }

    /// The sample person who holds this role in this organisation.
    pub(crate) fn person(&self, role: &str, organization: &str) -> &serde_json::Value {
        let people = self.table["people"].as_array().unwrap();
        people
            .iter()
            .find(|person| {
                person["organization"]
                    .as_str()
                    .is_some_and(|name| name.eq_ignore_ascii_case(organization))
                    && person["roles"].as_array().unwrap().iter().any(|one| one == role)
            })
            .unwrap_or_else(|| panic!("no {role} of {organization} in {people:#?}"))
    }

    /// Runs a command of the program on the same data.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let data: &Path = self.folder.path();
        let url = match &self.database {
            Some(database) => database.url.clone(),
            None => format!("sqlite:{}", data.join("demo/doorward.db").display()),
        };
        Command::new(env!("CARGO_BIN_EXE_doorward"))
            .args(arguments)
            .env("DOORWARD_DATABASE__URL", url)
            .env("DOORWARD_KEYS__MASTER_KEY_FILE", data.join("demo/master.key"))
            .env("DOORWARD_SERVER__ISSUER", self.issuer())
            .output()
            .unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(folder: &Path, database: Option<&Database>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorward"));
    command
        .args(["demo", "--json", "--data-dir"])
        .arg(folder.join("demo"));
    if let Some(database) = database {
        command.env("DOORWARD_DATABASE__URL", &database.url);
    }
    command
}

/// Starts the program; answers once it has printed its table.
fn begin(command: &mut Command) -> (Child, serde_json::Value) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let table = serde_json::from_str(&line).expect("the first line of standard output is one JSON object");
    (child, table)
}
