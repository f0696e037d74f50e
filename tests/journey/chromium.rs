//! Chromium without a window: clicks, types, takes pictures, and checks each page's accessibility with axe.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use thirtyfour::prelude::*;

/// A browser with a profile of its own; ended by its pid.
pub(crate) struct Chromium {
    pub(crate) driver: WebDriver,
    process: Child,
    axe: String,
    pictures: PathBuf,
}

impl Chromium {
    pub(crate) async fn start() -> Self {
        let axe = std::env::var("DOORWARD_TEST_AXE")
            .expect("DOORWARD_TEST_AXE names axe.min.js: run the tests by tests/run");
        let pictures = PathBuf::from(
            std::env::var("DOORWARD_TEST_ARTEFACTS").unwrap_or_else(|_| "artefacts".to_owned()),
        );
        std::fs::create_dir_all(&pictures).unwrap();
        let port = crate::support::free_ports(1);
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed by tests/run");
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
            "--lang=en",
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        let address = format!("http://127.0.0.1:{port}");
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let driver = WebDriver::new(&address, capabilities)
            .await
            .expect("Chromium starts");
        driver
            .set_implicit_wait_timeout(Duration::from_secs(10))
            .await
            .unwrap();
        let axe = std::fs::read_to_string(axe).unwrap();
        Self {
            driver,
            process,
            axe,
            pictures,
        }
    }

    pub(crate) async fn open(&self, address: &str) {
        self.driver.goto(address).await.unwrap();
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.find(selector).await.click().await.unwrap();
    }

    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let field = self
            .find(&format!("input[name='{name}']:not([type=hidden])"))
            .await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub(crate) async fn find(&self, selector: &str) -> WebElement {
        match self.driver.find(By::Css(selector)).await {
            Ok(element) => element,
            Err(fault) => panic!(
                "no {selector} at {}: {fault}\n{}",
                self.address().await,
                self.text().await
            ),
        }
    }

    pub(crate) async fn address(&self) -> String {
        self.driver.current_url().await.unwrap().to_string()
    }

    pub(crate) async fn text(&self) -> String {
        self.driver
            .find(By::Tag("body"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// Whether something is on the page now, without waiting for it.
    pub(crate) async fn has(&self, selector: &str) -> bool {
        let script = "return document.querySelector(arguments[0]) !== null;";
        let answer = self.driver.execute(script, vec![selector.into()]).await.unwrap();
        answer.json().as_bool().unwrap()
    }

    /// The values of an attribute of all matching elements.
    pub(crate) async fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map(e => e.getAttribute(arguments[1]));";
        let answer = self
            .driver
            .execute(script, vec![selector.into(), name.into()])
            .await
            .unwrap();
        serde_json::from_value(answer.json().clone()).unwrap()
    }

    /// Looks at the page as people do: a picture on the phone and on the desktop, and no violation of accessibility.
    pub(crate) async fn look(&self, name: &str) {
        for (device, width, height) in [("phone", 390, 844), ("desktop", 1280, 900)] {
            self.driver.set_window_rect(0, 0, width, height).await.unwrap();
            let picture = self.pictures.join(format!("{name}-{device}.png"));
            self.driver.screenshot(&picture).await.unwrap();
            self.accessible(name, device).await;
        }
    }

    /// From here on the system prefers dark.
    pub(crate) async fn prefer_dark(&self) {
        self.prefer(true).await;
    }

    /// From here on the system prefers dark, or light; and nothing that moves, so that no colour is measured half way to another.
    pub(crate) async fn prefer(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let asked = serde_json::json!({ "features": [
            { "name": "prefers-color-scheme", "value": value }, { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.driver
            .cdp()
            .send_raw("Emulation.setEmulatedMedia", asked)
            .await
            .unwrap();
    }

    /// Makes the window so wide, also narrower than windows of the system can be.
    pub(crate) async fn widen(&self, width: u32) {
        let asked =
            serde_json::json!({ "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false });
        self.driver
            .cdp()
            .send_raw("Emulation.setDeviceMetricsOverride", asked)
            .await
            .unwrap();
    }

    /// Whether nothing is to be scrolled sideways.
    pub(crate) async fn fits(&self, name: &str) {
        let script = "const root = document.scrollingElement;
            const wide = [...document.querySelectorAll('main *, header *, footer *')]
                .filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1);
            return root.scrollWidth <= innerWidth ? '' : wide.slice(0, 3).map(e => e.outerHTML.slice(0, 150)).join(' | ') || 'wide';";
        let told = self.driver.execute(script, Vec::new()).await.unwrap();
        assert_eq!(told.json().as_str(), Some(""), "{name} scrolls sideways");
    }

    pub(crate) async fn accessible(&self, name: &str, device: &str) {
        self.driver.execute(&self.axe, Vec::new()).await.unwrap();
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
               .then(result => done(result.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))))
               .catch(fault => done(['axe failed: ' + fault]));";
        let answer = self.driver.execute_async(script, Vec::new()).await.unwrap();
        let violations: Vec<String> = serde_json::from_value(answer.json().clone()).unwrap();
        assert!(violations.is_empty(), "{name} on a {device}: {violations:#?}");
        let overflow = "return document.documentElement.scrollWidth > document.documentElement.clientWidth;";
        let overflows = self.driver.execute(overflow, Vec::new()).await.unwrap();
        assert_eq!(
            overflows.json().as_bool(),
            Some(false),
            "{name} on a {device} scrolls sideways"
        );
    }

    /// Ends the browser.
    pub(crate) async fn close(mut self) {
        drop(self.driver.clone().quit().await);
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
