//! Suppressions: the addresses that nothing is sent to, by channel and address.

use domain::{
    access::Verb,
    channel::Channel,
    page::Page,
    suppression::{Suppression, SuppressionReason},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::words::reason;
use crate::{
    address::{Done, href, query},
    ask::Ask,
    components::{
        Button, Column, EmptyState, ErrorSummary, FieldError, FilterChips, Glyph, Link, LinkButton, Look, PageHead,
        Panel, SearchField, Size, Table, TextField, format::plural,
    },
    error::Answer,
    form::form_state,
    load::load,
    paging::{Place, Rows},
    session::may,
    when::{Day, note},
};

const PATH: &str = "/suppressions";

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Asked {
    channel: String,
    reason: String,
    search: String,
    place: Place,
}

impl Asked {
    fn kept(&self) -> [(&'static str, &str); 3] {
        [("channel", &self.channel), ("reason", &self.reason), ("q", &self.search)]
    }
}

/// Words that nobody knows narrow nothing.
#[server(prefix = "/_fn", endpoint = "suppressions")]
pub async fn get_suppressions(
    #[server(default)] channel: String,
    #[server(default)] reason: String,
    #[server(default)] search: String,
    #[server(default)] cursor: String,
) -> Answer<Page<Suppression>> {
    use domain::{page::PageQuery, suppression::Filter};
    let known = Filter::parse("", "", &search).map_err(crate::error::AppError::Invalid)?;
    let filter =
        Filter { channel: Channel::from_word(&channel), reason: SuppressionReason::from_word(&reason), ..known };
    let mut tx = crate::request::begin().await?;
    let query = PageQuery { cursor: Some(cursor), ..Default::default() };
    Ok(engine::suppressions::list(&mut tx, &filter, &query).await?)
}

#[server(prefix = "/_fn", endpoint = "remove-suppression")]
pub async fn remove_suppression(channel: String, address: String, #[server(default)] reason: String) -> Answer<()> {
    let key = domain::suppression::Key::new(&channel, &address).or(Err(crate::error::AppError::NotFound))?;
    let mut tx = crate::request::begin().await?;
    engine::suppressions::remove(&mut tx, &key, &reason).await?;
    tx.commit().await?;
    crate::request::go(&format!("{PATH}?done=removed"));
    Ok(())
}

/// The page.
#[component]
pub fn Suppressions() -> impl IntoView {
    let (channel, reason, search, place) = (query("channel"), query("reason"), query("q"), Place::here());
    let asked = Memo::new(move |_| Asked {
        channel: channel.get(),
        reason: reason.get(),
        search: search.get(),
        place: place.get(),
    });
    let remove = ServerAction::<RemoveSuppression>::new();
    let found = Resource::new(
        move || (asked.get(), remove.version().get()),
        |(asked, _)| get_suppressions(asked.channel, asked.reason, asked.search, asked.place.cursor),
    );
    // Its field stands in a row that is closed.
    let refused = form_state(remove).summary();
    let errors = Signal::derive(move || {
        let errors = refused.get().into_iter();
        errors.map(|error| FieldError::new("", error.message)).collect::<Vec<_>>()
    });
    view! {
        <Title text="Suppressions"/>
        <PageHead title="Suppressions" actions=actions>
            "Addresses that nothing is sent to, whoever they belong to and whatever the consent says."
        </PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            <ErrorSummary errors title="Still suppressed"/>
            {move || filters(&asked.get())}
            {load(found, move |page| all(page, &asked.get_untracked(), remove))}
        </div>
    }
}

fn actions() -> AnyView {
    let edits = may(Verb::EditContacts);
    view! {
        {edits.then(|| view! { <LinkButton href="/suppressions/import" glyph=Glyph::Upload>"Import"</LinkButton> })}
        {edits
            .then(|| {
                view! {
                    <LinkButton href="/suppressions/new" look=Look::Primary glyph=Glyph::Plus>"Suppress an address"</LinkButton>
                }
            })}
    }
    .into_any()
}

fn done(word: &str, number: u64) -> Option<String> {
    match (word, number) {
        ("added", _) => Some("The address is suppressed".into()),
        ("removed", _) => Some("The address is not suppressed any more".into()),
        ("imported", 0) => Some("All of them were suppressed already".into()),
        ("imported", new) => Some(format!("{} suppressed", plural(new, "more address is", "more addresses are"))),
        _ => None,
    }
}

fn filters(asked: &Asked) -> AnyView {
    let with =
        |channel: &str, reason: &str| href(PATH, &[("channel", channel), ("reason", reason), ("q", &asked.search)]);
    let channels = Channel::ALL.iter().map(|one| Link::new(one.label(), with(one.word(), &asked.reason)));
    let channels = std::iter::once(Link::new("All channels", with("", &asked.reason))).chain(channels).collect();
    let reasons = SuppressionReason::ALL.iter().map(|one| Link::new(reason(*one), with(&asked.channel, one.word())));
    let reasons = std::iter::once(Link::new("All reasons", with(&asked.channel, ""))).chain(reasons).collect();
    let current = with(&asked.channel, &asked.reason);
    let hidden = asked.kept().into_iter().take(2).filter(|(_, value)| !value.is_empty());
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value.to_owned()/> });
    view! {
        <FilterChips label="Channel" links=channels current=current.clone()/>
        <FilterChips label="Reason" links=reasons current/>
        <form class="row" method="get" action=PATH role="search">
            {hidden.collect_view()}
            <SearchField label="Search addresses" placeholder="Address begins with" value=asked.search.clone()/>
            <Button>"Search"</Button>
        </form>
    }
    .into_any()
}

