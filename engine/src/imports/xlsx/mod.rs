//! Spreadsheets (XLSX): the first sheet that can be seen becomes CSV text, row by row, with only so much of it in memory.
//! Formulas count as their results. What is packed tighter than people's data ever is, is refused unopened.

mod parts;
mod sheet;
mod strings;
mod styles;

use std::{fs::File, io::BufReader};

use domain::error::Refused;
use quick_xml::events::Event;
use zip::ZipArchive;

use parts::{Part, attribute, broken, open};
use sheet::Sheet;
use strings::Strings;

type Archive = ZipArchive<BufReader<File>>;

/// Takes the CSV text as it comes to be; says whether to go on.
pub(super) type Sink<'a> = &'a mut dyn FnMut(Vec<u8>) -> bool;

/// How much text is handed on at once, in bytes.
const HANDED_ON: usize = 256 * 1024;

/// Writes the first visible sheet as CSV; says its name.
pub(super) fn convert(file: File, sink: Sink<'_>) -> Result<String, Refused> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(Refused::new("not_a_table", "Not a spreadsheet. Save it as CSV or XLSX, then send that file."));
    }
    let (name, relation) = first_sheet(&mut archive)?;
    let path = target(&mut archive, &relation)?;
    let days = match archive.index_for_name("xl/styles.xml") {
        Some(_) => styles::read(open(&mut archive, "xl/styles.xml")?)?,
        None => Vec::new(),
    };
    let strings = match archive.index_for_name("xl/sharedStrings.xml") {
        Some(_) => Strings::read(open(&mut archive, "xl/sharedStrings.xml")?)?,
        None => Strings::none(),
    };
    let mut sheet = Sheet::new(open(&mut archive, &path)?, strings, days);
    let mut text = Vec::new();
    while sheet.row(&mut text)? {
        if text.len() >= HANDED_ON && !sink(std::mem::take(&mut text)) {
            return Ok(name);
        }
    }
    sink(text);
    Ok(name)
}

/// Name and relation of the first sheet that is not hidden.
fn first_sheet(archive: &mut Archive) -> Result<(String, String), Refused> {
    let mut part = open(archive, "xl/workbook.xml")?;
    let mut buffer = Vec::new();
    loop {
        match part.read_event_into(&mut buffer).map_err(|error| broken(&error))? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "sheet" => {
                let hidden = attribute(&tag, "state").is_some_and(|state| state != "visible");
                // The prefix of the relation's namespace is the writer's choice.
                let id = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == "id");
                if let Some(id) = id.filter(|_| !hidden) {
                    return Ok((attribute(&tag, "name").unwrap_or_default(), id.value.into_owned()));
                }
            }
            Event::Eof => return Err(Refused::new("empty", "The spreadsheet has no sheet that can be seen.")),
            _ => {}
        }
        buffer.clear();
    }
}

/// The path of the part that a relation of the workbook names.
fn target(archive: &mut Archive, relation: &str) -> Result<String, Refused> {
    let mut part: Part<'_> = open(archive, "xl/_rels/workbook.xml.rels")?;
    let mut buffer = Vec::new();
    loop {
        match part.read_event_into(&mut buffer).map_err(|error| broken(&error))? {
            Event::Start(tag) | Event::Empty(tag) if attribute(&tag, "Id").as_deref() == Some(relation) => {
                let target = attribute(&tag, "Target").unwrap_or_default();
                return Ok(match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("xl/{target}"),
                });
            }
            Event::Eof => return Err(broken(&"a sheet is missing")),
            _ => {}
        }
        buffer.clear();
    }
}
