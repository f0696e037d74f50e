//! What the pages of a sign-in weigh: at most 30 KB each, with what they load.

use super::{PASSWORD, Town, enter_password, identify};
use crate::support::{Browser, Page};

const MOST: usize = 30 * 1_024;

/// The bytes of a page with its style, scripts and icon.
async fn weigh(browser: &Browser, page: &Page) -> usize {
    let mut bytes = page.body.len();
    for part in page
        .body
        .split(['"', '\''])
        .filter(|part| part.starts_with("/static/"))
    {
        bytes += browser.get(part).await.body.len();
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_a_sign_in_weighs_more_than_thirty_kilobytes() {
    let town = Town::new().await;
    let (rosa, max) = (town.person("rosa").await, town.person("max").await);
    town.demand_second_factor(rosa).await;
    town.give_authenticator(max).await;
    let browser = town.browser();
    let name = browser.get("/signin").await;
    let password = identify(&browser, "rosa").await;
    let enrolment = enter_password(&browser, "rosa", PASSWORD).await;
    assert!(enrolment.body.contains("<svg"), "{}", enrolment.text());
    let other = town.browser();
    let code = enter_password(&other, "max", PASSWORD).await;
    assert!(code.has_field("code"), "{}", code.text());
    for (what, page) in [
        ("name", name),
        ("password", password),
        ("enrolment", enrolment),
        ("code", code),
    ] {
        let bytes = weigh(&browser, &page).await;
        assert!((10_000..=MOST).contains(&bytes), "{what}: {bytes} bytes");
    }
}
