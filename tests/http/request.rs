//! What extractors and the layer around all routes make of requests, hostile ones first.

use axum::body::Body;
use doorward::config::Config;
use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE};

use super::door::Door;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_form_is_read_and_a_broken_one_is_refused_in_the_words_of_the_endpoint() {
    let door = Door::open().await;
    assert_eq!(door.send_form(FORM, "a=1&b=2").await.body, "1");
    assert_eq!(
        door.send_form(&format!("{FORM}; charset=UTF-8"), "a=1")
            .await
            .body,
        "1"
    );
    assert_eq!(door.send_form(FORM, "a=").await.body, "nothing");
    for broken in ["a=1&a=2", "a=%00", "a=%zz", "a=%ff", "a=%"] {
        let answer = door.send_form(FORM, broken).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{broken}");
        assert_eq!(answer.body, "in my own words");
    }
}

#[tokio::test]
async fn a_form_of_another_type_is_refused() {
    let door = Door::open().await;
    for kind in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "",
        "application/x-www-form-urlencoded; charset=iso-8859-9",
    ] {
        let answer = door.send_form(kind, "a=1").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let answer = door.ask("POST", "/form", &[], "a=1").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let twice = [("content-type", FORM), ("content-type", "application/json")];
    let answer = door.ask("POST", "/form", &twice, "a=1").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_and_without_a_declared_length() {
    let door = Door::open_with(|config| config.server.body_limit = 1000).await;
    let fitting = format!("a={}", "x".repeat(998));
    assert_eq!(door.send_form(FORM, fitting.clone()).await.status, StatusCode::OK);
    let large = format!("{fitting}x");
    let answer = door.send_form(FORM, large.clone()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> = large
        .as_bytes()
        .chunks(100)
        .map(|piece| Ok(piece.to_vec()))
        .collect();
    let streamed = Body::from_stream(futures_util::stream::iter(pieces));
    let answer = door.send_form(FORM, streamed).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = door
        .ask("POST", "/json", &[("content-type", "application/json")], large)
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_the_senders_fault() {
    let door = Door::open().await;
    let pieces = [Ok(b"a=".to_vec()), Err(std::io::Error::other("connection lost"))];
    let broken = Body::from_stream(futures_util::stream::iter(pieces));
    assert_eq!(door.send_form(FORM, broken).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_broken_query_is_a_problem_document_without_what_was_sent() {
    let door = Door::open().await;
    assert_eq!(door.ask("GET", "/query?a=%C3%BC+x", &[], "").await.body, "ü x");
    for broken in ["a=1&a=evil", "a=evil%00", "a=evil%ff", "evil=%2"] {
        let answer = door.ask("GET", &format!("/query?{broken}"), &[], "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{broken}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(!answer.body.contains("evil"), "{}", answer.body);
    }
}

#[tokio::test]
async fn json_is_taken_as_json_only_and_mistakes_are_told_without_quoting_them() {
    let door = Door::open().await;
    let send = async |kind: &str, body: &str| {
        door.ask("POST", "/json", &[(CONTENT_TYPE.as_str(), kind)], body.to_owned())
            .await
    };
    assert_eq!(
        send("application/json", r#"{"colour":"red"}"#).await.body,
        "\"red\""
    );
    for kind in ["text/plain", "application/json; charset=utf-16", FORM, ""] {
        let answer = send(kind, r#"{"colour":"red"}"#).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let deep = "[".repeat(10_000);
    let hostile = [
        "",
        "{",
        "evil",
        "[]",
        r#"{"colour":"red","colour":"blue"}"#,
        r#"{"colour":"red","evil":1}"#,
        r#"{"colour":1}"#,
        r#"{"colour":"\ud800"}"#,
        &deep,
    ];
    for body in hostile {
        let answer = send("application/json", body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(!answer.body.contains("evil"), "{}", answer.body);
    }
}

#[tokio::test]
async fn the_address_is_the_peers_unless_a_listed_proxy_tells_another() {
    let door = Door::open().await;
    let forwarded = [
        ("x-forwarded-for", "198.51.100.1"),
        ("forwarded", "for=198.51.100.1"),
    ];
    let answer = door.ask("GET", "/seen", &forwarded, "").await;
    assert_eq!(answer.body, "Some(\"10.0.0.1\")");
    let door =
        Door::open_with(|config| config.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]).await;
    let answer = door.ask("GET", "/seen", &forwarded, "").await;
    assert_eq!(answer.body, "Some(\"198.51.100.1\")");
    let answer = door
        .ask("GET", "/seen", &[("x-forwarded-for", "' OR 1=1")], "")
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = door
        .ask("GET", "/page", &[("x-forwarded-for", "unknown")], "")
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_new_browser_gets_a_cookie_and_a_known_one_keeps_its_own() {
    let door = Door::open().await;
    let first = door.ask("GET", "/visit", &[], "").await;
    let cookie = first.cookie().unwrap();
    assert!(cookie.starts_with("doorward_browser="), "{cookie}");
    let attributes = "; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000";
    assert!(cookie.ends_with(attributes), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let again = door.ask("GET", "/visit", &[("cookie", pair)], "").await;
    assert_eq!(again.cookie(), None);
    assert_eq!(again.body, first.body);
    for broken in [
        "doorward_browser=",
        "doorward_browser=short",
        "doorward_browser=%00",
        "=;;;=,",
        &format!("{pair}; {pair}"),
    ] {
        let answer = door.ask("GET", "/visit", &[("cookie", broken)], "").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_ne!(answer.cookie(), None, "{broken}");
        assert_ne!(answer.body, first.body, "{broken}");
    }
}

#[tokio::test]
async fn on_https_the_cookie_is_bound_to_the_host_and_the_door_stays_https() {
    let change = |config: &mut Config| {
        config.server.issuer = "https://id.example".parse().unwrap();
        // TLS ends at a listed proxy.
        config.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    };
    let door = Door::open_with(change).await;
    let answer = door.ask("GET", "/visit", &[], "").await;
    let cookie = answer.cookie().unwrap();
    assert!(cookie.starts_with("__Host-doorward_browser="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=34560000"),
        "{cookie}"
    );
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000");
    let planted = cookie.split(';').next().unwrap().replace("__Host-", "");
    let answer = door.ask("GET", "/visit", &[("cookie", &planted)], "").await;
    assert_ne!(
        answer.cookie(),
        None,
        "a cookie without the prefix is not believed"
    );
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_page_in_the_same_browser_only() {
    let door = Door::open().await;
    let (cookie, token) = door.first_visit().await;
    let (other_cookie, other_token) = door.first_visit().await;
    assert_ne!(token, other_token);
    let send = async |cookie: &str, token: &str, more: &[(&str, &str)]| {
        let mut headers = vec![("content-type", FORM), (COOKIE.as_str(), cookie)];
        headers.extend_from_slice(more);
        door.ask("POST", "/submission", &headers, format!("form_token={token}&a=1"))
            .await
    };
    let origin = door.house.config.server.issuer.origin().ascii_serialization();
    for good in [
        &[][..],
        &[("sec-fetch-site", "same-origin"), ("origin", origin.as_str())],
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
    ] {
        let answer = send(&cookie, &token, good).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{good:?}");
    }
    for bad in [
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
        [("origin", "https://evil.example")],
    ] {
        assert_eq!(
            send(&cookie, &token, &bad).await.status,
            StatusCode::FORBIDDEN,
            "{bad:?}"
        );
    }
    for (cookie, token) in [
        (cookie.as_str(), other_token.as_str()),
        (other_cookie.as_str(), token.as_str()),
        ("", token.as_str()),
        (cookie.as_str(), ""),
        (cookie.as_str(), "AAAA"),
        (cookie.as_str(), "%F0%9F%9A%AA"),
    ] {
        let answer = send(cookie, token, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
        assert!(
            answer.body.contains("This page is out of date"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_form_that_cannot_be_read_gets_a_page_that_says_what_to_do() {
    let door = Door::open().await;
    let (cookie, token) = door.first_visit().await;
    for (kind, body, status) in [
        (
            FORM,
            format!("form_token={token}&a=1&a=2"),
            StatusCode::BAD_REQUEST,
        ),
        (FORM, format!("form_token={token}&a=%00"), StatusCode::BAD_REQUEST),
        (
            FORM,
            "x".repeat(door.house.config.server.body_limit + 1),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        ("text/plain", String::new(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let headers = [("content-type", kind), ("cookie", cookie.as_str())];
        let answer = door.ask("POST", "/submission", &headers, body).await;
        assert_eq!(answer.status, status);
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.body.contains("Reference: "), "{}", answer.body);
    }
}

#[tokio::test]
async fn the_language_is_as_asked_then_as_chosen_then_as_the_browser_is_set() {
    let door = Door::open().await;
    let language = async |path: &str, headers: &[(&str, &str)]| {
        let answer = door.ask("GET", path, headers, "").await;
        answer.body.split(' ').next().unwrap().to_owned()
    };
    let set = ("accept-language", "tr-TR,tr;q=0.9,en;q=0.8");
    let chosen = ("cookie", "doorward_language=de");
    assert_eq!(language("/visit", &[]).await, "en");
    assert_eq!(language("/visit", &[set]).await, "tr");
    assert_eq!(language("/visit", &[set, chosen]).await, "de");
    assert_eq!(language("/visit?ui_locales=fr+en-GB", &[set, chosen]).await, "en");
    assert_eq!(language("/visit?ui_locales=xx", &[set, chosen]).await, "de");
    assert_eq!(language("/visit?ui_locales=%ff", &[set]).await, "tr");
    assert_eq!(
        language("/visit", &[("cookie", "doorward_language=../../etc")]).await,
        "en"
    );
    let kept = door.ask("GET", "/visit?ui_locales=de", &[], "").await;
    let kept: Vec<&str> = kept
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    assert!(
        kept.iter()
            .any(|cookie| cookie.starts_with("doorward_language=de;")),
        "{kept:?}"
    );
}

#[tokio::test]
async fn a_page_carries_every_header_that_protects_it() {
    let door = Door::open().await;
    let answer = door.ask("GET", "/page", &[("accept-language", "de")], "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
             frame-ancestors 'none'; form-action 'self'",
        ),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("strict-transport-security", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"));
    assert!(answer.body.contains("<html lang=\"de\">"));
    assert_eq!(answer.body.matches("<h1>").count(), 1);
    assert!(!answer.body.contains("<script"));
    assert!(!answer.body.contains("style="));
}

#[tokio::test]
async fn unknown_addresses_and_wrong_methods_are_told_to_people_and_to_programs() {
    let door = Door::open().await;
    let page = (ACCEPT.as_str(), "text/html,application/xhtml+xml,*/*;q=0.8");
    for (method, path, status) in [
        ("GET", "/nowhere?x=<script>", StatusCode::NOT_FOUND),
        ("GET", "/form", StatusCode::METHOD_NOT_ALLOWED),
        ("TRACE", "/page", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let path = path.replace('<', "%3C").replace('>', "%3E");
        let answer = door.ask(method, &path, &[page], "").await;
        assert_eq!(answer.status, status);
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        assert!(answer.body.contains("Reference: "));
        assert!(!answer.body.contains("<script"));
        let answer = door.ask(method, &path, &[("accept", "*/*")], "").await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.body.contains("urn:uuid:"), "{}", answer.body);
        assert_eq!(answer.cookie(), None);
    }
    assert_eq!(door.ask("GET", "/form", &[], "").await.header("allow"), "POST");
}

#[tokio::test]
async fn no_answer_is_built_from_the_host_that_a_request_names() {
    let door = Door::open().await;
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
        ("accept", "text/html"),
    ];
    for path in ["/page", "/nowhere", "/visit"] {
        let answer = door.ask("GET", path, &headers, "").await;
        assert!(!answer.body.contains("evil"), "{path}");
        assert!(
            answer
                .headers
                .values()
                .all(|value| !value.to_str().unwrap().contains("evil")),
            "{path}"
        );
    }
}
