//! The parts of a mail that was returned: who could not be reached and why, and what is left of the message itself.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Parts inside parts are looked into so far.
const DEPTH: usize = 3;

/// Lines of `Name: value`, names in small letters.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads one block of lines; a line that begins with a blank goes on with the one before.
    fn read(block: &str) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in block.lines() {
            match (line.split_once(':'), fields.last_mut()) {
                (_, Some((_, value))) if line.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (Some((name, value)), _) => fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
                (None, _) => {}
            }
        }
        Self(fields)
    }

    /// The first value of this name; empty when there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// What is looked at.
#[derive(Default)]
pub(super) struct Parts {
    /// Where it came to, and what the server that returned it remembers of where from.
    pub(super) addresses: Vec<String>,
    /// Of what was returned.
    pub(super) message_ids: Vec<String>,
    /// Whom what was returned was for.
    pub(super) returned_to: Option<String>,
    /// A block for each recipient.
    pub(super) recipients: Vec<Fields>,
    /// A complaint.
    pub(super) feedback: Option<Fields>,
    /// Who failed, in a header.
    pub(super) failed: Option<String>,
    /// What people read.
    pub(super) text: String,
    /// It was written by a machine, and not to say that anything came back.
    is_automatic: bool,
}

impl Parts {
    /// Of a mail.
    pub(super) fn of(mail: &Message<'_>) -> Self {
        let mut parts = Self { text: mail.body_text(0).unwrap_or_default().into_owned(), ..Default::default() };
        let raw = |name: &'static str| mail.header_raw(name).map(|value| value.trim().to_owned());
        parts.failed = raw("X-Failed-Recipients");
        for name in ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"] {
            parts.addresses.extend(raw(name));
        }
        parts.addresses.extend(addresses_to(mail));
        let word = |name: &'static str| raw(name).unwrap_or_default().to_ascii_lowercase();
        let is_answer = word("Auto-Submitted").starts_with("auto-") || word("Precedence").starts_with("auto");
        parts.is_automatic = is_answer || raw("X-Autoreply").is_some() || raw("X-Autorespond").is_some();
        parts.look_into(mail, DEPTH);
        parts
    }

    /// What it is, for people.
    pub(super) fn kind(&self) -> String {
        let kind = match self {
            Self { feedback: Some(_), .. } => "Complaint",
            Self { recipients, failed, .. } if !recipients.is_empty() || failed.is_some() => "Returned mail",
            Self { is_automatic: true, .. } => "Automatic answer",
            _ => "Other mail",
        };
        kind.to_owned()
    }

    fn look_into(&mut self, mail: &Message<'_>, depth: usize) {
        for part in &mail.parts {
            match kind_of(part).as_str() {
                "message/delivery-status" | "message/global-delivery-status" => self.statuses(&text_of(part)),
                "message/feedback-report" => self.feedback_of(&text_of(part)),
                "text/rfc822-headers" | "message/global-headers" => {
                    if let Some(headers) = MessageParser::default().parse_headers(text_of(part).as_bytes()) {
                        self.returned(&headers);
                    }
                }
                _ => {}
            }
            if let PartType::Message(inner) = &part.body {
                self.returned(inner);
                if depth > 0 {
                    self.look_into(inner, depth - 1);
                }
            }
        }
    }

    /// The first block is about the whole, each further one about a recipient.
    fn statuses(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n");
        let blocks = text.split("\n\n").map(Fields::read);
        self.recipients.extend(blocks.filter(|fields| !fields.get("final-recipient").is_empty()));
    }

    fn feedback_of(&mut self, text: &str) {
        let fields = Fields::read(text);
        self.addresses.push(fields.get("original-mail-from").to_owned());
        self.feedback = Some(fields);
    }

    /// What is left of our own message.
    fn returned(&mut self, inner: &Message<'_>) {
        self.message_ids.extend(inner.message_id().map(str::to_owned));
        self.addresses.extend(inner.return_address().map(str::to_owned));
        self.returned_to = self.returned_to.take().or_else(|| addresses_to(inner).into_iter().next());
    }
}

fn addresses_to(mail: &Message<'_>) -> Vec<String> {
    let all = mail.to().into_iter().flat_map(|to| to.iter());
    all.filter_map(|one| one.address().map(str::to_owned)).collect()
}

fn kind_of(part: &MessagePart<'_>) -> String {
    let kind = part.content_type();
    kind.map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase())
        .unwrap_or_default()
}

fn text_of(part: &MessagePart<'_>) -> String {
    String::from_utf8_lossy(part.contents()).into_owned()
}
