//! Who a row is about, and what it changes (SPEC 2.3).

use domain::contact::NewContact;
use engine::testing::TestWorkspace;
use serde_json::{Value, json};

use crate::{counts, import, number, of, wrong};

#[tokio::test]
async fn rows_are_matched_by_id_then_address_then_phone() {
    let here = TestWorkspace::new().await;
    let columns = json!({"columns": ["external_id", "email", "phone", "first_name"], "source": "crm", "country": "US"});
    import(
        &here,
        "id,mail,tel,name\n1,ada@b.co,+12125550101,Ada\n2,ben@b.co,+12125550102,Ben\n,,+12125550103,Cleo\n",
        columns.clone(),
    )
    .await;
    let again = "id,mail,tel,name
1,ada@new.example,,Augusta
,BEN@b.co,+12125550101,Benno
,cleo@b.co,(212) 555-0103,Cleopatra
2,ada@new.example,,Two
,dan@b.co,+12125550102,Dan
9,ben@b.co,,Ben
";
    let done = import(&here, again, columns).await;
    // Row 6 shares Ben's phone but has an address of its own: another person, without the phone.
    assert_eq!(counts(&done), [1, 4, 0, 1]);
    let told = wrong(&here, done.import.id).await;
    let told: Vec<_> = told.iter().map(|(row, column, code)| (*row, column.as_str(), code.as_str())).collect();
    assert_eq!(
        told,
        [(3, "tel", "phone_taken"), (5, "mail", "matches_two"), (6, "tel", "phone_taken"), (7, "id", "other_id")]
    );
    assert_eq!(of::<String>(&here, "ada@new.example", "first_name").await, "Augusta");
    assert_eq!(of::<String>(&here, "ben@b.co", "first_name").await, "Ben", "the later row counts");
    assert_eq!(of::<String>(&here, "ben@b.co", "external_id").await, "2");
    assert_eq!(of::<String>(&here, "cleo@b.co", "phone_key").await, "+12125550103");
    assert_eq!(of::<Option<String>>(&here, "dan@b.co", "phone_key").await, None);
    assert_eq!(number(&here, "contact").await, 4);
}

async fn ada(here: &TestWorkspace) {
    let custom = Some(json!({"size": 3, "shoe": "red"}));
    let ada = NewContact {
        email: "Ada@one.example".into(),
        first_name: "Ada".into(),
        last_name: "Byron".into(),
        custom,
        ..Default::default()
    };
    here.contact_with(ada).await;
}

async fn shown(here: &TestWorkspace) -> (String, String, Value) {
    let email = "ada@one.example";
    (of(here, email, "first_name").await, of(here, email, "last_name").await, of(here, email, "custom").await)
}

#[tokio::test]
async fn the_choice_for_those_who_are_known_decides() {
    let text = "email,first_name,last_name,custom.size,custom.shoe\nADA@one.example,Augusta,,4,\n";
    let expected = [
        ("skip", "Ada", "Byron", json!({"size": 3, "shoe": "red"})),
        ("update", "Augusta", "Byron", json!({"size": 4, "shoe": "red"})),
        ("overwrite", "Augusta", "", json!({"size": 4})),
    ];
    for (choice, first, last, custom) in expected {
        let here = TestWorkspace::new().await;
        ada(&here).await;
        let done = import(&here, text, json!({"duplicates": choice, "list_id": "none"})).await;
        assert_eq!(shown(&here).await, (first.to_owned(), last.to_owned(), custom), "{choice}");
        assert_eq!(of::<String>(&here, "ada@one.example", "email").await, "Ada@one.example", "its spelling stays");
        assert_eq!(counts(&done), if choice == "skip" { [0, 0, 1, 0] } else { [0, 1, 0, 0] });
    }
}

#[tokio::test]
async fn a_person_who_is_in_the_file_twice_is_one() {
    let here = TestWorkspace::new().await;
    let text = "email,first_name,city\na@b.co,Ada,\nA@B.co,,Rome\na@b.co,Ada,Rome\n";
    let done = import(&here, text, json!({})).await;
    assert_eq!(counts(&done), [1, 1, 1, 0]);
    assert_eq!(of::<String>(&here, "a@b.co", "concat(first_name, ' ', city)").await, "Ada Rome");
    let skip = import(&here, "email,city\nz@b.co,Oslo\nz@b.co,Bergen\n", json!({"duplicates": "skip"})).await;
    assert_eq!(counts(&skip), [1, 0, 1, 0]);
    assert_eq!(of::<String>(&here, "z@b.co", "city").await, "Oslo");
}

#[tokio::test]
async fn a_person_far_down_the_file_is_counted_as_known_in_the_dry_run_too() {
    let here = TestWorkspace::new().await;
    let mut text = "email,city\nada@b.co,Rome\n".to_owned();
    (0..9_000).for_each(|n| text.push_str(&format!("p{n}@crowd.example,Rome\n")));
    text.push_str("ada@b.co,Paris\n");
    let done = import(&here, &text, json!({})).await;
    assert_eq!(counts(&done), [9_001, 1, 0, 0]);
    assert_eq!(of::<String>(&here, "ada@b.co", "city").await, "Paris");
}

#[tokio::test]
async fn rows_that_cannot_be_taken_say_why() {
    let here = TestWorkspace::new().await;
    let text =
        "email,phone,birthday,lead_score,country\nanna@example,,,,\n,055 1,,,\na@b.co,,soon,200,Atlantis\n,,,,IT\n";
    let columns = json!({"columns": ["email", "phone", "birthday", "lead_score", "country"], "country": "IT"});
    let done = import(&here, text, columns).await;
    assert_eq!(counts(&done), [0, 0, 0, 4]);
    let told = wrong(&here, done.import.id).await;
    let told: Vec<_> = told.iter().map(|(row, column, code)| (*row, column.as_str(), code.as_str())).collect();
    let expected = [
        (2, "email", "invalid_email"),
        (3, "phone", "invalid_phone"),
        (4, "birthday", "invalid_date"),
        (4, "lead_score", "invalid"),
        (4, "country", "unknown_country"),
        (5, "", "unreachable"),
    ];
    assert_eq!(told, expected);
    assert_eq!(done.reasons.len(), 6);
}
