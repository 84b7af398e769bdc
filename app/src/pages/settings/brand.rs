//! The brand: how messages present themselves where a sender or template says nothing else, and the logo.

use domain::brand::Brand;
use leptos::prelude::*;
use leptos_meta::Title;

use super::crumbs;
use crate::{
    address::Done,
    ask::Ask,
    components::{Button, ErrorSummary, Look, PageHead, Panel, Section, Size, TextField},
    error::Answer,
    form::{FormState, form_state, plain_form_state},
    load::load,
};

#[server(prefix = "/_fn", endpoint = "brand")]
pub async fn get_brand() -> Answer<Brand> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::accounts::workspace::get(&crate::request::engine()?, &mut tx).await?.brand)
}

#[server(prefix = "/_fn", endpoint = "change-brand")]
pub async fn change_brand(brand: domain::brand::NewBrand) -> Answer<()> {
    let new = domain::account::NewSettings { brand, ..Default::default() };
    let mut tx = crate::request::begin().await?;
    engine::accounts::workspace::change(&crate::request::engine()?, &mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go("/settings/brand?done=changed");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "remove-logo")]
pub async fn remove_logo() -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::accounts::workspace::remove_logo(&crate::request::engine()?, &mut tx).await?;
    tx.commit().await?;
    crate::request::go("/settings/brand?done=no-logo");
    Ok(())
}

/// The page.
#[component]
pub fn BrandPage() -> impl IntoView {
    let (change, remove) = (ServerAction::<ChangeBrand>::new(), ServerAction::<RemoveLogo>::new());
    let form = form_state(change);
    let found = Resource::new(move || (change.version().get(), remove.version().get()), |_| get_brand());
    view! {
        <Title text="Brand"/>
        <PageHead title="Brand" crumbs=crumbs()>"How your messages present themselves."</PageHead>
        <div class="stack">
            <Done words=done/>
            {load(found, move |brand| {
                let logo = brand.logo_url.clone();
                view! {
                    {fields(brand, change, form)}
                    <Section title="Logo" id="logo-section">{logo_form(logo, remove)}</Section>
                }
                .into_any()
            })}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    let words = match word {
        "changed" => "The brand is saved. Campaigns that start from now on have it",
        "logo" => "The logo is saved",
        "no-logo" => "The logo is removed. Messages that went out keep it",
        _ => return None,
    };
    Some(words.into())
}

fn fields(brand: Brand, action: ServerAction<ChangeBrand>, form: FormState) -> AnyView {
    view! {
        <Panel>
            <ActionForm action>
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary() title="The brand stays as it was"/>
                    <div class="cols">
                        <TextField label="Sender name" name="brand[from_name]" optional=true
                            value=form.value("brand[from_name]", brand.from_name) error=form.error("brand[from_name]")
                            autocomplete="organization" hint="Stands beside the address of senders that have no name of their own."/>
                        <TextField label="Answers go to" name="brand[reply_to]" kind="email" optional=true
                            value=form.value("brand[reply_to]", brand.reply_to) error=form.error("brand[reply_to]")
                            autocomplete="off" hint="Where readers’ answers arrive; at the sender when empty."/>
                        <TextField label="Sender of invitations" name="brand[from_email]" kind="email"
                            optional=true value=form.value("brand[from_email]", brand.from_email)
                            error=form.error("brand[from_email]") autocomplete="off"
                            hint="The address of one of your senders, for invitations and links to a new password."/>
                        <TextField label="Colour" name="brand[colour]" optional=true
                            value=form.value("brand[colour]", brand.colour) error=form.error("brand[colour]")
                            autocomplete="off" placeholder="#5b2a86" hint="Of the button in invitations and the like; as # and six digits."/>
                    </div>
                    <div><Button look=Look::Primary busy=action.pending()>"Save"</Button></div>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

/// Sent by the browser itself: it is the browser that reads the file.
fn logo_form(logo: Option<String>, remove: ServerAction<RemoveLogo>) -> AnyView {
    let form = plain_form_state("/settings/brand/logo");
    let error = form.error("logo");
    let has_one = logo.is_some();
    view! {
        <Panel>
            {logo.map(|src| view! { <div class="logo"><img src=src alt="Your logo"/></div> })}
            <form method="post" action="/settings/brand/logo" enctype="multipart/form-data">
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary() title="The logo stays as it was"/>
                    <div class="field">
                        <label for="logo">{if has_one { "Another picture" } else { "Picture" }}</label>
                        <input class="input" id="logo" name="logo" type="file" required=true accept="image/png,image/jpeg"
                            aria-describedby="logo-hint"/>
                        <p class="field__hint" id="logo-hint">"Shown in invitations and the like. PNG or JPEG, at most 512 kB; 600 pixels across is plenty."</p>
                        {move || error.get().map(|error| view! { <p class="field__error" id="logo-error">{error}</p> })}
                    </div>
                    <div><Button look=Look::Primary>{if has_one { "Replace logo" } else { "Add logo" }}</Button></div>
                </div>
            </form>
            {has_one.then(|| view! {
                <Ask question="Remove…" about="the logo">
                    <p>"Messages to come have none. Those that went out keep it."</p>
                    <ActionForm action=remove>
                        <Button look=Look::Danger size=Size::Small busy=remove.pending()>"Remove the logo"</Button>
                    </ActionForm>
                </Ask>
            })}
        </Panel>
    }
    .into_any()
}
