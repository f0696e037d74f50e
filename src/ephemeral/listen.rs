//! Hearing what other replicas tell through Redis.
//!
//! A subscription does not keep what is said while it is broken. So everything is suspect after each gap, and again and
//! again while the gap lasts: a copy of something that was withdrawn elsewhere lives a few seconds at most.

use std::time::Duration;

use futures_util::StreamExt as _;
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Client, Value};
use tokio::sync::broadcast;
use tokio::time::{sleep, timeout};

use super::redis::PATIENCE;
use crate::domain::Notice;

/// Where notices are told.
pub(super) const CHANNEL: &str = "doorward:notice";

/// A quiet connection is tried this often: one that has been cut without a word looks the same as a quiet one.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// How long to wait before the next attempt to subscribe.
const PAUSE: Duration = Duration::from_millis(500);

/// A notice with the mark of the process that tells it.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Told {
    pub from: u64,
    pub notice: Notice,
}

/// A subscription that works.
pub(super) type Subscription = (PubSubSink, PubSubStream);

/// Subscribes; nothing if Redis does not answer in time.
pub(super) async fn subscribe(client: &Client) -> Option<Subscription> {
    let attempt = async {
        let mut subscription = client.get_async_pubsub().await?;
        subscription.subscribe(CHANNEL).await?;
        redis::RedisResult::Ok(subscription.split())
    };
    timeout(PATIENCE, attempt).await.ok()?.ok()
}

/// Passes on what others tell, for as long as the process lives.
pub(super) async fn listen(
    client: Client,
    mut begun: Option<Subscription>,
    own: u64,
    notices: broadcast::Sender<Notice>,
) {
    loop {
        if let Some(subscription) = begun.take() {
            hear(subscription, own, &notices).await;
        }
        // An error means that nobody listens, and so that nobody keeps a copy.
        let _ = notices.send(Notice::Everything);
        sleep(PAUSE).await;
        begun = subscribe(&client).await;
        if begun.is_some() {
            let _ = notices.send(Notice::Everything);
        }
    }
}

/// Passes on what is told, until the subscription breaks.
async fn hear((mut sink, mut stream): Subscription, own: u64, notices: &broadcast::Sender<Notice>) {
    loop {
        tokio::select! {
            message = stream.next() => {
                let Some(message) = message else { return };
                // Of a newer version there may be notices that this one cannot read: it cannot know what they are about.
                let told = serde_json::from_slice::<Told>(message.get_payload_bytes());
                let notice = match told {
                    Ok(told) if told.from == own => continue,
                    Ok(told) => told.notice,
                    Err(_) => Notice::Everything,
                };
                let _ = notices.send(notice);
            }
            () = sleep(HEARTBEAT) => {
                if !matches!(timeout(PATIENCE, sink.ping::<Value>()).await, Ok(Ok(_))) {
                    return;
                }
            }
        }
    }
}
