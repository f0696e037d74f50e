//! Decisions among a thousand people and among a million: what one costs in this process and over HTTP.

use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward::config::Config;
use doorward::decision::{Question, decide};
use doorward::domain::{Actor, Secret, Subject};
use doorward::op::{Clock, House as Process, Op};
use doorward::server::assemble;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::database::{Database, Engine};
use super::drive::{Driver, Measure, drive};
use super::limit::Limits;
use super::organisation::{self, APPLICATION, DEPTH, POLICIES, Size};
use super::scenario::{basic, integration};
use super::server::{Client, House};
use super::wire::{JSON, Wire, request};

const NAME: &str = "decisions";

/// Asked about in turn where all are in the copies, if there are so many.
const KEPT: i64 = 1_000;
/// Asked about once, so that they are read.
const READ: i64 = 2_000;
const QUESTIONS: i64 = 20_000;
/// In one request.
const BATCH: i64 = 100;

/// Whether this scenario alone is asked for: it is too long to be one of many.
pub(crate) fn asked(arguments: &Arguments) -> bool {
    arguments.only.as_deref() == Some(NAME)
}

/// Runs and prints it for a thousand people and so on by tens.
pub(crate) async fn run(arguments: &Arguments, limits: &Limits) {
    let engine = arguments.engine.unwrap_or(Engine::Sqlite);
    println!(
        "\n{}, {POLICIES} policies, groups nested {DEPTH} deep; goals: p99 100 microseconds in the process, p99 5 ms and 10,000 a second over HTTP, \
         50,000 a second in batches of {BATCH}; a bare JSON answer {:.0} a second",
        engine.name(),
        limits.bare_answer.rate()
    );
    let mut people = 1_000;
    while people <= arguments.people {
        Box::pin(measure(arguments, engine, Size { people })).await;
        people *= 10;
    }
}

async fn measure(arguments: &Arguments, engine: Engine, size: Size) {
    let database = Database::make(engine).await.expect("a database of this engine");
    let house = House::start(&database).await;
    let client = integration(&house);
    let begun = Instant::now();
    let prepared = Box::pin(async {
        organisation::store(&database, size, &client).await;
        println!(
            "{} people with a grant each, {} groups (filled in {:.1} s)",
            size.people,
            size.groups(),
            begun.elapsed().as_secs_f64()
        );
        in_process(&database, size).await;
    });
    let house = house.restart(&database, prepared).await;
    let at_rest = house.idle_kib;
    for way in [Way::Kept, Way::Anybody, Way::Batch] {
        over_http(arguments, (&house, &client), size, way).await;
    }
    let now = house.process.usage().resident_kib;
    println!(
        "  memory: {:.1} MB at rest, {:.1} MB after that",
        megabytes(at_rest),
        megabytes(now)
    );
    house.stop().await;
    database.remove().await;
}

fn megabytes(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_secs()).unwrap()
}

/// People spread over all, by the place among so many.
fn spread(size: Size, place: i64, of: i64) -> i64 {
    place % of * (size.people / of)
}

async fn in_process(database: &Database, size: Size) {
    let mut config = Config::default();
    config.database.url = Secret::new(database.url.clone());
    config.keys.master_key_file = Some(database.folder.path().join("master.key"));
    let process = Box::pin(assemble(config, Clock::system())).await.unwrap();
    let kept = KEPT.min(size.people / 2);
    // The first question of all compiles the policies; each of the others brings its subject into the copies.
    let warm = (0..kept).map(|place| (spread(size, place, kept), place));
    ask(&process, size, warm).await;
    let turns = (0..QUESTIONS).map(|turn| (spread(size, turn, kept), turn));
    print_times("subjects in memory", ask(&process, size, turns).await);
    let read = READ.min(size.people / 2);
    let others = (0..read).map(|place| (spread(size, place, read) + 1, place));
    print_times("subjects to be read", ask(&process, size, others).await);
    process.storage.close().await;
}

