//! What happens by itself while the server runs: keys rotate, expired rows go, jobs are done, lines left out of the log are told, other
//! replicas' notices arrive.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::access;
use crate::domain::{Actor, Notice};
use crate::factor::passkey;
use crate::job::{self, Kind, Worked};
use crate::op::{Hearing, House, Op, OpError, forget_notices};
use crate::telemetry::tell_left_out_lines;
use crate::{break_glass, client, enrolment, keys, mail, oauth, one_time, roll_out, rule, session, signin};

const PERIOD: Duration = Duration::from_mins(1);

/// How often it is looked whether a job is due.
const LOOK: Duration = Duration::from_secs(1);

/// How often it is looked, without Redis, what other processes have changed: a change acts within a second.
const NOTICES: Duration = Duration::from_millis(500);

/// Starts the background work; it ends when its handles are aborted.
pub(super) fn start(house: &Arc<House>) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(tidy(Arc::clone(house))),
        tokio::spawn(listen(Arc::clone(house))),
        tokio::spawn(look_for_notices(Arc::clone(house))),
        tokio::spawn(work(Arc::clone(house))),
        tokio::spawn(work(Arc::clone(house))),
        tokio::spawn(work(Arc::clone(house))),
        tokio::spawn(work(Arc::clone(house))),
    ]
}

/// The work that rooms have registered.
fn kinds() -> Vec<Kind> {
    [
        session::jobs(),
        oauth::jobs(),
        mail::jobs(),
        break_glass::jobs(),
        roll_out::jobs(),
        enrolment::jobs(),
        signin::jobs(),
    ]
    .concat()
}

/// Works on jobs, one after the other; several do so side by side, so that one that waits for somebody's answer holds up no
/// other.
async fn work(house: Arc<House>) {
    let kinds = kinds();
    loop {
        match job::work_on_next(&house, &kinds).await {
            Ok(Worked::Attempted) => {}
            Ok(Worked::Idle) => tokio::time::sleep(LOOK).await,
            Err(fault) => {
                tell_of(&fault);
                tokio::time::sleep(PERIOD).await;
            }
        }
    }
}

async fn tidy(house: Arc<House>) {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        tell_left_out_lines();
        rule::read_changed_files(&house).await;
        passkey::read_changed_metadata(&house).await;
        if let Err(fault) = keys::rotate_due(&house).await {
            let error: &dyn std::error::Error = &fault;
            tracing::error!(error, "the signing keys were not looked after");
        }
        let mut op = Op::inside(&house, Actor::System);
        let swept = sweep(&mut op).await;
        if let Err(fault) = op.conclude(swept).await {
            let error: &dyn std::error::Error = &fault;
            tracing::warn!(error, "expired rows were not removed");
        }
        if let Err(fault) = forget_notices(&house).await {
            tell_of(&fault);
        }
        let mut op = Op::inside(&house, Actor::System);
        let looked = roll_out::look(&mut op).await;
        if let Err(fault) = op.conclude(looked).await {
            let error: &dyn std::error::Error = &fault;
            tracing::warn!(error, "nobody was looked for who is to be reminded");
        }
    }
}

/// Removes what has expired, of every room that keeps such rows.
async fn sweep(op: &mut Op) -> Result<(), OpError> {
    one_time::sweep(op).await?;
    session::sweep(op).await?;
    rule::sweep(op).await?;
    roll_out::sweep(op).await?;
    oauth::sweep(op).await?;
    client::write_uses(op).await?;
    access::write_uses(op).await?;
    enrolment::sweep(op).await?;
    mail::sweep(op).await?;
    job::sweep(op).await?;
    Ok(())
}

fn tell_of(fault: &OpError) {
    let error: &dyn std::error::Error = fault;
    tracing::warn!(error, "jobs were not looked after");
}

/// What came before somebody listens here is lost, so that whatever was read until then is suspect.
async fn listen(house: Arc<House>) {
    let mut notices = house.ephemeral.subscribe();
    if house.ephemeral.is_shared() {
        hear(&house, &Notice::Everything).await;
    }
    loop {
        use tokio::sync::broadcast::error::RecvError;
        match notices.recv().await {
            Ok(notice) => hear(&house, &notice).await,
            Err(RecvError::Lagged(_)) => hear(&house, &Notice::Everything).await,
            Err(RecvError::Closed) => return,
        }
    }
}

/// The same through the database, where there is no Redis. What was read before the first look is suspect, and so is everything after the
/// database was away: what was told meanwhile nobody has heard.
async fn look_for_notices(house: Arc<House>) {
    if house.ephemeral.is_shared() {
        return;
    }
    let mut hearing: Option<Hearing> = None;
    loop {
        let heard = match &mut hearing {
            Some(hearing) => hearing.hear(&house).await,
            None => Hearing::begin(&house).await.map(|begun| {
                hearing = Some(begun);
                vec![Notice::Everything]
            }),
        };
        if let Ok(notices) = heard {
            for notice in &notices {
                hear(&house, notice).await;
            }
        } else {
            hearing = None;
        }
        tokio::time::sleep(NOTICES).await;
    }
}

/// Passes on what another replica tells.
async fn hear(house: &Arc<House>, notice: &Notice) {
    if matches!(notice, Notice::Keys | Notice::Everything)
        && let Err(fault) = keys::reload(house).await
    {
        let error: &dyn std::error::Error = &fault;
        tracing::error!(error, "the signing keys were not read anew");
    }
    house.notice(notice);
}
