//! What the program is made of may be used as we use it: licences of all dependencies, and no OpenSSL.

use std::process::Command;

/// Licences that fit Apache-2.0 for a program that is shipped as one binary.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "MIT-0",
    "BSL-1.0",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
];

/// The library that checks passkeys and its parts are under MPL-2.0, which binds their own files only: they are used as they
/// come from the registry (decision 13).
const UNCHANGED: &[&str] = &[
    "webauthn-rs",
    "webauthn-rs-core",
    "webauthn-rs-proto",
    "webauthn-attestation-ca",
    "crypto-glue",
];

fn is_unchanged(package: &serde_json::Value) -> bool {
    let word = |name: &str| package[name].as_str().unwrap_or_default();
    UNCHANGED.contains(&word("name"))
        && word("license") == "MPL-2.0"
        && word("source").starts_with("registry+")
}

fn packages() -> Vec<serde_json::Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Whether an SPDX expression allows use under the listed licences alone: every part of `AND`, one part of `OR`.
fn fits(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let group = regex_lite::Regex::new(r"\(([^()]*)\)").unwrap();
    if let Some(found) = group.captures(&expression) {
        let inner = if fits(&found[1]) { "MIT" } else { "refused" };
        let whole = found.get(0).unwrap();
        return fits(&format!(
            "{}{inner}{}",
            &expression[..whole.start()],
            &expression[whole.end()..]
        ));
    }
    expression.split(" OR ").any(|choice| {
        choice
            .split(" AND ")
            .all(|licence| ALLOWED.contains(&licence.trim()))
    })
}

#[test]
fn every_dependency_has_a_licence_that_fits() {
    let wrong: Vec<String> = packages()
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(fits) && !is_unchanged(package))
        .map(|package| {
            format!(
                "{} {}: {}",
                package["name"], package["version"], package["license"]
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn there_is_no_openssl_in_the_program() {
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        assert!(
            !["openssl", "openssl-sys", "native-tls"].contains(&name),
            "{name} is a dependency"
        );
    }
}

#[test]
fn a_licence_expression_is_read_as_spdx_means_it() {
    assert!(fits("MIT OR GPL-3.0"));
    assert!(fits("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(fits("MIT/Apache-2.0"));
    assert!(!fits("MIT AND GPL-3.0"));
    assert!(!fits("AGPL-3.0-only"));
}
