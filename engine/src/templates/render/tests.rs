//! What a text becomes for a person, and what stops it.

use domain::brand::Brand;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn content(subject: &str, html: &str) -> EmailContent {
    EmailContent { subject: subject.into(), html: html.into(), text: String::new() }
}

fn about() -> About {
    About { company_name: "Maple & Row".into(), postal_address: "1 Maple Row\nHoboken".into(), ..Default::default() }
}

fn person(fields: Value) -> Person {
    Person::of(fields)
}

fn links(unsubscribe: &str) -> Links {
    let to = |page: &str| format!("https://x/{page}");
    Links { unsubscribe: unsubscribe.into(), preferences: to("p"), content: to("m"), pixel: to("track/open/t") }
}

/// The HTML that a person of these fields gets, without its footer.
fn html(source: &str, fields: Value) -> std::result::Result<String, Missing> {
    let compiled = compile(&content("Hi", source), "").unwrap();
    let mail = compiled.render(&person(fields), &about(), &links("u"))?;
    Ok(mail.html.split("<div style=\"max-width:600px;margin:32px").next().unwrap().to_owned())
}

#[test]
fn html_is_escaped_and_text_is_not() {
    let compiled = compile(&content("Hi {{first_name}}", "<p>Hi {{first_name}}</p>"), "").unwrap();
    let mail = compiled.render(&person(json!({"first_name": "A & <B>"})), &about(), &links("https://x/u")).unwrap();
    assert_eq!(mail.subject, "Hi A & <B>");
    assert!(mail.html.starts_with("<p>Hi A &amp; &lt;B&gt;</p>"), "{}", mail.html);
    assert!(mail.text.contains("Hi A & <B>"), "{}", mail.text);
}

#[test]
fn every_mail_ends_with_address_and_unsubscribe_link_inside_the_body() {
    let compiled = compile(&content("Hi", "<html><body><p>Hi</p></body></html>"), "").unwrap();
    let mail = compiled.render(&Person::example(), &about(), &links("https://x/u?a&b")).unwrap();
    assert!(mail.html.ends_with("</div></body></html>"), "{}", mail.html);
    assert!(mail.html.contains("Maple &amp; Row<br>1 Maple Row<br>Hoboken"), "{}", mail.html);
    assert!(mail.html.contains("href=\"https://x/u?a&amp;b\""), "{}", mail.html);
    assert!(mail.text.ends_with("Unsubscribe: https://x/u?a&b\n"), "{}", mail.text);
    let own = compile(&content("Hi", "<a href=\"{{unsubscribe_url}}\">Stop</a>"), "").unwrap();
    let mail = own.render(&Person::example(), &about(), &links("https://x/u")).unwrap();
    assert_eq!(mail.html.matches("https://x/u").count(), 1);
}

/// Both parts as they are sent, with links `https://x/c/NUMBER/REST`.
fn sent(source: &str, text: &str, fields: Value) -> (String, String) {
    let content = EmailContent { subject: "Hi".into(), html: source.into(), text: text.into() };
    let compiled = compile_followed(&content, &links_of(&content), "secret").unwrap();
    let link = |number, rest: &str| format!("https://x/c/{number}/{rest}");
    let followed = Followed { link: &link, trap: "https://x/c/0/".into() };
    let mail = compiled.render_followed(person(fields), &about().into(), &links("https://x/u"), &followed).unwrap();
    (mail.html, mail.text)
}

#[test]
fn links_lead_through_here_in_both_parts_but_for_our_own() {
    let source = "<body><a href=\"https://a.example/?a=1&amp;b=2\">A</a> <a href='HTTPS://b.example/{{last_name}}'>B</a>\
                  <a href=\"mailto:a@b.example\">M</a><a href=\"{{content_url}}\">W</a></body>";
    let (html, text) = sent(source, "", json!({"last_name": "O'Ray & <Co>"}));
    assert!(
        html.starts_with("<body><a href=\"https://x/c/1/\">A</a> <a href='https://x/c/2/O'Ray & <Co>'>B</a>"),
        "{html}"
    );
    assert!(html.contains("href=\"mailto:a@b.example\"") && html.contains("href=\"https://x/m\">W"), "{html}");
    assert!(html.contains("href=\"https://x/u\"") && html.contains("href=\"https://x/p\""), "{html}");
    assert!(text.contains("https://x/c/1/") && text.contains("https://x/c/2/O'Ray & <Co>"), "{text}");
    assert!(!text.contains("a.example/") && text.contains("Unsubscribe: https://x/u"), "{text}");
    let (_, text) = sent("<p>x</p>", "Shop: https://a.example/{{last_name}}.", json!({"last_name": "Ray"}));
    assert!(text.starts_with("Shop: https://x/c/1/Ray."), "{text}");
}

