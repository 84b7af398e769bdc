//! What a campaign may be exempt from (SPEC 5.5): each guard is on until an admin turns it off for one campaign. Consent
//! and suppression cannot be turned off.

use serde::{Deserialize, Serialize};

/// Which of the guards that can be turned off a campaign respects.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Switches {
    /// Waits for the end of quiet hours.
    pub quiet_hours: bool,
    /// Leaves out who is marked do not contact.
    pub do_not_contact: bool,
    /// Leaves out who has had enough messages lately.
    pub frequency_caps: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { quiet_hours: true, do_not_contact: true, frequency_caps: true }
    }
}

impl Switches {
    /// The names of those that are on here and not in `next`: turning them off is for admins.
    pub fn turned_off(self, next: Self) -> Vec<&'static str> {
        let (before, after) = (self.named(), next.named());
        let pairs = before.into_iter().zip(after);
        pairs.filter(|((_, was), (_, is))| *was && !is).map(|((name, _), _)| name).collect()
    }

    /// The names of those that are off.
    pub fn off(self) -> Vec<&'static str> {
        Self::default().turned_off(self)
    }

    fn named(self) -> [(&'static str, bool); 3] {
        [
            ("quiet_hours", self.quiet_hours),
            ("do_not_contact", self.do_not_contact),
            ("frequency_caps", self.frequency_caps),
        ]
    }
}

/// Switches as typed: what is left out stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewSwitches {
    /// Waits for the end of quiet hours.
    pub quiet_hours: Option<bool>,
    /// Leaves out who is marked do not contact.
    pub do_not_contact: Option<bool>,
    /// Leaves out who has had enough messages lately.
    pub frequency_caps: Option<bool>,
}

impl NewSwitches {
    /// These over what there is.
    pub fn over(self, before: Switches) -> Switches {
        Switches {
            quiet_hours: self.quiet_hours.unwrap_or(before.quiet_hours),
            do_not_contact: self.do_not_contact.unwrap_or(before.do_not_contact),
            frequency_caps: self.frequency_caps.unwrap_or(before.frequency_caps),
        }
    }
}

impl From<Switches> for NewSwitches {
    fn from(all: Switches) -> Self {
        Self {
            quiet_hours: Some(all.quiet_hours),
            do_not_contact: Some(all.do_not_contact),
            frequency_caps: Some(all.frequency_caps),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_goes_from_on_to_off_is_turned_off() {
        let on = Switches::default();
        let loud = NewSwitches { quiet_hours: Some(false), ..Default::default() }.over(on);
        assert_eq!((on.turned_off(loud), loud.turned_off(on)), (vec!["quiet_hours"], vec![]));
        assert_eq!(loud.turned_off(loud), Vec::<&str>::new(), "what is off already may stay so");
        assert_eq!(loud.off(), ["quiet_hours"]);
        assert_eq!(NewSwitches::default().over(loud), loud, "what is left out stays");
    }
}
