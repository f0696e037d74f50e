//! Lists of products: whose passkeys and keys are taken, proven by their makers' word and the metadata of the operator.

use std::path::PathBuf;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use doorward::domain::{Aaguid, ProductProof};
use doorward::factor::passkey::policy::{self, ListRefusal};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair,
    KeyUsagePurpose, SigningKey as _,
};
use regex_lite::Regex;
use serde_json::json;

use super::{codes_of, rosa, token_of};
use crate::admin::give_rights;
use crate::signin::{PASSWORD, Town, identify};
use crate::support::{Authenticator, Browser, Page};

const HERE: &str = "/account/passkeys";
pub(crate) const LISTED: [u8; 16] = [0x11; 16];
pub(crate) const OTHER: [u8; 16] = [0x22; 16];
pub(crate) const FALLEN: [u8; 16] = [0x33; 16];

/// A maker of authenticators, with the certificate of one batch.
pub(crate) struct Maker {
    root: CertifiedIssuer<'static, KeyPair>,
    batch: Vec<u8>,
    key: KeyPair,
}

fn root(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl Maker {
    /// One whose batch is of this product (WebAuthn section 8.2.1).
    pub(crate) fn new(aaguid: [u8; 16]) -> Self {
        let root = root("Maker of keys");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::ExplicitNoCa;
        for (kind, value) in [
            (DnType::CountryName, "SE"),
            (DnType::OrganizationName, "Maker"),
            (DnType::OrganizationalUnitName, "Authenticator Attestation"),
            (DnType::CommonName, "Batch 1"),
        ] {
            params.distinguished_name.push(kind, value);
        }
        let id = [[0x04, 0x10].as_slice(), &aaguid].concat();
        let product = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4], id);
        params.custom_extensions.push(product);
        let key = KeyPair::generate().unwrap();
        let batch = params.signed_by(&key, &root).unwrap().der().to_vec();
        Self { root, batch, key }
    }
}

pub(crate) fn id(aaguid: [u8; 16]) -> Aaguid {
    Aaguid::from_bytes(&aaguid).unwrap()
}

/// The metadata of three products of a maker, signed under a root; answers both files.
pub(crate) fn metadata(maker: &Maker, folder: &tempfile::TempDir) -> (PathBuf, PathBuf) {
    metadata_of(maker, folder, |_| {})
}

/// The same, signed by a certificate that is changed.
pub(crate) fn metadata_of(
    maker: &Maker,
    folder: &tempfile::TempDir,
    change: impl FnOnce(&mut CertificateParams),
) -> (PathBuf, PathBuf) {
    let trusted = root("Root of metadata");
    let key = KeyPair::generate().unwrap();
    let mut signer = CertificateParams::new(vec!["mds.fidoalliance.org".to_owned()]).unwrap();
    change(&mut signer);
    let signer = signer.signed_by(&key, &trusted).unwrap();
    let entry = |aaguid: [u8; 16], name: &str, status: &str| {
        json!({
            "aaguid": id(aaguid).to_string(),
            "metadataStatement": {
                "description": name, "attestationRootCertificates": [BASE64.encode(maker.root.der())],
            },
            "statusReports": [{ "status": status }],
        })
    };
    let entries = [
        entry(LISTED, "Good Key", "FIDO_CERTIFIED"),
        entry(OTHER, "Other Key", "FIDO_CERTIFIED"),
        entry(FALLEN, "Broken Key", "REVOKED"),
    ];
    let part = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = part(json!({ "alg": "ES256", "typ": "JWT", "x5c": [BASE64.encode(signer.der())] }));
    let payload = part(json!({ "no": 1, "nextUpdate": "2099-01-01", "entries": entries }));
    let content = format!("{header}.{payload}");
    let signature = fixed(&key.sign(content.as_bytes()).unwrap());
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    (
        file(
            "blob.jwt",
            format!("{content}.{}", BASE64URL_NOPAD.encode(&signature)),
        ),
        file("roots.pem", trusted.pem()),
    )
}

