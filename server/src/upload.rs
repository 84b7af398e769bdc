//! Forms with a file (multipart/form-data), read whole: they are small, and only who may send one is read at all.

use axum::{
    body::Bytes,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};

/// What a form brings.
#[derive(Default)]
pub(crate) struct Form {
    /// Its fields, in order.
    pub(crate) fields: Vec<(String, String)>,
    /// Its file, with the name that it was sent by; none where none was chosen.
    pub(crate) file: Option<(String, Bytes)>,
}

/// Why a form cannot be read.
pub(crate) enum Unreadable {
    /// Larger than the route takes.
    TooLarge,
    /// No such form.
    Malformed(String),
}

impl Form {
    /// Reads a form. How large it may be says the route's `DefaultBodyLimit`.
    pub(crate) async fn read(request: Request) -> Result<Self, Unreadable> {
        let parts = Multipart::from_request(request, &()).await;
        let mut parts = parts.map_err(|refused| Unreadable::Malformed(refused.body_text()))?;
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await? {
            form.take(part).await?;
        }
        Ok(form)
    }

    async fn take(&mut self, part: Field<'_>) -> Result<(), MultipartError> {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = part.bytes().await?;
                if !bytes.is_empty() || !file.is_empty() {
                    self.file = Some((file, bytes));
                }
            }
            None => {
                // The one character that PostgreSQL cannot keep is in no text that a browser's user typed.
                let text = String::from_utf8_lossy(&part.bytes().await?).replace('\0', "");
                self.fields.push((name, text));
            }
        }
        Ok(())
    }

    /// A field, empty when it was not sent. Forms send line breaks as two characters.
    pub(crate) fn field(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.replace("\r\n", "\n")).unwrap_or_default()
    }
}

impl From<MultipartError> for Unreadable {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed(error.body_text()),
        }
    }
}
