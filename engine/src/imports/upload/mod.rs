//! A file on its way in (SPEC 3.3). It is looked at as it comes, and lies in the database as UTF-8 CSV in pieces of one
//! size when it has come, whatever it was: so any process can go on with it anywhere. A spreadsheet waits in a file
//! without a name until it is whole, for its table of contents is at its end.

mod intake;
mod sniff;
mod text;

use std::fs::File;

use aws_lc_rs::digest;
use domain::{
    error::Refused,
    id::ImportId,
    import::{Format, Found, ImportStatus},
};
use serde_json::json;
use tokio::{
    io::{AsyncSeekExt, AsyncWriteExt},
    sync::mpsc,
};

use super::{may_import, store, xlsx};
use crate::{
    Engine, Error, Result,
    accounts::{Actor, audit},
    db::new_id,
};
use intake::Intake;
use sniff::Kind;

/// The largest file, in bytes.
pub const LARGEST: u64 = 2 * 1024 * 1024 * 1024;
/// What is waited for before it is told what the file is, in bytes.
const HEAD: usize = 4096;
/// Pieces of text that a spreadsheet may be ahead.
const AHEAD: usize = 4;

/// A file that is being sent.
pub struct Upload {
    engine: Engine,
    actor: Actor,
    id: ImportId,
    file: String,
    sum: digest::Context,
    bytes: u64,
    pieces: i32,
    state: State,
}

enum State {
    /// Too little to tell.
    Head(Vec<u8>),
    Text(Box<Intake>),
    Archive(tokio::fs::File),
}

impl Upload {
    /// Begins to take a file of this name.
    pub async fn begin(engine: &Engine, actor: &Actor, file: &str) -> Result<Self> {
        let mut tx = engine.begin(actor).await?;
        may_import(&tx)?;
        let (id, file) = (ImportId(new_id(tx.now)), name(file));
        store::insert(&mut tx, id, &file).await?;
        tx.commit().await?;
        let (engine, actor, sum) = (engine.clone(), actor.clone(), digest::Context::new(&digest::SHA256));
        Ok(Self { engine, actor, id, file, sum, bytes: 0, pieces: 0, state: State::Head(Vec::new()) })
    }

    /// Its id.
    pub fn id(&self) -> ImportId {
        self.id
    }

