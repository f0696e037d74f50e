//! The certificates of a demonstration, made once for its data folder: for its listener of mutual TLS, and for the sample client that
//! shows itself by one.
//!
//! The key of whoever issued them is kept nowhere: nobody makes a third.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::config::Tls;
use crate::domain::Timestamp;

/// What names the sample client in its certificate.
pub(super) const CLIENT_NAME: &str = "feedback-export.northbeam.test";

/// The folder of the certificates, below that of the demonstration.
const FOLDER: &str = "mtls";

/// How many years they are good for.
const YEARS: i32 = 10;

/// Where they are.
#[derive(Debug, Clone)]
pub(super) struct Certificates {
    /// What a client has to believe in, and what the server believes in.
    pub(super) authority: PathBuf,
    pub(super) server: Tls,
    pub(super) client: Tls,
}

impl Certificates {
    fn within(folder: &Path) -> Self {
        let file = |name: &str| folder.join(FOLDER).join(name);
        let pair = |certificate: &str, key: &str| Tls {
            certificate_file: file(certificate),
            key_file: file(key),
        };
        Self {
            authority: file("authority.pem"),
            server: pair("server.pem", "server.key"),
            client: pair("client.pem", "client.key"),
        }
    }

    /// The authority, for those who believe in it.
    pub(super) fn root(&self) -> io::Result<Vec<u8>> {
        let read = CertificateDer::from_pem_file(&self.authority).map_err(io::Error::other)?;
        Ok(read.to_vec())
    }

    fn are_there(&self) -> bool {
        let (server, client) = (&self.server, &self.client);
        let files = [
            &server.certificate_file,
            &server.key_file,
            &client.certificate_file,
            &client.key_file,
        ];
        self.authority.exists() && files.iter().all(|file| file.exists())
    }
}

/// Those of the data folder; made if one is missing.
pub(super) fn kept_in(folder: &Path, now: Timestamp) -> io::Result<Certificates> {
    let certificates = Certificates::within(folder);
    if !certificates.are_there() {
        fs::create_dir_all(folder.join(FOLDER))?;
        make(&certificates, now)?;
    }
    Ok(certificates)
}

fn make(certificates: &Certificates, now: Timestamp) -> io::Result<()> {
    let mut of_authority = lasting(now);
    of_authority
        .distinguished_name
        .push(DnType::CommonName, "Doorward demonstration");
    of_authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    of_authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority = CertifiedIssuer::self_signed(of_authority, new_key()?).map_err(io::Error::other)?;
    let loopback = SanType::IpAddress(std::net::Ipv4Addr::LOCALHOST.into());
    let server = [name("localhost")?, loopback];
    let server = issue(&authority, now, (&server, ExtendedKeyUsagePurpose::ServerAuth))?;
    let client = [name(CLIENT_NAME)?];
    let client = issue(&authority, now, (&client, ExtendedKeyUsagePurpose::ClientAuth))?;
    for (files, (certificate, key)) in [(&certificates.server, server), (&certificates.client, client)] {
        write(&files.certificate_file, &certificate, 0o644)?;
        write(&files.key_file, &key, 0o600)?;
    }
    write(&certificates.authority, &authority.pem(), 0o644)
}

/// A certificate and its key, in PEM.
fn issue(
    authority: &CertifiedIssuer<'_, KeyPair>,
    now: Timestamp,
    (names, purpose): (&[SanType], ExtendedKeyUsagePurpose),
) -> io::Result<(String, String)> {
    let mut params = lasting(now);
    params.subject_alt_names = names.to_vec();
    params.extended_key_usages = vec![purpose];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let key = new_key()?;
    let certificate = params.signed_by(&key, authority).map_err(io::Error::other)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn new_key() -> io::Result<KeyPair> {
    KeyPair::generate().map_err(io::Error::other)
}

fn name(text: &str) -> io::Result<SanType> {
    Ok(SanType::DnsName(text.try_into().map_err(io::Error::other)?))
}

/// From the first day of this year on.
fn lasting(now: Timestamp) -> CertificateParams {
    let year: String = now.to_string().chars().take(4).collect();
    let year: i32 = year.parse().unwrap_or(2026);
    let mut params = CertificateParams::default();
    params.not_before = rcgen::date_time_ymd(year, 1, 1);
    params.not_after = rcgen::date_time_ymd(year + YEARS, 12, 31);
    params.distinguished_name = DistinguishedName::new();
    params
}

/// Keys are their owner's alone, from the first byte on.
fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn they_are_made_once_and_their_keys_are_their_owners() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::from_seconds(1_800_000_000);
        let made = kept_in(folder.path(), now).unwrap();
        let read = || fs::read_to_string(&made.server.certificate_file).unwrap();
        let first = read();
        assert_eq!(kept_in(folder.path(), now).unwrap().authority, made.authority);
        assert_eq!(read(), first);
        for key in [&made.server.key_file, &made.client.key_file] {
            assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::remove_file(&made.client.key_file).unwrap();
        kept_in(folder.path(), now).unwrap();
        assert_ne!(read(), first, "all of one authority");
    }
}
