//! The texts of a document that may hold variables, each with its place: the renderer knows which variables there are.

use super::{
    Document,
    kind::{Block, Body, Footer},
};

impl Document {
    /// Every text of the document that may hold variables, with the field it is in.
    pub fn texts(&self) -> Vec<(String, String)> {
        let mut texts = vec![("settings.preheader".to_owned(), self.settings.preheader.clone())];
        for (i, block) in self.blocks.iter().enumerate() {
            texts_of(block, &format!("blocks.{i}"), &mut texts);
        }
        let Footer { note, unsubscribe, preferences, .. } = &self.footer;
        for (field, text) in [("note", note), ("unsubscribe", unsubscribe), ("preferences", preferences)] {
            texts.push((format!("footer.{field}"), text.clone()));
        }
        texts
    }
}

fn texts_of(block: &Block, path: &str, texts: &mut Vec<(String, String)>) {
    let mut add = |field: &str, text: &str| texts.push((format!("{path}.{field}"), text.to_owned()));
    match &block.body {
        Body::Heading(heading) => add("text", &heading.text),
        Body::Text(text) => {
            add("text", &text.text.plain());
            let links = text.text.0.iter().flat_map(|paragraph| &paragraph.runs).filter_map(|run| run.link.as_deref());
            links.for_each(|link| add("text", link));
        }
        Body::Image(image) => [("url", &image.url), ("alt", &image.alt), ("link", &image.link)]
            .into_iter()
            .for_each(|(field, text)| add(field, text)),
        Body::Button(button) => {
            add("label", &button.label);
            add("url", &button.url);
        }
        Body::Columns(columns) => {
            for (i, column) in columns.columns.iter().enumerate() {
                for (j, block) in column.iter().enumerate() {
                    texts_of(block, &format!("{path}.columns.{i}.{j}"), texts);
                }
            }
        }
        Body::Divider(_) | Body::Spacer(_) => {}
    }
}
