//! Amazon SES as somebody else understood it: `aws-ses-v2-local`, which script/bootstrap --test installs. What our own
//! scripted server takes for granted, this one checks in its own way.

use std::{path::Path, process::Stdio, time::Duration};

use domain::delivery::Outcome;
use engine::testing::{TestWorkspace, mailing};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::{Child, Command},
};

use crate::ses::config;

/// The program, which ends with the test.
struct Emulator {
    port: u16,
    _process: Child,
}

impl Emulator {
    async fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/.bin/aws-ses-v2-local");
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        let process = command.spawn().expect("aws-ses-v2-local: run script/bootstrap --test");
        let emulator = Self { port, _process: process };
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return emulator;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("aws-ses-v2-local does not listen after half a minute");
    }

    /// What it has taken.
    async fn mails(&self) -> Vec<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(b"GET /store HTTP/1.0\r\nHost: localhost\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let store: Value = serde_json::from_str(body).expect("JSON");
        store["emails"].as_array().expect("mails").clone()
    }
}

#[tokio::test]
async fn a_campaign_goes_out_through_ses() {
    let (here, ses) = (TestWorkspace::new().await, Emulator::start().await);
    let provider = here.account("ses", "Amazon", config(&format!("http://127.0.0.1:{}", ses.port))).await;
    let account = here.open(provider.id).await.unwrap();
    let outcome = account.deliver(&mailing(1, "eve@one.example", "We are open.")).await;
    let Outcome::Accepted { provider_id } = outcome else { panic!("{outcome:?}") };
    assert_eq!(ses.mails().await[0]["messageId"], provider_id.as_str());

    let (sender, list) = (here.sender(&provider).await, here.list("Customers").await);
    for name in ["ada", "ben", "cara"] {
        here.contact(&format!("{name}@one.example"), &[list]).await;
    }
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    here.work().await;
    assert_eq!(here.status(campaign).await, "Finished");
    let mails = ses.mails().await;
    assert_eq!(mails.len(), 4);
    let ada = mails.iter().find(|mail| mail["destination"]["to"][0] == "ada@one.example").expect("Ada's");
    assert_eq!(
        (&ada["subject"], &ada["from"]),
        (&"News for ada".into(), &"\"Nora\" <nora@maple.example>".into()),
        "{ada}"
    );
    assert!(ada["body"]["html"].as_str().unwrap().contains("Dear ada, we are open."), "{ada}");
}
