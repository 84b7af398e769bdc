//! An import that is being worked on: how far, how fast, how long still.

use domain::{
    access::Verb,
    import::{Import, ImportStatus},
};
use leptos::prelude::*;

use super::{
    actions::{StopImport, post},
    page::get_import_progress,
    words::{self, number, pace, share},
};
use crate::{
    components::{Button, Glyph, Look, Meter, Notice, Size, Tone, format::count},
    pages::campaigns::live::follow,
    session::may,
};

/// The panel; `again` is moved on when it ends, so that the page shows what came of it.
pub(super) fn going(import: Import, again: RwSignal<u32>) -> AnyView {
    let (id, page) = (import.id, words::path_of(import.id));
    let progress = RwSignal::new(import);
    let is_busy = |import: &Import| import.status.is_busy();
    let reached = follow(progress, is_busy, move || get_import_progress(id.to_string()));
    Effect::new(move |_| {
        if !progress.with(is_busy) {
            again.update(|times| *times += 1);
        }
    });
    let status = Memo::new(move |_| progress.with(|import| import.status));
    let percent = move || progress.with(|import| (share(import) * 100.0) as i64);
    let stop = move || {
        let can = matches!(status.get(), ImportStatus::Checking | ImportStatus::Queued | ImportStatus::Running);
        let button = || view! { <Button look=Look::Danger size=Size::Small glyph=Glyph::Square>"Stop"</Button> };
        (can && may(Verb::EditContacts)).then(|| post::<StopImport>(id, button().into_any()))
    };
    view! {
        <section class="panel panel__body stack stack--m" aria-label="Progress">
            <div class="row between">
                <p class="row"><span class="live" aria-hidden="true"></span><b>{move || title(status.get())}</b></p>
                {stop}
            </div>
            <div role="progressbar" aria-label="Done" aria-valuemin="0" aria-valuemax="100" aria-valuenow=percent>
                <Meter share=Signal::derive(move || progress.with(share))/>
            </div>
            <p class="muted num">{move || progress.with(pace)}</p>
            <p class="small muted num">{move || progress.with(counts)}</p>
            <p class="small muted">"You can leave this page; a restart carries on where it was."</p>
            <p class="sr" aria-live="polite">{move || format!("{}, {} percent", title(status.get()), percent() / 10 * 10)}</p>
        </section>
        {move || (!reached.get()).then(not_live)}
        <noscript inner_html=format!(r#"<p><a class="btn btn--default" href="{page}">Refresh</a></p>"#)></noscript>
    }
    .into_any()
}

fn title(status: ImportStatus) -> &'static str {
    match status {
        ImportStatus::Checking => "Checking every row; nothing is changed",
        ImportStatus::Queued => "About to start",
        ImportStatus::Stopping => "Stopping",
        ImportStatus::Undoing => "Taking back what it did",
        _ => "Importing",
    }
}

fn counts(import: &Import) -> String {
    let counts = import.counts;
    let words = [
        ("new", counts.created),
        ("updated", counts.updated),
        ("unchanged", counts.unchanged),
        ("rejected", counts.rejected),
    ];
    words.map(|(word, of)| format!("{} {word}", count(number(of)))).join(", ")
}

fn not_live() -> AnyView {
    view! {
        <Notice tone=Tone::Warning title="These numbers are not up to date">
            "Carillon does not answer at the moment; this page tries again every second."
        </Notice>
    }
    .into_any()
}
