//! Providers of free mailboxes. Their domains ask receivers to refuse what comes in their name from another server, and
//! nobody else can change that.

/// A provider of free mailboxes.
#[derive(PartialEq, Eq, Debug)]
pub struct Freemail {
    /// Its name.
    pub name: &'static str,
    domains: &'static [&'static str],
    /// How the names of its own servers end.
    servers: &'static [&'static str],
}

impl Freemail {
    /// Whether a mail server is its own: through that one, mail in its name is good.
    pub fn has_server(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        self.servers.iter().any(|end| host == *end || host.ends_with(&format!(".{end}")))
    }
}

const ALL: &[Freemail] = &[
    Freemail { name: "Gmail", domains: &["gmail.com", "googlemail.com"], servers: &["gmail.com", "google.com"] },
    Freemail {
        name: "Outlook.com",
        domains: &[
            "outlook.com",
            "outlook.de",
            "outlook.fr",
            "outlook.es",
            "outlook.it",
            "hotmail.com",
            "hotmail.de",
            "hotmail.fr",
            "hotmail.it",
            "hotmail.es",
            "hotmail.co.uk",
            "live.com",
            "live.de",
            "live.fr",
            "live.nl",
            "live.co.uk",
            "live.ca",
            "msn.com",
            "passport.com",
        ],
        servers: &["outlook.com", "office365.com", "live.com"],
    },
    Freemail {
        name: "Yahoo",
        domains: &[
            "yahoo.com",
            "yahoo.de",
            "yahoo.fr",
            "yahoo.it",
            "yahoo.es",
            "yahoo.ca",
            "yahoo.in",
            "yahoo.co.uk",
            "yahoo.co.in",
            "yahoo.com.au",
            "yahoo.com.br",
            "ymail.com",
            "rocketmail.com",
            "myyahoo.com",
        ],
        servers: &["yahoo.com"],
    },
    Freemail { name: "AOL", domains: &["aol.com", "aol.co.uk", "aol.de", "aim.com"], servers: &["aol.com"] },
    Freemail { name: "iCloud", domains: &["icloud.com", "me.com", "mac.com"], servers: &["me.com", "icloud.com"] },
    Freemail {
        name: "GMX",
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "gmx.us"],
        servers: &["gmx.net", "gmx.com"],
    },
    Freemail { name: "WEB.DE", domains: &["web.de"], servers: &["web.de"] },
    Freemail { name: "mail.com", domains: &["mail.com", "email.com", "usa.com"], servers: &["mail.com"] },
    Freemail {
        name: "Proton",
        domains: &["proton.me", "protonmail.com", "protonmail.ch", "pm.me"],
        servers: &["protonmail.ch", "proton.me"],
    },
    Freemail { name: "Zoho Mail", domains: &["zohomail.com", "zohomail.eu"], servers: &["zoho.com", "zoho.eu"] },
    Freemail { name: "Fastmail", domains: &["fastmail.com", "fastmail.fm"], servers: &["fastmail.com"] },
    Freemail { name: "T-Online", domains: &["t-online.de", "magenta.de"], servers: &["t-online.de"] },
    Freemail { name: "freenet", domains: &["freenet.de"], servers: &["freenet.de"] },
    Freemail { name: "Orange", domains: &["orange.fr", "wanadoo.fr"], servers: &["orange.fr"] },
    Freemail { name: "Free", domains: &["free.fr"], servers: &["free.fr"] },
    Freemail { name: "Libero", domains: &["libero.it"], servers: &["libero.it"] },
    Freemail { name: "Comcast", domains: &["comcast.net"], servers: &["comcast.net"] },
    Freemail { name: "AT&T", domains: &["att.net", "sbcglobal.net", "bellsouth.net"], servers: &["att.net"] },
    Freemail { name: "Verizon", domains: &["verizon.net"], servers: &["verizon.net", "aol.com"] },
    Freemail { name: "Yandex", domains: &["yandex.ru", "yandex.com", "ya.ru"], servers: &["yandex.ru", "yandex.com"] },
    Freemail { name: "Mail.ru", domains: &["mail.ru", "inbox.ru", "list.ru", "bk.ru"], servers: &["mail.ru"] },
    Freemail { name: "QQ Mail", domains: &["qq.com", "foxmail.com"], servers: &["qq.com"] },
    Freemail { name: "NetEase", domains: &["163.com", "126.com"], servers: &["163.com", "126.com"] },
];

/// Whose free mailboxes are at this domain, if anybody's.
pub fn freemail(domain: &str) -> Option<&'static Freemail> {
    let domain = domain.trim_end_matches('.').to_lowercase();
    ALL.iter().find(|known| known.domains.contains(&domain.as_str()))
}
