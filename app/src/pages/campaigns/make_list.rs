//! "Make a list of these people": some of a campaign's recipients become a list.

use domain::{campaign::Campaign, id::CampaignId};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use super::words;
use crate::{
    address::{param, query},
    components::{
        Button, Choice, Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel, SelectField,
        TextField,
    },
    error::Answer,
    form::{FormState, plain_form_state},
    load::load,
};

/// Whom a list can be made of: the words of `Who`, and what people read.
const CHOICES: &[(&str, &str)] = &[
    ("opened", "Opened by people"),
    ("clicked", "Clicked"),
    ("not_opened", "Got it and did not open it"),
    ("unsubscribed", "Unsubscribed"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("bounced", "Bounced"),
    ("complained", "Complained"),
    ("failed", "Failed"),
    ("in_doubt", "In doubt"),
    ("skipped", "Skipped"),
    ("cancelled", "Cancelled"),
    ("waiting", "Waiting"),
    ("machine_only", "Opened by machines only"),
];

#[server(prefix = "/_fn", endpoint = "campaign-brief")]
pub async fn get_campaign_brief(campaign: String) -> Answer<Campaign> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::campaigns::brief(&mut tx, crate::address::id(&campaign)?).await?)
}

/// Makes the list and shows it; of very many the rest follows in the background.
#[server(prefix = "/_fn", endpoint = "make-list")]
pub async fn make_list(
    campaign: CampaignId,
    #[server(default)] name: String,
    #[server(default)] status: String,
    #[server(default)] search: String,
    #[server(default)] code: String,
) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let new = domain::report::NewPeopleList { name, status, search, code };
    let (list, complete) = engine::reports::make_list(&mut tx, campaign, &new).await?;
    tx.commit().await?;
    let done = if complete { "of_campaign" } else { "filling" };
    crate::request::go(&format!("/lists/{}?done={done}", list.id));
    Ok(())
}

/// The page.
#[component]
pub fn MakeListPage() -> impl IntoView {
    let id = param("id");
    let (state, search, code) = (query("state"), query("q"), query("code"));
    let campaign = Resource::new(move || id.get(), get_campaign_brief);
    let form = plain_form_state(MakeList::PATH);
    load(campaign, move |campaign| {
        page(campaign, state.get_untracked(), search.get_untracked(), code.get_untracked(), form)
    })
}

fn page(campaign: Campaign, state: String, search: String, code: String, form: FormState) -> AnyView {
    let path = words::path_of(campaign.id);
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::link(campaign.code.clone(), path.clone())];
    let body = match campaign.run_id {
        Some(_) => fields(&campaign, state, search, code, form),
        None => nobody(path),
    };
    view! {
        <Title text=format!("Make a list, {}", campaign.name)/>
        <PageHead title="Make a list" crumbs>
            "The people of “" {campaign.name.clone()} "” whom you choose, as they stand now. They can be written to in a next campaign."
        </PageHead>
        {body}
    }
    .into_any()
}

fn fields(campaign: &Campaign, state: String, search: String, code: String, form: FormState) -> AnyView {
    let known = CHOICES.iter().find(|(word, _)| *word == state);
    let word = known.map_or("", |(_, label)| label);
    let name = match word.is_empty() {
        true => campaign.name.clone(),
        false => format!("{}: {}", campaign.name, word.to_lowercase()),
    };
    let id = campaign.id.to_string();
    let choices = CHOICES.iter().map(|(word, label)| Choice::new(*word, *label)).collect();
    let report = format!("{}/report", words::path_of(campaign.id));
    view! {
        <form method="post" action=MakeList::url() autocomplete="off">
            <input type="hidden" name="campaign" value=id/>
            <div class="stack stack--m">
                <ErrorSummary errors=form.summary() title="No list was made"/>
                <Panel>
                    <TextField label="Name" name="name" value=form.value("name", name) error=form.error("name") required=true
                        maxlength=100/>
                    <SelectField label="Who" name="status" choices none="Everybody" value=form.value("status", state)
                        error=form.error("status")/>
                    <TextField label="Address begins with" name="search" value=form.value("search", search)
                        error=form.error("search") optional=true/>
                    <TextField label="Who were told" name="code" value=form.value("code", code) error=form.error("code")
                        optional=true hint="A code, such as 550 5.1.1, as the report names it."/>
                </Panel>
                <div class="row">
                    <Button look=Look::Primary>"Make list"</Button>
                    <LinkButton href=report look=Look::Quiet>"Cancel"</LinkButton>
                </div>
            </div>
        </form>
    }
    .into_any()
}

fn nobody(path: String) -> AnyView {
    let text = "Nobody has got this campaign yet, so there is nobody to make a list of.";
    let action = move || view! { <LinkButton href=path>"Open the campaign"</LinkButton> };
    view! { <Panel><EmptyState glyph=Glyph::People title="Not started" text action/></Panel> }.into_any()
}

#[cfg(test)]
mod tests {
    use domain::report::Who;

    use super::*;

    #[test]
    fn every_choice_is_understood() {
        for (word, _) in CHOICES {
            assert!(Who::parse(word).is_ok(), "{word}");
        }
    }
}
