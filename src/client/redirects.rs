//! Which redirect addresses go with which kind of application (OpenID Connect Registration section 2, `application_type`).

use url::{Host, Url};

use super::ApplicationType;
use super::metadata::MetadataRefusal;
use crate::domain::RedirectUri;

/// Holds addresses against the kind of application; where nothing is said, it is `web`.
///
/// A native application has addresses of its own schemes, of this machine by http, or of https that it has claimed (RFC 8252
/// section 7.2). A web application has https. Where its answers are codes, http on a loopback host is taken too (a program
/// on a developer's machine that knows RFC 7591 alone, which has no `application_type`); where ID tokens come through the
/// browser, no host of this machine is.
pub(super) fn check(
    kind: Option<ApplicationType>,
    answers_in_browser: bool,
    addresses: &[RedirectUri],
) -> Result<(), MetadataRefusal> {
    if kind == Some(ApplicationType::Native) {
        return Ok(());
    }
    for address in addresses {
        let url = Url::parse(address.as_str()).ok();
        let scheme = url.as_ref().map(Url::scheme).unwrap_or_default();
        if !matches!(scheme, "https" | "http") {
            return Err(MetadataRefusal::redirect(
                "addresses of an own scheme are for applications whose application_type is native",
            ));
        }
        let is_here = url.as_ref().and_then(Url::host).is_none_or(|host| is_here(&host));
        if answers_in_browser && (scheme != "https" || is_here) {
            return Err(MetadataRefusal::redirect(
                "a web application that is answered in the browser is reached by https, and not at localhost",
            ));
        }
    }
    Ok(())
}

fn is_here(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_addresses_of_its_own() {
        use ApplicationType::{Native, Web};
        for (address, in_browser, good) in [
            (
                "https://app.example/cb",
                true,
                &[None, Some(Web), Some(Native)][..],
            ),
            ("com.example.app:/cb", false, &[Some(Native)]),
            ("com.example.app:/cb", true, &[Some(Native)]),
            ("http://127.0.0.1/cb", false, &[None, Some(Web), Some(Native)]),
            ("http://localhost/cb", true, &[Some(Native)]),
            ("https://localhost/cb", true, &[Some(Native)]),
            ("https://localhost/cb", false, &[None, Some(Web), Some(Native)]),
            ("https://[::1]/cb", true, &[Some(Native)]),
        ] {
            let uri = [RedirectUri::register(address).unwrap()];
            for kind in [None, Some(Web), Some(Native)] {
                let allowed = check(kind, in_browser, &uri).is_ok();
                assert_eq!(allowed, good.contains(&kind), "{address} {kind:?} {in_browser}");
            }
        }
    }
}
