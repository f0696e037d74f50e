//! Copies of what was read.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use doorward::domain::{Notice, PersonId};
use doorward::op::{Copies, Op};

use crate::support::Bare;

const AGE: Duration = Duration::from_secs(1);

/// Counts how often it was read, and answers that.
#[derive(Default)]
struct Source(AtomicU32);

impl Source {
    fn read(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

fn copies() -> Copies<PersonId, u32> {
    Copies::new(10, AGE).of_key(|id: &PersonId| (*id).into())
}

async fn get(copies: &Copies<PersonId, u32>, op: &mut Op, id: PersonId, source: &Source) -> Option<u32> {
    copies
        .get(op, &id, async |_| Ok(Some(source.read())))
        .await
        .unwrap()
}

#[tokio::test]
async fn an_act_that_writes_asks_no_copy_and_leaves_none() {
    let (bare, copies, source) = (Bare::new().await, copies(), Source::default());
    let id = bare.op().id();
    assert_eq!(get(&copies, &mut bare.op(), id, &source).await, Some(1));
    assert_eq!(get(&copies, &mut bare.op(), id, &source).await, Some(1));
    let mut writing = bare.op();
    writing.writing().await.unwrap();
    assert_eq!(get(&copies, &mut writing, id, &source).await, Some(2));
    drop(writing);
    assert_eq!(get(&copies, &mut bare.op(), id, &source).await, Some(1));
    // The reading itself may begin to write.
    let other = bare.op().id();
    let begun = copies
        .get(&mut bare.op(), &other, async |op| {
            op.writing().await?;
            Ok(Some(9))
        })
        .await;
    assert_eq!(begun.unwrap(), Some(9));
    assert_eq!(get(&copies, &mut bare.op(), other, &source).await, Some(3));
}

#[tokio::test]
async fn an_act_that_writes_may_decide_by_copies_but_for_what_it_has_changed() {
    let (bare, copies, source) = (Bare::new().await, copies(), Source::default());
    let id = bare.op().id();
    assert_eq!(get(&copies, &mut bare.op(), id, &source).await, Some(1));
    let mut writing = bare.op();
    writing.writing().await.unwrap();
    let by_copies = async |op: &mut Op| get(&copies, op, id, &source).await;
    assert_eq!(writing.by_copies(by_copies).await, Some(1));
    assert_eq!(by_copies(&mut writing).await, Some(2), "and no longer than that");
    // What is read for want of a copy is not kept: it may never become true.
    let other = bare.op().id();
    let of_other = async |op: &mut Op| get(&copies, op, other, &source).await;
    assert_eq!(writing.by_copies(of_other).await, Some(3));
    assert_eq!(writing.by_copies(of_other).await, Some(4));
    writing.tell(Notice::Person(id));
    assert_eq!(writing.by_copies(by_copies).await, Some(5), "its own change");
    drop(writing);
    assert_eq!(by_copies(&mut bare.op()).await, Some(1));
}

#[tokio::test]
async fn a_change_during_the_reading_leaves_no_copy() {
    let (bare, copies, source) = (Bare::new().await, copies(), Source::default());
    let id = bare.op().id();
    let house = &bare.house;
    let read = copies
        .get(&mut bare.op(), &id, async |_| {
            let read = source.read();
            house.notice(&Notice::Person(id));
            Ok(Some(read))
        })
        .await;
    assert_eq!(read.unwrap(), Some(1));
    assert_eq!(get(&copies, &mut bare.op(), id, &source).await, Some(2));
    assert_eq!(get(&copies, &mut bare.op(), id, &source).await, Some(2));
}

#[tokio::test]
async fn nothing_found_is_asked_for_again() {
    let (bare, copies, source) = (Bare::new().await, copies(), Source::default());
    let id = bare.op().id();
    let nothing = copies.get(&mut bare.op(), &id, async |_| Ok(None)).await;
    assert_eq!(nothing.unwrap(), None);
    assert_eq!(get(&copies, &mut bare.op(), id, &source).await, Some(1));
    bare.house.clock.advance(AGE);
    assert_eq!(get(&copies, &mut bare.op(), id, &source).await, Some(2));
}
