//! An app on the person's own machine listens on a free port at each start (RFC 8252 section 7.3). Chromium holds the
//! redirects after each form against the page's `form-action`, which no browser without one can show.

use doorward::domain::ClientAuthMethod;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::chromium::Chromium;
use crate::signin::{PASSWORD, Town, authorize};

/// A request with its body, as far as there is one.
async fn read(stream: &mut TcpStream) -> String {
    let mut asked = String::new();
    let mut buffer = [0; 4_096];
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        asked.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let whole = asked.contains("\r\n\r\n") && !asked.starts_with("POST");
        if whole || asked.contains("code=") {
            break;
        }
    }
    asked
}

/// An app that takes a free port; answers its address.
async fn app() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/callback", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let asked = read(&mut stream).await;
            let id = if asked.contains("code=") {
                "arrived"
            } else {
                "other"
            };
            let body = format!("<!DOCTYPE html><title>App</title><p id={id}>App</p>");
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            drop(stream.write_all(answer.as_bytes()).await);
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_on_any_loopback_port_gets_its_code_after_each_form() {
    let town = Town::new().await;
    town.person("rosa").await;
    for (id, method) in [
        ("assured", ClientAuthMethod::ClientSecretBasic),
        ("native", ClientAuthMethod::None),
    ] {
        town.register(id, method, "http://127.0.0.1/callback").await;
    }
    let browser = Chromium::start().await;
    let open = async |client: &str, callback: &str, more: &[(&str, &str)]| {
        let address = town.server.url(&authorize(client, callback, more));
        browser.open(&address).await;
    };
    let sign_in = async || {
        browser.fill("username", "rosa").await;
        browser.click("#continue").await;
        browser.fill("password", PASSWORD).await;
        browser.click("#continue").await;
    };

    // The form of the password ends at the app, without a question.
    open("assured", &app().await, &[]).await;
    sign_in().await;
    browser.find("#arrived").await;

    // So does that of the question, asked each time of an app that anybody could pose as.
    open("native", &app().await, &[]).await;
    browser.click("#allow").await;
    browser.find("#arrived").await;
    open("native", &app().await, &[("prompt", "login")]).await;
    sign_in().await;
    browser.click("#allow").await;
    browser.find("#arrived").await;

    // An answer by form sends itself, by the one script that its page allows.
    let by_form = [("response_mode", "form_post"), ("prompt", "login")];
    open("assured", &app().await, &by_form).await;
    sign_in().await;
    browser.find("#arrived").await;

    browser.open(&town.server.url("/account/applications")).await;
    browser.find(".scopes").await;
    browser.look("applications").await;
    browser.close().await;
}
