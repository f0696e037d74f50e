//! "Feedback desk", the sample application: a relying party that knows only the issuer's address.
//!
//! It stands for an application of somebody else: it uses the public `openidconnect` crate and the provider's public
//! endpoints, and imports no room of the house (a test holds that).

mod access;
mod begun;
mod bound;
mod export;
mod handlers;
mod key;
mod pages;
mod proof;
mod provider;
mod pushed;
mod records;
mod resource;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{get, post};

use crate::demo::integration;
use crate::demo::transport::Transport;
use begun::Pending;
use bound::Bound;
use key::Key;
use proof::Used;
pub(crate) use provider::Registration;
use provider::SignedInPerson;

/// Most sessions and begun sign-ins kept at once; the oldest go first.
const KEPT: usize = 1_000;

/// The running application.
pub(crate) struct Desk {
    registration: Registration,
    integration: integration::Access,
    http: Transport,
    /// Seconds since 1970, from the caller.
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
    /// Its access tokens are bound to this key.
    key: Key,
    begun: Mutex<Pending>,
    /// The proofs that have come to its API.
    used: Mutex<Used>,
    people: Mutex<BTreeMap<String, SignedInPerson>>,
    answered: Mutex<BTreeSet<String>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desk({})", self.registration.home)
    }
}

impl Desk {
    /// Answers the cause if no key can be made.
    pub(crate) fn new(
        registration: Registration,
        integration: integration::Access,
        http: Transport,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self {
            registration,
            integration,
            http,
            clock: Box::new(clock),
            key: Key::generate()?,
            begun: Mutex::default(),
            used: Mutex::default(),
            people: Mutex::default(),
            answered: Mutex::default(),
        })
    }

    /// Sends requests with proofs of the desk's key.
    fn bound(&self) -> Bound<'_> {
        Bound {
            http: &self.http,
            key: &self.key,
            now_seconds: (self.clock)(),
        }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn people(&self) -> MutexGuard<'_, BTreeMap<String, SignedInPerson>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begun(&self) -> MutexGuard<'_, Pending> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answered(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The application's pages and its API.
pub(crate) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(handlers::home))
        .route("/signin", get(handlers::sign_in))
        .route("/callback", get(handlers::callback))
        .route("/signout", post(handlers::sign_out))
        .route("/answered", post(handlers::mark_answered))
        .route("/export", get(export::page))
        .route("/export.csv", get(export::file))
        .route(resource::EXPORT, get(export::api))
        .route("/reports", get(handlers::reports))
        .route("/settings", get(handlers::settings))
        .route("/integration", get(handlers::integration))
        .route(resource::FEEDBACK, get(handlers::api))
        .route("/desk.css", get(handlers::style))
        .with_state(desk)
}
