//! Tests of work that is done later.

use std::time::Duration;

use doorward::domain::{JobState, OrganisationId};
use doorward::job::{self, JobSummary, Kind, Task, Verdict, Worked, Working, work_on_next};
use doorward::op::{Op, OpError};
use doorward::person::{self, NewOrganisation};
use serde_json::json;

use crate::support::Bare;

/// Makes an organisation, then ends as the payload says.
fn found<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let new = NewOrganisation {
            slug: format!("made-{}", task.attempt),
            name: "Made by a job".to_owned(),
        };
        person::create_organisation(op, new)
            .await
            .map_err(|_| OpError::Broken("a test"))?;
        match task.payload["ends"].as_str() {
            Some("again") => Ok(Verdict::Again("not yet")),
            Some("never") => Ok(Verdict::Never("no use")),
            Some("fault") => Err(OpError::Broken("a test")),
            _ => Ok(Verdict::Done),
        }
    })
}

const KINDS: [Kind; 1] = [Kind {
    name: "test.found",
    run: found,
}];

async fn queued(bare: &Bare, name: &'static str, ends: &str) {
    let mut op = bare.op();
    job::queue(&mut op, name, &json!({ "ends": ends })).await.unwrap();
    op.commit().await.unwrap();
}

async fn listed(bare: &Bare) -> Vec<JobSummary> {
    job::list(&mut bare.op(), None).await.unwrap()
}

async fn organisations(bare: &Bare) -> Vec<OrganisationId> {
    let all = person::list_organisations(&mut bare.op()).await.unwrap();
    all.into_iter().map(|one| one.id).collect()
}

async fn worked(bare: &Bare) -> Worked {
    work_on_next(&bare.house, &KINDS).await.unwrap()
}

#[tokio::test]
async fn a_job_is_queued_with_the_act_that_needs_it_or_not_at_all() {
    let bare = Bare::new().await;
    let mut op = bare.op();
    job::queue(&mut op, "test.found", &json!({})).await.unwrap();
    drop(op);
    assert_eq!(worked(&bare).await, Worked::Idle);
    assert!(listed(&bare).await.is_empty());
}

#[tokio::test]
async fn work_and_the_note_that_it_is_done_are_one_commit() {
    let bare = Bare::new().await;
    queued(&bare, "test.found", "well").await;
    assert_eq!(worked(&bare).await, Worked::Attempted);
    assert_eq!(organisations(&bare).await.len(), 1);
    assert_eq!(listed(&bare).await[0].state, JobState::Done);
    assert_eq!(worked(&bare).await, Worked::Idle);
    assert_eq!(bare.events("organisation.created").await.len(), 1);
}

#[tokio::test]
async fn a_fault_keeps_nothing_and_is_tried_again() {
    let bare = Bare::new().await;
    queued(&bare, "test.found", "fault").await;
    assert_eq!(worked(&bare).await, Worked::Attempted);
    assert!(organisations(&bare).await.is_empty());
    let waiting = &listed(&bare).await[0];
    assert_eq!((waiting.state, waiting.attempts), (JobState::Waiting, 1));
    assert_eq!(waiting.reason.as_deref(), Some("a fault of this server"));
    assert_eq!(worked(&bare).await, Worked::Idle);
    bare.house.clock.advance(Duration::from_secs(10));
    assert_eq!(worked(&bare).await, Worked::Attempted);
}

#[tokio::test]
async fn pauses_grow_until_the_job_is_given_up() {
    let bare = Bare::new().await;
    queued(&bare, "test.found", "again").await;
    let mut attempts = 0;
    for _ in 0..40 {
        while worked(&bare).await == Worked::Attempted {
            attempts += 1;
        }
        bare.house.clock.advance(Duration::from_hours(1));
    }
    assert_eq!(attempts, 9);
    let dead = &listed(&bare).await[0];
    assert_eq!(
        (dead.state, dead.reason.as_deref()),
        (JobState::Dead, Some("not yet"))
    );
    let given_up = bare.events("job.given_up").await;
    assert_eq!(given_up.len(), 1);
    assert_eq!(given_up[0]["details"]["attempts"], 9);
}

#[tokio::test]
async fn what_can_never_succeed_is_given_up_at_once_and_can_be_tried_again() {
    let bare = Bare::new().await;
    queued(&bare, "test.found", "never").await;
    worked(&bare).await;
    let dead = listed(&bare).await.remove(0);
    assert_eq!(dead.state, JobState::Dead);
    let mut op = bare.op();
    assert!(job::retry(&mut op, dead.id).await.unwrap());
    assert!(!job::retry(&mut op, dead.id).await.unwrap(), "it waits already");
    op.commit().await.unwrap();
    assert_eq!(listed(&bare).await[0].state, JobState::Waiting);
    assert_eq!(bare.events("job.retried").await.len(), 1);
}

#[tokio::test]
async fn a_job_is_taken_by_one_process_and_taken_over_when_that_is_gone() {
    let bare = Bare::new().await;
    let replica = bare.replica().await;
    queued(&bare, "test.other", "well").await;
    // Nobody here knows this kind: it was taken, and is left until its lease ends.
    assert_eq!(worked(&bare).await, Worked::Idle);
    assert_eq!(worked(&replica).await, Worked::Idle);
    assert_eq!(listed(&bare).await[0].attempts, 1);
    for house in [&bare.house, &replica.house] {
        house.clock.advance(Duration::from_mins(2));
    }
    assert_eq!(worked(&replica).await, Worked::Idle);
    assert_eq!(listed(&bare).await[0].attempts, 2);
}

#[tokio::test]
async fn finished_jobs_are_forgotten_after_a_week() {
    let bare = Bare::new().await;
    queued(&bare, "test.found", "well").await;
    worked(&bare).await;
    for (days, left) in [(6, 1), (2, 0)] {
        bare.house.clock.advance(Duration::from_hours(24 * days));
        let mut op = bare.op();
        job::sweep(&mut op).await.unwrap();
        op.commit().await.unwrap();
        assert_eq!(listed(&bare).await.len(), left);
    }
}
