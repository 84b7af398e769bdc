//! The ways to reach a person (SPEC 9) and what a message is for (SPEC 2.5).

use serde::{Deserialize, Serialize};

use crate::{error::Refused, words::words};

words! {
    /// A way to reach a person.
    Channel {
        /// E-mail.
        Email = "email",
        /// Text message.
        Sms = "sms",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// A call that speaks.
        Voice = "voice",
        /// Ringless voicemail.
        Rvm = "rvm",
        /// A social network, through an adapter.
        Social = "social",
    }
}

words! {
    /// What a message is for, and so what a consent is given for.
    Purpose {
        /// Advertising and news: never without a consent in force.
        Marketing = "marketing",
        /// What a person needs to know about their own dealings.
        Transactional = "transactional",
    }
}

impl Purpose {
    /// What a person is asked who may choose it; the wording that they agree to.
    pub fn asked(self) -> &'static str {
        match self {
            Self::Marketing => "News and offers",
            Self::Transactional => "My own bookings and purchases",
        }
    }
}

impl Channel {
    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "E-mail",
            Self::Sms => "SMS",
            Self::Whatsapp => "WhatsApp",
            Self::Voice => "Voice",
            Self::Rvm => "Ringless voicemail",
            Self::Social => "Social",
        }
    }

    /// The channel of this word, where Carillon can send on it already.
    pub fn parse_sendable(word: &str) -> Result<Self, Refused> {
        match Self::parse(word)? {
            Self::Email => Ok(Self::Email),
            other => Err(Refused::new("unsupported", format!("{} cannot be sent yet; e-mail can.", other.label()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_there_and_back() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.word()), Ok(*channel));
        }
        assert_eq!(Channel::parse("pigeon").unwrap_err().code, "unknown");
        assert_eq!(Channel::parse_sendable("sms").unwrap_err().code, "unsupported");
    }
}