/// The time of each decision, and how many of them were a yes.
async fn ask(
    process: &Arc<Process>,
    size: Size,
    questions: impl Iterator<Item = (i64, i64)>,
) -> (Vec<Duration>, usize) {
    let (mut times, mut allowed, now) = (Vec::new(), 0, now());
    for (of, turn) in questions {
        let question = question(&organisation::question(size, of, turn, now));
        let begun = Instant::now();
        let mut op = Op::inside(process, Actor::Anonymous);
        let decision = decide(&mut op, &question).await.unwrap();
        drop(op);
        times.push(begun.elapsed());
        allowed += usize::from(decision.allowed);
    }
    times.sort_unstable();
    (times, allowed)
}

fn question(asked: &Value) -> Question {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let resource = &asked["resource"];
    Question {
        subject: Subject::Person(text(&asked["subject"]["id"]).parse().unwrap()),
        action: text(&asked["action"]["name"]),
        application: APPLICATION.parse().unwrap(),
        resource_type: text(&resource["type"]),
        resource_id: text(&resource["id"]),
        resource: resource["properties"].as_object().unwrap().clone(),
        context: asked["context"].as_object().unwrap().clone(),
    }
}

fn print_times(name: &str, (times, allowed): (Vec<Duration>, usize)) {
    let of_hundred = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1_000_000.0;
    println!(
        "  in the process, {name:<20} p50 {:>7.1} p99 {:>7.1} microseconds ({} decisions, {} % yes)",
        of_hundred(50),
        of_hundred(99),
        times.len(),
        allowed * 100 / times.len()
    );
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// One question of those who are in the copies.
    Kept,
    /// One question of anybody.
    Anybody,
    /// Many questions about one of those who are in the copies.
    Batch,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Kept => "over HTTP, subjects in memory",
            Self::Anybody => "over HTTP, anybody",
            Self::Batch => "over HTTP, in batches of 100",
        }
    }

    fn questions(self) -> i64 {
        if self == Self::Batch { BATCH } else { 1 }
    }

    /// What is sent in turn.
    fn requests(self, house: &House, client: &Client, size: Size) -> Vec<Vec<u8>> {
        let authorization = basic(client);
        let headers = [JSON, ("authorization", authorization.as_str())];
        let (now, kept) = (now(), KEPT.min(size.people / 2));
        let (count, people, target) = match self {
            Self::Kept => (kept, kept, "/access/v1/evaluation"),
            Self::Anybody => (50_000, size.people.min(50_000), "/access/v1/evaluation"),
            Self::Batch => (200, kept, "/access/v1/evaluations"),
        };
        let body = |place: i64| {
            let of = spread(size, place, people);
            let mut body = organisation::question(size, of, place, now);
            if self == Self::Batch {
                let resources =
                    (0..BATCH).map(|turn| json!({ "resource": organisation::resource(size, of, turn) }));
                body["evaluations"] = resources.collect();
            }
            body.to_string()
        };
        (0..count)
            .map(|place| request("POST", &house.host, target, &headers, &body(place)))
            .collect()
    }
}

async fn over_http(arguments: &Arguments, (house, client): (&House, &Client), size: Size, way: Way) {
    let requests: Arc<[Vec<u8>]> = way.requests(house, client, size).into();
    let mut drivers = Vec::new();
    for place in 0..arguments.connections {
        drivers.push(Asker {
            wire: Wire::open(house.address).await,
            requests: Arc::clone(&requests),
            next: place,
            step: arguments.connections,
        });
    }
    let measure: Measure = drive(arguments, &house.process, &mut drivers).await;
    let questions = way.questions() as f64;
    println!(
        "  {:<36} {:>7.0} decisions a second, p50 {:>6.2} p99 {:>6.2} ms a request, {:.3} ms of the server's processor a decision",
        way.name(),
        measure.rate() * questions,
        measure.percentile(50),
        measure.percentile(99),
        measure.processor_of_thousand() / 1_000.0 / questions,
    );
}

/// Sends what there is in turn.
struct Asker {
    wire: Wire,
    requests: Arc<[Vec<u8>]>,
    next: usize,
    step: usize,
}

impl Driver for Asker {
    async fn round(&mut self) {
        let request = &self.requests[self.next % self.requests.len()];
        self.next += self.step;
        self.wire.send(request).await.expect(200);
    }
}
