//! Workspaces and their settings, the people in them, and API keys (SPEC 1.1-1.3).

mod key;
mod settings;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::Role,
    email::Email,
    error::{FieldErrors, Refused},
    id::{TenantId, UserId},
    text, zone,
};

pub use key::{ApiKey, FreshKey, KEY_OVERLAP, NewKey};
pub use settings::{NewSettings, Settings};

/// The shortest password that is accepted, in characters (no other rules: length is what helps).
pub const PASSWORD_MIN: usize = 12;
/// The longest, so that hashing has a bound.
pub const PASSWORD_MAX: usize = 200;

/// Checks a new password.
pub fn check_password(password: &str) -> Result<String, Refused> {
    match password.chars().count() {
        0 => Err(Refused::new("required", "Needed.")),
        n if n < PASSWORD_MIN => {
            Err(Refused::new("too_short", format!("{n} characters; at least {PASSWORD_MIN} are needed.")))
        }
        n if n > PASSWORD_MAX => Err(Refused::new("too_long", format!("At most {PASSWORD_MAX} characters."))),
        _ => Ok(password.to_owned()),
    }
}

/// A workspace as its members see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Workspace {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its short name.
    pub slug: String,
    /// IANA name of its default time zone.
    pub time_zone: String,
    /// Printed in the footer of every marketing e-mail.
    pub postal_address: String,
}

/// What the first-start page and `carillon tenant create` ask for a workspace, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewWorkspace {
    /// Its name.
    pub name: String,
    /// Short name; made from the name when empty.
    pub slug: String,
    /// IANA name.
    pub time_zone: String,
    /// Printed in footers.
    pub postal_address: String,
}

impl NewWorkspace {
    /// The same with every value checked; all errors at once.
    pub fn parse(&self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", text::required_line(&self.name, 200));
        let typed = if self.slug.trim().is_empty() { text::slug(&self.name) } else { self.slug.trim().to_owned() };
        if !typed.is_empty() && typed != text::slug(&typed) {
            errors.add("slug", "invalid", "Lower-case letters, digits and single hyphens only.");
        } else if typed.is_empty() && name.is_some() {
            errors.add("slug", "required", "Needed: the name has no Latin letter to make one from.");
        }
        let time_zone = errors.take("time_zone", zone::parse(&self.time_zone).map(|z| z.name().to_owned()));
        let postal_address = errors.take("postal_address", text::required(&self.postal_address, 500));
        if let Some(e) = errors.0.iter_mut().find(|e| e.field == "postal_address" && e.code == "required") {
            e.message = "Needed: the law asks for it in every marketing e-mail. It is printed in the footer.".into();
        }
        let parsed = name.zip(time_zone).zip(postal_address);
        errors.finish(parsed.map(|((name, time_zone), postal_address)| Self {
            name,
            slug: typed,
            time_zone,
            postal_address,
        }))
    }
}

/// What is asked for a person who will sign in, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["email", "password", "roles"])))]
#[serde(default)]
pub struct NewUser {
    /// Signs in with it.
    pub email: String,
    /// How others see them; the part before the `@` when empty.
    pub name: String,
    /// At least twelve characters.
    pub password: String,
    /// Words of [`Role`].
    pub roles: Vec<String>,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser").field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// A checked [`NewUser`].
pub struct ParsedUser {
    /// Signs in with it.
    pub email: Email,
    /// How others see them.
    pub name: String,
    /// Long enough; not hashed yet.
    pub password: String,
    /// At least one.
    pub roles: Vec<Role>,
}

impl NewUser {
    /// Checks everything at once.
    pub fn parse(&self) -> Result<ParsedUser, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = errors.take("email", Email::parse(&self.email));
        let name = errors.take("name", text::optional_line(&self.name, 200));
        let password = errors.take("password", check_password(&self.password));
        let roles = errors.take("roles", parse_roles(&self.roles));
        let parsed = email.zip(name).zip(password.zip(roles));
        errors.finish(parsed.map(|((email, name), (password, roles))| {
            let name =
                if name.is_empty() { email.as_str().split('@').next().unwrap_or_default().to_owned() } else { name };
            ParsedUser { email, name, password, roles }
        }))
    }
}

/// At least one role, each once, in the order of the table.
pub fn parse_roles(words: &[String]) -> Result<Vec<Role>, Refused> {
    let mut roles = words.iter().map(|word| Role::parse(word)).collect::<Result<Vec<_>, _>>()?;
    roles.sort();
    roles.dedup();
    if roles.is_empty() { Err(Refused::new("required", "Choose at least one role.")) } else { Ok(roles) }
}

/// A member of a workspace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "User"))]
pub struct Member {
    /// Their id.
    pub id: UserId,
    /// Signs in with it.
    pub email: String,
    /// How others see them.
    pub name: String,
    /// What they are here.
    pub roles: Vec<Role>,
    /// Member since.
    pub created_at: DateTime<Utc>,
    /// When they were last here (to some minutes), if ever.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// A place where a user is signed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionInfo {
    /// What it is ended by; nobody can sign in with it.
    pub id: String,
    /// What the browser says it is: "Firefox on Windows".
    pub device: String,
    /// The network address it was last seen at.
    pub address: Option<String>,
    /// Signed in then.
    pub since: Option<DateTime<Utc>>,
    /// Last seen then (to some minutes).
    pub seen: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_gets_its_slug_from_its_name_and_all_errors_at_once() {
        let good = NewWorkspace {
            name: "Maple Row Studios".into(),
            time_zone: "America/New_York".into(),
            postal_address: "1 Maple Row".into(),
            ..Default::default()
        };
        assert_eq!(good.parse().unwrap().slug, "maple-row-studios");
        let errors = NewWorkspace { slug: "Not A Slug".into(), ..Default::default() }.parse().unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["name", "slug", "time_zone", "postal_address"]);
    }

    #[test]
    fn a_user_needs_an_address_a_long_password_and_a_role() {
        let errors = NewUser { password: "short".into(), ..Default::default() }.parse().err().unwrap();
        let codes: Vec<_> = errors.0.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(codes, [("email", "required"), ("password", "too_short"), ("roles", "required")]);
        let user = NewUser {
            email: "nora@maple.example".into(),
            password: "correct horse battery".into(),
            roles: vec!["viewer".into(), "admin".into(), "viewer".into()],
            ..Default::default()
        };
        let user = user.parse().ok().unwrap();
        assert_eq!((user.name.as_str(), user.roles), ("nora", vec![Role::Admin, Role::Viewer]));
    }
}
