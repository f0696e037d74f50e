//! Devices in plain words.

use super::Text;

/// Which browser on what, as far as its `User-Agent` tells. Nothing rests on it: whoever wants to can say anything there.
#[must_use]
pub fn device(text: &Text, user_agent: Option<&str>) -> String {
    let agent = user_agent.unwrap_or_default();
    match (first(agent, BROWSERS), first(agent, SYSTEMS)) {
        (Some(browser), Some(system)) => {
            text.get_args("account-device", &[("browser", browser), ("system", system)])
        }
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => text.get("account-device-unknown"),
    }
}

/// What a user agent contains, and what that means; the first that fits counts, since most pretend to be others too.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

fn first(agent: &str, known: &[(&str, &'static str)]) -> Option<&'static str> {
    let mut known = known.iter();
    known
        .find(|(part, _)| agent.contains(part))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::http::{Language, Sentences};

    #[test]
    fn a_browser_is_told_by_the_name_that_people_know() {
        let english = Text::new(Arc::new(Sentences::load().0), Language::English);
        let told = |agent: &str| device(&english, Some(agent));
        assert_eq!(
            told("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox on Linux"
        );
        assert_eq!(
            told(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Safari/537.36 Edg/140.0.0.0"
            ),
            "Edge on Windows"
        );
        assert_eq!(
            told(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone"
        );
        assert_eq!(told("curl/8.5.0"), "Unknown device");
        assert_eq!(device(&english, None), "Unknown device");
    }
}
