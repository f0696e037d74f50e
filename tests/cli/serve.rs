//! `doorward serve`.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{doorward, said};
use crate::support::{Certificate, free_ports};

/// A server that ends with its test.
pub(super) struct Serving(pub(super) Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &tempfile::TempDir, port: u16) -> Command {
    let mut command = doorward(folder.path(), &["serve"]);
    command
        .env("DOORWARD_SERVER__LISTEN", format!("127.0.0.1:{port}"))
        .env("DOORWARD_SERVER__ISSUER", format!("http://localhost:{port}"))
        .env("DOORWARD_METRICS__LISTEN", "")
        .env("DOORWARD_KEYS__ALGORITHMS", "ES256")
        .env("DOORWARD_LOGS__FORMAT", "json");
    command
}

fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

pub(super) async fn wait_until_ready(serving: &mut Serving, port: u16) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !get(port, "/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200 ")) {
        assert!(Instant::now() < deadline, "the server is not ready");
        assert!(serving.0.try_wait().unwrap().is_none(), "the server has ended");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks it to stop, waits for its good end, and answers its log.
fn stop(mut serving: Serving) -> String {
    let id = serving.0.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(asked.success());
    let mut log = String::new();
    if let Some(mut pipe) = serving.0.stderr.take() {
        pipe.read_to_string(&mut log).unwrap();
    }
    assert_eq!(serving.0.wait().unwrap().code(), Some(0), "{log}");
    log
}

#[tokio::test]
async fn a_new_server_prints_a_link_that_sets_it_up() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_ports(1);
    let child = serve(&folder, port)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut serving = Serving(child);
    let issuer = format!("http://localhost:{port}");
    let output = BufReader::new(serving.0.stdout.take().unwrap());
    let link = output
        .lines()
        .map(Result::unwrap)
        .find_map(|line| line.trim().strip_prefix(&issuer).map(str::to_owned))
        .expect("a link is printed");
    assert!(link.starts_with("/setup/"), "{link}");
    wait_until_ready(&mut serving, port).await;
    assert!(get(port, &link).unwrap().starts_with("HTTP/1.1 200 "));
    assert!(get(port, "/setup/another").unwrap().starts_with("HTTP/1.1 410 "));
}

#[tokio::test]
async fn metrics_are_told_on_their_own_listener_only() {
    let folder = tempfile::tempdir().unwrap();
    let (port, metrics) = (free_ports(1), free_ports(1));
    let mut command = serve(&folder, port);
    command.env("DOORWARD_METRICS__LISTEN", format!("127.0.0.1:{metrics}"));
    let mut serving = Serving(command.stderr(Stdio::null()).spawn().unwrap());
    wait_until_ready(&mut serving, port).await;
    assert!(get(port, "/metrics").unwrap().starts_with("HTTP/1.1 404 "));
    let answer = get(metrics, "/metrics").unwrap();
    for part in [
        "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8",
        r#"doorward_http_requests_total{method="GET",route="/readyz",status="2xx"} "#,
        r#"doorward_events_total{kind="key.created",outcome="success"} "#,
        "doorward_redis_lost 0",
        "doorward_audit_backlog 0",
        "doorward_hashing_queue 0",
        "doorward_database_connections_in_use ",
    ] {
        assert!(answer.contains(part), "{part}\n{answer}");
    }
}

#[tokio::test]
async fn a_server_is_ready_and_stops_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_ports(1);
    let child = serve(&folder, port).stderr(Stdio::piped()).spawn().unwrap();
    let mut serving = Serving(child);
    wait_until_ready(&mut serving, port).await;
    let log = stop(serving);
    for line in log.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    assert!(log.contains("\"ready\""), "{log}");
}

#[tokio::test]
async fn a_flood_of_refusals_is_no_flood_of_lines() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_ports(1);
    let mut command = serve(&folder, port);
    // Not a pipe: nobody reads it meanwhile, and a server whose log is full waits.
    let path = folder.path().join("log");
    command.stdout(Stdio::null()).stderr(File::create(&path).unwrap());
    let mut serving = Serving(command.spawn().unwrap());
    wait_until_ready(&mut serving, port).await;
    let begun = Instant::now();
    for _ in 0..300 {
        assert!(get(port, "/nowhere").unwrap().starts_with("HTTP/1.1 404 "));
    }
    let refills = begun.elapsed().as_millis().div_ceil(200);
    stop(serving);
    let log = std::fs::read_to_string(path).unwrap();
    let told: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let lines = told.iter().filter(|line| line["status"] == 404).count();
    assert!(
        lines >= 50 && u128::try_from(lines).unwrap() <= 50 + refills,
        "{lines} in {refills}"
    );
    let left_out = told
        .iter()
        .filter(|line| line["message"].as_str().unwrap().contains("left out of the log"))
        .map(|line| line["lines"].as_u64().unwrap());
    assert_eq!(
        left_out.sum::<u64>() + u64::try_from(lines).unwrap(),
        300,
        "{log}"
    );
}

