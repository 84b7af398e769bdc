//! Nothing of one workspace is there for another's key (SPEC 1.1): whatever has an id is asked for with a neighbour's,
//! with one that nobody has and with what is no id, and the answer is always the same.

use engine::testing::{PASSWORD, Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::{
    client::{Client, each, id},
    routes::{all, assert_covered},
};

/// Every route with an id in it and a body that is right for it, in an order in which each finds its own thing.
fn table() -> Vec<(&'static str, Option<Value>)> {
    let template = json!({"name": "Changed", "channel": "email", "subject": "Hi", "html": "<p>Hi</p>"});
    vec![
        ("GET /providers/{id}", None),
        ("PATCH /providers/{id}", Some(json!({"name": "Changed"}))),
        ("POST /providers/{id}/test", Some(json!({}))),
        ("GET /providers/{id}/webhook", None),
        ("POST /providers/{id}/webhook/renew", None),
        ("GET /senders/{id}", None),
        ("PATCH /senders/{id}", Some(json!({"name": "Changed"}))),
        ("GET /sandbox/messages/{id}", None),
        ("GET /lists/{id}", None),
        ("GET /lists/{id}/members", None),
        ("POST /lists/{id}/members", Some(json!({"contact_ids": ["{own contact}"]}))),
        ("PATCH /lists/{id}", Some(json!({"description": "Changed"}))),
        ("POST /lists/{id}/members/by-address", Some(json!({"addresses": "ada@one.example"}))),
        ("GET /lists/{id}/members/export", None),
        ("DELETE /lists/{id}/members/{contact_id}", None),
        ("PUT /lists/{id}/members/{contact_id}", None),
        ("GET /contacts/{id}", None),
        ("PATCH /contacts/{id}", Some(json!({"city": "Turin"}))),
        ("POST /contacts/{id}/merge", Some(json!({"into": "{own contact}"}))),
        ("GET /contacts/{id}/export", None),
        ("GET /contacts/{id}/events", None),
        ("GET /contacts/{id}/upcoming", None),
        ("GET /contacts/{id}/tags", None),
        ("POST /contacts/{id}/tags", Some(json!({"tags": ["vip"]}))),
        ("DELETE /contacts/{id}/tags/{tag}", None),
        ("PATCH /custom-fields/{key}", Some(json!({"label": "Changed"}))),
        ("DELETE /custom-fields/{key}", None),
        ("GET /contacts/{id}/consents", None),
        ("POST /contacts/{id}/consents", Some(json!({"channel": "email", "state": "withdrawn", "source": "manual"}))),
        ("GET /imports/{id}", None),
        ("GET /imports/{id}/rejects", None),
        ("GET /imports/{id}/rejects.csv", None),
        ("GET /imports/{id}/errors.csv", None),
        ("PUT /imports/{id}/mapping", Some(json!({"columns": ["email"]}))),
        ("POST /imports/{id}/start", None),
        ("POST /imports/{id}/stop", None),
        ("POST /imports/{id}/undo", None),
        ("DELETE /imports/{id}", None),
        ("GET /proofs/{id}", None),
        ("GET /templates/{id}", None),
        ("PUT /templates/{id}", Some(template)),
        ("PATCH /templates/{id}", Some(json!({"subject": "Changed"}))),
        ("POST /templates/{id}/preview", Some(json!({}))),
        ("GET /templates/{id}/blocks", None),
        ("PUT /templates/{id}/blocks", Some(json!({"name": "Changed", "subject": "Hi", "blocks": {}}))),
        ("POST /templates/{id}/test", Some(json!({"to": "a@b.co", "sender_id": "{own sender}"}))),
        ("POST /templates/{id}/duplicate", None),
        ("GET /templates/{id}/versions", None),
        ("GET /templates/{id}/versions/{version}", None),
        ("POST /templates/{id}/versions/{version}/restore", None),
        ("POST /templates/{id}/archive", None),
        ("POST /templates/{id}/restore", None),
        ("GET /campaigns/{id}", None),
        ("PUT /campaigns/{id}", Some(json!({"name": "Changed"}))),
        ("PATCH /campaigns/{id}", Some(json!({"name": "Changed"}))),
        ("GET /campaigns/{id}/estimate", None),
        ("GET /campaigns/{id}/audience", None),
        ("POST /campaigns/{id}/duplicate", None),
        ("POST /campaigns/{id}/schedule", Some(json!({"at": "2030-01-01T10:00"}))),
        ("POST /campaigns/{id}/unschedule", None),
        ("POST /campaigns/{id}/archive", None),
        ("POST /campaigns/{id}/restore", None),
        ("POST /campaigns/{id}/send", Some(json!({}))),
        ("POST /campaigns/{id}/test", Some(json!({"to": "a@b.co"}))),
        ("POST /campaigns/{id}/preview", Some(json!({}))),
        ("POST /campaigns/{id}/test-send", Some(json!({"to": "a@b.co"}))),
        ("GET /messages/{id}", None),
        ("GET /outbox/{id}", None),
        ("GET /campaigns/{id}/stats", None),
        ("GET /campaigns/{id}/errors", None),
        ("GET /campaigns/{id}/recipients", None),
        ("GET /campaigns/{id}/in-doubt", None),
        ("POST /campaigns/{id}/in-doubt", Some(json!({"decision": "mark_sent", "all": true}))),
        ("GET /campaigns/{id}/report", None),
        ("GET /campaigns/{id}/results.csv", None),
        ("GET /campaigns/{id}/results.json", None),
        ("GET /campaigns/{id}/results.xlsx", None),
        ("POST /campaigns/{id}/recipients/list", Some(json!({"name": "Openers", "status": "opened"}))),
        ("POST /campaigns/{id}/retry", None),
        ("GET /campaigns/{id}/recipients/{message_id}", None),
        ("POST /campaigns/{id}/start", Some(json!({}))),
        ("POST /campaigns/{id}/pause", None),
        ("POST /campaigns/{id}/resume", None),
        ("DELETE /campaigns/{id}", None),
        ("POST /campaigns/{id}/cancel", None),
        ("DELETE /campaigns/{id}/recipients/{message_id}", None),
        ("PATCH /users/{id}", Some(json!({"roles": ["viewer"]}))),
        ("DELETE /users/{id}/sessions", None),
        ("DELETE /users/{id}", None),
        ("DELETE /contacts/{id}", None),
        ("POST /api-keys/{id}/rotate", None),
        ("DELETE /api-keys/{id}", None),
        ("POST /invitations/{id}/resend", None),
        ("DELETE /invitations/{id}", None),
        ("GET /senders/{id}/dns", None),
        ("POST /senders/{id}/dns/check", None),
        ("POST /senders/{id}/code", None),
        ("POST /senders/{id}/verify", Some(json!({"code": "123456"}))),
        ("DELETE /senders/{id}", None),
        ("DELETE /providers/{id}", None),
        ("DELETE /lists/{id}", None),
    ]
}

/// A workspace with one of each thing.
struct Full {
    api: Client,
    ids: Vec<(&'static str, String)>,
}

impl Full {
    async fn new(here: &TestWorkspace, sink: &Sink) -> Self {
        let provider = here.provider(sink).await;
        let sender = here.sender(&provider).await;
        let list = here.list("Customers").await;
        let contact = here.contact("ada@one.example", &[list]).await;
        let template = here.template("Spring", "Hello", "<p>We are open.</p>").await;
        // Not the user that tests elsewhere call Nora: somebody with an account, in this workspace only.
        let api = Client::of(here).await;
        let email = format!("ivo@{}.example", here.tenant);
        let user = json!({"email": email, "password": PASSWORD, "roles": ["viewer"]});
        let user = id(&api.post("/users", user).await.expect(201));
        let key = id(&api.post("/api-keys", json!({"name": "Till", "scopes": ["read"]})).await.expect(201));
        let invited = json!({"email": format!("olga@{}.example", here.tenant), "roles": ["viewer"]});
        let invitation = id(&api.post("/invitations", invited).await.expect(201));
        let campaign = here.campaign("Spring news", sender, &[list]).await;
        // A name of this workspace's own.
        let field = format!("k{}", here.tenant.0.simple());
        api.post("/custom-fields", json!({"key": field})).await.expect(201);
        let told = here.campaign("Told", sender, &[list]).await;
        here.start(told).await;
        here.work().await;
        let message = id(&api.get(&format!("/campaigns/{told}/recipients")).await.expect(200)["data"][0]);
        let mail = here.sandbox_mail("ada@one.example").await.to_string();
        let ids = vec![
            ("providers", provider.id.to_string()),
            ("senders", sender.to_string()),
            ("messages", message),
            ("sandbox", mail.clone()),
            ("outbox", mail),
            ("lists", list.to_string()),
            ("contacts", contact.to_string()),
            ("imports", here.upload("fair.csv", "email\nada@one.example\n").await.to_string()),
            ("proofs", id(&api.upload("/proofs", "form.txt", b"Yes, send me news").await.expect(201))),
            ("templates", template.to_string()),
            ("campaigns", campaign.to_string()),
            ("custom-fields", field),
            ("users", user),
            ("api-keys", key),
            ("invitations", invitation),
        ];
        Self { api, ids }
    }

    fn id(&self, resource: &str) -> String {
        self.ids.iter().find(|(name, _)| *name == resource).expect("one of it").1.clone()
    }

    /// The path with these two ids in it.
    fn path(route: &str, id: &str, contact: &str) -> String {
        let (_, path) = route.split_once(' ').expect("method and path");
        path.replace("{id}", id)
            .replace("{contact_id}", contact)
            .replace("{message_id}", "nobody")
            .replace("{version}", "1")
            .replace("{key}", id)
            .replace("{tag}", "vip")
    }

    /// Everything that can be seen of the workspace.
    async fn picture(&self) -> Vec<Value> {
        let mut picture = Vec::new();
        for resource in [
            "providers",
            "senders",
            "sandbox/messages",
            "lists",
            "contacts",
            "custom-fields",
            "templates",
            "campaigns",
            "users",
            "invitations",
        ] {
            picture.push(self.api.get(&format!("/{resource}")).await.expect(200));
        }
        for path in ["lists/{}/members", "contacts/{}", "campaigns/{}", "templates/{}"] {
            let id = self.id(path.split('/').next().expect("a resource"));
            picture.push(self.api.get(&format!("/{}", path.replace("{}", &id))).await.expect(200));
        }
        picture
    }
}

#[tokio::test]
async fn another_workspaces_things_are_not_there() {
    let mut with_ids = all();
    // Addresses are no ids: whose they are is another test's.
    with_ids.retain(|route| route.contains('{') && !route.contains("{address}"));
    let table = table();
    assert_covered(table.iter().map(|(route, _)| *route), &with_ids);

    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let ours = Full::new(&here, &sink).await;
    let theirs = Full::new(&here.neighbour("Harbour").await, &sink).await;
    let before = theirs.picture().await;
    for (route, body) in &table {
        let (method, resource) = (route.split(' ').next().unwrap(), route.split('/').nth(1).unwrap());
        let contact = ours.id("contacts");
        let body = body.as_ref().map(|body| {
            let named = body.to_string().replace("{own contact}", &contact);
            named.replace("{own sender}", &ours.id("senders")).parse().unwrap()
        });
        let nobody = "00000000-0000-7000-8000-000000000000";
        let own = ours.id(resource);
        let mut strangers = vec![(theirs.id(resource), contact.clone()), (nobody.into(), contact.clone())];
        for garbage in ["7", "%00", "%ff", "a%2fb", "' or true --", "0190a1b2-0000-7000-8000-00000000000g"] {
            strangers.push((garbage.replace(' ', "%20"), contact.clone()));
        }
        if route.contains("{contact_id}") {
            strangers.extend([theirs.id("contacts"), nobody.into(), "7".into()].map(|other| (own.clone(), other)));
        }
        for (id, contact) in strangers {
            let reply = ours.api.send(method, &Full::path(route, &id, &contact), body.clone()).await;
            let problem = reply.problem(404, "not_found");
            assert_eq!(problem["detail"], "There is nothing here, or it is another workspace's.", "{route} {id}");
        }
        let reply = ours.api.send(method, &Full::path(route, &own, &contact), body).await;
        // Having been deleted, it is not there for the routes after; everything else finds what is its own.
        let after = [
            "POST /campaigns/{id}/cancel",
            "DELETE /campaigns/{id}/recipients/{message_id}",
            "GET /campaigns/{id}/recipients/{message_id}",
        ];
        let deleted = after.contains(route);
        assert_eq!(reply.status == 404, deleted, "{route} with an id of one's own: {}", reply.body);
    }
    assert_eq!(theirs.picture().await, before);
}

#[tokio::test]
async fn another_workspaces_things_cannot_be_named_in_a_body() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let ours = Full::new(&here, &sink).await;
    let theirs = Full::new(&here.neighbour("Harbour").await, &sink).await;
    let before = theirs.picture().await;
    let (api, contact) = (&ours.api, theirs.id("contacts"));
    let sender = json!({"email": "x@maple.example", "provider_id": theirs.id("providers")});
    api.post("/senders", sender).await.invalid(&[("provider_id", "unknown")]);
    let change = json!({"provider_id": theirs.id("providers")});
    api.send("PATCH", &format!("/senders/{}", ours.id("senders")), Some(change))
        .await
        .invalid(&[("provider_id", "unknown")]);
    let members = format!("/lists/{}/members", ours.id("lists"));
    api.post(&members, json!({"contact_ids": [contact]})).await.invalid(&[("contact_ids", "unknown")]);
    let new = json!({"email": "new@one.example", "lists": [theirs.id("lists")]});
    api.post("/contacts", new).await.invalid(&[("lists", "unknown")]);
    let preview = format!("/templates/{}/preview", ours.id("templates"));
    api.post(&preview, json!({"contact_id": contact})).await.invalid(&[("contact_id", "unknown")]);
    let campaign = json!({
        "name": "Ours", "sender_id": theirs.id("senders"), "content": {"email": {"template_id": theirs.id("templates")}},
        "audience": {"include": [theirs.id("lists")], "exclude": [{"list_id": theirs.id("lists")}]},
    });
    let fields = ["audience.include", "audience.exclude", "sender_id", "content.email.template_id"];
    api.post("/campaigns", campaign).await.invalid(&fields.map(|field| (field, "unknown")));
    assert_eq!(theirs.picture().await, before);
    assert_eq!(each(&api.get("/contacts").await.expect(200), "email"), ["ada@one.example"]);
}
