//! What no honest client sends, sent to every route: always a clear refusal, never a fault of ours, and the server lives on.

use reqwest::{Client, Method, StatusCode, redirect::Policy};

use crate::support::Server;

/// Queries with broken encodings, NUL bytes, repeated parameters, and more than anybody needs.
fn queries() -> Vec<String> {
    vec![
        String::new(),
        "?a=1&a=2".to_owned(),
        "?client_id=x&client_id=y&scope=a&scope=b".to_owned(),
        "?client_id=%00&state=%00".to_owned(),
        "?client_id=%ff%fe&redirect_uri=%c3%28".to_owned(),
        "?client_id=%zz&response_type=%".to_owned(),
        "?continuation=../../etc/passwd&id_token_hint=..".to_owned(),
        format!("?state={}", "x".repeat(12_000)),
        format!("?state={}", "x".repeat(40_000)),
    ]
}

/// Bodies with their content type.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let form = "application/x-www-form-urlencoded";
    vec![
        (form, Vec::new()),
        (
            form,
            b"grant_type=client_credentials&grant_type=refresh_token".to_vec(),
        ),
        (form, b"grant_type=%00&client_id=%ff&code=%".to_vec()),
        (form, b"\xff\xfe\x00\x01".to_vec()),
        (
            form,
            b"form_token=forged&username=a&password=b&code=000000&choice=allow".to_vec(),
        ),
        (form, vec![b'a'; 300_000]),
        ("application/json", b"{\"subject\":".to_vec()),
        (
            "application/json",
            b"[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]".to_vec(),
        ),
        (
            "application/json",
            format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000)).into_bytes(),
        ),
        ("application/x-unheard-of", b"a=1".to_vec()),
        ("", b"a=1".to_vec()),
    ]
}

fn is_acceptable(status: StatusCode) -> bool {
    status.is_success() || status.is_redirection() || status.is_client_error()
}

/// What comes back from one address for every query that nobody sends in earnest.
async fn faults_of_queries(client: &Client, method: &Method, address: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for query in queries() {
        let asked = client
            .request(method.clone(), format!("{address}{query}"))
            .header("cookie", "doorward_session=%00; doorward_browser=\"x");
        let status = asked.send().await.unwrap().status();
        if !is_acceptable(status) {
            faults.push(format!(
                "{status} {method} {address}{}",
                &query[..query.len().min(60)]
            ));
        }
    }
    faults
}

/// The same for bodies.
async fn faults_of_bodies(client: &Client, address: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (kind, body) in bodies() {
        let (length, start) = (body.len(), body[..body.len().min(40)].to_vec());
        let asked = client.post(address).header("content-type", kind).body(body);
        let status = asked
            .header("authorization", "Basic %%%")
            .send()
            .await
            .map(|answer| answer.status());
        // A body over the limit may be cut off while it is still being sent.
        if !status
            .as_ref()
            .map_or(length > 60_000, |status| is_acceptable(*status))
        {
            faults.push(format!("{status:?} POST {address} {kind} {start:?}"));
        }
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_answers_hostile_input_with_a_fault() {
    let server = Server::start().await;
    let client = Client::builder()
        .pool_max_idle_per_host(0)
        .redirect(Policy::none())
        .build()
        .unwrap();
    let parameter = regex_lite::Regex::new(r"\{[^}]*\}").unwrap();
    let mut faults = Vec::new();
    for route in doorward::server::routes() {
        for place in ["0190a0b0-0000-7000-8000-000000000000", "%00", "..%2f..", "%ff"] {
            let address = server.url(&parameter.replace_all(route.path, place));
            faults.extend(faults_of_queries(&client, &route.method, &address).await);
            if route.method == Method::POST {
                faults.extend(faults_of_bodies(&client, &address).await);
            }
            if !route.path.contains('{') {
                break;
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    let alive = client.get(server.url("/readyz")).send().await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_protect_it() {
    let server = Server::start().await;
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    for route in doorward::server::routes()
        .iter()
        .filter(|route| !route.path.contains('{'))
    {
        let answer = client
            .request(route.method.clone(), server.url(route.path))
            .send()
            .await
            .unwrap();
        let headers = answer.headers();
        for name in [
            "x-content-type-options",
            "referrer-policy",
            "content-security-policy",
            "cache-control",
        ] {
            assert!(
                headers.contains_key(name),
                "{} {} has no {name}",
                route.method,
                route.path
            );
        }
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{}: {policy}",
            route.path
        );
        assert!(!policy.contains("unsafe"), "{}: {policy}", route.path);
    }
    server.stop().await;
}
