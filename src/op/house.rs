//! All that lives as long as the server.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::changes::Changes;
use super::{Chance, Clock};
use crate::audit::Recorder;
use crate::config::{Config, MailSecurity};
use crate::domain::Notice;
use crate::ephemeral::Ephemeral;
use crate::keys::{KeyRing, MasterKey};
use crate::outbound::{Allowed, Mailer, Outbound, Postbox, Rules, Wrapping};
use crate::storage::Storage;
use crate::telemetry::{Health, Metrics};

/// A room's own long-lived part, such as [`super::Copies`]: made at first use, found by its type.
pub trait Part: Any + Send + Sync + Sized {
    /// Makes the part for this house.
    fn new(house: &House) -> Self;
}

/// What the server stands on.
pub struct House {
    pub config: Config,
    pub storage: Storage,
    pub ephemeral: Ephemeral,
    pub master_key: MasterKey,
    pub recorder: Recorder,
    pub clock: Clock,
    pub chance: Chance,
    pub metrics: Metrics,
    pub health: Health,
    /// Calls to addresses that an operator or administrator has named.
    pub outbound: Outbound,
    /// Calls to addresses that somebody has named for itself: a client that has registered itself, a metadata document.
    pub outbound_to_strangers: Outbound,
    /// Mail to people.
    pub mailer: Mailer,
    pub(super) changes: Changes,
    keys: RwLock<Arc<KeyRing>>,
    parts: RwLock<BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("House")
    }
}

impl House {
    /// Puts a house together.
    #[must_use]
    pub fn new(
        config: Config,
        storage: Storage,
        ephemeral: Ephemeral,
        (master_key, keys): (MasterKey, KeyRing),
        recorder: Recorder,
        clock: Clock,
    ) -> Self {
        let outbound = |networks| {
            Outbound::new(Rules {
                allowed: Allowed::new(networks),
                extra_roots: config.outbound.extra_roots.clone(),
                timeout: config.outbound.timeout,
                at_once: config.outbound.calls,
                at_once_to_one: config.outbound.calls_per_host,
            })
        };
        let networks = config.outbound.allowed_networks.clone();
        let for_strangers = config.outbound.strangers_use_allowed_networks;
        let outbound_to_strangers = outbound(if for_strangers {
            networks.clone()
        } else {
            Vec::new()
        });
        let outbound = outbound(networks);
        let mailer = Mailer::new(postbox(&config));
        Self {
            config,
            storage,
            ephemeral,
            master_key,
            recorder,
            clock,
            chance: Chance::default(),
            metrics: Metrics::default(),
            health: Health::default(),
            outbound,
            outbound_to_strangers,
            mailer,
            changes: Changes::default(),
            keys: RwLock::new(Arc::new(keys)),
            parts: RwLock::default(),
        }
    }

    /// The signing keys of this moment.
    #[must_use]
    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another ring in place after a rotation. What was verified with the old one is verified anew.
    pub fn replace_keys(&self, ring: KeyRing) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        self.changes.raise(&Notice::Keys);
    }

    /// The one part of this type.
    #[must_use]
    pub fn part<T: Part>(&self) -> Arc<T> {
        let found = |parts: &BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>| {
            parts
                .get(&TypeId::of::<T>())
                .cloned()
                .and_then(|part| part.downcast::<T>().ok())
        };
        if let Some(part) = found(&self.parts.read().unwrap_or_else(PoisonError::into_inner)) {
            return part;
        }
        // Made outside the lock, so that a part may ask for others; of two made at once, the first one stays.
        let made = Arc::new(T::new(self));
        let mut parts = self.parts.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = found(&parts) {
            return part;
        }
        parts.insert(TypeId::of::<T>(), made.clone());
        made
    }

    /// Something has changed: all [`super::Copies`] of it are stale from here on.
    pub fn notice(&self, notice: &Notice) {
        self.changes.raise(notice);
    }
}

/// The mail server that the configuration names; none: mail is off, or kept.
fn postbox(config: &Config) -> Option<Postbox> {
    let mail = &config.mail;
    Some(Postbox {
        server: mail.server.clone()?,
        port: mail.port,
        wrapping: match mail.security {
            MailSecurity::Tls => Wrapping::Tls,
            MailSecurity::StartTls => Wrapping::StartTls,
            MailSecurity::Plain => Wrapping::None,
        },
        credentials: mail
            .password
            .clone()
            .map(|password| (mail.username.clone(), password)),
        from: mail.from.clone()?,
        from_name: mail.from_name.clone(),
        our_name: config.server.issuer.host_str().unwrap_or("localhost").to_owned(),
        extra_roots: config.outbound.extra_roots.clone(),
        timeout: mail.timeout,
    })
}
