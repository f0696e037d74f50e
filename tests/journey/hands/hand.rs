//! How somebody works a page: with a pointer where no script runs, or with nothing but keys, which is looked after at each of them.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::Key;

use super::pages;
use crate::journey::chromium::Chromium;
use crate::signin::Town;

/// More than any page has stops.
const MOST_STOPS: usize = 150;

/// What the element is that has the focus, whether one sees that it has, and where it stands.
const LOOK: &str =
    "const now = document.activeElement, style = getComputedStyle(now), last = window.lastStop;
    window.lastStop = now;
    return {
        there: now.matches(arguments[0]),
        none: now === document.body || now === document.documentElement,
        seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
        same: now === last,
        ordered: now.tabIndex > 0,
        back: Boolean(last) && Boolean(last.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_PRECEDING),
        what: now.outerHTML.slice(0, 120),
    };";

/// How long, in steps, somebody waits for a page.
const PATIENCE: u32 = 400;
const STEP: Duration = Duration::from_millis(25);

/// Somebody at a browser.
pub(super) struct Somebody<'a> {
    pub(super) browser: &'a Chromium,
    pub(super) town: &'a Town,
    /// With keys only; else with a pointer, and without scripts.
    pub(super) keys: bool,
    /// The paths of the pages that were there.
    seen: Mutex<BTreeSet<String>>,
}

impl<'a> Somebody<'a> {
    pub(super) fn new(browser: &'a Chromium, town: &'a Town, keys: bool) -> Self {
        let seen = Mutex::default();
        Self {
            browser,
            town,
            keys,
            seen,
        }
    }

    /// Remembers the page that is there now.
    async fn look(&self) {
        let address = self.browser.address().await;
        if let Some(path) = address.strip_prefix(&self.town.server.issuer) {
            let path = path.split(['?', '#']).next().unwrap();
            self.seen.lock().unwrap().insert(path.to_owned());
        }
    }

    /// Ends a walk: all of its pages were there.
    pub(super) fn has_seen(&self, walk: &str) {
        let seen = self.seen.lock().unwrap();
        let missed = pages::missed(walk, &seen);
        assert!(missed.is_empty(), "{missed:?} are missing among {seen:?}");
    }
    pub(super) async fn open(&self, path: &str) {
        let address = if path.starts_with('/') {
            format!("{}{path}", self.town.server.issuer)
        } else {
            path.to_owned()
        };
        self.browser.open(&address).await;
        self.look().await;
    }

    /// What a script says of the page; asked again while one page gives way to the next.
    async fn ask(&self, script: &str, selector: &str) -> Value {
        let mut tries = 0;
        loop {
            let told = self.browser.driver.execute(script, vec![selector.into()]).await;
            tries += 1;
            match told {
                Ok(told) => return told.json().clone(),
                Err(fault) if tries == PATIENCE => panic!("{selector}: {fault}"),
                Err(_) => tokio::time::sleep(STEP).await,
            }
        }
    }

    async fn key(&self, keys: impl Into<thirtyfour::TypingData>) {
        let chain = self.browser.driver.action_chain();
        chain.send_keys(keys.into()).perform().await.unwrap();
    }

    /// Goes to an element by the Tab key, and looks on the way that one sees where one is, that the order is that of the page, and
    /// that nothing holds on to whoever comes.
    async fn reach(&self, selector: &str) {
        self.browser.find(selector).await;
        if self.ask(LOOK, selector).await["there"] == json!(true) {
            return;
        }
        let (mut rounds, mut stays) = (0, 0);
        for _ in 0..MOST_STOPS {
            self.key(Key::Tab).await;
            let stop = self.ask(LOOK, selector).await;
            let is = |what: &str| stop[what] == json!(true);
            // Of the parts of a date the browser itself shows which one it is.
            assert!(
                is("none") || is("seen") || is("same"),
                "one does not see where the focus is: {stop}"
            );
            assert!(!is("ordered"), "the page has an order of its own: {stop}");
            rounds += u32::from(is("back") || is("none"));
            assert!(
                rounds < 2,
                "the order of {selector} is not that of the page: {stop}"
            );
            // The parts of a date are stops within one field.
            stays = if is("same") { stays + 1 } else { 0 };
            assert!(stays < 5, "the focus cannot leave {stop}");
            if is("there") {
                return;
            }
        }
        panic!("no key leads to {selector} at {}", self.browser.address().await);
    }

    /// Presses a button or follows a link, and waits for the page that comes of it: it does not know what was marked on the one before.
    pub(super) async fn press(&self, selector: &str) {
        self.browser.find(selector).await;
        self.ask("window.left = true;", selector).await;
        self.push(selector).await;
        let there = "return document.readyState === 'complete' && !window.left;";
        for _ in 0..PATIENCE {
            if self.ask(there, selector).await == json!(true) {
                self.look().await;
                return;
            }
            tokio::time::sleep(STEP).await;
        }
        panic!(
            "nothing comes of {selector} at {}: {}",
            self.browser.address().await,
            self.browser.text().await
        );
    }

