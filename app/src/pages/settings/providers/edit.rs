//! A provider: its settings to be changed, and the way out.

use domain::{
    access::Verb,
    id::ProviderId,
    provider::{Provider, ProviderKind},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{fields, typed::Config};
use crate::{
    address::param,
    ask::Ask,
    components::{Button, Crumb, ErrorSummary, LinkButton, Look, PageHead, Panel},
    error::{Answer, AppError},
    form::{FormState, form_state},
    load::{Trouble, load},
    session::may,
    when::When,
};

#[server(prefix = "/_fn", endpoint = "provider")]
pub async fn get_provider(provider: String) -> Answer<Provider> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::providers::get(&mut tx, crate::address::id(&provider)?).await?)
}

#[server(prefix = "/_fn", endpoint = "change-provider")]
pub async fn change_provider(
    provider: ProviderId,
    #[server(default)] name: String,
    #[server(default)] rate_per_second: String,
    #[server(default)] config: Config,
) -> Answer<()> {
    let (rate_per_second, config) = (rate_per_second.into(), config.into());
    let change = domain::provider::NewProvider { name, rate_per_second, config, ..Default::default() };
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    engine::providers::update(&engine, &mut tx, provider, &change).await?;
    tx.commit().await?;
    crate::request::go("/settings/providers?done=changed");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "delete-provider")]
pub async fn delete_provider(provider: ProviderId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::providers::delete(&mut tx, provider).await?;
    tx.commit().await?;
    crate::request::go("/settings/providers?done=deleted");
    Ok(())
}

/// The page.
#[component]
pub fn ProviderPage() -> impl IntoView {
    let provider = param("id");
    let (change, delete) = (ServerAction::<ChangeProvider>::new(), ServerAction::<DeleteProvider>::new());
    let (change_form, delete_form) = (form_state(change), form_state(delete));
    let found = Resource::new(move || provider.get(), get_provider);
    if !may(Verb::EditProviders) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    load(found, move |provider| {
        let crumbs = vec![Crumb::link("Settings", "/settings"), Crumb::link("Providers", "/settings/providers")];
        let (name, added) = (provider.name.clone(), provider.created_at);
        let about = match provider.kind {
            ProviderKind::Sandbox => "Nothing leaves through it. Added ".to_owned(),
            kind => format!("{}, {}. Added ", fields::label(kind), provider.place()),
        };
        view! {
            <Title text=name.clone()/>
            <PageHead title=name crumbs>
                {about} <When at=added/>
            </PageHead>
            <div class="stack stack--m">
                {settings(provider.clone(), change, change_form)}
                {reports(&provider)}
                {way_out(provider, delete, delete_form)}
            </div>
        }
        .into_any()
    })
    .into_any()
}

fn settings(provider: Provider, action: ServerAction<ChangeProvider>, form: FormState) -> AnyView {
    let fields = fields::of(provider.kind, Some(&provider), form);
    view! {
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="The provider stays as it was"/>
                <input type="hidden" name="provider" value=provider.id.to_string()/>
                {fields}
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Save"</Button>
                    <LinkButton href="/settings/providers" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// The way to what it reports; the sandbox reports by itself.
fn reports(provider: &Provider) -> Option<AnyView> {
    let about = match provider.kind {
        ProviderKind::Ses => "Amazon SES tells here what became of each message: delivered, bounced, reported as spam.",
        ProviderKind::Smtp => {
            "Mail that comes back can be handed over here, so that dead addresses are not written to again."
        }
        ProviderKind::Sandbox => return None,
    };
    let href = format!("/settings/providers/{}/webhook", provider.id);
    let panel = view! {
        <Panel title="What it reports">
            <p class="muted">{about}</p>
            <div><LinkButton href>"Address and what came lately"</LinkButton></div>
        </Panel>
    };
    Some(panel.into_any())
}

fn way_out(provider: Provider, action: ServerAction<DeleteProvider>, form: FormState) -> AnyView {
    view! {
        <Panel title="Delete this provider">
            <ErrorSummary errors=form.summary() title="Not deleted"/>
            <Ask question="Delete…" about=provider.name.clone()>
                <p>"What was sent through it stays. Nothing can be sent through it any more, and its sign-in is forgotten."</p>
                <ActionForm action>
                    <input type="hidden" name="provider" value=provider.id.to_string()/>
                    <Button look=Look::Danger busy=action.pending()>{format!("Delete {}", provider.name)}</Button>
                </ActionForm>
            </Ask>
        </Panel>
    }
    .into_any()
}
