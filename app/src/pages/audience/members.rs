//! The members of a list in one state, each with what can be done: taken off, put back.

use domain::{
    access::Verb,
    id::{ContactId, ListId},
    list::{List, Member, MemberStatus},
    page::Page,
};
use leptos::prelude::*;

use super::{
    list::Asked,
    words::{added_by, member_badge, member_word},
};
use crate::{
    ask::Ask,
    components::{Button, Column, EmptyState, Glyph, LinkButton, Look, Panel, Size, Table, format::count},
    error::Answer,
    paging::Rows,
    session::may,
    when::{Day, note},
};

#[server(prefix = "/_fn", endpoint = "remove-member")]
pub async fn remove_member(list: ListId, contact: ContactId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::lists::remove_member(&mut tx, list, contact).await?;
    tx.commit().await?;
    crate::request::go(&format!("/lists/{list}?done=removed"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "put-back-member")]
pub async fn put_back(list: ListId, contact: ContactId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::lists::put_back(&mut tx, list, contact).await?;
    tx.commit().await?;
    crate::request::go(&format!("/lists/{list}?done=back"));
    Ok(())
}

/// The forms of a row, for those who may change the list.
#[derive(Clone, Copy)]
struct Forms {
    list: ListId,
    remove: ServerAction<RemoveMember>,
    back: ServerAction<PutBack>,
}

/// The members, or why there are none.
pub(super) fn panel(
    list: &List,
    members: Page<Member>,
    asked: &Asked,
    remove: ServerAction<RemoveMember>,
    back: ServerAction<PutBack>,
) -> AnyView {
    let path = format!("/lists/{}", list.id);
    if members.data.is_empty() && asked.place.cursor.is_empty() {
        return nobody(list, asked, &path);
    }
    let total = asked.search.is_empty().then(|| count(list.count(asked.status).unsigned_abs()));
    let foot = asked.place.pager(&path, &asked.kept(), &Rows::from(&members), total, &note());
    let forms = may(Verb::EditLists).then_some(Forms { list: list.id, remove, back });
    let mut columns = vec![Column::new("Name"), Column::new("Stands"), Column::new("Added")];
    if forms.is_some() {
        columns.push(Column::unseen("Change"));
    }
    let members = members.data;
    let row = move |member| row(member, forms);
    let rows = view! { <For each=move || members.clone() key=|member| member.contact_id children=row/> };
    view! {
        <Panel flush=true foot=move || foot>
            <Table caption="People on this list" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn nobody(list: &List, asked: &Asked, path: &str) -> AnyView {
    if list.total == 0 {
        let add = format!("{path}/add");
        let add = move || {
            may(Verb::EditLists)
                .then(|| view! { <LinkButton href=add look=Look::Primary glyph=Glyph::Plus>"Add people"</LinkButton> })
        };
        return view! {
            <Panel>
                <EmptyState title="Nobody is on this list yet" text="A campaign sent to it would reach no one."
                    glyph=Glyph::People action=add/>
            </Panel>
        }
        .into_any();
    }
    let (_, word) = member_word(asked.status);
    let (title, text) = match asked.search.as_str() {
        "" => (format!("{word}: nobody"), "Nobody of this list is in this state.".to_owned()),
        search => ("Nobody found".to_owned(), format!("No address and no name here begins with “{search}”.")),
    };
    let path = path.to_owned();
    let all = move || view! { <LinkButton href=path attr:rel="external">"Show the active ones"</LinkButton> };
    view! { <Panel><EmptyState title text glyph=Glyph::Search action=all/></Panel> }.into_any()
}

fn row(member: Member, forms: Option<Forms>) -> AnyView {
    let Member { contact_id: contact, label, email, status, added_by: by, added_at, changed_at } = member;
    let email = email.filter(|email| *email != label);
    let forms = forms.map(|forms| change(forms, contact, &label, status));
    let since = changed_at.filter(|_| status != MemberStatus::Active);
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=format!("/contacts/{contact}")>{label}</a>
                <small>{email}</small>
            </td>
            <td data-label="Stands">{member_badge(status)}{since.map(|at| view! { <small>"Since "<Day at/></small> })}</td>
            <td data-label="Added"><span class="one-line"><Day at=added_at/></span><small>{added_by(by)}</small></td>
            {forms.map(|forms| view! { <td class="wide">{forms}</td> })}
        </tr>
    }
    .into_any()
}

/// What can be done with a member who stands so.
fn change(forms: Forms, contact: ContactId, label: &str, status: MemberStatus) -> AnyView {
    let may_be = |next| status.may_become(next);
    view! {
        {may_be(MemberStatus::Removed).then(|| take_off(forms, contact, label.to_owned()))}
        {may_be(MemberStatus::Active).then(|| put_on(forms, contact, label.to_owned(), status))}
    }
    .into_any()
}

fn take_off(Forms { list, remove, .. }: Forms, contact: ContactId, label: String) -> AnyView {
    view! {
        <Ask question="Take off…" about=label.clone()>
            <ActionForm action=remove>
                <input type="hidden" name="list" value=list.to_string()/>
                <input type="hidden" name="contact" value=contact.to_string()/>
                <Button look=Look::Danger size=Size::Small busy=remove.pending()>{format!("Take {label} off the list")}</Button>
            </ActionForm>
        </Ask>
    }
    .into_any()
}

fn put_on(Forms { list, back, .. }: Forms, contact: ContactId, label: String, status: MemberStatus) -> AnyView {
    let warning = match status {
        MemberStatus::Unsubscribed => {
            "They asked to get nothing more. Put them back only if they asked for that, too, and record their consent."
        }
        MemberStatus::Bounced => {
            "Mail to them came back. Correct the address first; a suppressed one gets nothing all the same."
        }
        MemberStatus::Active | MemberStatus::Removed => "They were taken off by hand.",
    };
    view! {
        <Ask question="Put back…" about=label.clone()>
            <p>{warning}</p>
            <ActionForm action=back>
                <input type="hidden" name="list" value=list.to_string()/>
                <input type="hidden" name="contact" value=contact.to_string()/>
                <Button size=Size::Small busy=back.pending()>{format!("Put {label} back on the list")}</Button>
            </ActionForm>
        </Ask>
    }
    .into_any()
}
