//! `doorward audit`.

use std::path::Path;

use doorward::config::Config;
use doorward::domain::{EventKind, Secret};
use doorward::op::EventDraft;

use super::{doorward, said};
use crate::support::Server;

/// A configuration file for the installation of a test server.
fn configuration(config: &Config, folder: &Path) {
    let text = format!(
        "[server]\nissuer = '{}'\n[database]\nurl = '{}'\n[keys]\nmaster_key_file = '{}'\n",
        config.server.issuer.as_str().trim_end_matches('/'),
        Secret::expose(&config.database.url),
        config.keys.master_key_file.as_ref().unwrap().display(),
    );
    std::fs::write(folder.join("doorward.toml"), text).unwrap();
}

/// Runs `doorward audit …` for a server.
async fn audit(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = ["audit"]
        .iter()
        .chain(arguments)
        .map(|one| (*one).to_owned())
        .collect();
    let folder = folder.to_owned();
    let run = move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        said(doorward(&folder, &arguments).env("DOORWARD_CONFIG", "doorward.toml"))
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

async fn tamper(server: &Server) {
    use doorward::storage::Sql;
    let sql = Sql::new(
        "UPDATE event SET outcome = 'refused' WHERE (writer, counter) = (SELECT writer, counter FROM event_run WHERE first = 0)",
    );
    let mut tx = server.house.storage.write().await.unwrap();
    assert_eq!(tx.query(sql).execute().await.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_listed_shown_verified_and_proven() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    configuration(&server.house.config, folder.path());
    let mut op = server.op();
    op.record(EventDraft::success(EventKind::ServerStarted));
    op.commit().await.unwrap();
    let mut patience = 100;
    while audit(folder.path(), &["prove", "0"]).await.0 != 0 {
        patience -= 1;
        assert!(patience > 0, "the first event gets no position");
    }

    let (code, listed, fault) = audit(folder.path(), &["list", "--kind", "server.started"]).await;
    assert_eq!(code, 0, "{fault}");
    assert!(listed.trim_end().ends_with("the operator started"), "{listed}");
    let (code, shown, fault) = audit(folder.path(), &["show", "0"]).await;
    assert_eq!(code, 0, "{fault}");
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["position"], 0);
    let (code, verified, fault) = audit(folder.path(), &["verify"]).await;
    assert_eq!(code, 0, "{fault}");
    assert!(
        verified.contains("the log is as it was written; root "),
        "{verified}"
    );

    let proof = audit(folder.path(), &["prove", "0"]).await.1;
    std::fs::write(folder.path().join("0.tlog-proof"), proof).unwrap();
    let key = audit(folder.path(), &["key"]).await.1;
    let (code, checked, fault) = audit(folder.path(), &["check", "0.tlog-proof", "--key", key.trim()]).await;
    assert_eq!(code, 0, "{fault}");
    assert!(
        checked.contains(shown["event"]["correlation_id"].as_str().unwrap()),
        "{checked}"
    );
    let (_, note, _) = audit(folder.path(), &["checkpoint"]).await;
    std::fs::write(folder.path().join("kept.note"), note).unwrap();

    tamper(&server).await;
    let (code, output, fault) = audit(folder.path(), &["verify", "--checkpoint", "kept.note"]).await;
    assert_eq!(code, 1);
    assert!(
        output.contains("(position 0) was altered: the column outcome does not agree"),
        "{output}"
    );
    assert!(
        fault.contains("the audit log is not as it was written: 1 finding\n"),
        "{fault}"
    );
    assert_eq!(audit(folder.path(), &["show", "99999"]).await.0, 1);
    assert_eq!(audit(folder.path(), &["list", "--kind", "no.such"]).await.0, 2);
    server.stop().await;
}
