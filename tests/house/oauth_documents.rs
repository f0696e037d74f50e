//! `docs/oauth.md` and the documents below it tell of every endpoint with its parameters and errors, of every setting, and of
//! the sentences on which a request ends that cannot be trusted. What there is, the sources say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use doorward::domain::{ClientAuthMethod, GrantType};
use http::StatusCode;
use regex_lite::Regex;

use super::source::sources;
use crate::support::Server;

fn documents() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let parts = fs::read_dir(folder.join("oauth")).unwrap();
    let mut all = fs::read_to_string(folder.join("oauth.md")).unwrap();
    for part in parts {
        all.push_str(&fs::read_to_string(part.unwrap().path()).unwrap());
    }
    all
}

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|_| panic!("no {path}"))
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, open: &str, close: char) -> Vec<&'a str> {
    let pieces = text.split(open).skip(1);
    pieces.filter_map(|piece| piece.split(close).next()).collect()
}

#[test]
fn every_endpoint_is_told() {
    let documents = documents();
    let routes = doorward::oauth::routes();
    assert!(routes.len() > 30);
    for route in routes {
        assert!(documents.contains(route.path), "{} is told nowhere", route.path);
    }
}

#[test]
fn every_error_is_told() {
    let documents = documents();
    let codes = error_codes();
    assert!(codes.len() > 20, "{codes:?}");
    for code in codes.values() {
        assert!(documents.contains(&format!("`{code}`")), "{code} is told nowhere");
    }
}

/// What stands in the first cells of the tables of a section: what its rows are about.
fn first_cells(document: &str, heading: &str) -> BTreeSet<String> {
    let rows = rows(&section(document, heading));
    named(rows.iter().flat_map(|row| row.iter().take(1)))
}

#[test]
fn every_setting_is_told() {
    let source = text("src/config/setting/oauth.rs") + text("src/config/setting/mod.rs").as_str();
    let mut told = first_cells("docs/oauth.md", "## Every setting");
    let limits = first_cells("docs/oauth/questions-and-browsers.md", "## Limits");
    told.extend(limits.into_iter().map(|name| format!("limits.{name}")));
    told.extend(first_cells("docs/oauth/registration.md", "## Settings"));
    for (part, least) in [("oauth", 15), ("tokens", 4), ("limits", 10), ("outbound", 5)] {
        let names = [
            between(&source, &format!("setting!({part}."), ':'),
            between(&source, &format!("name: \"{part}."), '"'),
        ]
        .concat();
        let names = names.iter().map(|name| name.split(',').next().unwrap());
        let names: BTreeSet<String> = names.map(|name| format!("{part}.{name}")).collect();
        assert!(names.len() > least, "{names:?}");
        let missing = lacking(&names, &told);
        assert!(missing.is_empty(), "no table has {missing:?}");
    }
}

#[test]
fn every_setting_of_a_client_is_told() {
    // Parts that lie flat in the whole, and what the server itself notes.
    let own = [
        "encryption",
        "logout",
        "ciba",
        "registered_itself",
        "jwks_as_registered",
    ];
    // Members of `may_act`, told with it.
    let inner = ["sub", "client_id"];
    let files = ["src/client/settings.rs", "src/client/encryption_settings.rs"].map(text);
    let member = Regex::new(r"(?m)^    pub ([a-z_]+): ").unwrap();
    let names = files.iter().flat_map(|file| member.captures_iter(file));
    let names = names.map(|found| found[1].to_owned());
    let is_theirs = |name: &String| !own.contains(&name.as_str()) && !inner.contains(&name.as_str());
    let names: BTreeSet<String> = names.filter(is_theirs).collect();
    assert!(names.len() > 50, "{names:?}");
    let told = first_cells("docs/oauth.md", "## Every setting of a client");
    let missing = lacking(&names, &told);
    assert!(missing.is_empty(), "no table has {missing:?}");
}

