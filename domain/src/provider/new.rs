//! Provider accounts as typed, in a form or by a program: made anew, or changed field by field.

use std::{num::NonZeroU32, ops::RangeInclusive};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{NewConfig, Provider, ProviderConfig, ProviderKind, sandbox, ses, smtp};
use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    text,
};

/// A provider account as typed. In a change whatever is left out stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewProvider {
    /// `email`.
    pub channel: String,
    /// Word of [`ProviderKind`].
    pub kind: String,
    /// Its name; after its place when empty.
    pub name: String,
    /// A number, as number or text; empty for no limit of its own.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub rate_per_second: Value,
    /// What it is set up with.
    pub config: NewConfig,
}

/// What becomes of an account's secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// It has none.
    None,
    /// This one, to be sealed.
    New(String),
    /// The one that it has.
    Kept,
}

impl Secret {
    pub(super) fn typed(typed: &Option<String>) -> Self {
        typed.clone().filter(|secret| !secret.is_empty()).map_or(Self::None, Self::New)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::New(_) => "New(…)",
            Self::Kept => "Kept",
        })
    }
}

/// A checked [`NewProvider`].
pub struct ParsedProvider {
    /// What it sends.
    pub channel: Channel,
    /// Its name.
    pub name: String,
    /// The most messages a second that it takes.
    pub rate_per_second: Option<NonZeroU32>,
    /// What it is set up with, which also says which kind it is.
    pub config: ProviderConfig,
    /// Its secret.
    pub secret: Secret,
}

impl NewProvider {
    /// Checks everything at once.
    pub fn parse(&self) -> Result<ParsedProvider, FieldErrors> {
        self.check(None)
    }

    /// Checks a change of an account: what is left out is as it was, and so is its secret.
    pub fn change(&self, known: &Provider) -> Result<ParsedProvider, FieldErrors> {
        let (channel, kind) = (known.channel.word().to_owned(), known.kind.word().to_owned());
        for (field, typed, is) in [("channel", &self.channel, &channel), ("kind", &self.kind, &kind)] {
            if !typed.is_empty() && typed != is {
                let message = format!("Stays {is}. Add another account instead.");
                return Err(FieldErrors::one(field, "fixed", message));
            }
        }
        let name = if self.name.trim().is_empty() { known.name.clone() } else { self.name.clone() };
        let rate_per_second = match (&self.rate_per_second, known.rate_per_second) {
            (Value::Null, Some(rate)) => rate.get().into(),
            (typed, _) => typed.clone(),
        };
        let config = self.config.clone().over(NewConfig::from(&known.config));
        Self { channel, kind, name, rate_per_second, config }.check(Some(known))
    }

    fn check(&self, known: Option<&Provider>) -> Result<ParsedProvider, FieldErrors> {
        let mut errors = FieldErrors::default();
        let channel = errors.take("channel", Channel::parse_sendable(&self.channel));
        let kind = errors.take("kind", ProviderKind::parse(&self.kind));
        let config = kind.and_then(|kind| self.check_config(kind, known, &mut errors));
        let name = if self.name.trim().is_empty() { self.usual_name(kind) } else { self.name.clone() };
        let name = errors.take("name", text::required_line(&name, 200));
        let rate = whole(&self.rate_per_second, 1..=10_000);
        let rate_per_second = errors.take("rate_per_second", rate).flatten().and_then(NonZeroU32::new);
        let parsed = channel.zip(name).zip(config);
        errors.finish(parsed.map(|((channel, name), (config, secret))| ParsedProvider {
            channel,
            name,
            rate_per_second,
            config,
            secret,
        }))
    }