#[test]
fn a_port_in_use_is_told_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (code, output, fault) = said(&mut serve(&folder, port));
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(
        fault.contains(&format!("error: cannot listen on 127.0.0.1:{port}")),
        "{fault}"
    );
    assert!(
        fault.contains("hint: another program may be using the port"),
        "{fault}"
    );
}

fn serve_tls(folder: &tempfile::TempDir, certificate: &Path, key: &Path) -> Command {
    let port = free_ports(1);
    let mut command = serve(folder, port);
    command
        .env("DOORWARD_SERVER__ISSUER", format!("https://localhost:{port}"))
        .env("DOORWARD_SERVER__TLS_CERTIFICATE_FILE", certificate)
        .env("DOORWARD_SERVER__TLS_KEY_FILE", key);
    command
}

#[test]
fn a_certificate_that_does_not_fit_its_key_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let (made, strange) = (Certificate::new(), Certificate::new());
    let (ours, other) = (&made.files, &strange.files);
    let text = folder.path().join("text.pem");
    std::fs::write(&text, "This is no key.").unwrap();
    let nowhere = folder.path().join("nowhere.pem");
    // A key that has lost its lines is no PEM, and no error may tell it.
    let (flat, key) = (
        folder.path().join("flat.pem"),
        std::fs::read(&ours.key_file).unwrap(),
    );
    std::fs::write(&flat, String::from_utf8(key.clone()).unwrap().replace('\n', " ")).unwrap();
    let bytes: Vec<String> = key.iter().take(20).map(u8::to_string).collect();
    for (certificate, key, cause) in [
        (&ours.certificate_file, &other.key_file, "KeyMismatch"),
        (
            &ours.certificate_file,
            &text,
            "text.pem holds no private key in PEM",
        ),
        (&ours.certificate_file, &nowhere, "nowhere.pem: No such file"),
        (
            &ours.certificate_file,
            &flat,
            "flat.pem holds no private key in PEM",
        ),
        (&text, &ours.key_file, "text.pem holds no certificates in PEM"),
    ] {
        let (code, output, fault) = said(&mut serve_tls(&folder, certificate, key));
        assert_eq!((code, output.as_str()), (1, ""), "{fault}");
        let told = format!(
            "error: the TLS certificate {} cannot be used with the key {}",
            certificate.display(),
            key.display()
        );
        assert!(fault.contains(&told), "{fault}");
        assert!(fault.to_lowercase().contains(&cause.to_lowercase()), "{fault}");
        assert!(
            !fault.contains("BEGIN") && !fault.contains(&bytes.join(", ")),
            "{fault}"
        );
        assert!(
            fault.contains("hint: `server.tls_certificate_file` holds"),
            "{fault}"
        );
    }
}

#[test]
fn an_https_issuer_without_certificate_stays_on_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_ports(1);
    let mut command = serve(&folder, port);
    command
        .env("DOORWARD_SERVER__ISSUER", "https://id.example.org")
        .env("DOORWARD_SERVER__LISTEN", format!("0.0.0.0:{port}"));
    let (code, output, fault) = said(&mut command);
    assert_eq!((code, output.as_str()), (1, ""), "{fault}");
    assert!(
        fault.contains("`server.listen` would serve plain http to the network"),
        "{fault}"
    );
}

#[tokio::test]
async fn an_https_issuer_is_served_on_loopback_to_what_ends_tls_there() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_ports(1);
    let mut command = serve(&folder, port);
    command.env("DOORWARD_SERVER__ISSUER", "https://id.example.org");
    let mut serving = Serving(
        command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    wait_until_ready(&mut serving, port).await;
    let discovery = get(port, "/.well-known/openid-configuration").unwrap();
    assert!(
        discovery.contains(r#""issuer":"https://id.example.org""#),
        "{discovery}"
    );
    serving.0.kill().unwrap();
    let log = BufReader::new(serving.0.stderr.take().unwrap()).lines();
    let told = "all visitors share the limits of one address";
    assert!(log.map(Result::unwrap).any(|line| line.contains(told)));
}
