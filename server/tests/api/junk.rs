//! Whatever a program sends, it is answered: with what it did or with what is wrong, and never by a fault of ours.

use axum::{body::Body, http::header};
use engine::testing::{PASSWORD, Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::client::Client;

/// How many bodies are tried.
const TRIES: u32 = 500;

/// A generator that gives the same again for the same seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

fn junk() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!(" \t\n"),
        json!("\0"),
        json!("a\u{0}b"),
        json!("\u{202e}\u{feff}💥"),
        json!("'; drop table contact; --"),
        json!("x".repeat(100_000)),
        json!("{{#if first_name}}".repeat(100)),
        json!("{{{{{{"),
        json!("{{first_name}}{{custom.}}{{custom.a.b}}{{../x}}"),
        json!("<div>".repeat(300)),
        json!("<table><tr><td>".repeat(30)),
        json!("00000000-0000-7000-8000-000000000000"),
        json!("+99999999999"),
        json!("a@b.co"),
        json!([]),
        json!({}),
        json!([[], {}, null, 1]),
        json!({"id": {"id": []}, "\0": 1}),
        json!({"type": "list", "id": "x"}),
        json!(["email", "email"]),
        json!(vec!["x"; 2000]),
    ]
}

/// Puts something else in a random place, or takes it out.
fn spoil(value: &mut Value, chance: &mut Chance) {
    let inside = match value {
        Value::Object(fields) => fields.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if inside == 0 || chance.below(4) == 0 {
        *value = chance.one_of(&junk()).clone();
        return;
    }
    let place = chance.below(inside);
    match value {
        Value::Object(fields) => {
            let name = fields.keys().nth(place).cloned().unwrap_or_default();
            match chance.below(6) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert(format!("{name}s"), chance.one_of(&junk()).clone())),
                _ => spoil(&mut fields[&name], chance),
            }
        }
        Value::Array(items) => match chance.below(6) {
            0 => drop(items.remove(place)),
            1 => items.push(chance.one_of(&junk()).clone()),
            _ => spoil(&mut items[place], chance),
        },
        _ => {}
    }
}

/// Changes bytes of the text itself.
fn scramble(text: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(3) {
        let place = chance.below(text.len().max(1)).min(text.len());
        match chance.below(4) {
            0 => text.truncate(place),
            1 => text.insert(place, *chance.one_of(b"{}[]\",:\\\0\xff 0e-.n")),
            2 if place < text.len() => text[place] = chance.below(256) as u8,
            _ if place < text.len() => drop(text.remove(place)),
            _ => {}
        }
    }
}

/// Good requests, to be spoiled.
async fn good(here: &TestWorkspace, sink: &Sink) -> Vec<(&'static str, String, Value)> {
    let (provider, list) = (here.provider(sink).await, here.list("Customers").await);
    let sender = here.sender(&provider).await;
    let contact = here.contact("ada@one.example", &[list]).await;
    let template = here.template("Spring", "Hello", "<p>We are open.</p>").await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    let config = json!({"host": "127.0.0.1", "port": 25, "tls": "tls", "username": "a", "password": "b"});
    let consent = json!({"channel": "email", "purpose": "marketing", "state": "granted", "source": "x", "evidence": "y",
               "wording": "z", "at": "2026-02-14T09:30:00Z", "address": "192.0.2.7", "proof": ""});
    let new_contact = json!({
        "email": "ben@two.example", "phone": "+12125550123", "first_name": "Ben", "last_name": "B",
        "business_name": "C", "time_zone": "Europe/Rome", "custom": {"size": 3, "tags": ["a"]},
        "consents": [consent], "lists": [list],
    });
    let change = json!({
        "external_id": 7, "source": "crm", "phone": "+12125550124", "whatsapp": "+12125550125", "city": "Turin",
        "country": "Italy", "latitude": 45.1, "longitude": "7.7", "lead_score": 85, "stage": "sales", "language": "it",
        "birthday": "1990-05-14", "tags": ["a", "b"], "custom": {"size": null, "hat": "m"}, "do_not_contact": true,
        "test": false,
    });
    let new_template = json!({
        "name": "Summer", "category": "marketing", "slug": "summer", "description": "x", "preheader": "y", "format": "html",
        "channel": "email", "subject": "Hi {{first_name}}", "html": "<p>{{email}}</p>", "text": "Hi",
    });
    let audience = json!({"include": [{"type": "list", "id": list}], "exclude": [list, {"list_id": list}]});
    let text = json!({"subject": "Hi", "html": "<p>Hi</p>", "text": "Hi"});
    let new_campaign = |content: Value| {
        json!({
            "name": "News", "code": "N-1", "type": "bulk", "channels": ["email"], "content": {"email": content},
            "sender_id": sender, "audience": audience, "schedule": {"type": "now"},
        })
    };
    let of_template = new_campaign(json!({"template_id": template}));
    vec![
        ("POST", "/providers".into(), json!({"channel": "email", "kind": "smtp", "name": "P", "config": config})),
        ("POST", "/senders".into(), json!({"email": "x@maple.example", "name": "X", "provider_id": provider.id})),
        ("POST", "/lists".into(), json!({"name": "VIP", "description": "Best", "type": "static"})),
        ("POST", format!("/lists/{list}/members"), json!({"contact_ids": [contact]})),
        ("PATCH", format!("/lists/{list}"), json!({"name": "Regulars", "description": "Best"})),
        ("POST", format!("/lists/{list}/members/by-address"), json!({"addresses": "ada@one.example, x@y.zz"})),
        (
            "POST",
            "/suppressions".into(),
            json!({"channel": "sms", "address": "+12125550123", "reason": "stop", "note": "N"}),
        ),
        (
            "POST",
            "/suppressions/import".into(),
            json!({"channel": "email", "reason": "manual", "note": "N", "text": "address,reason\na@b.co,stop\nx"}),
        ),
        ("POST", "/contacts".into(), new_contact),
        ("PATCH", format!("/contacts/{contact}"), change),
        ("POST", format!("/contacts/{contact}/merge"), json!({"into": contact, "take": ["email", "phone"]})),
        ("POST", format!("/contacts/{contact}/tags"), json!({"tags": ["VIP", "a, b"]})),
        ("POST", "/contacts/tags".into(), json!({"contact_ids": [contact], "add": ["x"], "remove": ["y"]})),
        ("POST", "/custom-fields".into(), json!({"key": "hat", "label": "Hat", "kind": "text"})),
        ("PUT", "/pipeline-stages".into(), json!({"stages": [{"key": "hook", "name": "Hook"}, {"name": "More"}]})),
        ("POST", format!("/contacts/{contact}/consents"), consent),
        ("POST", "/templates".into(), new_template.clone()),
        ("PUT", format!("/templates/{template}"), new_template.clone()),
        ("PATCH", format!("/templates/{template}"), json!({"category": "notification", "slug": "s", "preheader": "p"})),
        ("POST", "/templates/preview".into(), new_template),
        ("POST", format!("/templates/{template}/test"), json!({"to": "a@b.co", "sender_id": sender})),
        ("POST", format!("/templates/{template}/preview"), json!({"contact_id": contact})),
        ("POST", "/campaigns".into(), of_template),
        ("PUT", format!("/campaigns/{campaign}"), new_campaign(text)),
        ("POST", format!("/campaigns/{campaign}/start"), json!({"hold_seconds": 3600})),
        (
            "PATCH",
            "/workspace".into(),
            json!({"doubt_policy": "hold", "name": "M", "brand": {"from_name": "M", "reply_to": "r@b.co", "colour": "#112233"}}),
        ),
        (
            "PATCH",
            "/limits".into(),
            json!({"channels": {"email": {"hourly": 5, "quiet_from": "21:00", "quiet_to": "08:00", "price": 0.1}}, "caps": {"day": "2", "week": 9}, "budget": "25"}),
        ),
        ("POST", "/invitations".into(), json!({"email": "o@b.co", "roles": ["viewer"]})),
        ("POST", format!("/senders/{sender}/verify"), json!({"code": "123456"})),
        (
            "PATCH",
            format!("/providers/{}", provider.id),
            json!({"rate_per_second": 5, "config": {"tls": "none", "port": 26}}),
        ),
        ("PATCH", format!("/senders/{sender}"), json!({"name": "N", "email": "n@b.co", "provider_id": provider.id})),
        ("POST", "/api-keys".into(), json!({"name": "Till", "scopes": ["read"], "expires_at": "2027-01-31"})),
        ("POST", "/users".into(), json!({"email": "i@b.co", "name": "I", "password": PASSWORD, "roles": ["viewer"]})),
    ]
}

