//! The bar above: which workspace, light or dark, who.

use crate::components::{
    brand::{Avatar, Wordmark},
    icon::{Glyph, Icon},
    menu::{Menu, MenuPost},
    theme::{Theme, ThemeSwitch},
};
use leptos::prelude::*;

/// Who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The name.
    pub name: String,
    /// One or two letters, see `format::initials`.
    pub initials: String,
    /// The address.
    pub email: String,
}

/// A workspace to switch to; the id is posted to `/workspace`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherWorkspace {
    /// What is posted.
    pub id: String,
    /// What is read.
    pub name: String,
}

/// The bar.
pub(super) fn top_bar(
    viewer: Viewer,
    workspace: String,
    workspaces: Vec<OtherWorkspace>,
    path: Signal<String>,
    theme: Theme,
) -> AnyView {
    let account = format!("Your account, {}", viewer.name);
    let initials = viewer.initials.clone();
    view! {
        <header class="topbar">
            <span class="topbar__brand">
                <Wordmark bells_only=true/>
            </span>
            {workspace_switch(workspace, workspaces)}
            <div class="topbar__end">
                <ThemeSwitch theme next=path/>
                <Menu
                    label=account
                    class="btn btn--icon"
                    place="menu--end"
                    face=move || view! { <Avatar initials/> }
                >
                    <p class="menu__note"><b>{viewer.name}</b>{viewer.email}</p>
                    <hr/>
                    <MenuPost action="/sign-out" glyph=Glyph::SignOut label="Sign out"/>
                </Menu>
            </div>
        </header>
    }
    .into_any()
}

/// The name of the workspace; a menu only where there is another to switch to.
fn workspace_switch(workspace: String, others: Vec<OtherWorkspace>) -> AnyView {
    if others.is_empty() {
        return view! { <span class="topbar__name clip">{workspace}</span> }.into_any();
    }
    let others = others
        .into_iter()
        .map(|OtherWorkspace { id, name }| {
            let fields = vec![("workspace", id)];
            view! { <MenuPost action="/workspace" fields glyph=Glyph::Right label=name/> }
        })
        .collect_view();
    let name = workspace.clone();
    view! {
        <Menu
            class="btn btn--quiet"
            face=move || {
                view! {
                    <span class="topbar__name clip">{name}</span>
                    <Icon glyph=Glyph::Down small=true/>
                }
            }
        >
            <p class="menu__note"><b>{workspace}</b>"This workspace"</p>
            <hr/>
            {others}
        </Menu>
    }
    .into_any()
}
