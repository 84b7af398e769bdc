//! Spreadsheets, made here part by part.

use std::io::{Cursor, Write};

use engine::testing::TestWorkspace;
use serde_json::json;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{check, counts, number, of, refusal, send, start, wrong};

const WORKBOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="Old" state="hidden" r:id="rId1"/>
    <sheet name="People &amp; more" r:id="rId2"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>
    <Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
const STRINGS: &str = r#"<sst><si><t>E-Mail</t></si><si><t>First name</t></si><si><t>Birthday</t></si><si><t>Phone</t></si>
    <si><r><t>Zo</t></r><r><t>ë &lt;3</t></r><rPh><t>zo</t></rPh></si><si><t>zoe@one.example</t></si></sst>"#;
const SHEET: &str = r#"<worksheet><sheetData>
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>
    <row r="3"><c r="A3" t="s"><v>5</v></c><c r="B3" t="s"><v>4</v></c><c r="C3" s="1"><v>33007</v></c><c r="D3"><v>1.2125550123E10</v></c></row>
    <row r="4"><c r="A4" t="str"><f>CONCATENATE("ben","@two.example")</f><v>ben@two.example</v></c><c r="C4" t="inlineStr"><is><t>soon</t></is></c></row>
    <row r="6"><c r="A6" t="inlineStr"><is><t>cleo@x.example</t></is></c><c r="D6"><v>12125550199</v></c></row>
    </sheetData></worksheet>"#;

fn book(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(body).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn with_sheet(sheet: &[u8]) -> Vec<u8> {
    book(&[
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/sharedStrings.xml", STRINGS.as_bytes()),
        ("xl/worksheets/sheet2.xml", sheet),
    ])
}

#[tokio::test]
async fn a_spreadsheet_comes_through_with_days_numbers_and_results_of_formulas() {
    let here = TestWorkspace::new().await;
    let id = send(&here, "people.xlsx", &with_sheet(SHEET.as_bytes())).await.unwrap();
    let dry = check(&here, id, json!({"country": "US"})).await;
    assert_eq!(dry.found.sheet.as_deref(), Some("People & more"));
    assert_eq!(dry.import.format.word(), "xlsx");
    let done = start(&here, id).await;
    assert_eq!(counts(&done), [2, 0, 0, 1]);
    assert_eq!(wrong(&here, id).await, [(4, "Birthday".into(), "invalid_date".into())], "rows count as in the sheet");
    assert_eq!(of::<String>(&here, "zoe@one.example", "first_name").await, "Zoë <3");
    assert_eq!(of::<String>(&here, "zoe@one.example", "phone_key").await, "+12125550123");
    assert_eq!(of::<String>(&here, "zoe@one.example", "birthday::text").await, "1990-05-14");
}

#[tokio::test]
async fn bombs_and_broken_books_are_refused_unopened() {
    let here = TestWorkspace::new().await;
    let zeros = format!("<worksheet><sheetData>{}</sheetData></worksheet>", "<row></row>".repeat(1_000_000));
    assert_eq!(refusal(&here, "bomb.xlsx", &with_sheet(zeros.as_bytes())).await, "bomb");
    // Within the ratio, but one text that would be read into memory at once.
    let mut text = String::new();
    for n in 0..400_000u64 {
        text.push_str(&format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    }
    let long = format!("<worksheet><sheetData><row r=\"1\"><c><v>{text}</v></c></row></sheetData></worksheet>");
    assert_eq!(refusal(&here, "long.xlsx", &with_sheet(long.as_bytes())).await, "bomb");
    assert_eq!(refusal(&here, "letter.docx", &book(&[("word/document.xml", b"<a/>")])).await, "not_a_table");
    assert_eq!(refusal(&here, "cut.xlsx", &with_sheet(SHEET.as_bytes())[..500]).await, "broken");
    let cut = &SHEET[..SHEET.len() / 2];
    assert_eq!(refusal(&here, "half.xlsx", &with_sheet(cut.as_bytes())).await, "broken");
    let laughs = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData>
        <row r="1"><c t="inlineStr"><is><t>E-Mail</t></is></c></row>
        <row r="2"><c t="inlineStr"><is><t>&b;@one.example</t></is></c></row></sheetData></worksheet>"#;
    let id = send(&here, "laughs.xlsx", &with_sheet(laughs.as_bytes())).await.unwrap();
    let done = check(&here, id, json!({})).await;
    assert_eq!(counts(&done), [0, 0, 0, 1], "what a document defines is never unfolded");
    assert_eq!(number(&here, "import").await, 1);
}
