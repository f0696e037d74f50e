//! The load benchmark: how fast the release server is, and how much of that is work of its own.
//!
//! `cargo bench --bench load` starts `doorward demo` on a database of its own, on SQLite and then on PostgreSQL, drives it
//! over loopback through a few connections, and prints a table: answers a second, how long they took, the processor time
//! of the server for 1,000 of them, and its memory. Beside it stand the limits of this machine, measured in the same run. The
//! times of the server are its own (`/proc/PID/stat`), so that the driver, which shares the processor, does not count.
//!
//! `--only decisions` is a scenario by itself: an organisation of 1,000 people, then of ten times as many, up to `--people N` (1,000,000),
//! and what decisions cost there.
//!
//! `--seconds N` for each scenario (5), `--requests N` at most in each (200,000), `--connections N` (32), `--only TEXT` for
//! scenarios whose name contains it, `--engine sqlite|postgres`, `--apart` for the driver on the last core and the servers on
//! the others. `DOORWARD_BENCH_POSTGRES` names a PostgreSQL database of a superuser; without it a private server is started
//! from /usr/lib/postgresql.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program for developers: it prints, reads the environment, and stops where it cannot go on"
)]

#[path = "load/arguments.rs"]
mod arguments;
#[path = "load/browser.rs"]
mod browser;
#[path = "load/database.rs"]
mod database;
#[path = "load/decisions.rs"]
mod decisions;
#[path = "load/drive.rs"]
mod drive;
#[path = "load/limit.rs"]
mod limit;
#[path = "load/many.rs"]
mod many;
#[path = "load/organisation.rs"]
mod organisation;
#[path = "load/pages.rs"]
mod pages;
#[path = "load/process.rs"]
mod process;
#[path = "load/proof.rs"]
mod proof;
#[path = "load/rules.rs"]
mod rules;
#[path = "load/scenario.rs"]
mod scenario;
#[path = "load/server.rs"]
mod server;
#[path = "load/storm.rs"]
mod storm;
#[path = "load/table.rs"]
mod table;
#[path = "load/wire.rs"]
mod wire;

use arguments::Arguments;
use database::Engine;

fn main() {
    let arguments = Arguments::read();
    if let Some(port) = arguments.bare_answer {
        return limit::serve_bare_answer(port);
    }
    // One thread: the driver leaves the rest of the machine to the server.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run(&arguments));
}

async fn run(arguments: &Arguments) {
    let limits = limit::measure(arguments).await;
    table::print_limits(&limits);
    if decisions::asked(arguments) {
        return decisions::run(arguments, &limits).await;
    }
    rules::decide(arguments);
    drive::keep_to(arguments, drive::Cores::AllButLast);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if arguments.engine.is_some_and(|wanted| wanted != engine) {
            continue;
        }
        let Some(database) = database::Database::make(engine).await else {
            println!(
                "\n{}: left out, since there is no server in /usr/lib/postgresql",
                engine.name()
            );
            continue;
        };
        let house = server::House::start(&database).await;
        table::print_head(engine, &house);
        scenario::run_all(arguments, (&house, &limits), engine, table::print_row).await;
        table::print_foot(&house);
        // The server keeps a copy of the client: it is changed while the server is at rest.
        let client = scenario::integration(&house).id;
        let house = house
            .restart(&database, database.set_algorithm(&client, "RS256"))
            .await;
        scenario::run_rs256(arguments, (&house, &limits), engine, table::print_row).await;
        let house = rules::replay(arguments, house, &database).await;
        let house = many::run(arguments, house, &database, table::print_row).await;
        house.stop().await;
        database.remove().await;
    }
}
