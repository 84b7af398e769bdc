//! Users: who works in this workspace, and what each may do.

use domain::account::Member;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{crumbs, roles};
use crate::{
    address::Done,
    components::{Column, Glyph, LinkButton, Look, PageHead, Panel, Table},
    error::Answer,
    load::load,
    when::{Day, note},
};

#[server(prefix = "/_fn", endpoint = "users")]
pub async fn get_users() -> Answer<Vec<Member>> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::accounts::users::list(&mut tx).await?)
}

/// The page.
#[component]
pub fn Users() -> impl IntoView {
    let users = Resource::new(|| (), |()| get_users());
    let add = || view! { <LinkButton href="/settings/users/new" look=Look::Primary glyph=Glyph::Plus>"Add user"</LinkButton> };
    view! {
        <Title text="Users"/>
        <PageHead title="Users" crumbs=crumbs() actions=add>"Who works in this workspace, and what each may do."</PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            {load(users, all)}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    match word {
        "added" => Some("The user is added, and can sign in now".into()),
        "roles" => Some("The roles are changed, from the next page that they open".into()),
        "removed" => Some("The user is out of this workspace".into()),
        _ => None,
    }
}

fn all(users: Vec<Member>) -> AnyView {
    let columns = vec![Column::new("User"), Column::new("Roles"), Column::new("Member since")];
    let rows = users
        .into_iter()
        .map(|user| {
            view! {
                <tr>
                    <td class="wide">
                        <a class="name" href=format!("/settings/users/{}", user.id)>{user.name}</a>
                        <small>{user.email}</small>
                    </td>
                    <td class="wide">{roles::badges(&user.roles)}</td>
                    <td data-label="Member since"><span class="one-line"><Day at=user.created_at/></span></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Panel flush=true foot=note>
            <Table caption="Users, by name" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}
