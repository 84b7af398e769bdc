//! Files as people have them: all come through, or are refused with what to do.

use engine::testing::TestWorkspace;
use serde_json::json;

use crate::{assert_totals, check, counts, get, import, number, of, refusal, rejects, send, start, wrong};

/// Imports a file with guessed columns.
async fn take(here: &TestWorkspace, bytes: &[u8]) -> domain::import::ImportDetail {
    let id = send(here, "people.csv", bytes).await.unwrap();
    check(here, id, json!({"country": "US"})).await;
    start(here, id).await
}

#[tokio::test]
async fn character_sets_are_recognised() {
    let text = "First name;E-Mail\r\nZoë;zoe@one.example\r\nJosé;jose@two.example\r\nFrançois;francois@x.example\r\n";
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let western: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (bytes, charset) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
        ([b"\xff\xfe".to_vec(), utf16(text)].concat(), "UTF-16LE"),
        (utf16(text), "UTF-16LE"),
        ([b"\xfe\xff".to_vec(), big].concat(), "UTF-16BE"),
        (western, "windows-1252"),
    ] {
        let here = TestWorkspace::new().await;
        let done = take(&here, &bytes).await;
        assert_eq!((done.found.charset.as_str(), counts(&done)), (charset, [3, 0, 0, 0]), "{charset}");
        assert_eq!(of::<String>(&here, "zoe@one.example", "first_name").await, "Zoë", "{charset}");
        assert!(!done.found.is_damaged);
        assert_totals(&here).await;
    }
}

#[tokio::test]
async fn semicolons_tabs_and_quoted_line_breaks_come_through() {
    let here = TestWorkspace::new().await;
    let done = take(&here, b"email\tfirst_name\tcustom.note\na@b.co\tAda\t\"one\ntwo \"\"three\"\"\"\n").await;
    assert_eq!((counts(&done), done.found.delimiter.as_str()), ([1, 0, 0, 0], "\t"));
    let custom: serde_json::Value = of(&here, "a@b.co", "custom").await;
    assert_eq!(custom["note"], "one\ntwo \"three\"");
    let kind: String = sqlx::query_scalar("select kind from custom_field where key = 'note'")
        .fetch_one(here.engine.db.owner())
        .await
        .unwrap();
    assert_eq!(kind, "text", "an unknown column registers its field");
    let done = take(&here, b"sep=;\nemail;first_name\nb@b.co;Ben\n").await;
    assert_eq!(counts(&done), [1, 0, 0, 0]);
}

#[tokio::test]
async fn missing_extra_and_double_columns_are_told() {
    let here = TestWorkspace::new().await;
    let text = "email,first_name,Email\na@b.co\nb@b.co,Ben,x,y\nc@b.co,Cleo,other@b.co,\n\nd@b.co,Dan,\n";
    let done = take(&here, text.as_bytes()).await;
    assert_eq!(done.found.header, ["email", "first_name", "Email (2)"]);
    assert_eq!(counts(&done), [3, 0, 0, 1]);
    assert_eq!(wrong(&here, done.import.id).await, [(3, String::new(), "too_many_columns".into())]);
    assert_eq!(of::<String>(&here, "c@b.co", "first_name").await, "Cleo");
}

#[tokio::test]
async fn ten_megabytes_in_a_field_are_one_refused_row() {
    let here = TestWorkspace::new().await;
    let text = format!("email,note\na@b.co,x\nb@b.co,\"{}\"\nc@b.co,z\n", "y".repeat(10 * 1024 * 1024));
    let done = take(&here, text.as_bytes()).await;
    assert_eq!(counts(&done), [2, 0, 0, 1]);
    assert_eq!(wrong(&here, done.import.id).await, [(3, String::new(), "too_long".into())]);
}

#[tokio::test]
async fn nul_bytes_cost_their_row_and_formulas_are_only_text() {
    let here = TestWorkspace::new().await;
    let done =
        take(&here, b"email,first_name,phone\nnul@b.co,A\0da,\nform@b.co,\"=1+cmd|'/c calc'!A0\",=\"2125550123\"\n")
            .await;
    assert_eq!(counts(&done), [1, 0, 0, 1]);
    assert_eq!(of::<String>(&here, "form@b.co", "first_name").await, "=1+cmd|'/c calc'!A0");
    assert_eq!(of::<String>(&here, "form@b.co", "phone_key").await, "+12125550123");
    let reject = &rejects(&here, done.import.id).await[0];
    assert_eq!((reject.row, reject.code.as_str(), reject.value.as_str()), (2, "invalid", "A\u{fffd}da"));
    let id = done.import.id;
    let (csv, _) = here.act(async |tx| engine::imports::rejects_csv(tx, id, None).await).await.unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.starts_with("row,column,value,kind,code,reason\r\n2,first_name,"), "{csv}");
    let bad = import(&here, "email\n=HYPERLINK(1)\n", json!({"columns": ["email"]})).await.import.id;
    let (csv, _) = here.act(async |tx| engine::imports::rejects_csv(tx, bad, None).await).await.unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains("2,email,'=HYPERLINK(1),"), "nothing computes in a download: {csv}");
}

#[tokio::test]
async fn what_is_no_table_is_refused_and_not_kept() {
    let here = TestWorkspace::new().await;
    for (name, bytes, code) in [
        ("empty.csv", &b""[..], "empty"),
        ("blank.csv", b"\n \n\n", "empty"),
        ("header.csv", b"email,name\n", "empty"),
        ("holiday.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_table"),
        ("scan.csv", b"%PDF-1.7 ...", "not_a_table"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_a_table"),
        (
            "random.csv",
            &(0..4000).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>(),
            "not_a_table",
        ),
    ] {
        assert_eq!(refusal(&here, name, bytes).await, code, "{name}");
    }
    assert_eq!(number(&here, "import").await + number(&here, "import_piece").await, 0, "nothing of them is kept");
}

#[tokio::test]
async fn a_long_file_is_one_file_over_all_its_pieces() {
    let here = TestWorkspace::new().await;
    let mut text = "email,first_name,city\n".to_owned();
    for n in 0..30_000 {
        text.push_str(&format!("p{n}@crowd.example,Person {n},\"Rome, IT\"\n"));
    }
    assert!(text.len() > 1024 * 1024);
    let done = take(&here, text.as_bytes()).await;
    assert_eq!((counts(&done), done.import.rows_done), ([30_000, 0, 0, 0], 30_000));
    assert_eq!(of::<String>(&here, "p29999@crowd.example", "city").await, "Rome, IT");
    assert_eq!(number(&here, "import_piece").await, 0, "the file is let go");
    assert_eq!(get(&here, done.import.id).await.import.list.unwrap().name, "people");
    assert_totals(&here).await;
}
