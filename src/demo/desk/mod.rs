//! "Feedback desk", the sample application: a relying party that knows only the issuer's address.
//!
//! It stands for an application of somebody else: it uses the public `openidconnect` crate and the provider's public
//! endpoints, and imports no room of the house (a test holds that).

mod access;
mod begun;
mod bound;
mod export;
/// The example, as it stands there for others to copy.
#[path = "../../../examples/axum/guard.rs"]
mod guard;
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
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::demo::integration;
use crate::demo::transport::Transport;
use begun::Pending;
use bound::Bound;
use guard::{Asker, Find, Guard, ask_first};
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
    /// Asks the provider who may do what.
    asker: Arc<Asker>,
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
    /// Answers the cause if no key can be made, or no connection.
    pub(crate) fn new(
        registration: Registration,
        integration: integration::Access,
        http: Transport,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let asker = Asker::new(
            &registration.issuer,
            &registration.client_id,
            &registration.client_secret,
        )?;
        Ok(Self {
            registration,
            integration,
            http,
            asker: Arc::new(asker),
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
        .route("/export", get(export::page))
        .route("/export.csv", get(export::file))
        .route(resource::EXPORT, get(export::api))
        .route("/reports", get(handlers::reports))
        .route("/integration", get(handlers::integration))
        .route(resource::FEEDBACK, get(handlers::api))
        .route("/desk.css", get(handlers::style))
        .merge(guarded(&desk))
        .with_state(desk)
}

/// The routes whose handlers run only if the provider says that the person may do this, to this.
fn guarded(desk: &Arc<Desk>) -> Router<Arc<Desk>> {
    let asks = |action: &'static str, find: &Find| {
        let guard = Guard {
            asker: Arc::clone(&desk.asker),
            action,
            find: Arc::clone(find),
            refuse: handlers::refuse,
        };
        from_fn_with_state(guard, ask_first)
    };
    let (record, settings) = (access::record(), access::settings());
    Router::new()
        .route(
            "/records/{record}",
            get(handlers::record).layer(asks("feedback:read", &record)),
        )
        .route(
            "/records/{record}/answered",
            post(handlers::mark_answered).layer(asks("feedback:edit", &record)),
        )
        .route(
            "/settings",
            get(handlers::settings).layer(asks("settings:manage", &settings)),
        )
        // Added last, so it comes first: who it is must be known before it is asked what they may.
        .route_layer(from_fn_with_state(Arc::clone(desk), handlers::identify))
}