#[tokio::test]
async fn spoiled_bodies_are_answered_and_told_what_is_wrong() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let good = good(&here, &sink).await;
    let (mut chance, mut refused) = (Chance(20_260_302), 0);
    for n in 0..TRIES {
        let (method, path, body) = chance.one_of(&good);
        let mut body = body.clone();
        for _ in 0..=chance.below(2) {
            spoil(&mut body, &mut chance);
        }
        let mut text = body.to_string().into_bytes();
        if chance.below(5) == 0 {
            scramble(&mut text, &mut chance);
        }
        let shown: String = String::from_utf8_lossy(&text).chars().take(400).collect();
        let request = api.request(method, path).header(header::CONTENT_TYPE, "application/json");
        let reply = api.ask(request.body(Body::from(text)).unwrap()).await;
        let status = reply.status.as_u16();
        assert!([200, 201, 202, 400, 409, 422].contains(&status), "{n}: {method} {path} {shown}: {}", reply.body);
        refused += u32::from(status >= 400);
    }
    assert!(refused > TRIES / 2 && refused < TRIES, "{refused} of {TRIES} were refused: too tame or too wild");
}

#[tokio::test]
async fn spoiled_queries_are_answered() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let list = here.list("Customers").await;
    let contact = here.contact("ada@one.example", &[list]).await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    let paths = [
        "/contacts".to_owned(),
        format!("/contacts/{contact}/events"),
        "/campaigns".into(),
        "/audit".into(),
        "/sandbox/messages".into(),
        format!("/lists/{list}/members"),
        "/suppressions".into(),
        format!("/campaigns/{campaign}/recipients"),
        format!("/campaigns/{campaign}/in-doubt"),
        "/in-doubt".into(),
    ];
    let letters: Vec<String> =
        ["%", "_", "%25", "%00", "%FF", "%C3", "&", "=", "a", "'", "+", "%5C", "-1", "9", "draft", "%F4%8F%BF%BF"]
            .map(Into::into)
            .into();
    let mut chance = Chance(7);
    for _ in 0..200 {
        let mut query = String::new();
        for name in [
            "cursor", "limit", "search", "status", "channel", "reason", "page", "tag", "stage", "consent", "match",
            "list",
        ] {
            if chance.below(3) == 0 {
                let value: String = (0..chance.below(4)).map(|_| chance.one_of(&letters).as_str()).collect();
                query.push_str(&format!("{name}={value}&"));
            }
        }
        let path = format!("{}?{query}", chance.one_of(&paths));
        let reply = api.get(&path).await;
        assert!([200, 422].contains(&reply.status.as_u16()), "{path}: {}", reply.body);
    }
}
