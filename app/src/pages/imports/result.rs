//! What became of the rows, or would: totals, and every row that was left out with its reason.

use domain::{
    access::Verb,
    import::{Import, ImportStatus, ReasonCount, Reject},
};
use leptos::prelude::*;

use super::{
    actions::{StartImport, UndoImport, post},
    page::Sheet,
    words::{number, path_of},
};
use crate::{
    ask::Ask,
    components::{
        Badge, Button, Column, Figure, Figures, Glyph, LinkButton, Look, Narrow, Panel, Section, Size, Table, Tone,
        format::{count, percent},
    },
    session::may,
};

/// The totals and the reasons.
pub(super) fn result(sheet: &Sheet) -> AnyView {
    let import = &sheet.detail.import;
    let is_dry = import.status == ImportStatus::Checked;
    let (title, note) = match is_dry {
        true => ("Dry result", "Nothing is changed yet"),
        false => ("Result", ""),
    };
    let (figures, reasons) = (figures(import), reasons(sheet));
    let list = import.list.clone().map(|list| {
        view! { <p class="small muted">"They are on the list " <a href=format!("/lists/{}", list.id)>{list.name}</a> "."</p> }
    });
    view! {
        <Section title id="result" aside=move || view! { <span class="small dim">{note}</span> }>
            <Panel flush=true>{figures}</Panel>
            {(!is_dry).then_some(list)}
        </Section>
        {reasons}
    }
    .into_any()
}

fn figures(import: &Import) -> AnyView {
    let (counts, total) = (import.counts, number(import.rows_done));
    let figure = move |label: &'static str, of: i64, glyph: Glyph, tint: &'static str| {
        view! { <Figure label value=count(number(of)) sub=Some(percent(number(of), total)) glyph tint/> }
    };
    view! {
        <Figures>
            {figure("New", counts.created, Glyph::Plus, "success")}
            {figure("Updated", counts.updated, Glyph::Pencil, "")}
            {figure("Unchanged", counts.unchanged, Glyph::Minus, "")}
            {figure("Rejected", counts.rejected, Glyph::Failed, "danger")}
        </Figures>
    }
    .into_any()
}

fn reasons(sheet: &Sheet) -> AnyView {
    if sheet.detail.reasons.is_empty() {
        return ().into_any();
    }
    let href = format!("{}/rejected.csv", path_of(sheet.detail.import.id));
    let download = move || {
        view! {
            <LinkButton href=href size=Size::Small glyph=Glyph::Download attr:rel="external" attr:download="">
                "All of them (CSV)"
            </LinkButton>
        }
    };
    let columns = vec![Column::new("Reason"), Column::new("Column"), Column::new("Rows are"), Column::number("Rows")];
    let reasons = sheet.detail.reasons.clone().into_iter().map(reason).collect_view();
    let first = vec![Column::number("Row"), Column::new("Column"), Column::new("Value"), Column::new("Reason")];
    let rejects = sheet.rejects.clone().into_iter().map(reject).collect_view();
    view! {
        <Section title="Left out, or taken with a warning" id="reasons" aside=download>
            <div class="stack stack--m">
                <Panel flush=true><Table caption="Reasons, most frequent first" columns>{reasons}</Table></Panel>
                <Panel flush=true>
                    <Table caption="The first of these rows" columns=first narrow=Narrow::Cards>{rejects}</Table>
                </Panel>
            </div>
        </Section>
    }
    .into_any()
}

fn reason(reason: ReasonCount) -> AnyView {
    let (tone, glyph, text) = match reason.warning {
        true => (Tone::Warning, Glyph::Warning, "Taken"),
        false => (Tone::Danger, Glyph::Failed, "Left out"),
    };
    view! {
        <tr>
            <td class="wide">{reason.reason}</td>
            <td data-label="Column">{reason.column}</td>
            <td data-label="Rows are"><Badge tone glyph text/></td>
            <td class="r" data-label="Rows">{count(number(reason.count))}</td>
        </tr>
    }
    .into_any()
}

fn reject(reject: Reject) -> AnyView {
    view! {
        <tr>
            <td class="r" data-label="Row">{count(number(reject.row))}</td>
            <td data-label="Column">{reject.column}</td>
            <td class="wide" data-label="Value"><code class="breaks">{reject.value}</code></td>
            <td class="wide" data-label="Reason">{reject.reason}</td>
        </tr>
    }
    .into_any()
}

/// What can still be done when it has ended.
pub(super) fn after(import: &Import) -> AnyView {
    use ImportStatus::*;
    if !may(Verb::EditContacts) || import.status == Undone {
        return ().into_any();
    }
    let id = import.id;
    let go_on = matches!(import.status, Stopped | Failed).then(|| {
        let button = view! { <Button look=Look::Primary glyph=Glyph::Upload>"Go on with the import"</Button> };
        post::<StartImport>(id, button.into_any())
    });
    let undo = import.started_at.map(|_| {
        let button = view! { <Button look=Look::Danger size=Size::Small>"Undo this import"</Button> };
        view! {
            <Ask question="Undo…" about=import.file.clone()>
                <p class="small">
                    "Whom it added is deleted, whom it changed is as before, and all are off its list. Whoever was changed
                    since stays. It cannot be undone once one of them has been messaged."
                </p>
                {post::<UndoImport>(id, button.into_any())}
            </Ask>
        }
    });
    view! { <div class="row">{go_on} {undo}</div> }.into_any()
}
