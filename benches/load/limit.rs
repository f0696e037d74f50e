//! What this machine can do at best: the limits beside which the server's figures stand.

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use doorward::config::Config;
use doorward::jose::{PublicKey, SigningKey};

use super::arguments::Arguments;
use super::drive::{Driver, Measure, drive};
use super::process::Process;
use super::server::{free_port, wait_for};
use super::wire::{Wire, request};

/// Each of them is measured for so long.
const TIME: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) es256: Rate,
    pub(crate) es256_verified: Rate,
    pub(crate) rs256: Rate,
    pub(crate) argon2id: Rate,
    pub(crate) argon2_text: String,
    pub(crate) bare_answer: Measure,
}

/// How often something can be done in one second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// On one core, while the others rest.
    pub(crate) one_core: f64,
    /// On all cores at once, in sum. Cores that share a memory bus, or are two threads of one core, do less each.
    pub(crate) all_cores: f64,
}

pub(crate) async fn measure(arguments: &Arguments) -> Limits {
    let settings = Config::default().signin;
    Limits {
        es256: rate(es256),
        es256_verified: rate(es256_verified),
        rs256: rate(rs256),
        argon2id: rate(argon2id),
        argon2_text: format!(
            "{} KiB, {} passes",
            settings.argon2_memory, settings.argon2_passes
        ),
        bare_answer: bare_answer(arguments).await,
    }
}

const MESSAGE: [u8; 400] = [7; 400];

fn es256() -> impl FnMut() {
    let chance = SystemRandom::new();
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    move || {
        black_box(key.sign(&chance, black_box(&MESSAGE)).unwrap());
    }
}

/// What a proof of a key costs at least.
fn es256_verified() -> impl FnMut() {
    let key = SigningKey::generate(doorward::jose::Algorithm::Es256).unwrap();
    let public = PublicKey::from_jwk(&key.public_jwk(), key.algorithm()).unwrap();
    let signature = key.sign_bytes(&MESSAGE).unwrap();
    move || assert!(public.verifies(black_box(&MESSAGE), &signature))
}

fn rs256() -> impl FnMut() {
    let chance = SystemRandom::new();
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    move || {
        key.sign(&RSA_PKCS1_SHA256, &chance, black_box(&MESSAGE), &mut signature)
            .unwrap();
    }
}

/// As the server does it: in memory that was used before.
fn argon2id() -> impl FnMut() {
    let settings = Config::default().signin;
    let params = Params::new(settings.argon2_memory, settings.argon2_passes, 1, Some(32)).unwrap();
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; 32];
    move || {
        argon2
            .hash_password_into_with_memory(black_box(b"correct horse"), &[1; 16], &mut hash, &mut memory)
            .unwrap();
    }
}

fn rate<W: FnMut()>(make: impl Fn() -> W + Sync) -> Rate {
    let one_core = std::thread::scope(|scope| scope.spawn(|| rate_of(make())).join().unwrap());
    Rate {
        one_core,
        all_cores: rate_of_all_cores(&make),
    }
}

fn rate_of_all_cores<W: FnMut()>(make: impl Fn() -> W + Sync) -> f64 {
    let cores = std::thread::available_parallelism().unwrap().get();
    let one = || rate_of(make());
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..cores).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

/// Password hashes on all cores at this moment: on a machine that others share, the limit of a minute ago says little.
pub(crate) fn hashes_now() -> f64 {
    rate_of_all_cores(argon2id)
}

fn rate_of(mut work: impl FnMut()) -> f64 {
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
    drive(arguments, &server, &mut askers).await
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
