//! `doorward config`.

use super::command::Place;
use super::error::CommandError;
use super::output;
use crate::config::{Mail, Outbound};
use crate::rule;
use crate::server::StartError;

/// Says that the configuration is valid, and whom the server would call by it; or fails with all that is wrong.
pub(super) fn check(place: &Place) -> Result<(), CommandError> {
    let config = place.read()?.config;
    rule::check_files(&config.risk).map_err(StartError::from)?;
    output::line("the configuration is valid");
    for line in reach(&config.outbound) {
        output::line(&line);
    }
    output::line(mail(&config.mail));
    Ok(())
}

/// What calls to applications may reach: all that is not listed is closed.
fn reach(outbound: &Outbound) -> [String; 2] {
    let networks: Vec<String> = outbound
        .allowed_networks
        .iter()
        .map(ToString::to_string)
        .collect();
    let networks = match (networks.as_slice(), outbound.strangers_use_allowed_networks) {
        ([], _) => "public addresses, by https only".to_owned(),
        (listed, true) => format!("public addresses by https, and {}", listed.join(", ")),
        (listed, false) => {
            let listed = listed.join(", ");
            format!("public addresses by https, and {listed} (not where a client has registered itself)")
        }
    };
    let authorities = match &outbound.ca_file {
        Some(file) => format!("those of the system, and of {}", file.display()),
        None => "those of the system".to_owned(),
    };
    [
        format!("  outgoing calls: {networks}"),
        format!("  certificate authorities: {authorities}"),
    ]
}

/// Where mail to people goes.
fn mail(mail: &Mail) -> String {
    let (Some(server), Some(from)) = (&mail.server, &mail.from) else {
        return "  mail: none, `mail.server` is empty".to_owned();
    };
    let (port, security) = (mail.port, mail.security.as_str());
    format!("  mail: by {server}:{port} ({security}), from {from}")
}

/// Shows the configuration that would take effect.
pub(super) fn show(place: &Place) -> Result<(), CommandError> {
    let text = place.read()?.show();
    output::line(text.trim_end());
    Ok(())
}
