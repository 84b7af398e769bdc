//! Who may do what (SPEC 1.2, 1.3): one table of role × verb, one of scope × verb. Server functions, API and jobs all
//! ask here, and nowhere else.

use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a user is in a workspace; one can be several.
    Role {
        /// Everything, settings included.
        Admin = "admin",
        /// Audiences, templates and campaigns.
        Marketer = "marketer",
        /// Sees what would go out and decides.
        Approver = "approver",
        /// Own places, their customers and own campaigns only.
        Owner = "owner",
        /// Sees, changes nothing.
        Viewer = "viewer",
    }
}

words! {
    /// What an API key may do; a key can have several. Whoever may change something may read it.
    Scope {
        /// Read everything but settings.
        Read = "read",
        /// Audiences, templates and campaigns, and sending them.
        Send = "send",
        /// Settings: providers, senders, users, keys, audit log.
        Manage = "manage",
    }
}

words! {
    /// What can be done. Every public function of the engine names the one it needs.
    Verb {
        /// See contacts.
        ViewContacts = "view_contacts",
        /// Add and change contacts.
        EditContacts = "edit_contacts",
        /// See lists and who is on them.
        ViewLists = "view_lists",
        /// Add and change lists.
        EditLists = "edit_lists",
        /// See templates.
        ViewTemplates = "view_templates",
        /// Add and change templates.
        EditTemplates = "edit_templates",
        /// See campaigns and their results.
        ViewCampaigns = "view_campaigns",
        /// Add and change campaigns.
        EditCampaigns = "edit_campaigns",
        /// Start, pause, resume and cancel campaigns, and decide about messages in doubt.
        SendCampaigns = "send_campaigns",
        /// See providers and senders, without their secrets.
        ViewProviders = "view_providers",
        /// Add and change providers and senders.
        EditProviders = "edit_providers",
        /// See and change the workspace's settings.
        ManageWorkspace = "manage_workspace",
        /// See, invite and change users.
        ManageUsers = "manage_users",
        /// See, make and revoke API keys.
        ManageKeys = "manage_keys",
        /// Read and export the audit log.
        ViewAudit = "view_audit",
    }
}

/// How far a permission reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// What one made oneself.
    Own,
    /// Everything in the workspace.
    All,
}

/// How far `role` may go with `verb`.
pub fn role_may(role: Role, verb: Verb) -> Reach {
    use Verb::*;
    let all = match role {
        Role::Admin => true,
        Role::Marketer => !matches!(verb, EditProviders | ManageWorkspace | ManageUsers | ManageKeys | ViewAudit),
        Role::Approver | Role::Viewer => {
            matches!(verb, ViewContacts | ViewLists | ViewTemplates | ViewCampaigns | ViewProviders)
        }
        // SPEC 1.2: an owner sees the customers of assigned places only; those come with the places themselves.
        Role::Owner => false,
    };
    match (all, role, verb) {
        (true, _, _) => Reach::All,
        (false, Role::Owner, ViewCampaigns) => Reach::Own,
        _ => Reach::Nothing,
    }
}

/// Whether `scope` covers `verb`.
pub fn scope_may(scope: Scope, verb: Verb) -> bool {
    use Verb::*;
    match verb {
        ViewContacts | ViewLists | ViewTemplates | ViewCampaigns => true,
        EditContacts | EditLists | EditTemplates | EditCampaigns | SendCampaigns => scope == Scope::Send,
        ViewProviders => true,
        EditProviders | ManageWorkspace | ManageUsers | ManageKeys | ViewAudit => scope == Scope::Manage,
    }
}

/// The furthest that any of several roles reaches.
pub fn reach(roles: &[Role], verb: Verb) -> Reach {
    roles.iter().map(|role| role_may(*role, verb)).max().unwrap_or(Reach::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table, written out: a for all, o for own, - for nothing; columns are admin, marketer, approver,
    /// owner, viewer and then the scopes read, send, manage.
    const TABLE: &[(Verb, &str)] = &[
        (Verb::ViewContacts, "aaa-a aaa"),
        (Verb::EditContacts, "aa--- -a-"),
        (Verb::ViewLists, "aaa-a aaa"),
        (Verb::EditLists, "aa--- -a-"),
        (Verb::ViewTemplates, "aaa-a aaa"),
        (Verb::EditTemplates, "aa--- -a-"),
        (Verb::ViewCampaigns, "aaaoa aaa"),
        (Verb::EditCampaigns, "aa--- -a-"),
        (Verb::SendCampaigns, "aa--- -a-"),
        (Verb::ViewProviders, "aaa-a aaa"),
        (Verb::EditProviders, "a---- --a"),
        (Verb::ManageWorkspace, "a---- --a"),
        (Verb::ManageUsers, "a---- --a"),
        (Verb::ManageKeys, "a---- --a"),
        (Verb::ViewAudit, "a---- --a"),
    ];

    #[test]
    fn every_cell_of_the_matrix_is_as_written() {
        assert_eq!(TABLE.len(), Verb::ALL.len(), "a verb is missing from the table");
        for (verb, row) in TABLE {
            let (roles, scopes) = row.split_once(' ').unwrap();
            for (role, cell) in Role::ALL.iter().zip(roles.chars()) {
                let want = match cell {
                    'a' => Reach::All,
                    'o' => Reach::Own,
                    _ => Reach::Nothing,
                };
                assert_eq!(role_may(*role, *verb), want, "{role} × {verb}");
            }
            for (scope, cell) in Scope::ALL.iter().zip(scopes.chars()) {
                assert_eq!(scope_may(*scope, *verb), cell == 'a', "scope {scope} × {verb}");
            }
        }
    }

    #[test]
    fn several_roles_reach_as_far_as_the_furthest() {
        assert_eq!(reach(&[Role::Owner, Role::Viewer], Verb::ViewCampaigns), Reach::All);
        assert_eq!(reach(&[Role::Owner], Verb::ViewCampaigns), Reach::Own);
        assert_eq!(reach(&[], Verb::ViewCampaigns), Reach::Nothing);
    }
}
