//! The same file again changes nothing.

use engine::testing::TestWorkspace;
use serde_json::json;

use crate::{assert_totals, counts, import, picture};

#[tokio::test]
async fn the_same_file_twice_is_the_same_as_once() {
    let here = TestWorkspace::new().await;
    let mut text = "id,First name,E-Mail,Cell,Tags,Size,Newsletter,City\n".to_owned();
    for n in 0..5_000 {
        let consent = if n % 3 == 0 { "yes" } else { "" };
        text.push_str(&format!("{n},Person {n},P{n}@crowd.example,212555{n:04},\"vip, spring\",{n},{consent},Rome\n"));
        if n == 0 {
            text.push_str("0,Person 0,p0@crowd.example,2125550000,spring,0,yes,Rome\n");
        }
    }
    text.push_str(",Nobody,no address,,,,,\n");
    let mapping = json!({
        "columns": ["external_id", "first_name", "email", "phone", "tags", "custom.size", "consent.email", "city"],
        "basis": "consent", "wording": "Yes, please", "country": "US",
    });
    let once = import(&here, &text, mapping.clone()).await;
    assert_eq!(counts(&once), [5_000, 0, 1, 1]);
    let before = picture(&here).await;
    for choice in ["update", "skip"] {
        let mut mapping = mapping.clone();
        mapping["duplicates"] = choice.into();
        let twice = import(&here, &text, mapping).await;
        assert_eq!(counts(&twice), [0, 0, 5_001, 1], "{choice}");
        assert_eq!(picture(&here).await, before, "{choice}");
        assert_totals(&here).await;
    }
}
