//! `doorward config`.

use super::{doorward, said};

#[test]
fn a_good_configuration_is_called_valid() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/config/doorward.toml");
    let check = said(&mut doorward(
        folder.path(),
        &["config", "check", "--config", shipped],
    ));
    let told = "the configuration is valid\n  outgoing calls: public addresses, by https only\n  certificate \
                authorities: those of the system\n  mail: none, `mail.server` is empty\n";
    assert_eq!(check, (0, told.to_owned(), String::new()));
    let mut open = doorward(folder.path(), &["config", "check", "--config", shipped]);
    open.env("DOORWARD_OUTBOUND__ALLOWED_NETWORKS", "10.20.0.0/16, fd12::/16");
    let (code, told, _) = said(&mut open);
    assert_eq!(code, 0);
    assert!(
        told.contains("outgoing calls: public addresses by https, and 10.20.0.0/16, fd12::/16 (not where"),
        "{told}"
    );
    open.env("DOORWARD_OUTBOUND__STRANGERS_USE_ALLOWED_NETWORKS", "true");
    let (_, told, _) = said(&mut open);
    let everybody = "  outgoing calls: public addresses by https, and 10.20.0.0/16, fd12::/16\n";
    assert!(told.contains(everybody), "{told}");
    let mut mail = doorward(folder.path(), &["config", "check"]);
    mail.env("DOORWARD_MAIL__SERVER", "mail.example.org")
        .env("DOORWARD_MAIL__FROM", "no-reply@example.org");
    let (_, told, _) = said(&mut mail);
    let expected = "mail: by mail.example.org:465 (tls), from no-reply@example.org";
    assert!(told.contains(expected), "{told}");
    for (name, value, fault) in [
        ("SERVER", "mail.example.org", "`mail.from` is needed"),
        ("USERNAME", "doorward", "`mail.username` needs"),
        ("FROM", "Ada <ada@example.org>", "`mail.from` must be an address"),
        ("FROM_NAME", "a\nb", "`mail.from_name` must be a name"),
    ] {
        let mut wrong = doorward(folder.path(), &["config", "check"]);
        wrong.env(format!("DOORWARD_MAIL__{name}"), value);
        let (code, _, told) = said(&mut wrong);
        assert_eq!(code, 1, "{name}");
        assert!(told.contains(fault), "{told}");
    }
    let mut open = doorward(folder.path(), &["config", "check"]);
    open.env("DOORWARD_MAIL__SERVER", "mail.example.org")
        .env("DOORWARD_MAIL__FROM", "no-reply@example.org")
        .env("DOORWARD_MAIL__SECURITY", "plain");
    let (code, _, told) = said(&mut open);
    assert_eq!(code, 1);
    assert!(told.contains("for a server on this machine only"), "{told}");
    assert_eq!(said(&mut doorward(folder.path(), &["config", "check"])).0, 0);
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "a check makes no file"
    );
}

#[test]
fn the_file_of_ones_own_authorities_is_shown_and_refused_if_it_holds_none() {
    let folder = tempfile::tempdir().unwrap();
    let authority = rcgen::generate_simple_self_signed(vec!["ca.example".to_owned()]).unwrap();
    std::fs::write(folder.path().join("own.pem"), authority.cert.pem()).unwrap();
    std::fs::write(folder.path().join("none.pem"), "no certificate\n").unwrap();
    let check = |file: &str| {
        let mut command = doorward(folder.path(), &["config", "check"]);
        said(command.env("DOORWARD_OUTBOUND__CA_FILE", file))
    };
    let (code, told, fault) = check("own.pem");
    assert_eq!((code, fault.as_str()), (0, ""));
    let authorities = "  certificate authorities: those of the system, and of own.pem\n";
    assert!(told.contains(authorities), "{told}");
    for (file, expected) in [
        ("none.pem", "holds no certificates in PEM: none.pem"),
        ("absent.pem", "cannot be read: absent.pem"),
    ] {
        let (code, told, fault) = check(file);
        assert_eq!((code, told.as_str()), (1, ""), "{file}");
        let expected = format!("DOORWARD_OUTBOUND__CA_FILE: `outbound.ca_file` names a file that {expected}");
        assert!(fault.contains(&expected), "{fault}");
    }
}

