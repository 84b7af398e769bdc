//! What a draft names, looked up.

use domain::{
    campaign::{CampaignContent, ContentChoice, ParsedCampaign},
    error::FieldErrors,
};

use super::no_content;
use crate::{Error, Result, db::Tx, lists, providers, templates};

/// Checks what the draft names (lists, sender, template) and pins the template's newest version.
pub(super) async fn resolve(tx: &mut Tx, parsed: &ParsedCampaign) -> Result<Option<CampaignContent>> {
    let mut errors = FieldErrors::default();
    for (field, ids) in
        [("audience.include", parsed.audience.included_lists()), ("audience.exclude", parsed.audience.excluded_lists())]
    {
        if lists::names(tx.conn(), &ids).await?.contains(&None) {
            errors.add(field, "unknown", "There is no such list.");
        }
    }
    if let Some(id) = parsed.sender_id
        && providers::sender(tx.conn(), id).await?.is_none()
    {
        errors.add("sender_id", "unknown", "There is no such sender.");
    }
    let content = match &parsed.content {
        ContentChoice::None => None,
        ContentChoice::Text(text) => {
            if let Err(Error::Invalid(FieldErrors(more))) = templates::render::compile(text, "content.email.") {
                errors.0.extend(more);
            }
            Some(CampaignContent { email: text.clone(), ..no_content() })
        }
        ContentChoice::Template(id) => match templates::newest(tx, *id).await? {
            Some((template, _)) if !template.active => {
                let message = "This template is archived. Restore it on its page, or choose another.";
                errors.add("content.email.template_id", "archived", message);
                None
            }
            Some((template, email)) => Some(CampaignContent {
                template_id: Some(*id),
                template_name: Some(template.name),
                template_version: Some(template.version),
                email,
            }),
            None => {
                errors.add("content.email.template_id", "unknown", "There is no such template.");
                None
            }
        },
    };
    errors.finish(Some(()))?;
    Ok(content)
}
