//! The open invitations on the page of users, and what became of the one just made: where no mail went, its link is shown
//! to be handed over.

use domain::{
    id::InvitationId,
    invitation::{Delivery, FreshInvitation, Invitation},
};
use leptos::prelude::*;

use super::roles;
use crate::{
    ask::Ask,
    components::{
        Badge, Button, CodeOnce, Column, ErrorSummary, Glyph, LinkButton, Look, Notice, Panel, Section, Size, Table,
        Tone,
    },
    error::Answer,
    form::form_state,
    when::{Moment, note},
};

#[server(prefix = "/_fn", endpoint = "resend-invitation")]
pub async fn resend_invitation(invitation: InvitationId) -> Answer<()> {
    use engine::accounts::invitations;
    let (engine, actor) = (crate::request::engine()?, crate::request::actor()?);
    let mut tx = crate::request::begin().await?;
    let unsent = invitations::resend(&engine, &mut tx, invitation).await?;
    tx.commit().await?;
    let fresh = invitations::send(&engine, &actor, unsent).await?;
    tell(&fresh).await
}

#[server(prefix = "/_fn", endpoint = "revoke-invitation")]
pub async fn revoke_invitation(invitation: InvitationId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::accounts::invitations::revoke(&mut tx, invitation).await?;
    tx.commit().await?;
    crate::request::go("/settings/users?done=revoked");
    Ok(())
}

/// Leads to the page of users, which then says what became of the invitation.
#[cfg(feature = "ssr")]
pub(super) async fn tell(fresh: &FreshInvitation) -> Answer<()> {
    let kept = crate::once::keep(fresh).await?;
    crate::request::go(&format!("/settings/users?invited={kept}"));
    Ok(())
}

/// What became of an invitation just made.
pub(super) fn outcome(fresh: FreshInvitation) -> AnyView {
    let email = fresh.invitation.email;
    if fresh.delivery == Delivery::Sent {
        let title = format!("The invitation to {email} is on its way");
        return view! { <Notice tone=Tone::Success title alert=true>"Its link works once, for seven days."</Notice> }
            .into_any();
    }
    let (why, mend) = match fresh.delivery {
        Delivery::NoAnswer => ("The provider did not answer: the mail may arrive or not.", None),
        Delivery::Refused => ("The provider refused the mail.", Some(("/settings/providers", "See the providers"))),
        Delivery::NoSender | Delivery::Sent => {
            ("There is no sender yet that could reach anybody outside.", Some(("/settings/senders", "See the senders")))
        }
    };
    let mend = mend.map(|(href, words)| view! { <div><LinkButton href size=Size::Small>{words}</LinkButton></div> });
    view! {
        <Panel title=format!("Give {email} this link yourself")>
            <Notice tone=Tone::Warning title=why alert=true>
                "Hand the link over in a way that only they can read. It works once, for seven days, and is shown only now."
            </Notice>
            <CodeOnce label="Invitation link" value=fresh.link/>
            {mend}
        </Panel>
    }
    .into_any()
}

/// The open invitations; nothing where there are none.
#[component]
pub(super) fn OpenInvitations(
    /// All of them, newest first.
    invitations: Vec<Invitation>,
    /// What time it is.
    now: chrono::DateTime<chrono::Utc>,
    /// Sends one again.
    resend: ServerAction<ResendInvitation>,
    /// Takes one back.
    revoke: ServerAction<RevokeInvitation>,
) -> impl IntoView {
    if invitations.is_empty() {
        return ().into_any();
    }
    let columns = vec![
        Column::new("Invited"),
        Column::new("Roles"),
        Column::new("By"),
        Column::new("Good until"),
        Column::unseen("Actions"),
    ];
    let (again, back) = (form_state(resend), form_state(revoke));
    let rows = invitations.into_iter().map(|invitation| row(invitation, now, resend, revoke)).collect_view();
    view! {
        <Section title="Open invitations" id="invitations">
            <ErrorSummary errors=again.summary() title="Not sent again"/>
            <ErrorSummary errors=back.summary() title="Not taken back"/>
            <Panel flush=true foot=note>
                <Table caption="Open invitations, newest first" columns>{rows}</Table>
            </Panel>
        </Section>
    }
    .into_any()
}

fn row(
    invitation: Invitation,
    now: chrono::DateTime<chrono::Utc>,
    resend: ServerAction<ResendInvitation>,
    revoke: ServerAction<RevokeInvitation>,
) -> AnyView {
    let state = match (invitation.has_lapsed(now), invitation.sent_at) {
        (true, _) => view! { <Badge tone=Tone::Warning glyph=Glyph::Clock text="Lapsed"/> }.into_any(),
        (false, Some(_)) => view! { <Badge tone=Tone::Success glyph=Glyph::Check text="Sent"/> }.into_any(),
        (false, None) => view! { <Badge tone=Tone::Warning glyph=Glyph::Warning text="Not mailed"/> }.into_any(),
    };
    let (id, same, email) = (invitation.id, invitation.id, invitation.email.clone());
    let again = view! {
        <ActionForm action=resend>
            <input type="hidden" name="invitation" value=id.to_string()/>
            <Button size=Size::Small busy=resend.pending()>"Send again" <span class="sr">{format!(" to {email}")}</span></Button>
        </ActionForm>
    };
    let back = view! {
        <Ask question="Take back…" about=invitation.email.clone()>
            <p>"The link in the mail stops working at once."</p>
            <ActionForm action=revoke>
                <input type="hidden" name="invitation" value=same.to_string()/>
                <Button look=Look::Danger size=Size::Small busy=revoke.pending()>"Take back the invitation"</Button>
            </ActionForm>
        </Ask>
    };
    view! {
        <tr>
            <td class="wide"><b>{invitation.email}</b> {state}</td>
            <td class="wide">{roles::badges(&invitation.roles)}</td>
            <td data-label="By">{invitation.invited_by}</td>
            <td data-label="Good until"><span class="one-line"><Moment at=invitation.expires_at/></span></td>
            <td class="wide"><div class="row">{again} {back}</div></td>
        </tr>
    }
    .into_any()
}