/// The table of all settings of a client only points: what each means stands in a row of the document that it names.
#[test]
fn every_setting_of_a_client_has_a_row_where_the_table_points() {
    let document = Regex::new(r"\((oauth/[a-z-]+\.md)").unwrap();
    let mut targets: Vec<String> = Vec::new();
    let mut seen = 0;
    for row in rows(&section("docs/oauth.md", "## Every setting of a client")) {
        let named_here = document
            .captures_iter(&row[1])
            .map(|found| format!("docs/{}", &found[1]));
        let named_here: Vec<String> = named_here.collect();
        // A row that says "the same" means the one before.
        if !named_here.is_empty() {
            targets = named_here;
        }
        let rows: Vec<_> = targets.iter().flat_map(|target| rows(&text(target))).collect();
        let told = named(rows.iter().flat_map(|row| row.iter().take(1)));
        let names = named(row.iter().take(1));
        let missing = lacking(&names, &told);
        assert!(missing.is_empty(), "{targets:?} have no row for {missing:?}");
        seen += names.len();
    }
    assert!(seen > 55, "the settings were not found");
}

#[test]
fn every_member_of_the_metadata_is_told() {
    let source = code("oauth/metadata.rs");
    let member = Regex::new(r"^    ([a-z_]+): [^=]+,$").unwrap();
    let renamed = Regex::new(r#"rename = "([a-z_]+)""#).unwrap();
    let (mut names, mut before) = (BTreeSet::new(), "");
    let (_, document) = source.split_once("struct Metadata<").unwrap();
    let structs = document
        .split("struct ")
        .map(|one| one.split("\n}").next().unwrap());
    for line in structs.flat_map(str::lines) {
        if let Some(found) = member.captures(line).filter(|_| !before.contains("flatten")) {
            let name = renamed
                .captures(before)
                .map_or(found[1].to_owned(), |told| told[1].to_owned());
            names.insert(name);
        }
        before = line;
    }
    let inserted = code("oauth/discovery.rs");
    names.extend(
        between(&inserted, "metadata.insert(\"", '"')
            .into_iter()
            .map(str::to_owned),
    );
    assert!(names.len() > 50, "{names:?}");
    let missing = lacking(&names, &first_cells("docs/oauth.md", "## Metadata"));
    assert!(missing.is_empty(), "no table has {missing:?}");
}

/// The rows of the table of metadata: the members of each, and when they are there.
fn metadata_rows() -> Vec<(BTreeSet<String>, String)> {
    let rows = rows(&section("docs/oauth.md", "## Metadata"));
    rows.iter()
        .map(|row| (named(row.iter().take(1)), row[1].clone()))
        .collect()
}

/// Where nothing is on that can be off, just those members are told of which the table says that they are always there.
#[tokio::test]
async fn the_members_that_are_always_there_are_those_of_the_barest_installation() {
    let server = Server::start_with(|config| {
        config.oauth.endpoints = Vec::new();
        config.oauth.grant_types = vec![GrantType::ClientCredentials];
        config.oauth.client_authentication = vec![ClientAuthMethod::ClientSecretBasic];
    });
    let server = server.await;
    let address = server.url("/.well-known/openid-configuration");
    let told: serde_json::Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    let there: BTreeSet<String> = told.as_object().unwrap().keys().cloned().collect();
    let rows = metadata_rows().into_iter();
    let always = rows.filter(|(_, when)| when.starts_with("always"));
    let always: BTreeSet<String> = always.flat_map(|(members, _)| members).collect();
    assert_eq!(there, always);
    server.stop().await;
}

/// At the demonstration all is on: what its discovery tells is seen in a test of its own.
#[test]
fn the_table_of_metadata_has_no_member_that_is_never_there() {
    let seen =
        text("tests/journey/snapshots/suite__journey__mutual_tls__its_discovery_shows_the_full_set.snap");
    let (_, members) = seen.rsplit_once("---\n").unwrap();
    let members: BTreeSet<String> = members.lines().map(str::to_owned).collect();
    let told = metadata_rows().into_iter().flat_map(|(members, _)| members);
    let told: BTreeSet<String> = told.collect();
    assert_eq!(told, members);
}

/// What every endpoint can answer before or around its own code, by the files that say so.
#[test]
fn every_status_of_the_frame_is_told() {
    let files = [
        "server/edge.rs",
        "http/fallback.rs",
        "http/visit.rs",
        "http/problem.rs",
    ]
    .map(code);
    let files = files.concat();
    let rows = rows(&section(
        "docs/oauth.md",
        "## What every endpoint answers besides",
    ));
    let told: BTreeSet<&str> = rows.iter().flat_map(|row| row[0].split(", ")).collect();
    let mut seen = 0;
    for status in (400..600).filter_map(|number| StatusCode::from_u16(number).ok()) {
        let Some(reason) = status.canonical_reason() else {
            continue;
        };
        let name = reason.to_uppercase().replace([' ', '-'], "_");
        if files.contains(&format!("StatusCode::{name}")) {
            assert!(told.contains(status.as_str()), "{status} is told nowhere");
            seen += 1;
        }
    }
    assert!(seen > 6, "the statuses were not found");
}

/// A default as people read it: without quotes and brackets, and what is empty is none.
fn plain(value: &str) -> String {
    let inner = value.trim_matches(['[', ']', '"']);
    if inner.is_empty() { "none" } else { inner }.to_owned()
}

/// The defaults that a cell names: in code letters, where one of them has a comma, else as a list.
fn defaults(cell: &str) -> Vec<String> {
    let codes: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
    let each = if codes.is_empty() {
        cell.split(", ").collect()
    } else {
        codes
    };
    each.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_defaults_of_the_tables_are_those_of_the_program() {
    let shown = Command::new(env!("CARGO_BIN_EXE_doorward"))
        .args(["config", "show"])
        .env_clear()
        .output();
    let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
    let mut values = BTreeMap::new();
    let mut part = "";
    for line in shown.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            part = name;
        } else if let Some((name, value)) = line.split_once(" = ") {
            let value = value.trim_end_matches("# default").trim();
            values.insert(format!("{part}.{name}"), plain(value));
        } else if let Some(name) = line
            .strip_prefix("# ")
            .and_then(|line| line.strip_suffix(" is not set"))
        {
            values.insert(format!("{part}.{name}"), "none".to_owned());
        }
    }
    let mut seen = 0;
    for (document, heading, prefix) in [
        ("docs/oauth.md", "## Every setting", ""),
        ("docs/oauth/questions-and-browsers.md", "## Limits", "limits."),
    ] {
        for row in rows(&section(document, heading)).iter().skip(2) {
            // Lists of words that are all there are.
            if row[1].starts_with("all") {
                continue;
            }
            let names: Vec<&str> = row[0].split('`').skip(1).step_by(2).collect();
            let told = defaults(&row[1]);
            assert_eq!(names.len(), told.len(), "{row:?}");
            for (name, told) in names.iter().zip(&told) {
                let name = format!("{prefix}{name}");
                assert_eq!(Some(told), values.get(&name), "{name}");
                seen += 1;
            }
        }
    }
    assert!(seen > 35, "the settings were not found");
}

