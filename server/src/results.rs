//! A campaign's results as a file: CSV and JSON piece by piece as they are read; a spreadsheet row by row into a temporary
//! file, because its parts are packed together at the end. Never more than a few thousand rows are in memory.

use std::{
    fs::File,
    io::{Read, Seek},
};

use axum::{body::Body, response::Response};
use domain::{csv, id::CampaignId, text};
use engine::{
    Engine, Error, Result,
    accounts::Actor,
    reports::{self, RESULT_COLUMNS, ResultRow, Results},
};
use futures_util::stream::try_unfold;
use rust_xlsxwriter::{Workbook, XlsxError};
use tokio::{
    sync::mpsc::{Receiver, channel},
    task::spawn_blocking,
};

use crate::download::{CSV, attachment};

/// The types of the other two.
const JSON: &str = "application/json";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows of one sheet, below the most that spreadsheets open; then there is another one.
const SHEET: usize = 1_000_000;
/// Bytes of the finished spreadsheet that are read at once.
const CHUNK: usize = 64 * 1024;

/// What kind of file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Csv,
    Json,
    Xlsx,
}

/// The results of a campaign's newest run, newest sent first.
pub(crate) async fn results(engine: Engine, actor: Actor, id: CampaignId, format: Format) -> Result<Response> {
    let mut tx = engine.begin(&actor).await?;
    let results = reports::begin_export(&mut tx, id).await?;
    tx.commit().await?;
    let stem = match text::slug(&results.campaign.name) {
        slug if slug.is_empty() => "campaign".to_owned(),
        slug => slug,
    };
    let source = Source { engine, actor, results };
    Ok(match format {
        Format::Csv => attachment(&format!("{stem}-results.csv"), CSV, source.pieces(csv_piece)),
        Format::Json => attachment(&format!("{stem}-results.json"), JSON, source.pieces(json_piece)),
        Format::Xlsx => attachment(&format!("{stem}-results.xlsx"), XLSX, spreadsheet(source).await?),
    })
}

/// Where rows come from.
struct Source {
    engine: Engine,
    actor: Actor,
    results: Results,
}

/// Where a piece stands in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Begin,
    /// The first rows.
    First,
    Middle,
    End,
}

impl Source {
    async fn next(&mut self) -> Result<Vec<ResultRow>> {
        let mut tx = self.engine.begin(&self.actor).await?;
        reports::next_rows(&mut tx, &mut self.results).await
    }

    /// The file, piece by piece.
    fn pieces(self, piece: fn(At, &[ResultRow]) -> Result<Vec<u8>>) -> Body {
        Body::from_stream(try_unfold((self, Some(At::Begin)), move |(mut source, at)| async move {
            let Some(at) = at else { return Ok::<_, Error>(None) };
            let rows = if at == At::Begin { Vec::new() } else { source.next().await? };
            let (at, next) = match (at, rows.is_empty()) {
                (At::Begin, _) => (At::Begin, Some(At::First)),
                (_, true) => (At::End, None),
                (at, false) => (at, Some(At::Middle)),
            };
            Ok(Some((piece(at, &rows)?, (source, next))))
        }))
    }
}

fn csv_piece(at: At, rows: &[ResultRow]) -> Result<Vec<u8>> {
    let head = if at == At::Begin { csv::line(RESULT_COLUMNS) } else { String::new() };
    Ok(rows.iter().fold(head, |lines, row| lines + &csv::line(row.cells())).into_bytes())
}

/// A list of objects, a line each, in the shape of all lists.
fn json_piece(at: At, rows: &[ResultRow]) -> Result<Vec<u8>> {
    let mut piece = match at {
        At::Begin => b"{\"data\":[".to_vec(),
        At::First | At::Middle => Vec::new(),
        At::End => b"\n],\"next_cursor\":null}\n".to_vec(),
    };
    for (i, row) in rows.iter().enumerate() {
        piece.extend(if at == At::First && i == 0 { &b"\n"[..] } else { &b",\n"[..] });
        let json = serde_json::to_vec(row).map_err(|error| Error::internal("a row of results", error))?;
        piece.extend(json);
    }
    Ok(piece)
}

/// Writes the spreadsheet, then gives it out.
async fn spreadsheet(mut source: Source) -> Result<Body> {
    let (rows, receiver) = channel(2);
    let writer = spawn_blocking(move || write(receiver));
    loop {
        let piece = source.next().await?;
        if piece.is_empty() || rows.send(piece).await.is_err() {
            break;
        }
    }
    drop(rows);
    let written = writer.await.map_err(|error| Error::internal("a spreadsheet", error))?;
    let file = written.map_err(|error| Error::internal("a spreadsheet", error))?;
    Ok(Body::from_stream(try_unfold(file, |file| async move {
        let read = spawn_blocking(move || read_on(file)).await.map_err(std::io::Error::other)?;
        read.map(|(bytes, file)| (!bytes.is_empty()).then_some((bytes, file)))
    })))
}

fn read_on(mut file: File) -> std::io::Result<(Vec<u8>, File)> {
    let mut bytes = Vec::with_capacity(CHUNK);
    (&mut file).take(CHUNK as u64).read_to_end(&mut bytes)?;
    Ok((bytes, file))
}

/// Everything is written as text: nothing in it can become a formula.
fn write(mut pieces: Receiver<Vec<ResultRow>>) -> std::result::Result<File, XlsxError> {
    let mut book = Workbook::new();
    let (mut sheet, mut row) = (None, 0);
    loop {
        let piece = pieces.blocking_recv();
        for one in piece.iter().flatten() {
            if row % SHEET == 0 {
                sheet = Some(begin_sheet(&mut book, row / SHEET)?);
            }
            if let Some(sheet) = sheet {
                let line = u32::try_from(row % SHEET + 1).unwrap_or(u32::MAX);
                let sheet = book.worksheet_from_index(sheet)?;
                for (column, cell) in (0..).zip(one.cells()) {
                    sheet.write_string(line, column, cell)?;
                }
            }
            row += 1;
        }
        if piece.is_none() {
            break;
        }
    }
    if sheet.is_none() {
        begin_sheet(&mut book, 0)?;
    }
    let mut file = tempfile::tempfile()?;
    book.save_to_writer(&mut file)?;
    file.rewind()?;
    Ok(file)
}

fn begin_sheet(book: &mut Workbook, number: usize) -> std::result::Result<usize, XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    let name = if number == 0 { "Results".to_owned() } else { format!("Results {}", number + 1) };
    sheet.set_name(name)?;
    for (column, title) in (0..).zip(RESULT_COLUMNS) {
        sheet.write_string(0, column, title)?;
    }
    Ok(number)
}
