//! Certificates of ours that are renewed while the server runs.

use std::net::SocketAddr;

use doorward::config::{ClientCertificates, Mtls};

use crate::support::{Certificate, Server, free_ports};

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

    let read = |path| std::fs::read_to_string(path).unwrap();
    let certificate = read(&second.files.certificate_file);
    for broken in [certificate.as_str(), "no certificate", ""] {
        std::fs::write(&first.files.certificate_file, broken).unwrap();
        server.renew_certificates();
        is_served_by(&first, &second).await;
    }

    // The key comes last.
    std::fs::write(&first.files.certificate_file, &certificate).unwrap();
    std::fs::write(&first.files.key_file, read(&second.files.key_file)).unwrap();
    server.renew_certificates();
    is_served_by(&second, &first).await;

    std::fs::remove_file(&first.files.certificate_file).unwrap();
    server.renew_certificates();
    is_served_by(&second, &first).await;
    server.stop().await;
}
