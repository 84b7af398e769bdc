//! The logo in a text: that a workspace has none is told before anybody is skipped for it.

use domain::{error::Refused, template::EmailContent};

use super::render::{About, Links, Missing, Person, compile};

/// The variable of the logo, which is the same for everybody.
pub(super) const LOGO: &str = "brand.logo_url";
/// What to do about it.
pub(super) const NO_LOGO: &str = "The message shows your logo, and you have none yet. Add one under Settings, Brand, or \
                                  write what stands there without it: {{#if brand.logo_url}} … {{else}} … {{/if}}.";

/// Says why nobody would get the message of a workspace that has no logo: it shows one.
pub(crate) fn check_logo(content: &EmailContent) -> Result<(), Refused> {
    let Ok(compiled) = compile(content, "") else { return Ok(()) };
    match compiled.render(&Person::example(), &About::example(), &Links::of_trial("")) {
        Err(Missing(what)) if what == LOGO => Err(Refused::new("no_logo", NO_LOGO)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_that_is_not_there_is_told_before_anybody_is_skipped() {
        let shows = |html: &str| {
            check_logo(&EmailContent { subject: "Hi".into(), html: html.into(), text: String::new() })
                .map_err(|refused| refused.code)
        };
        assert_eq!(shows("<img src=\"{{brand.logo_url}}\">"), Err("no_logo"));
        assert_eq!(shows("{{#if brand.logo_url}}<img src=\"{{brand.logo_url}}\">{{else}}Row{{/if}}"), Ok(()));
        assert_eq!(shows("{{first_name}}"), Ok(()));
    }
}
