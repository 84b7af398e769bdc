//! Invitations (SPEC 1.2): somebody is asked by e-mail to join a workspace. The link in the mail is good once, for a week.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{access::Role, account::parse_roles, email::Email, error::FieldErrors, id::InvitationId, words::words};

/// How long the link of an invitation is good.
pub const GOOD_FOR: TimeDelta = TimeDelta::days(7);

/// An invitation that is open: nobody has answered it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who is asked.
    pub email: String,
    /// What they will be.
    pub roles: Vec<Role>,
    /// Who asked, in words.
    pub invited_by: String,
    /// Made then.
    pub created_at: DateTime<Utc>,
    /// When a provider last took the mail with the link; none when none did.
    pub sent_at: Option<DateTime<Utc>>,
    /// The link works until then.
    pub expires_at: DateTime<Utc>,
}

impl Invitation {
    /// Whether its link does not work any more.
    pub fn has_lapsed(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now
    }
}

/// Who is to be asked, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["email", "roles"])))]
#[serde(default)]
pub struct NewInvitation {
    /// Their address.
    pub email: String,
    /// Words of [`Role`].
    pub roles: Vec<String>,
}

impl NewInvitation {
    /// Address and roles, all errors at once.
    pub fn parse(&self) -> Result<(Email, Vec<Role>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = errors.take("email", Email::parse(&self.email));
        let roles = errors.take("roles", parse_roles(&self.roles));
        errors.finish(email.zip(roles))
    }
}

words! {
    /// What became of a mail that Carillon itself wrote.
    Delivery {
        /// A provider took it.
        Sent = "sent",
        /// There is no sender in the workspace that reaches anybody.
        NoSender = "no_sender",
        /// The provider refused it.
        Refused = "refused",
        /// The provider did not answer: it may arrive or not.
        NoAnswer = "no_answer",
    }
}

/// An invitation with its link, which is told this one time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FreshInvitation {
    /// The invitation.
    #[serde(flatten)]
    pub invitation: Invitation,
    /// Where it is accepted. To be handed over in another way when the mail did not go.
    pub link: String,
    /// What became of the mail.
    pub delivery: Delivery,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_needs_an_address_and_a_role() {
        let errors = NewInvitation { email: "nobody".into(), roles: vec![] }.parse().unwrap_err();
        assert!(errors.message("email").is_some() && errors.message("roles").is_some());
        let new = NewInvitation { email: " Ivo@Maple.example ".into(), roles: vec!["viewer".into(), "admin".into()] };
        let (email, roles) = new.parse().unwrap();
        assert_eq!((email.as_str(), roles), ("Ivo@Maple.example", vec![Role::Admin, Role::Viewer]));
    }
}