#[test]
fn a_bad_configuration_is_refused_with_all_its_errors() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("doorward.toml"),
        "[server]\nlisten = 'here'\nisuer = 'https://id.example.org'\n",
    )
    .unwrap();
    let mut command = doorward(folder.path(), &["config", "check", "--config", "doorward.toml"]);
    let (code, output, fault) = said(command.env("DOORWARD_LOGS__FORMAT", "xml"));
    assert_eq!((code, output.as_str()), (1, ""));
    insta::assert_snapshot!(fault, @r#"
    error: the configuration is not valid
      doorward.toml:3:1: there is no setting `server.isuer`; did you mean `server.issuer`?
      doorward.toml:2:1: `server.listen` must be an address with a port, such as "127.0.0.1:8080" or "[::1]:8080"
      DOORWARD_LOGS__FORMAT: `logs.format` must be "pretty" or "json"
      hint: config/doorward.toml explains every setting; `doorward config show` shows what holds
    "#);
}

#[test]
fn the_file_can_be_named_by_the_environment_and_is_shown_with_origins() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("own.toml"),
        "[signin]\nlock_time = '90m'\n[redis]\nurl = 'redis://:hidden@cache'\n",
    )
    .unwrap();
    let mut command = doorward(folder.path(), &["config", "show"]);
    command
        .env("DOORWARD_CONFIG", "own.toml")
        .env("DOORWARD_SIGNIN__SESSION_IDLE", "3600s");
    let (code, output, fault) = said(&mut command);
    assert_eq!((code, fault.as_str()), (0, ""));
    for line in [
        "lock_time = \"90m\" # own.toml:2:1",
        "session_idle = \"1h\" # DOORWARD_SIGNIN__SESSION_IDLE",
        "session_life = \"12h\" # default",
        "url = \"(set)\" # own.toml:4:1",
        "# master_key is not set",
    ] {
        assert!(output.lines().any(|one| one == line), "{line}\n{output}");
    }
    assert!(!output.contains("hidden"));
}

#[test]
fn files_of_risk_that_cannot_be_used_are_refused_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.txt"), "# bad\n192.0.2.7\nbad.example\n").unwrap();
    let places = crate::rule::place::file("");
    let networks = places.join("asn.mmdb");
    let networks = networks.to_str().unwrap();
    for (name, value, faults) in [
        (
            "BAD_ADDRESSES_FILE",
            "bad.txt",
            &["bad.txt:3: bad.example is no address"][..],
        ),
        ("BAD_ADDRESSES_FILE", "none.txt", &["none.txt cannot be read"]),
        (
            "GEOIP_FILE",
            "bad.txt",
            &["bad.txt is no database of countries or cities"],
        ),
        (
            "GEOIP_FILE",
            networks,
            &["asn.mmdb is no database", "Example-ASN"],
        ),
        ("GEOIP_FILE", "none.mmdb", &["none.mmdb cannot be read"]),
    ] {
        for command in [&["config", "check"][..], &["serve"]] {
            let mut wrong = doorward(folder.path(), command);
            wrong.env(format!("DOORWARD_RISK__{name}"), value);
            let (code, _, told) = said(&mut wrong);
            assert_eq!(code, 1, "{told}");
            for fault in faults {
                assert!(told.contains(fault), "{told}");
            }
        }
    }
    let mut good = doorward(folder.path(), &["config", "check"]);
    good.env("DOORWARD_RISK__GEOIP_FILE", places.join("city.mmdb"));
    assert_eq!(said(&mut good).0, 0);
}