#[test]
fn links_of_mjml_and_of_loops_lead_through_here() {
    let mjml = "<mjml><mj-body><mj-section><mj-column><mj-button href=\"https://a.example/{{first_name}}\">Go</mj-button>\
                </mj-column></mj-section></mj-body></mjml>";
    let (html, _) = sent(mjml, "", json!({"first_name": "Ada"}));
    assert!(html.contains("href=\"https://x/c/1/Ada\"") && !html.contains("a.example"), "{html}");
    let each = "{{#each tags}}<a href=\"https://a.example/{{this}}\">{{this}}</a>{{/each}}";
    let (html, _) = sent(each, "Your tags", json!({"tags": ["x", "y"]}));
    assert!(html.contains("https://x/c/1/x") && html.contains("https://x/c/1/y"), "{html}");
}

#[test]
fn the_picture_and_the_link_that_nobody_sees_stand_at_the_end_once() {
    let (html, _) = sent("<body><p>Hi</p></body>", "", json!({}));
    assert_eq!((html.matches("https://x/track/open/t").count(), html.matches("https://x/c/0/").count()), (1, 1));
    assert!(html.ends_with("</body>") && html.contains("aria-hidden=\"true\" tabindex=\"-1\""), "{html}");
    let (html, text) = sent("<img src=\"{{tracking_pixel}}\" alt=\"\"><p>Hi</p>", "", json!({}));
    assert_eq!(html.matches("https://x/track/open/t").count(), 1);
    assert!(!text.contains("https://x/c/0/"), "{text}");
    let shown = compile(&content("Hi", "<a href=\"https://a.example/\">A</a>"), "").unwrap();
    let shown = shown.render(&Person::example(), &about(), &links("https://x/u")).unwrap();
    assert!(shown.html.contains("https://a.example/") && !shown.html.contains("track/open"), "a preview is not sent");
}

#[test]
fn an_empty_variable_stops_the_message_and_names_itself() {
    let compiled = compile(&content("Hi", "<p>{{custom.size}}</p>"), "").unwrap();
    let sized = person(json!({"custom": {"size": 3}}));
    assert!(compiled.render(&sized, &about(), &links("u")).unwrap().html.starts_with("<p>3</p>"));
    let bare = compiled.render(&person(json!({"custom": {}})), &about(), &links("u"));
    assert_eq!(bare.unwrap_err(), Missing("custom.size".into()));
}

#[test]
fn a_condition_on_an_empty_variable_is_no_error() {
    let compiled = compile(&content("Hi", "{{#if last_name}}Dear {{last_name}}{{else}}Hello{{/if}}"), "").unwrap();
    let html = |fields| compiled.render(&person(fields), &about(), &links("u")).unwrap().html;
    assert!(html(json!({"last_name": "Ray"})).starts_with("Dear Ray"));
    assert!(html(json!({})).starts_with("Hello"));
}