/// What an endpoint reads and refuses, and where that is told.
struct Told {
    endpoint: &'static str,
    /// The files that answer for it, below `src`.
    files: &'static [&'static str],
    document: &'static str,
    parameters: &'static str,
    errors: Option<&'static str>,
}

const REQUEST: &str = "docs/oauth/authorization-request.md";
const GRANTS: &str = "docs/oauth/grants.md";
const TOKENS: &str = "docs/oauth/introspection-revocation.md";

const ENDPOINTS: &[Told] = &[
    Told {
        endpoint: "/authorize, /par",
        files: &[
            "oauth/authorize/parameters.rs",
            "oauth/authorize/arrival.rs",
            "oauth/authorize/object.rs",
            "oauth/authorize/request.rs",
            "oauth/signed_request.rs",
            "oauth/authorize/response.rs",
            "oauth/authorize/flow.rs",
            "oauth/authorize/posted.rs",
            "oauth/authorize/grant.rs",
            "oauth/authorize/pushed.rs",
            "oauth/asked_claims.rs",
            "oauth/offer.rs",
        ],
        document: REQUEST,
        parameters: "## Parameters",
        errors: Some("## Answers"),
    },
    Told {
        endpoint: "the pages behind /authorize",
        files: &["oauth/authorize/mod.rs"],
        document: REQUEST,
        parameters: "## Pages",
        errors: None,
    },
    Told {
        endpoint: "every endpoint for clients",
        files: &[
            "client/credential.rs",
            "client/authenticate.rs",
            "oauth/client_request.rs",
        ],
        document: "docs/oauth.md",
        parameters: "## Tokens: `POST /token`",
        errors: Some("## Tokens: `POST /token`"),
    },
    Told {
        endpoint: "/device_authorization",
        files: &["oauth/device/open.rs", "oauth/client_request.rs"],
        document: GRANTS,
        parameters: "### At `/device_authorization`",
        errors: Some("### At `/device_authorization`"),
    },
    Told {
        endpoint: "/device",
        files: &["oauth/device/mod.rs"],
        document: GRANTS,
        parameters: "### Page",
        errors: None,
    },
    Told {
        endpoint: "/backchannel_authentication",
        files: &[
            "oauth/ciba/open.rs",
            "oauth/ciba/signed.rs",
            "oauth/ciba/code.rs",
            "oauth/client_request.rs",
        ],
        document: GRANTS,
        parameters: "### At `/backchannel_authentication`",
        errors: Some("### At `/backchannel_authentication`"),
    },
    Told {
        endpoint: "/account/requests",
        files: &["oauth/ciba/mod.rs"],
        document: GRANTS,
        parameters: "### Page of the person",
        errors: None,
    },
    Told {
        endpoint: "/introspect",
        files: &["oauth/introspect.rs"],
        document: TOKENS,
        parameters: "## Introspection",
        errors: Some("## Errors of both"),
    },
    Told {
        endpoint: "/revoke",
        files: &["oauth/revoke.rs"],
        document: TOKENS,
        parameters: "## Revocation",
        errors: Some("## Errors of both"),
    },
    Told {
        endpoint: "/account/applications",
        files: &["oauth/applications.rs"],
        document: TOKENS,
        parameters: "## Withdrawal by the person",
        errors: None,
    },
    Told {
        endpoint: "/userinfo",
        files: &[
            "oauth/userinfo.rs",
            "oauth/protected.rs",
            "oauth/binding/proof.rs",
        ],
        document: "docs/oauth/questions-and-browsers.md",
        parameters: "## Userinfo",
        errors: Some("## Userinfo"),
    },
    Told {
        endpoint: "/logout, /logout/confirm",
        files: &["oauth/logout.rs"],
        document: "docs/oauth/logout-and-subjects.md",
        parameters: "## Signing out",
        errors: None,
    },
    Told {
        endpoint: "/register",
        files: &[
            "oauth/registration.rs",
            "client/metadata.rs",
            "client/statement.rs",
        ],
        document: "docs/oauth/registration.md",
        parameters: "## Metadata",
        errors: Some("## Errors"),
    },
];

