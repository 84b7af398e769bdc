//! The people of one reason for doubt, each with a box to tick where the reader may decide.

use domain::{
    doubt::{DoubtReason, Doubted},
    message::Part,
    stats::Grouped,
};
use leptos::prelude::*;

use super::words;
use crate::{
    components::{Badge, Column, Panel, Section, Table, Tone, format::plural},
    when::{self, Short},
};

/// The people of one reason on this page.
pub(super) fn section(
    reason: DoubtReason,
    groups: &[Grouped],
    people: Vec<Doubted>,
    ticked: Option<&Vec<String>>,
) -> AnyView {
    let group = groups.iter().find(|group| group.part == Part::InDoubt && group.code == reason.word());
    let total = words::people(group.map(|group| group.count).unwrap_or_default());
    let title = format!("{}, {}", reason.title(), plural(total, "message", "messages"));
    let columns = vec![Column::new("Person"), Column::new("What happened"), Column::new("In doubt since")];
    let caption = format!("{}. {}", reason.title(), when::note());
    let rows = people.into_iter().map(|one| row(one, ticked)).collect_view();
    view! {
        <Section title id=reason.word()>
            <div class="stack stack--s">
                <p class="muted">{reason.sentence()}</p>
                <Panel flush=true><Table caption columns>{rows}</Table></Panel>
            </div>
        </Section>
    }
    .into_any()
}

fn row(one: Doubted, ticked: Option<&Vec<String>>) -> AnyView {
    let Doubted { id, label, address, detail, at, attempts, sent_again, .. } = one;
    let address = address.filter(|address| *address != label);
    let words = view! { <b class="name">{label}</b> {address.map(|address| view! { <small>{address}</small> })} };
    let person = match ticked {
        Some(ticked) => {
            let checked = ticked.contains(&id);
            view! {
                <label class="check">
                    <input type="checkbox" name="ids[]" value=id checked=checked/>
                    <span>{words}</span>
                </label>
            }
            .into_any()
        }
        None => words.into_any(),
    };
    let tries = plural(u64::from(attempts.unsigned_abs()), "try", "tries");
    let again = sent_again.then(|| view! { <Badge tone=Tone::Warning text="Sent again before"/> });
    view! {
        <tr>
            <td class="wide">{person}</td>
            <td class="wide">{detail} <small>{tries}</small> {again}</td>
            <td data-label="In doubt since"><span class="nowrap"><Short at/></span></td>
        </tr>
    }
    .into_any()
}
