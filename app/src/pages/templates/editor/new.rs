//! A new template made of blocks: its name and subject; the editor opens with a first mail in it.

use domain::access::Verb;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel, TextField},
    error::{Answer, AppError},
    form::form_state,
    load::Trouble,
    session::may,
};

#[server(prefix = "/_fn", endpoint = "new-block-template")]
pub async fn new_block_template(name: String, subject: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let offer = engine::templates::blocks::offer(&crate::request::engine()?, &mut tx).await?;
    let blocks = domain::block::Document::starter(&offer.brand);
    let new = domain::block::NewBlocks { name, subject, blocks };
    let made = engine::templates::blocks::create(&mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go(&format!("/templates/{}/editor?done=made", made.template.id));
    Ok(())
}

/// The page.
#[component]
pub fn NewBlockTemplate() -> impl IntoView {
    if !may(Verb::EditTemplates) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    let make = ServerAction::<NewBlockTemplate>::new();
    let form = form_state(make);
    view! {
        <Title text="New template of blocks"/>
        <PageHead title="New template of blocks" crumbs=vec![Crumb::link("Templates", "/templates")]>
            "Put together from headings, texts, pictures and buttons; no HTML to write."
        </PageHead>
        <ActionForm action=make>
            <Panel>
                <ErrorSummary errors=form.summary()/>
                <TextField label="Name" name="name" value=form.value("name", "") error=form.error("name") required=true
                    autocomplete="off" hint="For you and your colleagues; readers never see it."/>
                <TextField label="Subject" name="subject" value=form.value("subject", "News from {{company_name}}")
                    error=form.error("subject") required=true autocomplete="off"/>
                <div class="row">
                    <Button look=Look::Primary busy=make.pending()>"Open the editor"</Button>
                    <LinkButton href="/templates" look=Look::Quiet>"Back to templates"</LinkButton>
                </div>
            </Panel>
        </ActionForm>
    }
    .into_any()
}