#[test]
fn mistakes_are_told_at_their_field() {
    let wrong = EmailContent { subject: "{{x}}".into(), html: "<p>\n  {{frist_name}}</p>".into(), text: "{{".into() };
    match compile(&wrong, "content.email.").err() {
        Some(crate::Error::Invalid(errors)) => {
            let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, ["content.email.subject", "content.email.html", "content.email.text"]);
            assert!(errors.0[1].message.starts_with("Line 2, column 3: There is no variable frist_name."), "{errors}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fallback_stands_where_nothing_is_known_and_conditions_know_better() {
    let source = "{first_name}, {{first_name}}, {{uppercase first_name}}, {last_name|friend} of {business_name}";
    assert_eq!(html(source, json!({})).unwrap(), "there, there, THERE, friend of your business");
    let full = json!({"first_name": "Ada", "last_name": "Ray", "business_name": "B"});
    assert_eq!(html(source, full).unwrap(), "Ada, Ada, ADA, Ray of B");
    assert_eq!(html("{{#if first_name}}yes{{else}}no{{/if}}", json!({})).unwrap(), "no");
    assert_eq!(html("{{#each tags}}{first_name}{{/each}}", json!({"tags": ["a", "b"]})).unwrap(), "therethere");
}

#[test]
fn what_cannot_be_shown_stops_the_message() {
    let price = |value: &str| html("{{formatCurrency custom.price}}", json!({"custom": {"price": value}}));
    assert_eq!(price("9.5").unwrap(), "$9.50");
    assert!(price("free").unwrap_err().0.contains("“free” is no number"));
    assert!(html("{{formatDate birthday}}", json!({"birthday": "soon"})).is_err());
}

#[test]
fn loops_and_sizes_are_bounded() {
    let (open, close) = ("{{#each @root.tags}}".repeat(3), "{{/each}}".repeat(3));
    let tags = json!({"tags": vec!["tag"; 40]});
    let endless = html(&format!("{open}x{close}"), tags).unwrap_err();
    assert!(endless.0.contains("rounds"), "{endless:?}");
    let large = format!("{{{{#each tags}}}}{}{{{{/each}}}}", "x".repeat(10_000));
    assert!(html(&large, json!({"tags": vec!["tag"; 300]})).unwrap_err().0.contains("2 MB"));
}

#[test]
fn an_address_in_the_text_is_not_said_twice() {
    let source =
        "<p>{{postal_address}} <a href=\"{{preferences_url}}\">P</a> <a href=\"{{unsubscribe_url}}\">U</a></p>";
    let compiled = compile(&content("Hi", source), "").unwrap();
    let mail = compiled.render(&Person::example(), &about(), &links("https://x/u?a=b")).unwrap();
    assert!(mail.html.ends_with("</p>"), "{}", mail.html);
    let hidden = compile(&content("Hi", "{{#if custom.x}}<a href=\"{{unsubscribe_url}}\">U</a>{{/if}}"), "").unwrap();
    let mail = hidden.render(&Person::example(), &about(), &links("https://x/u")).unwrap();
    assert!(mail.html.contains("href=\"https://x/u\""), "a place that says nothing is none: {}", mail.html);
}

#[test]
fn the_brand_is_said_and_what_was_not_chosen_has_its_fallback() {
    let source = "<p title=\"{brand.logo_url|none}\">{{brand.name}} {brand.colour} {{default brand.colour \"red\"}} \
                  {{brand.text_colour}} {{brand.reply_to}}{{#if brand.colour}} chosen{{/if}}</p>";
    let compiled = compile(&content("{{brand.name}}", source), "").unwrap();
    let said = |brand: Brand| {
        let mail = compiled.render(&Person::example(), &About { brand, ..about() }, &links("u")).unwrap();
        (mail.subject, mail.html.split("<div").next().unwrap().to_owned())
    };
    let named = Brand { from_name: "Row".into(), reply_to: "a@b.example".into(), ..Default::default() };
    let bare = said(named.clone());
    assert_eq!(bare.0, "Row");
    assert_eq!(bare.1, "<p title=\"none\">Row #4338ca red #ffffff a@b.example</p>");
    let logo_url = Some("https://x.example/logo/a".to_owned());
    let full = said(Brand { colour: "#ffe066".into(), logo_url, ..named });
    assert_eq!(full.1, "<p title=\"https://x.example/logo/a\">Row #ffe066 #ffe066 #000000 a@b.example chosen</p>");
}

#[test]
fn own_fields_that_are_empty_or_more_than_one_value_are_missing() {
    for custom in [json!({"town": " "}), json!({"town": null}), json!({"town": ["a"]}), json!({"town": {"a": "b"}})] {
        let compiled = compile(&content("Hi", "<p>{{custom.town}}</p>"), "").unwrap();
        let missing = compiled.render(&person(json!({"custom": custom})), &about(), &links("u")).unwrap_err();
        assert_eq!(missing, Missing("custom.town".into()), "{custom}");
    }
    let kept = html(
        "{{custom.town}} {{custom.size}} {{custom.open}}",
        json!({"custom": {"town": "H", "size": 3, "open": false}}),
    );
    assert_eq!(kept.unwrap(), "H 3 false");
}

#[test]
fn control_characters_in_a_name_stay_out_of_the_subject() {
    let compiled = compile(&content("Hi {{first_name}}", "x"), "").unwrap();
    let person = person(json!({"first_name": "A\u{7}\u{1b}[31mB\u{7f}"}));
    assert_eq!(compiled.render(&person, &about(), &links("u")).unwrap().subject, "Hi A [31mB");
}

#[test]
fn a_line_break_in_a_name_stays_out_of_the_subject() {
    let compiled = compile(&content("Hi {{first_name}}", "x"), "").unwrap();
    let mail = compiled.render(&person(json!({"first_name": "A\r\nBcc: b@c.de"})), &about(), &links("u")).unwrap();
    assert_eq!(mail.subject, "Hi A Bcc: b@c.de");
}

proptest! {
    /// Whatever is typed and whatever people are called: an answer, and no markup out of a name.
    #[test]
    fn rendering_never_panics(
        source in "(\\{\\{#?(each|if|unless|with|raw|uppercase|formatDate|formatCurrency|pluralize) (tags|custom|first_name|birthday|this) ?\\}\\}|\\{\\{/(each|if|with)\\}\\}|\\{first_name\\}|[ -~\n]|\\PC){0,30}",
        name in "\\PC{0,20}",
    ) {
        if let Ok(compiled) = compile(&content("Hi {{first_name}}", &source), "") {
            let fields = json!({"first_name": name, "tags": [name, 1, null, {"a": name}], "custom": {"x": [[name]]}, "birthday": name});
            let _ = compiled.render(&person(fields), &about(), &links("https://x/u"));
        }
    }

    #[test]
    fn names_cannot_become_markup(name in "[<>&\"'a-z=`]{1,20}") {
        let made = html("<p title=\"{{first_name}}\">{first_name}{{capitalize first_name}}</p>", json!({"first_name": name})).unwrap();
        prop_assert_eq!(made.matches('<').count(), 2, "{}", made);
        prop_assert_eq!(made.matches('"').count(), 2, "{}", made);
    }
}
