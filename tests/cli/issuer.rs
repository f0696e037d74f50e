//! `doorward issuer`.

use std::path::Path;
use std::process::Command;

use doorward::jose::{Algorithm, SigningKey};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Executor as _};

use super::{doorward, said};

const CLUSTER: &str = "https://kubernetes.cluster.test";
const ACCOUNT: &str = "0190a0b0-0000-7000-8000-000000000000";

fn issuer(folder: &Path, arguments: &[&str]) -> Command {
    let mut words = vec!["issuer"];
    words.extend(arguments);
    let mut command = doorward(folder, &words);
    command.env("DOORWARD_KEYS__ALGORITHMS", "ES256");
    command
}

/// An installation with an organisation and a service account.
async fn set_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ada.password"), "a pass phrase of Ada's").unwrap();
    let fixed = ["init", "--organisation", "Northbeam", "--username", "ada"];
    let mut command = doorward(folder.path(), &fixed);
    command.args(["--name", "Ada", "--password-file", "ada.password"]);
    command.env("DOORWARD_KEYS__ALGORITHMS", "ES256");
    let (code, _, fault) = said(&mut command);
    assert_eq!(code, 0, "{fault}");
    let file = folder.path().join("data/doorward.db");
    let options = SqliteConnectOptions::new().filename(file);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let account = sqlx::query(
        "INSERT INTO service_account (id, organisation_id, name, purpose, attributes, status, epoch, created_at, \
         updated_at) SELECT $1, id, 'fetcher', 'Fetches', '{}', 'active', 1, 0, 0 FROM organisation",
    );
    connection.execute(account.bind(ACCOUNT)).await.unwrap();
    connection.close().await.unwrap();
    folder
}

fn write(folder: &Path, account: &str) {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let issuer = serde_json::json!({
        "issuer": CLUSTER,
        "jwks": { "keys": [key.public_jwk()] },
        "algorithms": ["ES256"],
        "rules": [{ "subject": "system:serviceaccount:prod:*", "service_account": account }],
    });
    std::fs::write(folder.join("issuer.json"), issuer.to_string()).unwrap();
}

#[tokio::test]
async fn an_issuer_is_added_listed_and_removed() {
    let folder = set_up().await;
    write(folder.path(), ACCOUNT);
    let northbeam = ["--organisation", "northbeam"];
    let add = ["add", northbeam[0], northbeam[1], "issuer.json"];
    let (code, output, fault) = said(&mut issuer(folder.path(), &add));
    assert_eq!((code, output), (0, format!("trusts {CLUSTER}\n")), "{fault}");
    let (_, output, _) = said(&mut issuer(folder.path(), &["list", northbeam[0], northbeam[1]]));
    assert!(output.contains(&format!("1     1  {CLUSTER}")), "{output}");
    let list = ["list", northbeam[0], northbeam[1], "--json"];
    let (_, output, _) = said(&mut issuer(folder.path(), &list));
    let listed: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(listed[0]["rules"][0]["service_account"], ACCOUNT);
    assert_eq!(listed[0]["longest_age"], 3_600);
    let remove = ["remove", northbeam[0], northbeam[1], CLUSTER];
    let (code, output, _) = said(&mut issuer(folder.path(), &remove));
    assert_eq!((code, output), (0, format!("trusts {CLUSTER} no more\n")));
    let (code, _, fault) = said(&mut issuer(folder.path(), &remove));
    assert_eq!(code, 1);
    assert!(fault.contains("does not trust this issuer"), "{fault}");
}

#[tokio::test]
async fn an_issuer_that_cannot_be_trusted_is_refused_with_the_reason() {
    let folder = set_up().await;
    let add = |organisation: &str, file: &str| {
        let arguments = ["add", "--organisation", organisation, file];
        said(&mut issuer(folder.path(), &arguments))
    };
    write(folder.path(), "0190a0b0-0000-7000-8000-000000000001");
    std::fs::write(folder.path().join("broken.json"), "{\"issuer\":").unwrap();
    for (organisation, file, reason) in [
        ("northbeam", "issuer.json", "not of this organisation"),
        ("southgate", "issuer.json", "there is no such organisation"),
        ("northbeam", "broken.json", "not the JSON of an issuer"),
        ("northbeam", "absent.json", "cannot be read"),
    ] {
        let (code, output, fault) = add(organisation, file);
        assert_eq!((code, output.as_str()), (1, ""), "{organisation} {file}");
        assert!(fault.contains(reason), "{fault}");
    }
}