    /// Presses a button or follows a link that leads to no other page.
    pub(super) async fn push(&self, selector: &str) {
        if self.keys {
            self.reach(selector).await;
            self.enter().await;
        } else {
            self.browser.click(selector).await;
        }
    }

    /// The Enter key, pressed once. A chain of actions that is cut short by the next page is done again there, where it would send a
    /// form that nobody has filled in.
    async fn enter(&self) {
        let cdp = self.browser.driver.cdp();
        let key = json!({ "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13 });
        for (kind, text) in [("keyDown", json!("\r")), ("keyUp", Value::Null)] {
            let mut event = key.clone();
            event["type"] = json!(kind);
            if text.is_string() {
                event["text"] = text;
            }
            cdp.send_raw("Input.dispatchKeyEvent", event).await.unwrap();
        }
    }

    pub(super) async fn fill(&self, name: &str, text: &str) {
        let selector = format!("[name='{name}']:not([type=hidden])");
        self.fill_at(&selector, text).await;
    }

    /// Fills in the first field that fits.
    pub(super) async fn fill_at(&self, selector: &str, text: &str) {
        if self.keys {
            self.reach(selector).await;
            let chain = self.browser.driver.action_chain();
            let all = chain.key_down(Key::Control).send_keys("a").key_up(Key::Control);
            all.perform().await.unwrap();
            self.key(text).await;
        } else {
            let field = self.browser.find(selector).await;
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        }
    }

    /// A day, as it is typed where the browser is English.
    pub(super) async fn date(&self, name: &str, (year, month, day): (&str, &str, &str)) {
        let selector = format!("input[name='{name}']");
        if self.keys {
            self.reach(&selector).await;
            self.key(format!("{month}{day}{year}")).await;
        } else {
            let field = self.browser.find(&selector).await;
            field.send_keys(format!("{month}{day}{year}")).await.unwrap();
        }
        let script = "return document.querySelector(arguments[0]).value;";
        assert_eq!(
            self.ask(script, &selector).await,
            json!(format!("{year}-{month}-{day}"))
        );
    }

    /// Chooses from a list.
    pub(super) async fn choose(&self, name: &str, value: &str) {
        let selector = format!("select[name='{name}']");
        if self.keys {
            self.reach(&selector).await;
            self.key(Key::Home).await;
            let script = "return document.querySelector(arguments[0]).value;";
            for _ in 0..20 {
                if self.ask(script, &selector).await == json!(value) {
                    return;
                }
                self.key(Key::Down).await;
            }
            panic!("no key chooses {value} of {name}");
        }
        self.browser
            .click(&format!("{selector} option[value='{value}']"))
            .await;
    }

    /// Chooses one of several that stand below each other; one of them is chosen already.
    pub(super) async fn pick(&self, name: &str, value: &str) {
        let one = format!("input[name='{name}'][value='{value}']");
        if self.keys {
            self.reach(&format!("input[name='{name}']:checked")).await;
            for _ in 0..20 {
                if self.browser.has(&format!("{one}:checked")).await {
                    return;
                }
                self.key(Key::Down).await;
            }
            panic!("no key picks {value} of {name}");
        }
        self.browser.click(&one).await;
    }

    /// Ticks a box that is not ticked.
    pub(super) async fn tick(&self, name: &str) {
        let selector = format!("input[name='{name}']");
        if self.keys {
            self.reach(&selector).await;
            self.key(" ").await;
        } else {
            self.browser.click(&selector).await;
        }
        let script = "return document.querySelector(arguments[0]).checked;";
        for _ in 0..PATIENCE {
            if self.ask(script, &selector).await == json!(true) {
                return;
            }
            tokio::time::sleep(STEP).await;
        }
        panic!("{name} is not ticked");
    }

    /// What was refused is told, and whoever uses a keyboard or a reader of screens is led to it.
    pub(super) async fn is_told(&self, selector: &str) {
        self.browser.find(selector).await;
        let script = "const now = document.activeElement, error = document.querySelector(arguments[0]);
            const described = (now.getAttribute('aria-describedby') || '').split(' ').includes(error.id);
            return now === error || (described && error.id !== '') ? '' : now.outerHTML.slice(0, 120);";
        // A page is complete a moment before its field has the focus.
        let mut focus = self.ask(script, selector).await;
        for _ in 0..PATIENCE {
            if focus == json!("") {
                return;
            }
            tokio::time::sleep(STEP).await;
            focus = self.ask(script, selector).await;
        }
        let at = self.browser.address().await;
        panic!("the focus is not led to what was refused, at {at}, but to {focus}");
    }
}
