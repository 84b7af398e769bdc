//! The two halves of a server: one takes what people want, the other sends.

use engine::{
    clock::{Clock, SystemClock},
    testing::{Sink, TestWorkspace},
};

use crate::place::{Place, until};

fn place(here: &TestWorkspace) -> Place {
    let options = here.database.options();
    let folder = options.get_socket().expect("a socket").to_string_lossy().replace('/', "%2F");
    let (user, name) = (options.get_username(), options.get_database().expect("a database"));
    let url = format!("postgres://{user}@{folder}:{}/{name}", options.get_port());
    // The key that the engine of the test seals with.
    let secret = "a secret for tests that is long enough";
    Place::new().with("DATABASE_URL", url).with("CARILLON_SECRET_KEY", secret)
}

#[tokio::test]
async fn a_server_for_the_web_sends_nothing_and_a_worker_sends() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    here.clock.set(SystemClock.now());
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    here.contact("ada@one.example", &[list]).await;
    let web_place = place(&here);
    let web = web_place.start(&["--only", "web"]);
    web.wait_until_ready();
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    assert_eq!(web.status("/"), Ok(303));
    assert!(sink.mails().is_empty());

    let work_place = place(&here);
    let worker = work_place.start(&["--only", "work"]);
    tokio::task::spawn_blocking({
        let sink = sink.clone();
        move || until("the message", || sink.mails().len() == 1)
    })
    .await
    .unwrap();
    assert!(web.is_ready());
    assert!(worker.status("/health/live").is_err(), "a worker listens to nobody");
    assert_eq!((worker.stop(), web.stop()), (Some(0), Some(0)));
    assert_eq!(sink.recipients(), ["ada@one.example"]);
}
