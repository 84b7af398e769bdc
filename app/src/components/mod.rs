//! The components of the console. The server and the browser draw the same markup; everything can be read, and every
//! form sent, before the script arrives. The look is in `style/`, one file a component; `/styleguide` shows all states.
//!
//! # How pages use them
//! ```text
//! use crate::components::*;
//!
//! view! {
//!     <PageHead title="October newsletter" crumbs=vec![Crumb::link("Campaigns", "/campaigns"), Crumb::here("NL-2610")]
//!         badge=|| view! { <CampaignBadge status="finished" not_sent=12/> }
//!         actions=|| view! { <LinkButton href="/campaigns/new" look=Look::Primary glyph=Glyph::Plus>"New campaign"</LinkButton> }>
//!         "E-mail. Fri 20 Nov 2026, 08:00 America/New_York."
//!     </PageHead>
//!     <div class="stack">                                    // 24 px between sections; stack--m 16, stack--s 12
//!         <Section title="Totals" id="totals" aside=|| view! { <a href="…">"Export"</a> }>
//!             <Panel flush=true foot=move || view! { <BalanceLine audience=18_784_u64 parts/> }>
//!                 <Figures>
//!                     <Figure label="Delivered" value=count(18_402) sub=percent(18_402, 18_570) href="…"/>
//!                 </Figures>
//!             </Panel>
//!         </Section>
//!     </div>
//! }
//! ```
//! A slot (`actions`, `badge`, `aside`, `foot`, `action`, `end`, `face`) takes a closure that returns a view. Any
//! component takes `on:click` and the like, which land on its outer element; input events rise to it.
//!
//! A form, with errors from the server and the text that was typed kept:
//! ```text
//! <ActionForm action=save>
//!     <div class="stack stack--m">
//!         <ErrorSummary errors=Signal::derive(move || …Vec<FieldError>)/>
//!         <TextField label="Name" name="name" value=name required=true error=Signal::derive(move || …Option<String>)/>
//!         <SelectField label="Time zone" name="zone" choices=vec![Choice::new("Europe/Rome", "Europe/Rome")] value=zone/>
//!         <CheckField label="Respect quiet hours" name="quiet" checked=true hint="On by default"/>
//!         <RadioCards label="Mode" name="mode" choices=vec![Choice::new("single", "Single").hint("One channel")] value="single"/>
//!         <Button look=Look::Primary size=Size::Large busy=save.pending()>"Save"</Button>
//!     </div>
//! </ActionForm>
//! ```
//! A table that becomes cards on a phone, with its pages:
//! ```text
//! <Panel flush=true foot=|| view! { <Pager note="1–10 of 64" next="?after=…"/> }>
//!     <Table caption="Campaigns, newest first" columns=vec![Column::new("Name"), Column::number("Sent"), Column::unseen("Actions")]>
//!         <tr>
//!             <td class="wide"><a class="name" href="…">"October newsletter"</a><small>"NL-2610"</small></td>
//!             <td class="r" data-label="Sent">"18,570"</td>
//!             <td class="row-menu">…</td>
//!         </tr>
//!     </Table>
//! </Panel>
//! ```
//! The rest in a line each: `<Notice tone=Tone::Warning title="…" action=|| …>"…"</Notice>`,
//! `<EmptyState title="No campaigns yet" text="…" action=|| …/>`, `<FiveBar parts/> <PartsLegend parts href="…"/>`,
//! `<LimitMeter label="Complaints" rate=0.0002 limit=0.001/>`,
//! `<Items><Item glyph=Glyph::Pause tone=Tone::Warning title="…" end=|| …>"…"</Item></Items>`,
//! `<Dl><Fact term="Stage">"Loyal"</Fact></Dl>`, `<FilterChips label="Status" links=vec![Link::new("All", "/campaigns").count(64)] current/>`,
//! `<DialogButton dialog="stop" look=Look::Danger>"Stop…"</DialogButton> <Dialog id="stop" title="…" foot=|| …>…</Dialog>`,
//! `<Toasts message=flash/>`. Around all of it stands `Shell`, or `AuthPage` before signing in.
//!
//! Helper classes: `stack`, `row`, `row between`, `cols` (two columns), `cols cols--main` (with a side column), `cards`,
//! `muted`, `dim`, `small`, `xs`, `nowrap`, `clip`, `sr` (read aloud only), `hide-s`, `only-s`.

pub mod auth;
pub mod badge;
pub mod bars;
pub mod brand;
pub mod button;
pub mod dialog;
pub mod field;
pub mod figures;
pub mod format;
pub mod icon;
pub mod items;
pub mod links;
pub mod menu;
pub mod notice;
pub mod page;
pub mod preview;
pub mod shell;
pub mod table;
pub mod theme;
pub mod tone;

pub use auth::AuthPage;
pub use badge::{Badge, CampaignBadge, MessageBadge};
pub use bars::{BalanceLine, FiveBar, LimitMeter, Meter, Parts, PartsKeys, PartsLegend};
pub use brand::{Avatar, Wordmark};
pub use button::{Button, IconButton, LinkButton, Look, Size};
pub use dialog::{Dialog, DialogButton};
pub use field::{
    CheckCard, CheckField, Choice, ErrorSummary, FieldError, FileField, NewPasswordField, PasswordField, RadioCards,
    SearchField, SelectField, TextArea, TextField,
};
pub use figures::{Figure, Figures};
pub use icon::{Glyph, Icon};
pub use items::{Dl, Fact, Item, Items};
pub use links::{FilterChips, Link, Pager, Segmented, Tabs};
pub use menu::{Menu, MenuLink, MenuPost};
pub use notice::{Flash, Notice, Toast, Toasts};
pub use page::{Crumb, EmptyState, PageHead, Panel, Section, Skeleton, Time};
pub use preview::{CodeOnce, MailPreview};
pub use shell::{NavEntry, OtherWorkspace, Shell, Viewer};
pub use table::{Column, Narrow, Table};
pub use theme::{Theme, ThemeSwitch};
pub use tone::Tone;
