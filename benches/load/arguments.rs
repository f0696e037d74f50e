//! What the caller asks for.

use std::time::Duration;

use super::database::Engine;

#[derive(Debug)]
pub(crate) struct Arguments {
    /// For each scenario.
    pub(crate) time: Duration,
    /// At most, in each scenario.
    pub(crate) requests: usize,
    pub(crate) connections: usize,
    pub(crate) only: Option<String>,
    pub(crate) engine: Option<Engine>,
    /// At most, where an organisation is made larger and larger.
    pub(crate) people: i64,
    /// The driver keeps to the last core, servers to the others.
    pub(crate) apart: bool,
    /// This process is the bare server to compare with, on this port.
    pub(crate) bare_answer: Option<u16>,
}

impl Arguments {
    pub(crate) fn read() -> Self {
        let mut arguments = Self {
            time: Duration::from_secs(5),
            requests: 200_000,
            connections: 32,
            only: None,
            engine: None,
            people: 1_000_000,
            apart: false,
            bare_answer: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| panic!("{word} needs a value"));
            match word.as_str() {
                "--seconds" => arguments.time = Duration::from_secs_f64(value().parse().expect("seconds")),
                "--requests" => arguments.requests = value().parse().expect("a number of requests"),
                "--connections" => arguments.connections = value().parse().expect("a number of connections"),
                "--only" => arguments.only = Some(value()),
                "--engine" => arguments.engine = Some(Engine::parse(&value())),
                "--people" => arguments.people = value().parse().expect("a number of people"),
                "--apart" => arguments.apart = true,
                "--bare-answer" => arguments.bare_answer = Some(value().parse().expect("a port")),
                // `cargo bench` says so to every benchmark.
                "--bench" => {}
                other => panic!("unknown argument {other}"),
            }
        }
        arguments
    }

    pub(crate) fn wants(&self, scenario: &str) -> bool {
        self.only.as_deref().is_none_or(|part| scenario.contains(part))
    }
}
