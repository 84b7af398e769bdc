//! Why people were not sent to, or not yet, and why messages came back: by reason, with how many, what was answered and what can be done about it.

use domain::{
    access::Verb,
    guard::QUIET_HOURS,
    message::{Part, SkipReason},
    remedy::{Action, Problem},
};
use leptos::prelude::*;

use super::words::{answer, people};
use crate::{
    address::href,
    components::{Glyph, Icon, LinkButton, Section, Size, format::plural},
    session::{may, time_zone},
    when,
};

/// The section; nothing where everybody was sent to. `campaign` is the path of its page.
pub(super) fn section(problems: Vec<Problem>, campaign: &str) -> AnyView {
    if problems.is_empty() {
        return ().into_any();
    }
    let title = match problems.iter().any(|problem| problem.part == Part::Sent) {
        true => "Not sent or came back, and why",
        false => "Not sent, and why",
    };
    let items = problems.into_iter().map(|problem| item(problem, campaign)).collect_view();
    view! {
        <Section title id="reasons"><ul class="panel items">{items}</ul></Section>
    }
    .into_any()
}

fn item(problem: Problem, campaign: &str) -> AnyView {
    let (glyph, tint) = match problem.part {
        Part::Failed => (Glyph::Failed, "danger"),
        Part::InDoubt => (Glyph::Question, "warning"),
        Part::Waiting => (Glyph::Retry, "info"),
        Part::Sent => (Glyph::Back, "danger"),
        _ => (Glyph::Skip, "dim"),
    };
    let place = format!("{campaign}/recipients");
    let state = if problem.part == Part::Sent { "bounced" } else { problem.part.word() };
    let href = href(&place, &[("state", state), ("code", &problem.code)]);
    let (who, said, end) = (who(&problem), said(&problem), end(&problem, campaign));
    view! {
        <li>
            <Icon glyph tint/>
            <div>
                <b>{problem.remedy.title} ", " <a href=href>{who}</a></b>
                <p>{said}</p>
            </div>
            {end}
        </li>
    }
    .into_any()
}

/// How many; of very many who wait only the next are counted.
fn who(problem: &Problem) -> String {
    let count = plural(people(problem.count), "person", "people");
    if problem.at_least { format!("at least {count}") } else { count }
}

/// What was answered, when it is tried again, and what to do.
fn said(problem: &Problem) -> String {
    let is_quiet = problem.code == QUIET_HOURS;
    let is_ours = problem.part == Part::InDoubt || is_quiet || SkipReason::from_word(&problem.code).is_some();
    let answered = Some(answer(&problem.code, &problem.text)).filter(|answer| !is_ours && !answer.is_empty());
    let answered = answered.map(|answer| format!("{}. ", answer.trim_end_matches('.')));
    let remedy = match problem.next_at {
        Some(at) => {
            let zone = time_zone();
            let does = if is_quiet { "Sent" } else { "Tried again" };
            format!("{does} by itself, from {} {} on.", when::without_zone(at, zone), zone.name())
        }
        None => problem.remedy.remedy.clone(),
    };
    format!("{}{remedy}", answered.unwrap_or_default())
}

/// Where something can be done, for those who may.
fn end(problem: &Problem, campaign: &str) -> AnyView {
    let button = |verb, href: &str, words| {
        let href = href.to_owned();
        may(verb).then(|| view! { <LinkButton href size=Size::Small>{words}</LinkButton> }).into_any()
    };
    match problem.remedy.action {
        Some(Action::Contacts) => button(Verb::ViewContacts, "/contacts", "Contacts"),
        Some(Action::Templates) => button(Verb::ViewTemplates, "/templates", "Templates"),
        Some(Action::Senders) => button(Verb::ViewProviders, "/settings/senders", "Check sender"),
        Some(Action::Providers) => button(Verb::ViewProviders, "/settings/providers", "Check provider"),
        Some(Action::InDoubt) => button(Verb::ViewCampaigns, &format!("{campaign}/in-doubt"), "Decide"),
        Some(Action::Limits) => button(Verb::ManageWorkspace, "/settings/limits", "Limits"),
        None if problem.code == QUIET_HOURS => view! { <span class="end">"Goes by itself"</span> }.into_any(),
        None if problem.part == Part::Waiting => view! { <span class="end">"Retries itself"</span> }.into_any(),
        None => ().into_any(),
    }
}

#[cfg(test)]
mod tests {
    use domain::remedy::remedy;

    use super::*;

    fn problem(part: Part, code: &str, text: &str) -> Problem {
        let (code, text) = (code.to_owned(), text.to_owned());
        let remedy = remedy(part, &code, &text);
        Problem { part, code, text, count: 2, at_least: false, next_at: None, remedy }
    }

    #[test]
    fn what_a_server_said_stands_before_what_to_do() {
        let refused = said(&problem(Part::Failed, "550 5.1.1", "5.1.1 No such user."));
        assert!(refused.starts_with("550 5.1.1: No such user. Correct the address"), "{refused}");
        let skipped = said(&problem(Part::Skipped, "no_address", "No e-mail address"));
        assert!(skipped.starts_with("Add an e-mail address"), "our own reasons need no code: {skipped}");
    }

    #[test]
    fn a_number_that_is_not_the_whole_says_so() {
        let mut waiting = problem(Part::Waiting, "452", "quota reached");
        assert_eq!(who(&waiting), "2 people");
        (waiting.count, waiting.at_least) = (5_000, true);
        assert_eq!(who(&waiting), "at least 5,000 people");
    }
}