fn all(page: Page<Suppression>, asked: &Asked, remove: ServerAction<RemoveSuppression>) -> AnyView {
    if page.data.is_empty() {
        return nothing(asked);
    }
    let export = href("/suppressions/export", &asked.kept());
    let foot = asked.place.pager(PATH, &asked.kept(), &Rows::from(&page), None, &note());
    let remove = may(Verb::EditContacts).then_some(remove);
    let mut columns = vec![Column::new("Address"), Column::new("Channel"), Column::new("Reason"), Column::new("Since")];
    if remove.is_some() {
        columns.push(Column::unseen("Remove"));
    }
    let entries = page.data;
    let row = move |entry| row(entry, remove);
    let rows = view! { <For each=move || entries.clone() key=|entry| entry.key().to_string() children=row/> };
    view! {
        <Panel flush=true foot=move || foot>
            <Table caption="Suppressed addresses, by channel and address" columns>{rows}</Table>
        </Panel>
        <div>
            <LinkButton href=export look=Look::Quiet glyph=Glyph::Download attr:rel="external">"Export these as CSV"</LinkButton>
        </div>
    }
    .into_any()
}

fn row(entry: Suppression, remove: Option<ServerAction<RemoveSuppression>>) -> AnyView {
    let form = remove.map(|remove| view! { <td class="wide">{take_off(&entry, remove)}</td> });
    view! {
        <tr>
            <td class="wide">
                <span class="name">{entry.address}</span>
                {(!entry.note.is_empty()).then(|| view! { <p class="small muted">{entry.note}</p> })}
            </td>
            <td data-label="Channel">{entry.channel.label()}</td>
            <td data-label="Reason">{reason(entry.reason)}</td>
            <td data-label="Since">
                <span class="one-line"><Day at=entry.since/></span>
                <small>{entry.added_by}</small>
            </td>
            {form}
        </tr>
    }
    .into_any()
}

fn take_off(entry: &Suppression, remove: ServerAction<RemoveSuppression>) -> AnyView {
    let (channel, address) = (entry.channel.word(), entry.address.clone());
    view! {
        <Ask question="Remove…" about=address.clone()>
            <p>"From then on it is written to again, where there is consent."</p>
            <ActionForm action=remove>
                <div class="stack stack--s">
                    <input type="hidden" name="channel" value=channel/>
                    <input type="hidden" name="address" value=address.clone()/>
                    <TextField label="Why it may be written to again" name="reason" id=format!("why-{channel}-{address}") required=true
                        autocomplete="off"/>
                    <div>
                        <Button look=Look::Danger size=Size::Small busy=remove.pending()>"Remove the suppression"</Button>
                    </div>
                </div>
            </ActionForm>
        </Ask>
    }
    .into_any()
}

fn nothing(asked: &Asked) -> AnyView {
    if asked.kept().iter().all(|(_, value)| value.is_empty()) {
        return view! {
            <Panel>
                <EmptyState title="Nothing is suppressed" glyph=Glyph::Shield
                    text="Addresses come here by themselves when mail to them bounces or is reported as spam. Others can be added \
                          by hand, or imported from a list that you kept elsewhere."/>
            </Panel>
        }
        .into_any();
    }
    let all = || view! { <LinkButton href=PATH attr:rel="external">"Show all"</LinkButton> };
    view! {
        <Panel>
            <EmptyState title="Nothing found" text="No suppressed address is like that." glyph=Glyph::Search action=all/>
        </Panel>
    }
    .into_any()
}
