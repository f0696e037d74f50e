//! What rules are asked about.

use std::net::IpAddr;

use crate::domain::{Country, DeviceStanding, RiskLevel, Timestamp};

/// What is known of a sign-in when the rules are asked.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    pub username: &'a str,
    pub roles: Vec<&'a str>,
    /// Labels (`kind:name`), those above a person's own included.
    pub groups: Vec<&'a str>,
    pub attributes: &'a serde_json::Map<String, serde_json::Value>,
    pub created_at: Timestamp,
    /// The account is one for emergencies.
    pub break_glass: bool,
    pub client: Option<&'a str>,
    pub scopes: Vec<&'a str>,
    pub address: Option<IpAddr>,
    pub country: Option<Country>,
    pub device: DeviceStanding,
    /// Since when the person trusts the device.
    pub trusted_since: Option<Timestamp>,
    pub risk: RiskLevel,
    pub at: Timestamp,
}
