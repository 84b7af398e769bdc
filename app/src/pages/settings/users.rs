//! Users: who works in this workspace, what each may do, and who was asked to join.

use domain::{
    account::Member,
    invitation::{FreshInvitation, Invitation},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    crumbs,
    invitations::{OpenInvitations, ResendInvitation, RevokeInvitation, outcome},
    roles,
};
use crate::{
    address::{Done, query},
    components::{Column, Glyph, LinkButton, Look, PageHead, Panel, Table, format::plural},
    error::Answer,
    load::load,
    when::{Day, Moment, note},
};

/// Everybody, and who was asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct People {
    /// The members, by name.
    pub users: Vec<Member>,
    /// The open invitations, newest first.
    pub invitations: Vec<Invitation>,
    /// What became of the one just made.
    pub fresh: Option<FreshInvitation>,
    /// What time it is.
    pub now: chrono::DateTime<chrono::Utc>,
}

#[server(prefix = "/_fn", endpoint = "users")]
pub async fn get_people(fresh: String) -> Answer<People> {
    use engine::accounts::{invitations, users};
    let mut tx = crate::request::begin().await?;
    let (users, invitations) = (users::list(&mut tx).await?, invitations::list(&mut tx).await?);
    Ok(People { users, invitations, fresh: crate::once::find(&fresh).await?, now: tx.now })
}

/// The page.
#[component]
pub fn Users() -> impl IntoView {
    let fresh = query("invited");
    let (resend, revoke) = (ServerAction::<ResendInvitation>::new(), ServerAction::<RevokeInvitation>::new());
    let asked = move || (fresh.get(), resend.version().get(), revoke.version().get());
    let people = Resource::new(asked, |(fresh, ..)| get_people(fresh));
    let add = || {
        view! {
            <LinkButton href="/settings/users/new">"Add with a password"</LinkButton>
            <LinkButton href="/settings/users/invite" look=Look::Primary glyph=Glyph::Plus>"Invite"</LinkButton>
        }
    };
    view! {
        <Title text="Users"/>
        <PageHead title="Users" crumbs=crumbs() actions=add>"Who works in this workspace, and what each may do."</PageHead>
        <div class="stack">
            <Done words=done/>
            {load(people, move |People { users, invitations, fresh, now }| {
                view! {
                    {fresh.map(outcome)}
                    {table(users)}
                    <OpenInvitations invitations now resend revoke/>
                }
                .into_any()
            })}
        </div>
    }
}

fn done(word: &str, number: u64) -> Option<String> {
    match word {
        "added" => Some("The user is added, and can sign in now".into()),
        "roles" => Some("The roles are changed, from the next page that they open".into()),
        "removed" => Some("The user is out of this workspace".into()),
        "revoked" => Some("The invitation is taken back. Its link does not work any more".into()),
        "signed-out" => Some(format!("The user is signed out at {}", plural(number, "place", "places"))),
        _ => None,
    }
}

fn table(users: Vec<Member>) -> AnyView {
    let columns =
        vec![Column::new("User"), Column::new("Roles"), Column::new("Last seen"), Column::new("Member since")];
    let rows = users
        .into_iter()
        .map(|user| {
            let seen = user.last_seen_at.map_or_else(|| "Never".into_any(), |at| view! { <Moment at/> }.into_any());
            view! {
                <tr>
                    <td class="wide">
                        <a class="name" href=format!("/settings/users/{}", user.id)>{user.name}</a>
                        <small>{user.email}</small>
                    </td>
                    <td class="wide">{roles::badges(&user.roles)}</td>
                    <td data-label="Last seen"><span class="one-line">{seen}</span></td>
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
