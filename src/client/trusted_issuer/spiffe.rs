//! Names of SPIFFE (SPIFFE-ID section 2): pure.

/// What each begins with; exactly so, since a name that we compare has one spelling.
pub(super) const SCHEME: &str = "spiffe://";

/// The longest name of a trust domain (section 2.1) and of a workload (section 2.3), in bytes.
const LONGEST_TRUST_DOMAIN: usize = 255;
const LONGEST: usize = 2_048;

/// Whether a text says that it is of SPIFFE, in whatever spelling.
pub(super) fn is_of_spiffe(text: &str) -> bool {
    let scheme = text.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("spiffe")
}

/// Whether a text is `spiffe://` and the name of a trust domain, and nothing else.
pub(super) fn is_trust_domain(text: &str) -> bool {
    text.strip_prefix(SCHEME).is_some_and(is_name)
}

/// The trust domain of a workload, as `spiffe://` and its name. A workload has a path: without one the name is that of the
/// trust domain itself, which shows nothing to anybody.
pub(super) fn trust_domain_of(workload: &str) -> Option<&str> {
    let (name, path) = workload.strip_prefix(SCHEME)?.split_once('/')?;
    let is_whole = workload.len() <= LONGEST && is_name(name) && path.split('/').all(is_segment);
    workload
        .get(..SCHEME.len().saturating_add(name.len()))
        .filter(|_| is_whole)
}

fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    (1..=LONGEST_TRUST_DOMAIN).contains(&text.len()) && text.bytes().all(allowed)
}

/// No segment is empty or leads elsewhere, and none is percent-encoded (section 2.2).
fn is_segment(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !matches!(text, "" | "." | "..") && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workload_lies_in_the_trust_domain_that_its_name_begins_with() {
        for (workload, expected) in [
            ("spiffe://acme.test/client", Some("spiffe://acme.test")),
            (
                "spiffe://acme.test/ns/prod/sa/Fetcher_1",
                Some("spiffe://acme.test"),
            ),
            (
                "spiffe://acme.test.evil.test/client",
                Some("spiffe://acme.test.evil.test"),
            ),
            ("spiffe://acme.test", None),
            ("spiffe://acme.test/", None),
            ("spiffe://acme.test/a//b", None),
            ("spiffe://acme.test/a/", None),
            ("spiffe://acme.test/a/../b", None),
            ("spiffe://acme.test/./b", None),
            ("spiffe://acme.test/a%2fb", None),
            ("spiffe://acme.test/a?b", None),
            ("spiffe://acme.test/a#b", None),
            ("spiffe://ACME.test/client", None),
            ("SPIFFE://acme.test/client", None),
            ("spiffe://acme.test:8443/client", None),
            ("spiffe://user@acme.test/client", None),
            ("spiffe:///client", None),
            ("spiffe://acme.t\u{e9}st/client", None),
            ("https://acme.test/client", None),
            ("", None),
        ] {
            assert_eq!(trust_domain_of(workload), expected, "{workload}");
        }
        let longest = format!("spiffe://acme.test/{}", "a".repeat(LONGEST - 19));
        assert!(trust_domain_of(&longest).is_some());
        assert_eq!(trust_domain_of(&format!("{longest}a")), None);
    }

    #[test]
    fn a_trust_domain_is_its_scheme_and_its_name() {
        let longest = format!("spiffe://{}", "a".repeat(255));
        for text in ["spiffe://acme.test", "spiffe://a-b_c.1", &longest] {
            assert!(is_trust_domain(text), "{text}");
        }
        let too_long = format!("{longest}a");
        for text in [
            "spiffe://",
            "spiffe://acme.test/",
            "spiffe://Acme",
            "acme.test",
            &too_long,
        ] {
            assert!(!is_trust_domain(text), "{text}");
        }
        for text in ["spiffe://acme.test/", "Spiffe:acme", "spiffe"] {
            assert!(is_of_spiffe(text), "{text}");
        }
        assert!(!is_of_spiffe("https://spiffe.test"));
    }
}
