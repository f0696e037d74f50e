//! The table that is printed.

use std::time::Duration;

use super::database::Engine;
use super::drive::Measure;
use super::limit::{Limits, Rate};
use super::pages::Pages;
use super::scenario::Goal;
use super::server::House;
use super::storm::{Hour, Storm};

pub(crate) fn print_limits(limits: &Limits) {
    println!("limits of this machine, a second       one core  all cores at once");
    let row = |name: &str, rate: Rate, more: &str| {
        println!(
            "  {name:<34} {:>9.1} {:>9.1} {more}",
            rate.one_core, rate.all_cores
        );
    };
    row("ES256 signatures", limits.es256, "");
    row("ES256 verifications", limits.es256_verified, "");
    row("RS256 signatures", limits.rs256, "");
    row("argon2id hashes", limits.argon2id, &limits.argon2_text);
    let bare = &limits.bare_answer;
    println!(
        "  bare JSON answer       {:>9.0} a second, {:.1} ms of processor for 1,000",
        bare.rate(),
        bare.processor_of_thousand()
    );
}

pub(crate) fn print_head(engine: Engine, house: &House) {
    println!(
        "\n{}: ready {} ms after the start (goal 300), {:.1} MB at rest (goal 40)",
        engine.name(),
        house.start_time.as_millis(),
        megabytes(house.idle_kib)
    );
    println!(
        "{:<28} {:>8} {:>9} {:>8} {:>8} {:>10} {:>6} {:>7}",
        "", "answers", "a second", "p50 ms", "p99 ms", "ms/1,000", "goal", "MB"
    );
}

pub(crate) fn print_row(name: &str, goal: Goal, measure: &Measure) {
    let goal = goal.0.map_or_else(String::new, |goal| goal.to_string());
    println!(
        "{name:<28} {:>8} {:>9.0} {:>8.2} {:>8.2} {:>10.1} {goal:>6} {:>7.1}",
        measure.count(),
        measure.rate(),
        measure.percentile(50),
        measure.percentile(99),
        measure.processor_of_thousand(),
        megabytes(measure.resident_kib)
    );
}

pub(crate) fn print_pages(pages: &Pages) {
    println!(
        "sign-in pages, 200 requests a second: {} answered, 500 of 1,000 within {:.2} ms, 990 within {:.2} ms (goal 10), 999 within {:.2} ms; \
         {:.1} ms of processor for 1,000",
        pages.times.len(),
        pages.of_thousand(500),
        pages.of_thousand(990),
        pages.of_thousand(999),
        pages.processor.as_secs_f64() * 1_000_000.0 / pages.times.len() as f64,
    );
}

pub(crate) fn print_storm(storm: &Storm, hashes_a_second: f64) {
    let Storm { calm, hour } = storm;
    let longest = |times: &[Duration]| times.last().copied().unwrap_or_default().as_secs_f64() * 1_000.0;
    let most = |times: &[Duration]| {
        let at = times.len() * 99 / 100;
        times.get(at).copied().unwrap_or_default().as_secs_f64() * 1_000.0
    };
    let let_in = |hour: &Hour| hour.a_second(hour.let_in);
    let each = |hour: &Hour| hour.processor.as_secs_f64() * 1_000.0 / hour.let_in.max(1) as f64;
    println!(
        "storm: without haste {:.1} let in a second ({} turned away), {:.1} ms of the server's processor each, where {hashes_a_second:.0} can be hashed; \
         then {:.0} passwords a second for {:.0} s: {:.1} let in ({:.0} %, goal 90), {:.1} ms each; {} told to come back (503), 99 of 100 within {:.1} ms, \
         all within {:.1} ms (goal 50); meanwhile {} tokens, 99 of 100 within {:.1} ms",
        let_in(calm),
        calm.turned_away.len(),
        each(calm),
        hour.a_second(hour.given),
        hour.elapsed.as_secs_f64(),
        let_in(hour),
        let_in(hour) * 100.0 / let_in(calm),
        each(hour),
        hour.turned_away.len(),
        most(&hour.turned_away),
        longest(&hour.turned_away),
        hour.tokens.len(),
        most(&hour.tokens),
    );
}

pub(crate) fn print_foot(house: &House) {
    println!(
        "  {:.1} MB after all that",
        megabytes(house.process.usage().resident_kib)
    );
}

fn megabytes(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}