/// The grants of `/token`, each a row of one table, with the files that redeem them.
const TOKEN: &str = "## Tokens: `POST /token`";
const GRANT_FILES: &[(&str, &[&str])] = &[
    ("authorization_code", &["oauth/token/grant/authorization_code.rs"]),
    ("refresh_token", &["oauth/token/grant/refresh_token.rs"]),
    ("client_credentials", &["oauth/token/grant/client_credentials.rs"]),
    (
        "urn:ietf:params:oauth:grant-type:device_code",
        &["oauth/token/grant/device_code.rs", "oauth/token/polled.rs"],
    ),
    (
        "urn:openid:params:grant-type:ciba",
        &["oauth/token/grant/ciba.rs", "oauth/token/polled.rs"],
    ),
    (
        "urn:ietf:params:oauth:grant-type:token-exchange",
        &["oauth/token/grant/token_exchange.rs"],
    ),
    (
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        &["oauth/token/grant/jwt_bearer.rs"],
    ),
];

/// What stands elsewhere: who calls this has the parameters and errors of that function, or of that whole file.
const CALLED: &[(&str, &str, &str)] = &[
    ("Aim::chosen(", "oauth/aim.rs", "fn chosen("),
    ("Aim::asked(", "oauth/aim.rs", "fn asked("),
    ("Aim::of_exchange(", "oauth/aim.rs", "fn of_exchange("),
    ("aim::put_in_terms(", "oauth/aim.rs", "fn put_in_terms("),
    ("request.asked_scopes()", "oauth/token/mod.rs", "fn asked_scopes("),
    (
        "code::prepare(",
        "oauth/token/grant/authorization_code.rs",
        "fn prepare(",
    ),
    (
        "code::begin_family(",
        "oauth/token/grant/authorization_code.rs",
        "fn begin_family(",
    ),
    ("resource::named", "oauth/resource.rs", ""),
    ("one(op, client,", "oauth/resource.rs", ""),
    ("scope::wanted(", "oauth/scope.rs", "fn wanted("),
    ("details::asked(", "oauth/details.rs", ""),
    ("details::narrowed(", "oauth/details.rs", ""),
    ("binding::thumbprint(", "oauth/binding/proof.rs", ""),
    ("binding::confirmation(", "oauth/binding/proof.rs", ""),
    (
        "binding::confirmation(",
        "oauth/binding/rule.rs",
        "fn confirmation(",
    ),
    ("binding::holds(", "oauth/binding/rule.rs", "fn holds("),
    ("fault_answer(", "oauth/error.rs", "fn fault_answer("),
    ("issue.tokens(", "oauth/issue.rs", ""),
    ("too_often(", "oauth/client_request.rs", "fn too_often("),
    ("client_error(", "oauth/error.rs", "fn client_error("),
    ("not_believed(", "oauth/error.rs", "fn not_believed("),
    ("unreadable", "oauth/error.rs", "fn unreadable("),
    // The frame of all that a client asks but `/token`.
    ("ClientRequest", "oauth/client_request.rs", "fn act<"),
    ("ClientRequest", "oauth/client_request.rs", "fn from_request("),
    ("ClientRequest", "oauth/client_request.rs", "fn answer<"),
];

