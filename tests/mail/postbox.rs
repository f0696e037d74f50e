//! A mail server of one test: it takes what it is sent, or answers as the test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::Certificate;

/// How the server is spoken to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Speech {
    Plain,
    Tls,
    StartTls,
    /// It should know `STARTTLS`, and somebody between has taken the word away.
    Stripped,
}

/// The server: its port, and all that was said to it.
pub(super) struct Postbox {
    pub(super) port: u16,
    /// Lines of each conversation, in their order.
    pub(super) heard: Arc<Mutex<Vec<String>>>,
}

impl Postbox {
    /// Answers each recipient with the next of these lines, and with "250 ok" once they are used up.
    pub(super) fn open(speech: Speech, certificate: Option<&Certificate>, answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let tls = certificate.map(|certificate| Arc::new(tls(certificate)));
        let mut answers: Vec<String> = answers.iter().rev().map(|&one| one.to_owned()).collect();
        let kept = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                // What one conversation comes to does not end the server.
                let _ = converse(stream, speech, tls.as_ref(), &mut answers, &kept);
            }
        });
        Self { port, heard }
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn tls(certificate: &Certificate) -> ServerConfig {
    let chain = CertificateDer::from_pem_file(&certificate.files.certificate_file).unwrap();
    let key = PrivateKeyDer::from_pem_file(&certificate.files.key_file).unwrap();
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap()
}

fn wrapped(stream: TcpStream, tls: &Arc<ServerConfig>) -> StreamOwned<ServerConnection, TcpStream> {
    StreamOwned::new(ServerConnection::new(Arc::clone(tls)).unwrap(), stream)
}

fn converse(
    mut stream: TcpStream,
    speech: Speech,
    tls: Option<&Arc<ServerConfig>>,
    answers: &mut Vec<String>,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    match (speech, tls) {
        (Speech::Tls, Some(tls)) => {
            let mut stream = wrapped(stream, tls);
            stream.write_all(b"220 localhost\r\n")?;
            talk(stream, answers, heard)
        }
        (Speech::StartTls, Some(tls)) => {
            stream.write_all(b"220 localhost\r\n")?;
            // Byte by byte: what follows the command belongs to TLS.
            loop {
                let line = line_of(&mut stream)?;
                heard.lock().unwrap().push(line.clone());
                if line == "STARTTLS" {
                    stream.write_all(b"220 go ahead\r\n")?;
                    break;
                }
                stream.write_all(b"250-localhost\r\n250 STARTTLS\r\n")?;
            }
            talk(wrapped(stream, tls), answers, heard)
        }
        _ => {
            stream.write_all(b"220 localhost\r\n")?;
            talk(stream, answers, heard)
        }
    }
}

fn line_of(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte)?;
        if byte == *b"\n" {
            return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        line.extend_from_slice(&byte);
    }
}

fn talk(
    stream: impl Read + Write,
    answers: &mut Vec<String>,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut in_data = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        heard.lock().unwrap().push(line.clone());
        let answer = match line.split(' ').next().unwrap_or_default() {
            "." if in_data => {
                in_data = false;
                "250 taken".to_owned()
            }
            _ if in_data => continue,
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => "235 welcome".to_owned(),
            "RCPT" => answers.pop().unwrap_or_else(|| "250 ok".to_owned()),
            "DATA" => {
                in_data = true;
                "354 go on".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        stream.get_mut().write_all(format!("{answer}\r\n").as_bytes())?;
    }
}
