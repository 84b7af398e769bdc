//! One's own account: name and address, a new password, and where one is signed in. The password's form is sent by the
//! browser itself, because all sessions end with the old password and this one begins anew.

use domain::account::SessionInfo;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::crumbs;
use crate::{
    address::Done,
    components::{
        Badge, Button, Column, Dl, ErrorSummary, Fact, Glyph, Look, NewPasswordField, PageHead, Panel, PasswordField,
        Section, Size, Table, Tone, format::plural,
    },
    error::Answer,
    form::{form_state, plain_form_state},
    load::load,
    session::session,
    when::{Moment, note},
};

/// A place where one is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    /// The session.
    pub session: SessionInfo,
    /// Whether it is this one.
    pub here: bool,
}

#[server(prefix = "/_fn", endpoint = "sessions")]
pub async fn get_sessions() -> Answer<Vec<Place>> {
    use engine::accounts::sessions;
    let request = crate::request::request()?;
    let signed_in = request.signed_in.clone().ok_or(crate::error::AppError::SignedOut)?;
    let here = request.session_hash().map(|hash| sessions::shown(&hash));
    let all = sessions::list(&request.engine, signed_in.account.id).await?;
    let place = |session: SessionInfo| Place { here: Some(&session.id) == here.as_ref(), session };
    Ok(all.into_iter().map(place).collect())
}

#[server(prefix = "/_fn", endpoint = "end-session")]
pub async fn end_session(session: String) -> Answer<()> {
    let request = crate::request::request()?;
    let signed_in = request.signed_in.clone().ok_or(crate::error::AppError::SignedOut)?;
    let (engine, address) = (&request.engine, request.address.clone());
    engine::accounts::sessions::end(engine, &signed_in.account, &session, address).await?;
    crate::request::go("/settings/account?done=session");
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "end-other-sessions")]
pub async fn end_other_sessions() -> Answer<()> {
    let request = crate::request::request()?;
    let signed_in = request.signed_in.clone().ok_or(crate::error::AppError::SignedOut)?;
    let here = request.session_hash().ok_or(crate::error::AppError::SignedOut)?;
    let (engine, address) = (&request.engine, request.address.clone());
    let ended = engine::accounts::sessions::end_others(engine, &signed_in.account, &here, address).await?;
    crate::request::go(&format!("/settings/account?done=others&n={ended}"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "change-password")]
pub async fn change_password(current_password: String, new_password: String) -> Answer<()> {
    let request = crate::request::request()?;
    let signed_in = request.signed_in.clone().ok_or(crate::error::AppError::SignedOut)?;
    let user = signed_in.account.id;
    engine::accounts::change_password(&request.engine, user, &current_password, &new_password).await?;
    request.sign_in(user, Some(signed_in.workspace.tenant)).await?;
    crate::request::go("/settings/account?done=password");
    Ok(())
}

/// The page.
#[component]
pub fn YourAccount() -> impl IntoView {
    let user = session().user;
    let (name, email) = user.map(|user| (user.name, user.email)).unwrap_or_default();
    let username = email.clone();
    view! {
        <Title text="Your account"/>
        <PageHead title="Your account" crumbs=crumbs()/>
        <div class="stack">
            <Done words=done/>
            <Panel>
                <Dl>
                    <Fact term="Name">{name}</Fact>
                    <Fact term="E-mail">{email}</Fact>
                </Dl>
            </Panel>
            <Section title="Change password" id="password">{password_form(username)}</Section>
            <Section title="Where you are signed in" id="sessions"><Sessions/></Section>
        </div>
    }
}

fn done(word: &str, ended: u64) -> Option<String> {
    match word {
        "password" => Some("The password is changed, and you are signed out on all other devices".into()),
        "session" => Some("Signed out there".into()),
        "others" if ended == 0 => Some("You were signed in nowhere else".into()),
        "others" => Some(format!("Signed out at {}", plural(ended, "other place", "other places"))),
        _ => None,
    }
}

fn password_form(username: String) -> AnyView {
    let form = plain_form_state("change-password");
    view! {
        <Panel>
            <form method="post" action="/_fn/change-password">
                <div class="stack stack--m">
                    <ErrorSummary errors=form.summary() title="The password stays as it was"/>
                    <input type="text" name="username" value=username autocomplete="username" hidden=true/>
                    <div class="cols">
                        <PasswordField label="Present password" name="current_password" error=form.error("current_password")/>
                        <NewPasswordField label="New password" name="new_password" error=form.error("new_password")/>
                    </div>
                    <p class="small muted">"You are signed out on all other devices."</p>
                    <div><Button look=Look::Primary>"Change password"</Button></div>
                </div>
            </form>
        </Panel>
    }
    .into_any()
}

#[component]
fn Sessions() -> impl IntoView {
    let (end, others) = (ServerAction::<EndSession>::new(), ServerAction::<EndOtherSessions>::new());
    let refused = form_state(end);
    let found = Resource::new(move || (end.version().get(), others.version().get()), |_| get_sessions());
    view! {
        <ErrorSummary errors=refused.summary() title="Not signed out there"/>
        {load(found, move |places| table(places, end, others))}
    }
    .into_any()
}

fn table(places: Vec<Place>, end: ServerAction<EndSession>, others: ServerAction<EndOtherSessions>) -> AnyView {
    let columns =
        vec![Column::new("Device"), Column::new("Signed in"), Column::new("Last seen"), Column::unseen("Sign out")];
    let alone = places.len() < 2;
    let rows = places.into_iter().map(|place| row(place, end)).collect_view();
    let all_others = (!alone).then(|| {
        view! {
            <ActionForm action=others>
                <Button busy=others.pending()>"Sign out everywhere else"</Button>
            </ActionForm>
        }
    });
    view! {
        <Panel flush=true foot=note>
            <Table caption="Where you are signed in, the latest seen first" columns>{rows}</Table>
        </Panel>
        {all_others}
    }
    .into_any()
}

fn row(place: Place, end: ServerAction<EndSession>) -> AnyView {
    let Place { session, here } = place;
    let moment = |at: Option<chrono::DateTime<chrono::Utc>>| match at {
        Some(at) => view! { <Moment at/> }.into_any(),
        None => "Not known".into_any(),
    };
    let (id, device) = (session.id, session.device.clone());
    let way_out = match here {
        true => view! { <Badge tone=Tone::Success glyph=Glyph::Check text="This one"/> }.into_any(),
        false => view! {
            <ActionForm action=end>
                <input type="hidden" name="session" value=id/>
                <Button size=Size::Small busy=end.pending()>
                    "Sign out" <span class="sr">{format!(" of {device}")}</span>
                </Button>
            </ActionForm>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td class="wide"><b>{session.device}</b><small>{session.address.map(|address| format!("from {address}"))}</small></td>
            <td data-label="Signed in"><span class="one-line">{moment(session.since)}</span></td>
            <td data-label="Last seen"><span class="one-line">{moment(session.seen)}</span></td>
            <td class="wide">{way_out}</td>
        </tr>
    }
    .into_any()
}
