//! A user: what they may do, and the way out of the workspace.

use domain::{account::Member, id::UserId};
use leptos::prelude::*;
use leptos_meta::Title;

use super::roles;
use crate::{
    address::param,
    ask::Ask,
    components::{Avatar, Button, Crumb, ErrorSummary, Look, PageHead, Panel, format::initials},
    error::Answer,
    form::{FormState, form_state},
    load::load,
    session::session,
    when::When,
};

#[server(prefix = "/_fn", endpoint = "user")]
pub async fn get_user(user: String) -> Answer<Member> {
    let mut tx = crate::request::begin().await?;
    let user: UserId = crate::address::id(&user)?;
    let users = engine::accounts::users::list(&mut tx).await?;
    users.into_iter().find(|member| member.id == user).ok_or(crate::error::AppError::NotFound)
}

#[server(prefix = "/_fn", endpoint = "set-roles")]
pub async fn set_roles(user: UserId, #[server(default)] roles: Vec<String>) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::accounts::users::set_roles(&mut tx, user, &roles).await?;
    tx.commit().await?;
    crate::request::go("/settings/users?done=roles");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "remove-user")]
pub async fn remove_user(user: UserId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::accounts::users::remove(&mut tx, user).await?;
    tx.commit().await?;
    crate::request::go("/settings/users?done=removed");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "end-sessions-of")]
pub async fn end_sessions(user: UserId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let ended = engine::accounts::users::end_sessions(&mut tx, user).await?;
    tx.commit().await?;
    crate::request::go(&format!("/settings/users?done=signed-out&n={ended}"));
    Ok(())
}

/// The page.
#[component]
pub fn UserPage() -> impl IntoView {
    let user = param("id");
    let (set, remove) = (ServerAction::<SetRoles>::new(), ServerAction::<RemoveUser>::new());
    let end = ServerAction::<EndSessions>::new();
    let (set_form, remove_form) = (form_state(set), form_state(remove));
    let found = Resource::new(move || user.get(), get_user);
    load(found, move |member| {
        let (letters, email) = (initials(&member.name), member.email.clone());
        let (since, last) = (member.created_at, seen(&member));
        let crumbs = vec![Crumb::link("Settings", "/settings"), Crumb::link("Users", "/settings/users")];
        view! {
            <Title text=member.name.clone()/>
            <PageHead title=member.name.clone() crumbs mark=move || view! { <Avatar initials=letters large=true/> }>
                {email} ". Member since " <When at=since/> ". " {last}
            </PageHead>
            <div class="stack stack--m">
                {may_do(member.clone(), set, set_form)}
                {sign_out(member.clone(), end)}
                {way_out(member, remove, remove_form)}
            </div>
        }
        .into_any()
    })
}

fn seen(member: &Member) -> AnyView {
    match member.last_seen_at {
        Some(at) => view! { "Last here " <When at/> "." }.into_any(),
        None => "Never here yet.".into_any(),
    }
}

fn sign_out(member: Member, action: ServerAction<EndSessions>) -> AnyView {
    let form = form_state(action);
    view! {
        <Panel title="Sign out everywhere">
            <ErrorSummary errors=form.summary() title="Not signed out"/>
            <p class="muted">
                "For a lost phone or a shared computer. They can sign in again at once: to keep them out, remove them below."
            </p>
            <ActionForm action>
                <input type="hidden" name="user" value=member.id.to_string()/>
                <Button busy=action.pending()>{format!("Sign {} out everywhere", member.name)}</Button>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn may_do(member: Member, action: ServerAction<SetRoles>, form: FormState) -> AnyView {
    view! {
        <Panel title="What they may do">
            <ActionForm action>
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary() title="The roles stay as they were"/>
                    <input type="hidden" name="user" value=member.id.to_string()/>
                    {roles::boxes(form, &member.roles)}
                    <div><Button look=Look::Primary busy=action.pending()>"Change roles"</Button></div>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn way_out(member: Member, action: ServerAction<RemoveUser>, form: FormState) -> AnyView {
    let yourself = session().user.is_some_and(|user| user.id == member.id.to_string());
    let what = if yourself {
        "This is you: you will lose access to this workspace at once."
    } else {
        "They lose access to this workspace at once. What they made stays, and so does their account for other workspaces."
    };
    view! {
        <Panel title="Remove from this workspace">
            <ErrorSummary errors=form.summary() title="Not removed"/>
            <Ask question="Remove…" about=member.name.clone()>
                <p>{what}</p>
                <ActionForm action>
                    <input type="hidden" name="user" value=member.id.to_string()/>
                    <Button look=Look::Danger busy=action.pending()>{format!("Remove {}", member.name)}</Button>
                </ActionForm>
            </Ask>
        </Panel>
    }
    .into_any()
}
