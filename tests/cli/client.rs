//! `doorward client`.

use std::path::Path;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use super::serve::{Serving, wait_until_ready};
use super::{doorward, said};
use crate::support::free_ports;

/// A folder with one organisation, `northbeam`.
pub(super) fn set_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("password"), "a pass phrase of Ada's").unwrap();
    let fixed = "init --organisation Northbeam --slug northbeam --username ada@northbeam.example --password-file password";
    let mut words: Vec<&str> = fixed.split(' ').collect();
    words.extend(["--name", "Ada Yilmaz"]);
    let (code, _, fault) = run(folder.path(), &words);
    assert_eq!(code, 0, "{fault}");
    folder
}

pub(super) fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    said(doorward(folder, arguments).env("DOORWARD_KEYS__ALGORITHMS", "ES256"))
}

#[test]
fn registration_tokens_are_made_listed_and_revoked() {
    let folder = set_up();
    let within = ["client", "registration-token"];
    let more = "add --organisation northbeam --redirect-host portal.example --uses 1 --days 7 --name Portal";
    let add: Vec<&str> = within.into_iter().chain(more.split(' ')).collect();
    let (code, token, fault) = run(folder.path(), &add);
    assert_eq!(code, 0, "{fault}");
    assert_eq!(token.trim().len(), 43);

    let list = [&within[..], &["list", "--json"]].concat();
    let (_, output, _) = run(folder.path(), &list);
    assert!(!output.contains(token.trim()), "the value is shown once");
    let listed: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(listed[0]["name"], "Portal");
    assert_eq!(listed[0]["uses_left"], 1);
    assert_eq!(listed[0]["policy"]["approval"], true, "its clients wait");

    let revoke = [&within[..], &["revoke", listed[0]["id"].as_str().unwrap()]].concat();
    assert_eq!(run(folder.path(), &revoke).0, 0);
    let (code, _, fault) = run(folder.path(), &revoke);
    assert_eq!(code, 1);
    assert!(fault.contains("there is no such registration token"), "{fault}");
    let nowhere = ["add", "--organisation", "nowhere", "--name", "x"];
    let (code, _, fault) = run(folder.path(), &[&within[..], &nowhere].concat());
    assert_eq!(code, 1);
    assert!(fault.contains("there is no such organisation"), "{fault}");
}

#[test]
fn a_list_of_nothing_says_so() {
    let folder = set_up();
    for (list, expected) in [
        ("application list", "there are no applications"),
        (
            "application detail-type list",
            "there are no types of authorization details",
        ),
        ("audit list --kind mail.sent", "no event is like that"),
        (
            "break-glass list --organisation northbeam",
            "no account is for emergencies, and none was used",
        ),
        ("client list", "there are no clients"),
        ("client list --pending", "no client waits for approval"),
        (
            "client registration-token list",
            "there are no registration tokens",
        ),
        (
            "issuer list --organisation northbeam",
            "the organisation trusts no issuer",
        ),
        ("job list --state dead", "there are no such jobs"),
        (
            "passkey policy show --organisation northbeam",
            "all products may be added",
        ),
        (
            "person list --organisation northbeam --held",
            "nobody's account is held",
        ),
        (
            "person passes --organisation northbeam",
            "no link is good, and none waits",
        ),
        (
            "roll-out list --organisation northbeam",
            "no rule asks people to set up a factor",
        ),
        ("rule history --organisation northbeam", "nothing was changed yet"),
        (
            "rule list --organisation northbeam",
            "the organisation has no rules",
        ),
    ] {
        let words: Vec<&str> = list.split(' ').collect();
        let (code, output, fault) = run(folder.path(), &words);
        assert_eq!((code, output.trim_end()), (0, expected), "{list}: {fault}");
    }
}

#[test]
fn what_is_not_there_is_said_to_be_so() {
    let folder = set_up();
    let (code, output, fault) = run(folder.path(), &["client", "list", "--json"]);
    assert_eq!((code, output.trim()), (0, "[]"), "{fault}");
    for (arguments, expected) in [
        (&["client", "show", "nobody"][..], "there is no such client"),
        (&["client", "approve", "nobody"], "no client of this id waits"),
        (
            &["client", "approve", "nobody", "--digest", "5f0c"],
            "no client of this id waits",
        ),
        (&["client", "refuse", "nobody"], "no client of this id waits"),
        (&["client", "disable", "nobody"], "there is no such client"),
        (&["client", "secret", "add", "nobody"], "there is no such client"),
        (
            &["client", "secret", "remove", "nobody", "0"],
            "no secret of this id",
        ),
    ] {
        let (code, _, fault) = run(folder.path(), arguments);
        assert_eq!(code, 1, "{arguments:?}");
        assert!(fault.contains(expected), "{fault}");
    }
}

/// Has a client register itself at a server that runs for so long, and answers its id.
async fn register(folder: &Path) -> String {
    let port = free_ports(1);
    let mut command = doorward(folder, &["serve"]);
    command
        .env("DOORWARD_SERVER__LISTEN", format!("127.0.0.1:{port}"))
        .env("DOORWARD_SERVER__ISSUER", format!("http://localhost:{port}"))
        .env("DOORWARD_METRICS__LISTEN", "")
        .env("DOORWARD_KEYS__ALGORITHMS", "ES256")
        .env("DOORWARD_OAUTH__REGISTRATION", "open")
        .env("DOORWARD_OAUTH__REGISTRATION_ORGANISATION", "northbeam")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut serving = Serving(command.spawn().unwrap());
    wait_until_ready(&mut serving, port).await;
    let body = r#"{"client_name":"Reader","redirect_uris":["https://reader.example/cb"]}"#;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "POST /register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 201"), "{answer}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body["client_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_that_waits_is_approved_as_it_was_seen_and_not_unseen() {
    let folder = set_up();
    let id = register(folder.path()).await;
    let unseen = ["client", "approve", id.as_str()];
    let (code, output, fault) = run(folder.path(), &unseen);
    assert_eq!(code, 1, "{fault}");
    let shown: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(shown["client_name"], "Reader");
    assert_eq!(shown["redirect_uris"][0], "https://reader.example/cb");
    let digest = shown["digest"].as_str().unwrap();
    assert!(fault.contains("nothing was approved"), "{fault}");
    assert!(fault.contains(&format!("--digest {digest}")), "{fault}");

    let of_another = [&unseen[..], &["--digest", "5f0c"]].concat();
    let (code, output, fault) = run(folder.path(), &of_another);
    assert_eq!(code, 1, "{fault}");
    assert!(output.contains(digest), "{output}");
    assert!(fault.contains("has changed since you saw it"), "{fault}");
    let (_, waiting, _) = run(folder.path(), &["client", "list", "--pending"]);
    assert!(waiting.contains(&id), "{waiting}");

    let seen = [&unseen[..], &["--digest", digest]].concat();
    let (code, output, fault) = run(folder.path(), &seen);
    assert_eq!(code, 0, "{fault}");
    assert!(output.contains(digest), "{output}");
    let (_, waiting, _) = run(folder.path(), &["client", "list", "--pending"]);
    assert!(!waiting.contains(&id), "{waiting}");
    let (code, _, fault) = run(folder.path(), &seen);
    assert_eq!(code, 1);
    assert!(fault.contains("no client of this id waits"), "{fault}");
}