    /// Takes more of it. What cannot be read is refused as soon as that can be told.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.sum.update(bytes);
        if self.bytes > LARGEST {
            return Err(refused(Refused::new("too_large", "The file is larger than 2 GB. Cut it into several.")));
        }
        match &mut self.state {
            State::Head(head) => {
                head.extend_from_slice(bytes);
                if head.len() >= HEAD { self.tell().await } else { Ok(()) }
            }
            State::Text(_) => self.text(bytes, false).await,
            State::Archive(file) => {
                file.write_all(bytes).await.map_err(|error| Error::internal("keeping a spreadsheet", error))
            }
        }
    }

    /// The file is whole: says under which id it waits for its mapping.
    pub async fn finish(mut self) -> Result<ImportId> {
        if matches!(self.state, State::Head(_)) {
            self.tell().await?;
        }
        let (format, (found, rows)) = match std::mem::replace(&mut self.state, State::Head(Vec::new())) {
            State::Archive(file) => (Format::Xlsx, self.spreadsheet(file).await?),
            state => {
                self.state = state;
                self.text(&[], true).await?;
                let State::Text(intake) = std::mem::replace(&mut self.state, State::Head(Vec::new())) else {
                    return Err(Error::Internal { what: "an upload without text", source: None });
                };
                (Format::Csv, intake.finish().map_err(refused)?)
            }
        };
        self.keep(format, &found, rows).await?;
        Ok(self.id)
    }

    /// The file does not come, or cannot be read: nothing of it is kept.
    pub async fn abandon(self) -> Result<()> {
        abandon(&self.engine, &self.actor, self.id).await
    }

    /// Tells by its first bytes what the file is, and takes them.
    async fn tell(&mut self) -> Result<()> {
        let State::Head(head) = &mut self.state else { return Ok(()) };
        let head = std::mem::take(head);
        match sniff::kind(&head).map_err(refused)? {
            Kind::Text => {
                let (intake, mark) = Intake::begin(&head);
                self.state = State::Text(Box::new(intake));
                self.text(&head[mark..], false).await
            }
            Kind::Archive => {
                let file = tempfile::tempfile().map_err(|error| Error::internal("keeping a spreadsheet", error))?;
                let mut file = tokio::fs::File::from_std(file);
                file.write_all(&head).await.map_err(|error| Error::internal("keeping a spreadsheet", error))?;
                self.state = State::Archive(file);
                Ok(())
            }
        }
    }

    async fn text(&mut self, bytes: &[u8], is_last: bool) -> Result<()> {
        let State::Text(intake) = &mut self.state else { return Ok(()) };
        let mut pieces = Vec::new();
        intake.push(bytes, is_last, &mut pieces).map_err(refused)?;
        for piece in pieces {
            let mut tx = self.engine.begin(&self.actor).await?;
            store::insert_piece(&mut tx, self.id, self.pieces, &piece).await?;
            tx.commit().await?;
            self.pieces += 1;
        }
        Ok(())
    }

    /// The spreadsheet is unpacked in a thread of its own, never further ahead than a few pieces.
    async fn spreadsheet(&mut self, mut file: tokio::fs::File) -> Result<(Found, u64)> {
        let whole = async {
            file.flush().await?;
            file.rewind().await
        };
        whole.await.map_err(|error| Error::internal("keeping a spreadsheet", error))?;
        let file: File = file.into_std().await;
        let (send, mut receive) = mpsc::channel(AHEAD);
        let converting =
            tokio::task::spawn_blocking(move || xlsx::convert(file, &mut |text| send.blocking_send(text).is_ok()));
        let (intake, _) = Intake::begin(b"\xef\xbb\xbf");
        self.state = State::Text(Box::new(intake));
        while let Some(text) = receive.recv().await {
            self.text(&text, false).await?;
        }
        let sheet = converting.await.map_err(|error| Error::internal("a spreadsheet", error))?.map_err(refused)?;
        self.text(&[], true).await?;
        let State::Text(intake) = std::mem::replace(&mut self.state, State::Head(Vec::new())) else {
            return Err(Error::Internal { what: "a spreadsheet without text", source: None });
        };
        let (mut found, rows) = intake.finish().map_err(refused)?;
        found.sheet = Some(sheet);
        Ok((found, rows))
    }

    async fn keep(&mut self, format: Format, found: &Found, rows: u64) -> Result<()> {
        let sum = std::mem::replace(&mut self.sum, digest::Context::new(&digest::SHA256)).finish();
        let mut tx = self.engine.begin(&self.actor).await?;
        let file = store::File { format, bytes: self.bytes as i64, sha256: sum.as_ref(), rows: rows as i64 };
        store::uploaded(&mut tx, self.id, &file, found).await?;
        let detail = json!({ "bytes": self.bytes, "rows": rows });
        let id = self.id.to_string();
        let act = audit::Act { action: "import.uploaded", kind: "import", id, name: &self.file, detail };
        audit::record(&mut tx, act).await?;
        tx.commit().await
    }
}

/// Forgets a file that did not come whole, or cannot be read.
pub async fn abandon(engine: &Engine, actor: &Actor, id: ImportId) -> Result<()> {
    let mut tx = engine.begin(actor).await?;
    store::delete(tx.conn(), id, &[ImportStatus::Uploading]).await?;
    tx.commit().await
}

fn refused(why: Refused) -> Error {
    Error::field("file", why.code, why.message)
}

/// The file's name without folders.
fn name(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    if name.trim().is_empty() { "import.csv".to_owned() } else { name.trim().to_owned() }
}