/// A file below `src` without its tests.
fn code(path: &str) -> String {
    let whole = text(&format!("src/{path}"));
    whole.split("#[cfg(test)]").next().unwrap().to_owned()
}

/// The text of one function of a file; of the whole file where none is named.
fn function(path: &str, head: &str) -> String {
    let code = code(path);
    let lines: Vec<&str> = code.lines().collect();
    let Some(start) = lines.iter().position(|line| line.contains(head)) else {
        panic!("{path} has no {head}");
    };
    if head.is_empty() {
        return code;
    }
    let indent = lines[start].len() - lines[start].trim_start().len();
    let end = format!("{}}}", " ".repeat(indent));
    let length = lines[start..].iter().position(|line| *line == end).unwrap();
    lines[start..=start + length].join("\n")
}

/// The files, and what they call of that which stands elsewhere.
fn with_called(files: &[&str]) -> String {
    let mut all = files.iter().map(|file| code(file)).collect::<Vec<_>>().concat();
    let mut left: Vec<_> = CALLED.iter().collect();
    while let Some(at) = left.iter().position(|(mark, ..)| all.contains(mark)) {
        let (_, path, head) = left.remove(at);
        all.push_str(&function(path, head));
    }
    all
}

/// The names that a text reads out of forms, queries and documents.
fn read_in(code: &str) -> BTreeSet<String> {
    let ways = [
        r#"\b(?:form|query|parameters|outer|inner)\s*\.\s*(?:get|all)\(\s*"([a-z_]+)""#,
        r#"(?:^|[^.\w])(?:get|fits|within|owned)\(\s*"([a-z_]+)""#,
        r#"\.required\(\s*"([a-z_]+)""#,
        r#"\b(?:text|texts|addresses|member)\(\s*document,\s*"([a-z_]+)""#,
    ];
    let mut names = BTreeSet::new();
    for way in ways {
        let way = Regex::new(way).unwrap();
        names.extend(way.captures_iter(code).map(|found| found[1].to_owned()));
    }
    for list in between(code, "const PARAMETERS: [&str;", ';') {
        names.extend(between(list, "\"", '"').into_iter().step_by(2).map(str::to_owned));
    }
    names
}

