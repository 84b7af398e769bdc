//! What is counted and listed.

use super::show;
use crate::components::{
    format::{NONE, count, money, percent},
    *,
};
use leptos::prelude::*;

const PARTS: Parts = Parts { sent: 31_904, waiting: 14_876, skipped: 1_287, failed: 96, in_doubt: 11, cancelled: 36 };

pub(super) fn bars() -> AnyView {
    let tones = [
        (Tone::Neutral, 0.64),
        (Tone::Success, 0.2),
        (Tone::Warning, 0.82),
        (Tone::Danger, 0.97),
        (Tone::Messaging, 0.5),
    ]
    .map(|(tone, share)| view! { <Meter share tone label=format!("{} %", share * 100.0)/> });
    let bars = view! {
        {tones.collect_view()}
        <LimitMeter label="Complaints" rate=0.0002 limit=0.001/>
        <LimitMeter label="Hard bounces" rate=0.0082 limit=0.01/>
        <LimitMeter label="Unsubscribes" rate=0.0061 limit=0.005/>
        <FiveBar parts=PARTS large=true/>
        <FiveBar parts=PARTS/>
        <FiveBar parts=Parts { sent: 142, skipped: 6, waiting: 38, ..Parts::default() } messaging=true/>
        <FiveBar parts=Parts::default()/>
        <PartsKeys/>
        <PartsLegend parts=PARTS href="#bars"/>
        <BalanceLine audience=48_210_u64 parts=PARTS/>
        <BalanceLine audience=48_000_u64 parts=PARTS/>
    };
    show("bars", "Meter, bar of a send, balance", "Audience = the sum of its parts, or it says so", bars)
}

pub(super) fn figures() -> AnyView {
    view! {
        <Section title="Figures" id="figures">
            <Panel
                flush=true
                foot=|| {
                    let parts = Parts { sent: 18_570, skipped: 214, ..Parts::default() };
                    view! { <BalanceLine audience=18_784_u64 parts/> }
                }
            >
                <Figures>
                    <Figure label="Delivered" value=count(18_402) sub="99.1 % of 18,570 sent" glyph=Glyph::Delivered tint="success" href="#figures"/>
                    <Figure label="Opened by people" value=percent(5_778, 18_402) sub="5,778 people" glyph=Glyph::Person href="#figures"/>
                    <Figure label="Click rate" value="12.8 %" sub="740 people, of opens" glyph=Glyph::Pointer href="#figures"/>
                    <Figure label="Conversions" value=NONE sub="None yet" glyph=Glyph::Dollar/>
                    <Figure label="Cost" value=money(1_860_000, "USD") sub="$0.0001 a person" glyph=Glyph::Tag/>
                </Figures>
            </Panel>
        </Section>
    }
    .into_any()
}

pub(super) fn table() -> AnyView {
    let columns = || {
        vec![
            Column::new("Name"),
            Column::new("Status"),
            Column::new("Sent / audience"),
            Column::number("Human opens"),
            Column::unseen("Actions"),
        ]
    };
    let rows = || {
        let row = |name: &'static str, status: &'static str, parts: Parts, opens: &'static str| {
            let label = format!("More for {name}");
            view! {
                <tr>
                    <td class="wide"><a class="name" href="#table">{name}</a><small>"AOH-2611"</small></td>
                    <td class="wide"><CampaignBadge status/></td>
                    <td class="wide">
                        <div class="stack stack--xs">
                            <span>{count(parts.sent)} " / " {count(parts.sum())}</span>
                            <FiveBar parts/>
                        </div>
                    </td>
                    <td class="r" data-label="Human opens">{opens}</td>
                    <td class="row-menu"><IconButton glyph=Glyph::More label/></td>
                </tr>
            }
        };
        let done = Parts { sent: 18_570, skipped: 214, ..Parts::default() };
        let draft = Parts { waiting: 3_950, ..Parts::default() };
        view! {
            {row("Autumn open house", "sending", PARTS, NONE)}
            {row("October newsletter", "finished", done, "31.4 %")}
            {row("Winter welcome back", "draft", draft, NONE)}
        }
    };
    view! {
        <Section title="Table" id="table" aside=|| view! { <span class="small dim">"Cards on a phone, or a box that scrolls"</span> }>
            <div class="stack stack--m">
                <Panel flush=true foot=|| view! { <Pager note="1–3 of 64" next="#table"/> }>
                    <Table caption="Campaigns, newest first" columns=columns()>{rows()}</Table>
                </Panel>
                <Panel flush=true>
                    <Table caption="Campaigns, as a table that scrolls" columns=columns() narrow=Narrow::Scroll>{rows()}</Table>
                </Panel>
            </div>
        </Section>
    }
    .into_any()
}

pub(super) fn lists() -> AnyView {
    view! {
        <div class="cols">
            <Section title="Items" id="items">
                <Items>
                    <Item
                        glyph=Glyph::Pause
                        tone=Tone::Warning
                        title="“Birthday treat” is paused: Twilio refused the credentials"
                        end=|| view! { <LinkButton href="#items" size=Size::Small>"Fix provider"</LinkButton> }
                    >
                        "412 people are waiting; nobody is lost or sent to twice."
                    </Item>
                    <Item
                        glyph=Glyph::Retry
                        title="Mailbox over quota, 23 people"
                        href="#items"
                        end=|| view! { <span class="end">"Next try 10:19"</span> }
                    >
                        "452 4.2.2. Nothing to do."
                    </Item>
                </Items>
            </Section>
            <Section title="Facts" id="facts">
                <Panel title="Profile" aside=|| view! { <a class="small" href="#facts">"Edit"</a> } foot=|| view! { "Booking form, 3 Mar 2026" }>
                    <Dl>
                        <Fact term="Stage">"Engagement"</Fact>
                        <Fact term="Last seen">
                            <Time datetime="2026-11-24T09:00:00+01:00" text="Tue 24 Nov 2026, 09:00 Europe/Rome"/>
                        </Fact>
                        <Fact term="Lists"><a href="#facts">"Newsletter 2026"</a></Fact>
                    </Dl>
                </Panel>
            </Section>
        </div>
    }
    .into_any()
}

pub(super) fn previews() -> AnyView {
    let mail = "<h1>See you on Saturday</h1><p>Hi Marcus, our autumn open house is on 28 November.</p>";
    let previews = view! {
        <MailPreview from_name="Maple Row" from_address="news@maplerow.example" subject="Your seat is kept" html=mail/>
        <CodeOnce label="API key" value="crl_4f6d0c7a1b9e83520d4c_shown_once"/>
    };
    show("previews", "Mail, and a secret shown once", "In a frame that may do nothing", previews)
}
