//! One message of the outbox: as mail programs show it, as plain text, and with its headers.

use domain::sandbox::Mail;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::{
    address::param,
    components::{Column, Crumb, Dl, Fact, MailPreview, PageHead, Panel, Table},
    error::Answer,
    load::load,
    when::Moment,
};

/// A message, and where its frame finds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// The message, its HTML left out.
    pub mail: Mail,
    /// Where the HTML is served.
    pub src: String,
}

#[server(prefix = "/_fn", endpoint = "outbox-mail")]
pub async fn get_mail(mail: String) -> Answer<Shown> {
    let mut tx = crate::request::begin().await?;
    let mut mail = engine::sandbox::get(&mut tx, crate::address::id(&mail)?).await?;
    tx.commit().await?;
    let src = crate::preview::keep(&std::mem::take(&mut mail.html)).await?;
    Ok(Shown { mail, src })
}

/// The page.
#[component]
pub fn MailPage() -> impl IntoView {
    let mail = param("id");
    let found = Resource::new(move || mail.get(), get_mail);
    load(found, shown)
}

fn shown(Shown { mail, src }: Shown) -> AnyView {
    let Mail { line, headers, text, .. } = mail;
    let crumbs = vec![Crumb::link("Settings", "/settings"), Crumb::link("Outbox", "/settings/outbox")];
    let name = headers.iter().find(|header| header.name.eq_ignore_ascii_case("from")).map(|header| &header.value);
    let name = name.and_then(|from| from.split('<').next()).unwrap_or_default().trim().trim_matches('"').to_owned();
    let from_name = if name.is_empty() { line.from.clone() } else { name };
    let columns = vec![Column::new("Header"), Column::new("Value")];
    let rows = headers.into_iter().map(|header| {
        view! {
            <tr>
                <td class="wide"><b>{header.name}</b></td>
                <td class="wide"><code>{header.value}</code></td>
            </tr>
        }
    });
    view! {
        <Title text=line.subject.clone()/>
        <PageHead title=line.subject.clone() crumbs/>
        <div class="stack stack--m">
            <Panel>
                <Dl>
                    <Fact term="To">{line.to}</Fact>
                    <Fact term="Taken"><Moment at=line.at/></Fact>
                    <Fact term="Message"><code>{line.message_id}</code></Fact>
                </Dl>
            </Panel>
            <MailPreview from_name from_address=line.from subject=line.subject src/>
            <Panel title="Plain text"><pre>{text}</pre></Panel>
            <Panel title="Headers" flush=true>
                <Table caption="Headers, in their order" columns>{rows.collect_view()}</Table>
            </Panel>
        </div>
    }
    .into_any()
}
