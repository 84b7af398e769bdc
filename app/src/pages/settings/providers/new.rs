//! A new provider: which kind is chosen by a link, so that the page has the fields of that kind with and without the
//! script.

use domain::{access::Verb, provider::ProviderKind};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{fields, typed::Config};
use crate::{
    address::{href, query},
    components::{Button, Crumb, ErrorSummary, Link, LinkButton, Look, PageHead, Tabs},
    error::{Answer, AppError},
    form::form_state,
    load::Trouble,
    session::may,
};

const PATH: &str = "/settings/providers/new";

#[server(prefix = "/_fn", endpoint = "create-provider")]
pub async fn create_provider(
    kind: String,
    #[server(default)] name: String,
    #[server(default)] rate_per_second: String,
    #[server(default)] config: Config,
) -> Answer<()> {
    let (channel, rate_per_second, config) = ("email".into(), rate_per_second.into(), config.into());
    let new = domain::provider::NewProvider { channel, kind, name, rate_per_second, config };
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    engine::providers::create(&engine, &mut tx, &new).await?;
    tx.commit().await?;
    crate::request::go("/settings/providers?done=added");
    Ok(())
}

/// The page.
#[component]
pub fn NewProviderPage() -> impl IntoView {
    let typed = query("kind");
    let kind = Memo::new(move |_| typed.with(|word| ProviderKind::from_word(word)).unwrap_or(ProviderKind::Smtp));
    if !may(Verb::EditProviders) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    let path = |kind: ProviderKind| href(PATH, &[("kind", kind.word())]);
    let links = ProviderKind::ALL.iter().map(|kind| Link::new(fields::label(*kind), path(*kind))).collect();
    let current = Signal::derive(move || path(kind.get()));
    let crumbs = vec![Crumb::link("Settings", "/settings"), Crumb::link("Providers", "/settings/providers")];
    view! {
        <Title text="Add provider"/>
        <PageHead title="Add provider" crumbs>"The service that your messages leave through. Nothing is sent by adding it."</PageHead>
        <div class="stack stack--m">
            <Tabs label="Kind of provider" links current/>
            {move || form(kind.get())}
        </div>
    }
    .into_any()
}

fn form(kind: ProviderKind) -> AnyView {
    let action = ServerAction::<CreateProvider>::new();
    let form = form_state(action);
    view! {
        <ActionForm action>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="The provider could not be added"/>
                <input type="hidden" name="kind" value=kind.word()/>
                {fields::of(kind, None, form)}
                <div class="row">
                    <Button look=Look::Primary busy=action.pending()>"Add provider"</Button>
                    <LinkButton href="/settings/providers" look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}
