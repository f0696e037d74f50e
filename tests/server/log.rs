//! What the log tells of requests, and what it does not.

use std::io;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{Request, StatusCode};
use tower::ServiceExt as _;
use tracing::Level;

use crate::support::Bare;

/// A log in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// What was written since the last call.
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

async fn ask(bare: &Bare, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let router = doorward::server::router(bare.house.clone());
    let answer = router.oneshot(request).await.unwrap();
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn health_checks_leave_no_line_whatever_they_answer() {
    let bare = Bare::new().await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::INFO)
        .with_ansi(false)
        .with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());

    let told = |body: &str| (StatusCode::SERVICE_UNAVAILABLE, body.to_owned());
    assert_eq!(ask(&bare, "/readyz").await, told("starting\n"));
    bare.house.health.started();
    assert_eq!(ask(&bare, "/readyz").await, (StatusCode::OK, "ok\n".to_owned()));
    assert_eq!(ask(&bare, "/livez").await.0, StatusCode::OK);
    bare.house.health.tell("sun", false);
    assert_eq!(ask(&bare, "/readyz").await, told("not answering: sun\n"));
    assert_eq!(lines.take(), "");

    assert_eq!(ask(&bare, "/nowhere").await.0, StatusCode::NOT_FOUND);
    let line = lines.take();
    assert!(line.contains("answered") && line.contains("status=404"), "{line}");
    assert!(
        line.contains("correlation_id=") && !line.contains("nowhere"),
        "{line}"
    );

    // What is found missing is told once, not at every check.
    bare.house.storage.close().await;
    for _ in 0..3 {
        assert_eq!(
            ask(&bare, "/readyz").await,
            told("not answering: database, sun\n")
        );
    }
    let line = lines.take();
    assert_eq!(line.matches("the database does not answer").count(), 1, "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
}