/// The words of `ErrorCode`, by the names that they have in the sources.
fn error_codes() -> BTreeMap<String, String> {
    let source = text("src/oauth/error.rs");
    let arm = Regex::new(r#"Self::(\w+) => "([a-z_]+)""#).unwrap();
    let found = arm.captures_iter(&source);
    found.map(|one| (one[1].to_owned(), one[2].to_owned())).collect()
}

/// The error codes that a text names.
fn refused_in(code: &str) -> BTreeSet<String> {
    let words = error_codes();
    let named = Regex::new(r"ErrorCode::(\w+)").unwrap();
    let mut codes: BTreeSet<String> = named
        .captures_iter(code)
        .map(|found| words[&found[1]].clone())
        .collect();
    // As a challenge tells them, and the registration endpoint.
    for literal in [r#"\b(?:error|told)\(\s*"([a-z_]+)""#, r#"\bcode: "([a-z_]+)""#] {
        let literal = Regex::new(literal).unwrap();
        codes.extend(literal.captures_iter(code).map(|found| found[1].to_owned()));
    }
    codes
}

/// A part of a document, from its heading to the next one that is not below it.
fn section(document: &str, heading: &str) -> String {
    let whole = text(document);
    let level = heading.chars().take_while(|sign| *sign == '#').count();
    let mut lines = whole.lines().skip_while(|line| *line != heading);
    assert!(lines.next().is_some(), "{document} has no {heading}");
    let is_below = |line: &&str| {
        let own = line.chars().take_while(|sign| *sign == '#').count();
        own == 0 || own > level
    };
    lines.take_while(is_below).collect::<Vec<_>>().join("\n")
}

/// The rows of the tables of a text, as cells.
fn rows(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let inner = line.trim_matches('|');
        inner.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

/// The words in code letters of some cells of each row; of `name=value` the name.
fn named<'a>(cells: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    let words = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    words
        .map(|word| word.split('=').next().unwrap().to_owned())
        .collect()
}

/// What the tables of a section have in the first two cells of their rows: there stands what a row is about.
fn tabled(document: &str, heading: &str) -> BTreeSet<String> {
    let rows = rows(&section(document, heading));
    named(rows.iter().flat_map(|row| row.iter().take(2)))
}

fn lacking(needed: &BTreeSet<String>, told: &BTreeSet<String>) -> Vec<String> {
    needed.difference(told).cloned().collect()
}

#[test]
fn every_parameter_stands_in_a_table_of_its_endpoint() {
    let mut seen = 0;
    for told in ENDPOINTS {
        let needed = read_in(&with_called(told.files));
        let found = tabled(told.document, told.parameters);
        let missing = lacking(&needed, &found);
        let (endpoint, document, heading) = (told.endpoint, told.document, told.parameters);
        assert!(!needed.is_empty(), "nothing is read at {endpoint}");
        assert!(
            missing.is_empty(),
            "{document}, {heading}, lacks of {endpoint}: {missing:?}"
        );
        seen += needed.len();
    }
    assert!(seen > 60, "the parameters were not found");
}

#[test]
fn every_parameter_of_a_grant_stands_in_its_row() {
    let rows = rows(&section("docs/oauth.md", TOKEN));
    let known: Vec<&str> = GrantType::ALL.iter().map(|grant| grant.as_str()).collect();
    let listed: Vec<&str> = GRANT_FILES.iter().map(|(grant, _)| *grant).collect();
    assert_eq!(listed, known);
    for (grant, files) in GRANT_FILES {
        let name = format!("`{grant}`");
        let row = rows.iter().find(|row| row[0].starts_with(&name));
        let row = row.unwrap_or_else(|| panic!("{grant} has no row"));
        let needed = read_in(&with_called(files));
        assert!(!needed.is_empty() || *grant == "client_credentials", "{grant}");
        let missing = lacking(&needed, &named(row.iter()));
        assert!(missing.is_empty(), "the row of {grant} lacks {missing:?}");
    }
}

#[test]
fn every_error_stands_in_a_table_of_its_endpoint() {
    for told in ENDPOINTS {
        let Some(heading) = told.errors else { continue };
        let needed = refused_in(&with_called(told.files));
        let missing = lacking(&needed, &tabled(told.document, heading));
        let (endpoint, document) = (told.endpoint, told.document);
        assert!(needed.len() > 2, "{endpoint}: {needed:?}");
        assert!(
            missing.is_empty(),
            "{document}, {heading}, lacks of {endpoint}: {missing:?}"
        );
    }
    let grants = GRANT_FILES.iter().flat_map(|(_, files)| files.iter().copied());
    let files: Vec<&str> = grants.chain(["oauth/token/mod.rs"]).collect();
    let needed = refused_in(&with_called(&files));
    let missing = lacking(&needed, &tabled("docs/oauth.md", TOKEN));
    assert!(needed.len() > 14, "{needed:?}");
    assert!(missing.is_empty(), "the tables of /token lack {missing:?}");
}

#[test]
fn no_file_that_reads_parameters_or_refuses_is_left_out() {
    let of_endpoints = ENDPOINTS.iter().flat_map(|told| told.files.iter().copied());
    let of_grants = GRANT_FILES.iter().flat_map(|(_, files)| files.iter().copied());
    let called = CALLED.iter().map(|(_, path, _)| *path);
    let known: BTreeSet<&str> = of_endpoints.chain(of_grants).chain(called).collect();
    // What an administrator hands in is a file, and comes to no endpoint.
    let no_endpoint = "client/administer.rs";
    for source in sources() {
        let is_ours = ["oauth", "client"].contains(&source.room())
            && !source.path.ends_with("fuzz.rs")
            && source.path != no_endpoint;
        if is_ours && !known.contains(source.path.as_str()) {
            let code = code(&source.path);
            let (path, read, refused) = (&source.path, read_in(&code), refused_in(&code));
            assert!(
                read.is_empty() && refused.is_empty(),
                "{path} reads {read:?}, refuses by {refused:?}, and belongs to no endpoint"
            );
        }
    }
}

#[test]
fn every_sentence_on_which_a_request_ends_is_told_with_its_cause() {
    let sentences = text("locales/en/oauth.ftl");
    let key = Regex::new(r#""((?:oauth|device|requests)-(?:code-)?error[a-z-]*)""#).unwrap();
    let homes = [
        ("oauth/authorize/", REQUEST),
        ("oauth/logout", "docs/oauth/logout-and-subjects.md"),
        ("oauth/device/", GRANTS),
        ("oauth/ciba/", GRANTS),
    ];
    let mut used = BTreeSet::new();
    for source in sources() {
        for found in key.captures_iter(&source.text) {
            let key = &found[1];
            let home = homes.iter().find(|(folder, _)| source.path.starts_with(folder));
            let (_, document) = home.unwrap_or_else(|| panic!("{} has no document for {key}", source.path));
            let mut lines = sentences.lines();
            let sentence = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            let sentence = sentence.unwrap_or_else(|| panic!("{key} has no sentence"));
            let rows = rows(&text(document));
            let is_told = rows.iter().any(|row| row[0] == sentence && !row[1].is_empty());
            assert!(is_told, "{document} lacks: {sentence}");
            used.insert(key.to_owned());
        }
    }
    let all = Regex::new(r"(?m)^((?:oauth|device|requests)-(?:code-)?error[a-z-]*) = ").unwrap();
    let all: BTreeSet<String> = all
        .captures_iter(&sentences)
        .map(|found| found[1].to_owned())
        .collect();
    assert!(all.len() > 15, "{all:?}");
    assert_eq!(used, all, "sentences that nothing ends on");
}

/// The name of a heading in references, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let plain = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = plain
        .chars()
        .filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign));
    kept.map(|sign| if sign == ' ' { '-' } else { sign }).collect()
}

