//! A Redis that goes away and comes back.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use doorward::domain::{Limit, Notice, OrganisationId};
use doorward::ephemeral::{Ephemeral, Verdict};
use tokio::sync::broadcast::Receiver;

use super::{NOW, key, redis};

const HOUR: Duration = Duration::from_hours(1);

/// A Redis of one test, which can be stopped and started again on the same port.
struct PrivateRedis {
    port: u16,
    child: Option<Child>,
    folder: tempfile::TempDir,
}

impl PrivateRedis {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let mut server = Self {
            port,
            child: None,
            folder: tempfile::tempdir().unwrap(),
        };
        server.start_again().await;
        server
    }

    async fn start_again(&mut self) {
        let child = Command::new("redis-server")
            .args([
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--port",
            ])
            .arg(self.port.to_string())
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed: tests/run does it");
        self.child = Some(child);
        let deadline = Instant::now() + Duration::from_secs(10);
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port))
            .await
            .is_err()
        {
            assert!(Instant::now() < deadline, "redis-server does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn hear(receiver: &mut Receiver<Notice>, wanted: &Notice) {
    let wait = async { while receiver.recv().await.unwrap() != *wanted {} };
    tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .unwrap_or_else(|_| panic!("{wanted:?} was not heard"));
}

/// Waits until Redis is used again.
async fn wait_until_back(state: &Ephemeral) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while state.put_once(&key("probe"), HOUR, NOW).await.is_err() {
        assert!(Instant::now() < deadline, "redis is not used again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!state.is_lost());
}

#[tokio::test]
async fn a_lost_redis_opens_no_limit_and_no_replay_and_is_used_again_when_it_is_back() {
    let mut server = PrivateRedis::start().await;
    let state = redis(&server.url()).await;
    let limit = Limit {
        burst: 3,
        refill: HOUR,
    };
    let (address, token) = (key("address"), key("jti"));
    assert_eq!(state.count(&address, limit, NOW).await, Verdict::Within);
    assert_eq!(state.count(&address, limit, NOW).await, Verdict::Within);
    assert!(state.put_once(&token, HOUR, NOW).await.unwrap());
    assert!(!state.is_lost());

    server.stop();
    assert!(state.put_once(&token, HOUR, NOW).await.is_err());
    assert!(state.put_once(&key("jti"), HOUR, NOW).await.is_err());
    assert!(state.is_lost());
    assert_eq!(
        state.count(&address, limit, NOW).await,
        Verdict::Within,
        "two of three were used before"
    );
    assert!(matches!(
        state.count(&address, limit, NOW).await,
        Verdict::Beyond(_)
    ));

    let begin = Instant::now();
    for _ in 0..200 {
        state.count(&key("flood"), limit, NOW).await;
    }
    assert!(
        begin.elapsed() < Duration::from_secs(4),
        "a lost redis slows requests down"
    );

    server.start_again().await;
    wait_until_back(&state).await;
    assert!(
        !state.put_once(&token, HOUR, NOW).await.unwrap(),
        "redis has forgotten it, this process has not"
    );
    let token = key("jti");
    assert!(state.put_once(&token, HOUR, NOW).await.unwrap());
    assert!(!state.put_once(&token, HOUR, NOW).await.unwrap());
}

#[tokio::test]
async fn after_a_gap_every_copy_is_suspect_and_notices_arrive_again() {
    let mut server = PrivateRedis::start().await;
    let (one, other) = (redis(&server.url()).await, redis(&server.url()).await);
    let mut receiver = other.subscribe();
    let first = Notice::Organisation(OrganisationId::new(NOW, [1; 10]));
    let missed = Notice::Organisation(OrganisationId::new(NOW, [2; 10]));
    let last = Notice::Organisation(OrganisationId::new(NOW, [3; 10]));
    one.publish(&first).await;
    assert_eq!(
        receiver.recv().await.unwrap(),
        first,
        "there is no gap at the start"
    );

    server.stop();
    hear(&mut receiver, &Notice::Everything).await;
    one.publish(&missed).await;
    server.start_again().await;
    wait_until_back(&one).await;
    wait_until_back(&other).await;
    // The subscription may come a moment later than the first answer.
    let tell = async {
        loop {
            one.publish(&last).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        () = tell => {}
        () = hear(&mut receiver, &last) => {}
    }
}

#[tokio::test]
async fn a_redis_that_is_not_there_at_the_start_is_used_when_it_comes() {
    let mut server = PrivateRedis::start().await;
    server.stop();
    let state = redis(&server.url()).await;
    let mut receiver = state.subscribe();
    let limit = Limit {
        burst: 1,
        refill: HOUR,
    };
    let address = key("address");
    assert!(state.put_once(&key("jti"), HOUR, NOW).await.is_err());
    assert_eq!(state.count(&address, limit, NOW).await, Verdict::Within);
    assert!(matches!(
        state.count(&address, limit, NOW).await,
        Verdict::Beyond(_)
    ));
    server.start_again().await;
    wait_until_back(&state).await;
    hear(&mut receiver, &Notice::Everything).await;
}
