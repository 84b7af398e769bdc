//! What a text may say about the workspace and the campaign, the same for everybody: read once and frozen with a run
//! (SPEC 4.2), so that a brand that is changed meanwhile does not change half of the messages.

use domain::brand::Brand;
use handlebars::html_escape;
use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::helpers::is_blank;
use crate::{Engine, Result, accounts, db::Tx, providers};

/// Where answers go in a preview of a workspace that has no sender yet.
const NOBODY: &str = "hello@example.com";

/// What a text may say about the workspace and the campaign.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// The workspace's name.
    pub company_name: String,
    /// Printed in every marketing e-mail.
    pub postal_address: String,
    /// The campaign's name; that of the template where it is tried out.
    pub campaign_name: String,
    /// The workspace's brand: its name and address of answers filled, the rest as it was chosen.
    pub brand: Brand,
}

impl About {
    /// The workspace as it is now. `sender` is the address that messages come from, where it is known already: answers
    /// go there unless the brand says otherwise.
    pub(crate) async fn now(engine: &Engine, tx: &mut Tx, campaign_name: &str, sender: Option<&str>) -> Result<Self> {
        let known = accounts::workspace::read(engine, tx.conn()).await?;
        let (workspace, mut brand) = (known.workspace, known.brand);
        if brand.from_name.is_empty() {
            brand.from_name.clone_from(&workspace.name);
        }
        if brand.reply_to.is_empty() {
            brand.reply_to = match sender {
                Some(sender) => sender.to_owned(),
                None => providers::first_address(tx.conn()).await?.unwrap_or_else(|| NOBODY.to_owned()),
            };
        }
        let (company_name, postal_address) = (workspace.name, workspace.postal_address);
        Ok(Self { company_name, postal_address, campaign_name: campaign_name.to_owned(), brand })
    }

    /// One that is made up, without a logo and a colour.
    pub(super) fn example() -> Self {
        let brand = Brand { from_name: "Maple Row".into(), reply_to: NOBODY.into(), ..Default::default() };
        let (company_name, postal_address) = ("Maple Row".to_owned(), "1 Maple Row".to_owned());
        Self { company_name, postal_address, campaign_name: "News".into(), brand }
    }

    /// Its variables; what is empty is left out, as if nobody had ever asked for it.
    pub(super) fn variables(&self) -> Map<String, Value> {
        let fields = json!({
            "company_name": self.company_name, "postal_address": self.postal_address,
            "campaign_name": self.campaign_name, "brand": of_brand(&self.brand),
        });
        filled(fields)
    }
}

/// The same with what all messages of a run need of it, made once.
pub(crate) struct Printed {
    pub(super) about: About,
    pub(super) variables: Map<String, Value>,
    /// The postal address as it is, and as HTML has it.
    address: [Finder<'static>; 2],
}

impl From<About> for Printed {
    fn from(about: About) -> Self {
        let finder = |address: &str| Finder::new(address).into_owned();
        let address = [finder(&about.postal_address), finder(&html_escape(&about.postal_address))];
        Self { variables: about.variables(), about, address }
    }
}

impl Printed {
    /// Whether a plain text says the postal address.
    pub(super) fn is_address_in_text(&self, text: &str) -> bool {
        self.address[0].find(text.as_bytes()).is_some()
    }

    /// Whether HTML says it, plainly or as HTML has it.
    pub(super) fn is_address_in_html(&self, html: &str) -> bool {
        self.address.iter().any(|address| address.find(html.as_bytes()).is_some())
    }
}

/// The colour of words is chosen with the colour that they stand on.
fn of_brand(brand: &Brand) -> Map<String, Value> {
    let ink = (!brand.colour.is_empty()).then(|| brand.button().1);
    let fields = json!({
        "name": brand.from_name, "colour": brand.colour, "text_colour": ink, "logo_url": brand.logo_url,
        "reply_to": brand.reply_to,
    });
    filled(fields)
}

fn filled(fields: Value) -> Map<String, Value> {
    match fields {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !is_blank(value)).collect(),
        _ => Map::new(),
    }
}
