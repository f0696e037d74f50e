//! `doorward migrate`.

use std::process::Stdio;

use super::{doorward, said};

#[test]
fn a_new_database_is_made_and_a_second_run_finds_nothing_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let (code, output, fault) = said(&mut doorward(folder.path(), &["migrate"]));
        assert_eq!(
            (code, output.as_str()),
            (0, "the database is up to date\n"),
            "{fault}"
        );
    }
    assert!(folder.path().join("data/doorward.db").exists());
}

#[test]
fn programs_that_start_at_once_make_one_database() {
    let folder = tempfile::tempdir().unwrap();
    let begin = || {
        let mut command = doorward(folder.path(), &["migrate"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let programs: Vec<_> = (0..6).map(|_| begin()).collect();
    for program in programs {
        let output = program.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout, b"the database is up to date\n");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(said(&mut doorward(folder.path(), &["migrate"])).0, 0);
    let file = folder.path().join("data/doorward.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let (code, output, fault) = said(&mut doorward(folder.path(), &["migrate"]));
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(
        fault.contains("error: the database has migration 9999"),
        "{fault}"
    );
    assert!(fault.contains("it was used by a newer version"), "{fault}");
}

#[test]
fn a_database_that_is_away_is_told_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = doorward(folder.path(), &["migrate"]);
    command
        .env("DOORWARD_DATABASE__URL", "postgres://me:hidden@127.0.0.1:1/none")
        .env("DOORWARD_DATABASE__WAIT", "200ms");
    let (code, _, fault) = said(&mut command);
    assert_eq!(code, 1, "{fault}");
    assert!(fault.contains("error: the database"), "{fault}");
    assert!(fault.contains("hint: "), "{fault}");
    assert!(!fault.contains("hidden"), "{fault}");
}