/// A reference within code is none: it is shown as it is written.
#[test]
fn no_reference_stands_within_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["docs", "docs/decisions", "docs/oauth"].map(|folder| root.join(folder));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let documents = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"));
    let mut seen = 0;
    for document in documents {
        let told = fs::read_to_string(&document).unwrap();
        let outside_of_blocks = told.split("\n```").step_by(2);
        for line in outside_of_blocks.flat_map(str::lines) {
            for code in line.split('`').skip(1).step_by(2) {
                assert!(!code.contains("]("), "{}: {code}", document.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 1_000, "the code was not found: {seen}");
}

#[test]
fn every_reference_leads_to_a_document_and_its_heading() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let parts = fs::read_dir(root.join("docs/oauth")).unwrap();
    let parts = parts.map(|part| part.unwrap().path());
    let reference = Regex::new(r"\]\(([^):#]*)(?:#([^)]*))?\)").unwrap();
    let mut seen = 0;
    for document in parts.chain([root.join("docs/oauth.md")]) {
        let told = fs::read_to_string(&document).unwrap();
        for found in reference.captures_iter(&told) {
            let (whole, path) = (&found[0], &found[1]);
            let target = if path.is_empty() {
                document.clone()
            } else {
                document.parent().unwrap().join(path)
            };
            assert!(target.exists(), "{} points at {whole}", document.display());
            if let Some(wanted) = found.get(2) {
                let target = fs::read_to_string(target).unwrap();
                let mut headings = target.lines().filter(|line| line.starts_with('#'));
                let is_there = headings.any(|heading| anchor(heading) == wanted.as_str());
                assert!(is_there, "{} points at {whole}", document.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 80, "the references were not found");
}