    fn check_config(
        &self,
        kind: ProviderKind,
        known: Option<&Provider>,
        errors: &mut FieldErrors,
    ) -> Option<(ProviderConfig, Secret)> {
        let kept = known.filter(|known| known.has_password).map(|known| &known.config);
        match kind {
            ProviderKind::Smtp => {
                let kept = if let Some(ProviderConfig::Smtp(smtp)) = kept { Some(smtp) } else { None };
                smtp::parse(&self.config, kept, errors).map(|(smtp, secret)| (ProviderConfig::Smtp(smtp), secret))
            }
            ProviderKind::Ses => {
                let kept = if let Some(ProviderConfig::Ses(ses)) = kept { Some(ses) } else { None };
                ses::parse(&self.config, kept, errors).map(|(ses, secret)| (ProviderConfig::Ses(ses), secret))
            }
            ProviderKind::Sandbox => {
                let config = sandbox::parse(&self.config, errors)?;
                Some((ProviderConfig::Sandbox(config), Secret::None))
            }
        }
    }

    fn usual_name(&self, kind: Option<ProviderKind>) -> String {
        let typed = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        match kind {
            Some(ProviderKind::Smtp) => typed(&self.config.host),
            Some(ProviderKind::Ses) => format!("Amazon SES {}", typed(&self.config.region)).trim().to_owned(),
            Some(ProviderKind::Sandbox) => "Sandbox".to_owned(),
            None => String::new(),
        }
    }
}

/// A text on one line that may be missing.
pub(super) fn optional(field: &str, typed: &Option<String>, max: usize, errors: &mut FieldErrors) -> Option<String> {
    let text = errors.take(field, text::optional_line(typed.as_deref().unwrap_or_default(), max));
    text.filter(|text| !text.is_empty())
}

/// A whole number, as number or text; none when it is empty.
pub(super) fn whole(typed: &Value, range: RangeInclusive<u32>) -> Result<Option<u32>, Refused> {
    let number = match typed {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number.filter(|number| range.contains(number)) {
        Some(number) => Ok(Some(number)),
        None => Err(Refused::new("invalid", format!("A whole number from {} to {}.", range.start(), range.end()))),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::id::ProviderId;

    /// The account that this makes.
    pub(in crate::provider) fn known(parsed: ParsedProvider) -> Provider {
        Provider {
            id: ProviderId("0190a1b2-0000-7000-8000-000000000001".parse().unwrap()),
            channel: parsed.channel,
            kind: parsed.config.kind(),
            name: parsed.name,
            rate_per_second: parsed.rate_per_second,
            has_password: parsed.secret != Secret::None,
            config: parsed.config,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn sandbox() -> NewProvider {
        NewProvider { channel: "email".into(), kind: "sandbox".into(), ..Default::default() }
    }

    #[test]
    fn without_a_kind_nothing_else_can_be_checked() {
        let errors = NewProvider::default().parse().err().unwrap();
        let fields: Vec<_> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["channel", "kind", "name"]);
    }

    #[test]
    fn a_rate_is_a_whole_number_within_bounds_or_none() {
        let rate = |typed: Value| {
            let new = NewProvider { rate_per_second: typed, ..sandbox() };
            new.parse().map(|parsed| parsed.rate_per_second.map(NonZeroU32::get)).ok()
        };
        assert_eq!([rate(14.into()), rate("14".into())], [Some(Some(14)); 2]);
        assert_eq!([rate(Value::Null), rate(" ".into())], [Some(None); 2]);
        for wrong in [0.into(), 10_001.into(), 1.5.into(), (-1).into(), "fast".into(), true.into()] {
            assert_eq!(rate(wrong), None);
        }
    }

    #[test]
    fn a_change_leaves_alone_what_it_does_not_name() {
        let mut new = NewProvider { rate_per_second: 14.into(), ..sandbox() };
        new.config.latency_ms = 250.into();
        let before = known(new.parse().ok().unwrap());
        let same = NewProvider::default().change(&before).ok().unwrap();
        assert_eq!(
            (&same.name, same.rate_per_second, &same.config),
            (&before.name, before.rate_per_second, &before.config)
        );
        let unbound = NewProvider { name: "Play".into(), rate_per_second: "".into(), ..Default::default() };
        let unbound = unbound.change(&before).ok().unwrap();
        assert_eq!((unbound.name.as_str(), unbound.rate_per_second), ("Play", None));
        let other = NewProvider { kind: "smtp".into(), ..Default::default() }.change(&before);
        assert_eq!(other.err().unwrap().0[0].code, "fixed");
    }
}
