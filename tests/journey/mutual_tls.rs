//! Clients with certificates at the demonstration, and all that its discovery tells.

use serde_json::{Value, json};

use super::demo::Demo;

async fn discovery(demo: &Demo) -> Value {
    let address = format!("{}/.well-known/openid-configuration", demo.issuer());
    reqwest::get(address).await.unwrap().json().await.unwrap()
}

/// A client that believes the demonstration's authority; with the sample client's certificate, or with none.
fn client(demo: &Demo, with_certificate: bool) -> reqwest::Client {
    let file = |name: &str| std::fs::read(demo.table["mtls"][name].as_str().unwrap()).unwrap();
    let root = reqwest::Certificate::from_pem(&file("authority_file")).unwrap();
    let mut client = reqwest::Client::builder().tls_certs_only([root]);
    if with_certificate {
        let pem = [file("certificate_file"), file("key_file")].concat();
        client = client.identity(reqwest::Identity::from_pem(&pem).unwrap());
    }
    client.build().unwrap()
}

const REQUEST: [(&str, &str); 2] = [
    ("grant_type", "client_credentials"),
    ("client_id", "feedback-export-certificate"),
];

#[tokio::test]
async fn a_client_with_a_certificate_gets_a_token_that_is_bound_to_it() {
    let mut demo = Demo::start().await;
    let aliases = discovery(&demo).await["mtls_endpoint_aliases"].clone();
    let address = demo.table["mtls"]["address"].as_str().unwrap().to_owned();
    let endpoint = aliases["token_endpoint"].as_str().unwrap().to_owned();
    assert_eq!(endpoint, format!("{address}/token"));
    let ask = async |client: &reqwest::Client, endpoint: &str| {
        let answer = client.post(endpoint).form(&REQUEST).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.unwrap())
    };
    let (status, told) = ask(&client(&demo, true), &endpoint).await;
    assert_eq!(status, 200, "{told}");
    let token = told["access_token"].as_str().unwrap();
    let bound = &crate::oauth::stage::claims(token)["cnf"]["x5t#S256"];
    assert_eq!(bound.as_str().unwrap().len(), 43);
    // Without the certificate, and where nobody asks for one, it is not believed.
    let plain = format!("{}/token", demo.issuer());
    for (client, endpoint) in [(client(&demo, false), &endpoint), (client(&demo, true), &plain)] {
        let (status, told) = ask(&client, endpoint).await;
        assert_eq!(
            (status, &told["error"]),
            (401, &json!("invalid_client")),
            "{endpoint}"
        );
    }
    // The certificates are kept: what applications were told stays true.
    let files = demo.table["mtls"].clone();
    let read = || std::fs::read(files["authority_file"].as_str().unwrap()).unwrap();
    let before = read();
    demo.restart();
    assert_eq!((read(), &demo.table["mtls"]), (before, &files));
    assert_eq!(ask(&client(&demo, true), &endpoint).await.0, 200);
}

/// RFC 8414, OpenID Connect Discovery and what adds to them, as far as this server does it.
#[tokio::test]
async fn its_discovery_shows_the_full_set() {
    let demo = Demo::start().await;
    let told = discovery(&demo).await;
    let mut members: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    insta::assert_snapshot!(members.join("\n"));
    for (list, all) in [
        (
            "token_endpoint_auth_methods_supported",
            &[
                "private_key_jwt",
                "client_secret_jwt",
                "tls_client_auth",
                "self_signed_tls_client_auth",
            ][..],
        ),
        (
            "grant_types_supported",
            &[
                "urn:ietf:params:oauth:grant-type:device_code",
                "urn:openid:params:grant-type:ciba",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ],
        ),
        ("response_types_supported", &["code", "id_token", "code id_token"]),
        ("response_modes_supported", &["form_post", "query.jwt"]),
        ("subject_types_supported", &["public", "pairwise"]),
        (
            "id_token_signing_alg_values_supported",
            &["RS256", "PS256", "ES256", "ES384", "Ed25519"],
        ),
        (
            "prompt_values_supported",
            &["none", "login", "consent", "select_account", "create"],
        ),
        ("backchannel_token_delivery_modes_supported", &["poll", "ping"]),
    ] {
        let values = told[list].as_array().unwrap_or_else(|| panic!("no {list}"));
        for one in all {
            assert!(values.contains(&json!(one)), "{list} without {one}: {values:?}");
        }
    }
    for on in [
        "tls_client_certificate_bound_access_tokens",
        "authorization_response_iss_parameter_supported",
        "request_parameter_supported",
        "request_uri_parameter_supported",
        "claims_parameter_supported",
        "frontchannel_logout_supported",
        "backchannel_logout_supported",
        "client_id_metadata_document_supported",
    ] {
        assert_eq!(told[on], true, "{on}");
    }
}
