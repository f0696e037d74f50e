//! What this machine can do at best: the limits beside which the server's figures stand.

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use doorward::config::Config;

use super::arguments::Arguments;
use super::drive::{Driver, Measure, drive};
use super::process::Process;
use super::server::{free_port, wait_for};
use super::wire::{Wire, request};

/// Each of them is measured for so long.
const TIME: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Limits {
    /// On one core, in one second.
    pub(crate) es256: f64,
    pub(crate) rs256: f64,
    pub(crate) argon2id: f64,
    pub(crate) argon2_text: String,
    pub(crate) bare_answer: Measure,
}

pub(crate) async fn measure(arguments: &Arguments) -> Limits {
    let chance = SystemRandom::new();
    let message = [7_u8; 400];
    let elliptic = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let mut signature = vec![0; rsa.public_modulus_len()];
    let settings = Config::default().signin;
    let params = Params::new(settings.argon2_memory, settings.argon2_passes, 1, Some(32)).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; 32];
    Limits {
        es256: rate(|| {
            black_box(elliptic.sign(&chance, black_box(&message)).unwrap());
        }),
        rs256: rate(|| {
            rsa.sign(&RSA_PKCS1_SHA256, &chance, black_box(&message), &mut signature)
                .unwrap();
        }),
        argon2id: rate(|| {
            argon2
                .hash_password_into(black_box(b"correct horse"), &[1; 16], &mut hash)
                .unwrap();
        }),
        argon2_text: format!(
            "{} KiB, {} passes",
            settings.argon2_memory, settings.argon2_passes
        ),
        bare_answer: bare_answer(arguments).await,
    }
}

fn rate(mut work: impl FnMut()) -> f64 {
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < TIME {
        work();
        count += 1;
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

struct Asker {
    wire: Wire,
    request: Vec<u8>,
}

impl Driver for Asker {
    async fn round(&mut self) {
        self.wire.send(&self.request).await.expect(200);
    }
}

/// The same frame of HTTP without anything in it, in a process of its own.
async fn bare_answer(arguments: &Arguments) -> Measure {
    let port = free_port(1);
    let mut command = Command::new(std::env::current_exe().unwrap());
    let server = Process::start(command.args(["--bare-answer", &port.to_string()]));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    wait_for(address).await;
    let mut askers = Vec::new();
    for _ in 0..arguments.connections {
        askers.push(Asker {
            wire: Wire::open(address).await,
            request: request("GET", "localhost", "/", &[], ""),
        });
    }
    drive(arguments, &server, askers).await
}

/// Answers every request with the same JSON, for ever.
pub(crate) fn serve_bare_answer(port: u16) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        let answer = || async { ([(CONTENT_TYPE, "application/json")], r#"{"active":true}"#) };
        axum::serve(listener, Router::new().route("/", get(answer)))
            .await
            .unwrap();
    });
}
