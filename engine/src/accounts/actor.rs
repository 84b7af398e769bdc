//! Who acts: a signed-in user in one workspace, an API key, or the command line of the machine itself.

use domain::{
    access::{self, Reach, Role, Scope, Verb},
    id::{KeyId, TenantId, UserId},
};

use crate::{Error, Result};

/// Somebody who acts in a workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// The workspace.
    pub tenant: TenantId,
    /// Who.
    pub who: Who,
    /// The network address they act from, where known.
    pub address: Option<String>,
}

/// Who acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// A user.
    User { id: UserId, name: String, roles: Vec<Role> },
    /// An API key.
    Key { id: KeyId, name: String, scopes: Vec<Scope> },
    /// A person who received a message, through a link in it: may do nothing that a verb guards.
    Recipient,
    /// The sending worker: may do nothing that a verb guards.
    Worker,
    /// Whoever can run the program on the server's own data.
    CommandLine,
}

impl Actor {
    /// The command line, acting in this workspace.
    pub fn command_line(tenant: TenantId) -> Self {
        Self { tenant, who: Who::CommandLine, address: None }
    }

    /// How far this one may go with `verb`.
    pub fn reach(&self, verb: Verb) -> Reach {
        match &self.who {
            Who::User { roles, .. } => access::reach(roles, verb),
            Who::Key { scopes, .. } if scopes.iter().any(|scope| access::scope_may(*scope, verb)) => Reach::All,
            Who::Key { .. } | Who::Recipient | Who::Worker => Reach::Nothing,
            Who::CommandLine => Reach::All,
        }
    }

    /// Refuses unless this one may do it to everything in the workspace.
    pub fn allow(&self, verb: Verb) -> Result<()> {
        if self.reach(verb) == Reach::All { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// The user's id, if it is a user.
    pub fn user(&self) -> Option<UserId> {
        match &self.who {
            Who::User { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The key's id, if it is a key.
    pub fn key(&self) -> Option<KeyId> {
        match &self.who {
            Who::Key { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// What the audit log calls this one.
    pub fn name(&self) -> String {
        match &self.who {
            Who::User { name, .. } => name.clone(),
            Who::Key { name, .. } => format!("API key {name}"),
            Who::Recipient => "Recipient".into(),
            Who::Worker => "Carillon".into(),
            Who::CommandLine => "Command line".into(),
        }
    }

    /// Who is said to have put a contact on a list.
    pub fn added_by(&self) -> domain::list::AddedBy {
        match self.who {
            Who::Key { .. } => domain::list::AddedBy::Api,
            _ => domain::list::AddedBy::Manual,
        }
    }
}