/// Two numbers of 32 bytes (RFC 7518 section 3.4) out of a signature in DER.
fn fixed(der: &[u8]) -> Vec<u8> {
    let number = |der: &[u8]| {
        let length = usize::from(der[1]);
        let digits: Vec<u8> = der[2..2 + length]
            .iter()
            .copied()
            .skip_while(|byte| *byte == 0)
            .collect();
        let mut number = vec![0; 32 - digits.len()];
        number.extend(digits);
        (number, der[2 + length..].to_vec())
    };
    let (first, rest) = number(&der[2..]);
    let (second, _) = number(&rest);
    [first, second].concat()
}

struct Listed {
    town: Town,
    maker: Maker,
    browser: Browser,
    _folder: tempfile::TempDir,
}

impl Listed {
    /// Rosa's organisation takes one product only.
    async fn new() -> Self {
        let (maker, folder) = (Maker::new(LISTED), tempfile::tempdir().unwrap());
        let (blob, roots) = metadata(&maker, &folder);
        let town = Town::with(|config| {
            config.passkeys.metadata_file = Some(blob);
            config.passkeys.metadata_roots_file = Some(roots);
        })
        .await;
        town.person("rosa").await;
        let mut op = town.op();
        let organisation = town.organisation;
        for (unknown, role) in [([9; 16], None), (FALLEN, Some("manager"))] {
            let refused = policy::set(
                &mut op,
                organisation,
                role,
                (ProductProof::Attested, &[id(unknown)]),
            )
            .await;
            assert_eq!(refused.unwrap(), Err(ListRefusal::Unknown(id(unknown))));
        }
        policy::set(
            &mut op,
            organisation,
            None,
            (ProductProof::Attested, &[id(LISTED)]),
        )
        .await
        .unwrap()
        .unwrap();
        op.commit().await.unwrap();
        let browser = rosa(&town).await;
        Self {
            town,
            maker,
            browser,
            _folder: folder,
        }
    }

