//! Certificates of ours that are renewed while the server runs.

use std::net::SocketAddr;

use doorward::config::{ClientCertificates, Mtls};
use doorward::op::Clock;

use crate::support::{Certificate, Database, Server, config, free_ports};

/// Whether a new connection is let through by somebody who trusts only this root.
async fn is_trusted(address: &str, root: &Certificate) -> bool {
    let client = reqwest::Client::builder().tls_certs_only([root.root.clone()]);
    let answer = client
        .build()
        .unwrap()
        .get(format!("{address}/livez"))
        .send()
        .await;
    answer.is_ok_and(|answer| answer.status() == 200)
}

/// A server that would start with these files says which one is wrong, and nothing that stands in it.
async fn assert_nothing_is_told_of(certificate: &Certificate, key: &str) {
    let database = Database::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(&database, folder.path());
    config.server.tls = Some(certificate.files.clone());
    let refused = doorward::server::start(config, Clock::system())
        .await
        .unwrap_err();
    let mut told = refused.to_string();
    let mut cause = std::error::Error::source(&refused);
    while let Some(next) = cause {
        told = format!("{told}: {next}");
        cause = next.source();
    }
    assert!(told.contains("key.pem holds no private key in PEM"), "{told}");
    let bytes: Vec<String> = key.bytes().take(20).map(|byte| byte.to_string()).collect();
    assert!(
        !told.contains(&key[..20]) && !told.contains(&bytes.join(", ")),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_taken_once_it_fits_its_key_and_the_old_one_serves_until_then() {
    let (first, second) = (Certificate::new(), Certificate::new());
    let beside = free_ports(1);
    let server = Server::start_with(|config| {
        let port = config.server.listen.port();
        config.server.issuer = format!("https://localhost:{port}").parse().unwrap();
        config.server.tls = Some(first.files.clone());
        config.server.client_certificates = ClientCertificates::Listener;
        config.server.mtls = Some(Mtls {
            listen: SocketAddr::from(([127, 0, 0, 1], beside)),
            tls: first.files.clone(),
        });
    })
    .await;
    let listeners = [server.issuer.clone(), format!("https://localhost:{beside}")];
    let is_served_by = async |of: &Certificate, other: &Certificate| {
        for listener in &listeners {
            assert!(is_trusted(listener, of).await, "{listener}");
            assert!(!is_trusted(listener, other).await, "{listener}");
        }
    };
    is_served_by(&first, &second).await;

    server.renew_certificates();
    is_served_by(&first, &second).await;

    let new = second.pem();
    for broken in [new.certificate.as_str(), "no certificate", ""] {
        std::fs::write(&first.files.certificate_file, broken).unwrap();
        server.renew_certificates();
        is_served_by(&first, &second).await;
    }

    // A key that stands in one line is no PEM, and no error may tell it.
    let flat = new.key.replace('\n', " ");
    std::fs::write(&first.files.certificate_file, &new.certificate).unwrap();
    let key = std::fs::read(&first.files.key_file).unwrap();
    std::fs::write(&first.files.key_file, &flat).unwrap();
    server.renew_certificates();
    is_served_by(&first, &second).await;
    assert_nothing_is_told_of(&first, &flat).await;
    std::fs::write(&first.files.key_file, key).unwrap();

    // The key comes last.
    std::fs::write(&first.files.certificate_file, &new.certificate).unwrap();
    std::fs::write(&first.files.key_file, &new.key).unwrap();
    server.renew_certificates();
    is_served_by(&second, &first).await;

    std::fs::remove_file(&first.files.certificate_file).unwrap();
    server.renew_certificates();
    is_served_by(&second, &first).await;
    server.stop().await;
}
