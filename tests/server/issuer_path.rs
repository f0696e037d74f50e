//! An issuer with a path: everything below it, nothing beside it, in every address that leaves the house.

use doorward::domain::ClientAuthMethod;
use regex_lite::Regex;

use crate::signin::{PASSWORD, Town, VERIFIER, authorize};
use crate::support::{Browser, Page};

const PATH: &str = "/tenant/one";
const CALLBACK: &str = "https://desk.test/callback";

/// A town below a path, and a browser that knows its host only.
async fn below() -> (Town, Browser) {
    let town = Town::with(|config| config.server.issuer.set_path(PATH)).await;
    assert!(town.server.issuer.ends_with(PATH));
    let host = town.server.issuer.strip_suffix(PATH).unwrap();
    let browser = Browser::new(host);
    (town, browser)
}

/// Addresses of links, forms, styles and pictures.
fn addresses(page: &Page) -> Vec<String> {
    let address = Regex::new("(?:href|action|src)=\"([^\"]*)\"").unwrap();
    let found = address.captures_iter(&page.body);
    found.map(|found| found[1].to_owned()).collect()
}

fn assert_below(page: &Page) {
    let found = addresses(page);
    assert!(found.len() > 2, "{}", page.body);
    // The skip link leads to the page itself.
    for one in found.iter().filter(|one| !one.starts_with('#')) {
        assert!(one.starts_with(&format!("{PATH}/")), "{one} at {}", page.url);
        assert!(
            !one.starts_with(&format!("{PATH}{PATH}")),
            "{one} at {}",
            page.url
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_below_the_path_and_the_client_gets_its_tokens_there() {
    let (town, browser) = below().await;
    town.person("rosa").await;
    town.register("desk", ClientAuthMethod::None, CALLBACK).await;
    let request = format!("{PATH}{}", authorize("desk", CALLBACK, &[("state", "s")]));
    let page = browser.get(&request).await;
    assert!(page.url.contains("/tenant/one/signin/"), "{}", page.url);
    assert_below(&page);
    let page = browser.submit(&page, &[("username", "rosa")]).await;
    assert_below(&page);
    let german = addresses(&page)
        .into_iter()
        .find(|one| one.contains("ui_locales=de"));
    assert!(browser.get(&german.unwrap()).await.body.contains("lang=\"de\""));
    for asset in addresses(&page).iter().filter(|one| one.contains("/static/")) {
        assert_eq!(browser.get(asset).await.status, 200, "{asset}");
    }
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    let page = if page.has_button("allow") {
        assert_below(&page);
        browser.press(&page, "allow").await
    } else {
        page
    };
    let back = url::Url::parse(page.location().unwrap_or_else(|| panic!("{page:?}"))).unwrap();
    assert!(back.as_str().starts_with(CALLBACK), "{back}");
    let value = |name: &str| {
        back.query_pairs()
            .find(|(key, _)| key == name)
            .unwrap()
            .1
            .into_owned()
    };
    assert_eq!(value("iss"), town.server.issuer);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "desk"),
        ("code", &value("code")),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let answer = browser.post(&format!("{PATH}/token"), &fields).await;
    let tokens: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let token = tokens["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{tokens}"));
    let userinfo = reqwest::Client::new()
        .get(format!("{}/userinfo", town.server.issuer))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(userinfo.status(), 200);
    // The pages of the account, and those of a wrong turn.
    assert_below(&browser.get(&format!("{PATH}/account/applications")).await);
    assert_below(&browser.get(PATH).await);
    assert_below(&browser.get(&format!("{PATH}/logout")).await);
    assert_below(&browser.get(&format!("{PATH}/authorize?client_id=nobody")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_is_found_in_both_forms_and_names_addresses_below_the_path() {
    let (town, browser) = below().await;
    let issuer = town.server.issuer.as_str();
    for path in [
        "/tenant/one/.well-known/openid-configuration",
        "/tenant/one/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/tenant/one",
        "/.well-known/openid-configuration/tenant/one",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let metadata: serde_json::Value = serde_json::from_str(&page.body).unwrap();
        assert_eq!(metadata["issuer"], issuer);
        for (name, value) in metadata.as_object().unwrap() {
            let address = value
                .as_str()
                .filter(|_| name.ends_with("_endpoint") || name.ends_with("_uri"));
            if let Some(address) = address {
                assert!(address.starts_with(&format!("{issuer}/")), "{name}: {address}");
            }
        }
        let keys = metadata["jwks_uri"].as_str().unwrap();
        assert_eq!(browser.get(keys).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_health_of_the_process_is_beside_the_path() {
    let (_town, browser) = below().await;
    for path in [
        "/",
        "/signin",
        "/token",
        "/jwks",
        "/authorize",
        "/tenant",
        "/tenant/onetoken",
        "/tenant/one/tenant/one/jwks",
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/tenant",
        "/.well-known/oauth-authorization-server",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    assert_eq!(browser.get("/livez").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_stay_below_the_path_and_tell_it() {
    let (town, browser) = below().await;
    let page = browser.get(&format!("{PATH}/signin?ui_locales=de")).await;
    assert_below(&page);
    let answer = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
        .get(format!("{}/signin?ui_locales=de", town.server.issuer))
        .send()
        .await
        .unwrap();
    let cookies: Vec<&str> = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(
            cookie.contains("; Path=/tenant/one; HttpOnly; SameSite=Lax"),
            "{cookie}"
        );
        assert!(
            cookie.split('=').next().unwrap().ends_with(".tenant.one"),
            "{cookie}"
        );
    }
    let to = answer.headers()["location"].to_str().unwrap();
    assert!(to.starts_with("/tenant/one/signin/"), "{to}");
}

#[tokio::test]
async fn the_state_that_a_script_reads_is_kept_apart_for_each_issuer_and_the_frame_knows_its_name() {
    for (issuer, name, path) in [
        ("http://localhost:8080", "doorward_state", "/"),
        ("http://localhost:8080/one", "doorward_state.one", "/one"),
        ("https://id.example", "__Host-doorward_state", "/"),
        ("https://id.example/two", "__Secure-doorward_state.two", "/two"),
    ] {
        let mut config = doorward::config::Config::default();
        config.oauth.session_management = true;
        config.server.issuer = issuer.parse().unwrap();
        let database = std::sync::Arc::new(crate::support::Database::new().await);
        let bare = crate::support::Bare::on(database, config).await;
        let token = doorward::domain::Token::presented("x");
        let cookie = doorward::session::state_cookie(&bare.house, &token).unwrap();
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
        assert!(cookie.contains(&format!("; Path={path}; SameSite=")), "{cookie}");
        assert_eq!(doorward::session::state_cookie_name(&bare.house), name);
    }
}

#[tokio::test]
async fn on_https_a_cookie_below_a_path_is_secure_without_the_prefix_that_asks_for_the_root() {
    let set = async |issuer: &str| {
        let mut config = doorward::config::Config::default();
        config.server.issuer = issuer.parse().unwrap();
        let database = std::sync::Arc::new(crate::support::Database::new().await);
        let bare = crate::support::Bare::on(database, config).await;
        let cookie = doorward::http::cookie::set(&bare.house, "door", "x", None);
        let headers = http::HeaderMap::from_iter([(
            http::header::COOKIE,
            cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .parse()
                .unwrap(),
        )]);
        assert_eq!(
            doorward::http::cookie::read(&bare.house, &headers, "door"),
            Some("x")
        );
        cookie.to_str().unwrap().to_owned()
    };
    assert_eq!(
        set("https://id.example").await,
        "__Host-door=x; Path=/; HttpOnly; SameSite=Lax; Secure"
    );
    assert_eq!(
        set("https://id.example/a/b").await,
        "__Secure-door.a.b=x; Path=/a/b; HttpOnly; SameSite=Lax; Secure"
    );
}
