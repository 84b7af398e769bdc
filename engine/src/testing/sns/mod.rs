//! Amazon SNS as far as these tests need it: a host on loopback that is known by a certificate of an authority of our own,
//! gives out certificates for signatures, confirms subscriptions, and signs messages as SNS does.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::sns::SnsMessage;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs as provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::fetch::Fetch;

/// A certificate as SNS has it; [`TestSns::signed`] signs with its key.
pub const SIGNER: &str = include_str!("signer.pem");
/// The one of the sample messages, whose key nobody has.
pub const SAMPLE: &str = include_str!("sample.pem");
/// One for the signer's key that was in force until 2021.
pub const EXPIRED: &str = include_str!("expired.pem");
/// One for the signer's key in another name.
pub const FOREIGN: &str = include_str!("foreign.pem");

/// The topic that it has.
pub const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:ses-events";

/// Where a certificate lies: they are told apart by the first letter of their names.
pub fn certificate_url(letter: char) -> String {
    format!("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-{letter}123456789abcdef0123456789abcdef.pem")
}

/// SNS in the region `us-east-1`.
pub struct TestSns {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl TestSns {
    /// Listens.
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::<Mutex<Vec<String>>>::default();
        tokio::spawn(listen(listener, asked.clone()));
        Self { address, asked }
    }

    /// The way to it: by its name, at its address, proven by our authority.
    pub fn fetch(&self) -> Fetch {
        let authority = CertificateDer::from_pem_slice(include_bytes!("ca.pem")).expect("the authority");
        Fetch::at(self.address, authority)
    }

    /// What it was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it sends when this is published, signed at this moment.
    pub fn notification(text: &str, at: DateTime<Utc>) -> Value {
        let more = json!({"Type": "Notification", "Subject": "Amazon SES Email Event Notification", "Message": text});
        Self::signed(more, at)
    }

    /// What it sends when somebody wants the topic to send here, or not any more.
    pub fn confirmation(kind: &str, at: DateTime<Utc>) -> Value {
        let token = "2336412f37abababababababababababababababababababab";
        let url =
            format!("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={token}");
        let text = "You have chosen to subscribe.";
        Self::signed(json!({"Type": kind, "Message": text, "Token": token, "SubscribeURL": url}), at)
    }

    /// A message of the topic with these fields, signed.
    pub fn signed(fields: Value, at: DateTime<Utc>) -> Value {
        let mut message = json!({
            "MessageId": "22b80b92-fdea-5c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Timestamp": at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "SignatureVersion": "2",
            "Signature": "",
            "SigningCertURL": certificate_url('s'),
        });
        if let (Value::Object(message), Value::Object(fields)) = (&mut message, fields) {
            message.extend(fields);
        }
        let read: SnsMessage = serde_json::from_value(message.clone()).expect("a message of SNS");
        let text = read.signed_text().expect("a text to sign");
        message["Signature"] = BASE64_STANDARD.encode(sign(text.as_bytes())).into();
        message
    }
}

fn sign(text: &[u8]) -> Vec<u8> {
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("signer.key")).expect("a key");
    let pair = RsaKeyPair::from_pkcs8(key.secret_der()).expect("an RSA key");
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).expect("a signature");
    signature
}

async fn listen(listener: TcpListener, asked: Arc<Mutex<Vec<String>>>) {
    let certificates = vec![CertificateDer::from_pem_slice(include_bytes!("server.pem")).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("server.key")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .expect("a server's settings");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(acceptor.clone(), stream, asked.clone()));
    }
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream, asked: Arc<Mutex<Vec<String>>>) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut part = [0; 1024];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&part[..count]),
        }
    }
    let text = String::from_utf8_lossy(&request);
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let body = match path.trim_start_matches("/SimpleNotificationService-").chars().next() {
        _ if path.starts_with("/?Action=ConfirmSubscription") => Some("<ConfirmSubscriptionResponse/>"),
        Some('s') => Some(SIGNER),
        Some('0') => Some(SAMPLE),
        Some('e') => Some(EXPIRED),
        Some('f') => Some(FOREIGN),
        _ => None,
    };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    let head = if body.is_some() { "200 OK" } else { "404 Not Found" };
    let body = body.unwrap_or_default();
    let whole = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    // Who has gone away wants no answer.
    let _ = stream.write_all(whole.as_bytes()).await;
    let _ = stream.shutdown().await;
}