    /// The page with what it asks for: a passkey, or a security key.
    async fn asked(&self, key: bool) -> (Page, String) {
        let page = self.browser.get(HERE).await;
        let found = Regex::new(r#"data-passkey="create" data-options="([^"]*)""#).unwrap();
        let mut all = found.captures_iter(&page.body);
        let options = all
            .nth(usize::from(key))
            .unwrap_or_else(|| panic!("{}", page.body));
        let options = options[1].replace("&#34;", "\"");
        (page, options)
    }

    async fn send(&self, page: &Page, key: bool, answer: &str) -> Page {
        let token = token_of(page);
        let act = if key { "add-key" } else { "add" };
        let fields = [
            ("form_token", token.as_str()),
            ("act", act),
            ("answer", answer),
            ("name", "Mine"),
        ];
        self.browser.post(HERE, &fields).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_product_is_taken_by_its_makers_word() {
    for key in [false, true] {
        let listed = Listed::new().await;
        let (page, options) = listed.asked(key).await;
        assert!(
            page.text().contains("these products only: Good Key"),
            "{}",
            page.text()
        );
        assert!(options.contains("\"attestation\":\"direct\""), "{options}");
        let verification = if key { "preferred" } else { "required" };
        assert!(
            options.contains(&format!("\"userVerification\":\"{verification}\"")),
            "{options}"
        );
        let product = (LISTED, listed.maker.batch.as_slice(), &listed.maker.key);
        let origin = &listed.town.server.issuer;
        let (_, answer) = Authenticator::create_attested(&options, origin, product);
        let codes = listed.send(&page, key, &answer).await;
        assert_eq!(codes_of(&codes).len(), 10, "{}", codes.text());
        let told = listed.town.details("factor.passkey.enrolled").await;
        assert_eq!(told["aaguid"], id(LISTED).to_string());
    }
}

type Make<'a> = &'a dyn Fn(&str) -> String;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_listed_or_not_proven_is_refused_with_a_sentence() {
    let listed = Listed::new().await;
    let origin = listed.town.server.issuer.clone();
    let stranger = Maker::new(LISTED);
    let other = Maker::new(OTHER);
    let of = |maker: &Maker, aaguid: [u8; 16], options: &str| {
        let product = (aaguid, maker.batch.as_slice(), &maker.key);
        Authenticator::create_attested(options, &origin, product).1
    };
    let tries: [(&str, Make<'_>); 4] = [
        ("nobody's word", &|options| {
            Authenticator::create(options, &origin, false).1
        }),
        ("a stranger's word for the listed product", &|options| {
            of(&stranger, LISTED, options)
        }),
        ("a stranger's word for another", &|options| {
            of(&other, OTHER, options)
        }),
        ("a word for another product than it says", &|options| {
            of(&listed.maker, OTHER, options)
        }),
    ];
    for (what, make) in tries {
        for key in [false, true] {
            let (page, options) = listed.asked(key).await;
            let refused = listed.send(&page, key, &make(&options)).await;
            assert_eq!(refused.status, 422, "{what}: {}", refused.text());
            let last = listed.town.events("factor.passkey.enrolled").await.pop().unwrap();
            assert_eq!(last.0, "refused", "{what}");
            if what != "a word for another product than it says" {
                assert!(
                    refused.text().contains("certain products only"),
                    "{what}: {}",
                    refused.text()
                );
                assert_eq!(
                    last.1, "the product is not on the list of the organisation",
                    "{what}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_of_the_organisation_or_of_a_role() {
    let listed = Listed::new().await;
    let town = &listed.town;
    let max = town.person("max").await;
    give_rights(town, max, "manager", &[]).await;
    let set = async |role, products: &[Aaguid]| {
        let mut op = town.op();
        policy::set(
            &mut op,
            town.organisation,
            role,
            (ProductProof::Attested, products),
        )
        .await
        .unwrap()
        .unwrap();
        op.commit().await.unwrap();
    };
    set(None, &[]).await;
    set(Some("manager"), &[id(OTHER)]).await;
    let (page, options) = listed.asked(false).await;
    assert!(!page.text().contains("these products only") && options.contains("\"none\""));
    // Nothing is offered after a password to somebody for whom there is a list.
    let offered = async || {
        let browser = town.browser();
        let page = identify(&browser, "rosa").await;
        let fields = [("password", PASSWORD), ("passkeys", "yes")];
        browser.submit(&page, &fields).await.has_button("not-now")
    };
    assert!(offered().await);
    set(None, &[id(LISTED)]).await;
    assert!(!offered().await);
    let lists = policy::lists(&mut town.op(), town.organisation).await.unwrap();
    assert_eq!(lists.len(), 2);
    assert_eq!(lists[1].role.as_deref(), Some("manager"));
    let told = town.events("factor.passkey.policy.changed").await;
    assert_eq!(told.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_under_another_root_or_changed_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let (blob, roots) = metadata(&Maker::new(LISTED), &folder);
    let other = tempfile::tempdir().unwrap();
    let (_, foreign) = metadata(&Maker::new(LISTED), &other);
    let now = doorward::op::Clock::system().now();
    let check = |blob: &PathBuf, roots: Option<&PathBuf>| {
        let config = doorward::config::Passkeys {
            related_origins: Vec::new(),
            metadata_file: Some(blob.clone()),
            metadata_roots_file: roots.cloned(),
        };
        doorward::factor::passkey::check_metadata(&config, now)
    };
    check(&blob, Some(&roots)).unwrap();
    assert!(check(&blob, None).is_err());
    assert!(check(&blob, Some(&foreign)).is_err());
    let text = std::fs::read_to_string(&blob).unwrap();
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let changed = folder.path().join("changed.jwt");
    for wrong in [
        format!("{signed}A.{signature}"),
        format!("{signed}.{}", "A".repeat(86)),
        signed.to_owned(),
        String::new(),
    ] {
        std::fs::write(&changed, &wrong).unwrap();
        assert!(check(&changed, Some(&roots)).is_err(), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_its_own_word_is_enough_a_copied_passkey_of_a_listed_product_is_taken_and_no_other() {
    let town = Town::new().await;
    town.person("rosa").await;
    let mut op = town.op();
    let list = [id(LISTED)];
    let set = policy::set(&mut op, town.organisation, None, (ProductProof::Claimed, &list)).await;
    set.unwrap().unwrap();
    op.commit().await.unwrap();
    let browser = rosa(&town).await;
    let listed = Listed {
        maker: Maker::new(LISTED),
        browser,
        _folder: tempfile::tempdir().unwrap(),
        town,
    };
    let origin = listed.town.server.issuer.clone();
    for (aaguid, status) in [([0; 16], 422), (OTHER, 422), (LISTED, 200)] {
        let (page, options) = listed.asked(false).await;
        assert!(options.contains("\"none\""), "{options}");
        assert!(
            page.text()
                .contains(&format!("these products only: {}", id(LISTED))),
            "{}",
            page.text()
        );
        let (_, answer) = Authenticator::create_claiming(&options, &origin, aaguid);
        let done = listed.send(&page, false, &answer).await;
        assert_eq!(done.status, status, "{aaguid:?}: {}", done.text());
    }
    let told = listed.town.details("factor.passkey.enrolled").await;
    assert_eq!(
        (&told["aaguid"], &told["synced"]),
        (&json!(id(LISTED).to_string()), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_list_by_makers_word_and_one_by_its_own_the_makers_word_counts() {
    let listed = Listed::new().await;
    let max = listed.town.id_of("rosa").await;
    give_rights(&listed.town, max, "manager", &[]).await;
    let mut op = listed.town.op();
    let list = [id(LISTED)];
    let list = (ProductProof::Claimed, list.as_slice());
    let set = policy::set(&mut op, listed.town.organisation, Some("manager"), list).await;
    set.unwrap().unwrap();
    op.commit().await.unwrap();
    let (page, options) = listed.asked(false).await;
    assert!(options.contains("\"direct\""), "{options}");
    let origin = &listed.town.server.issuer;
    let (_, answer) = Authenticator::create_claiming(&options, origin, LISTED);
    assert_eq!(listed.send(&page, false, &answer).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_are_read_again_when_the_file_has_changed() {
    let (maker, folder) = (Maker::new(LISTED), tempfile::tempdir().unwrap());
    let (blob, roots) = metadata_of(&maker, &folder, run_out);
    let town = Town::with(|config| {
        config.passkeys.metadata_file = Some(blob.clone());
        config.passkeys.metadata_roots_file = Some(roots);
    })
    .await;
    let attestable = || {
        let products = policy::products(&town.op());
        products.iter().filter(|one| one.attestable).count()
    };
    let refresh = async || doorward::factor::passkey::read_changed_metadata(&town.server.house).await;
    assert_eq!(attestable(), 0);
    metadata(&maker, &folder);
    refresh().await;
    assert_eq!(attestable(), 3);
    std::fs::write(&blob, "spoilt").unwrap();
    refresh().await;
    assert_eq!(attestable(), 3, "what was believed counts on");
}

fn run_out(signer: &mut CertificateParams) {
    signer.not_before = rcgen::date_time_ymd(2024, 1, 1);
    signer.not_after = rcgen::date_time_ymd(2025, 1, 1);
}

#[test]
fn metadata_whose_signer_has_run_out_keep_no_server_from_starting_and_what_was_never_good_does() {
    let (maker, folder) = (Maker::new(LISTED), tempfile::tempdir().unwrap());
    let now = doorward::domain::Timestamp::from_seconds(1_767_000_000);
    let check = |change: fn(&mut CertificateParams)| {
        let (blob, roots) = metadata_of(&maker, &folder, change);
        let config = doorward::config::Passkeys {
            metadata_file: Some(blob),
            metadata_roots_file: Some(roots),
            ..doorward::config::Passkeys::default()
        };
        doorward::factor::passkey::check_metadata(&config, now)
    };
    check(|_| {}).unwrap();
    check(run_out).unwrap();
    check(|signer| signer.not_before = rcgen::date_time_ymd(2090, 1, 1)).unwrap_err();
    check(|signer| signer.subject_alt_names.clear()).unwrap_err();
}
