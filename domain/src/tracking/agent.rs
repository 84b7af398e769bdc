//! What programs say of themselves (`User-Agent`), as far as it tells people from machines: the one list of signs.
//!
//! Mail programs that fetch pictures through a server of theirs *when somebody reads* (Gmail, Yahoo, Outlook on the web)
//! count as people: the fetch is the reader's, only the address is not. Apple's Mail Privacy Protection fetches every
//! picture of every message whether it is read or not, and so says nothing.

use serde::{Deserialize, Serialize};

use crate::words::words;

/// What kind of program it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Agent {
    /// Nothing speaks against a person.
    Unknown,
    /// Looks at mail and links for others: filters, previews, scripts.
    Scanner,
    /// Fetches pictures beforehand.
    PrivacyProxy,
}

/// All that Apple's Mail Privacy Protection says of itself.
const APPLE_MAIL_PRIVACY: &str = "Mozilla/5.0";

/// Signs of programs that no person sits at, in lower case.
const SCANNERS: &[&str] = &[
    // Filters of mail systems.
    "barracuda",
    "mimecast",
    "proofpoint",
    "urldefense",
    "safelinks",
    "bingpreview",
    "messagelabs",
    "symantec",
    "trendmicro",
    "trend micro",
    "forcepoint",
    "fireeye",
    "trellix",
    "sophos",
    "cloudmark",
    "zscaler",
    "vadesecure",
    "avanan",
    "checkpoint",
    "ironport",
    "fortiguard",
    "spamassassin",
    "rspamd",
    "virustotal",
    "urlscan",
    "phishtank",
    // Previews of what somebody passed on.
    "slackbot",
    "slack-imgproxy",
    "facebookexternalhit",
    "whatsapp/",
    "twitterbot",
    "linkedinbot",
    "telegrambot",
    "discordbot",
    "skypeuripreview",
    "microsoftpreview",
    "embedly",
    "pinterestbot",
    "redditbot",
    "snap url preview",
    "linkpreview",
    "link preview",
    // Search engines and archives.
    "googlebot",
    "google-safety",
    "google-read-aloud",
    "bingbot",
    "yandexbot",
    "duckduckbot",
    "baiduspider",
    "applebot",
    "gptbot",
    "crawler",
    "spider",
    "bot/",
    "bot;",
    "bot)",
    // Scripts and browsers without a screen.
    "headlesschrome",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "curl/",
    "wget/",
    "python-requests",
    "python-urllib",
    "python/",
    "aiohttp",
    "httpx",
    "go-http-client",
    "java/",
    "apache-httpclient",
    "okhttp",
    "libwww-perl",
    "lwp::",
    "node-fetch",
    "axios/",
    "undici",
    "ruby",
    "scrapy",
    "postmanruntime",
    "winhttp",
    "powershell",
    "http_request2",
    "guzzlehttp",
];

/// Who asks, by what it says of itself. Browsers and mail programs always say something.
pub fn agent(said: &str) -> Agent {
    let said = said.trim();
    let lower = said.to_ascii_lowercase();
    match said {
        APPLE_MAIL_PRIVACY => Agent::PrivacyProxy,
        "" => Agent::Scanner,
        _ if SCANNERS.iter().any(|sign| lower.contains(sign)) => Agent::Scanner,
        _ => Agent::Unknown,
    }
}

words! {
    /// What somebody holds in their hands.
    Device {
        /// A phone.
        Phone = "phone",
        /// A tablet.
        Tablet = "tablet",
        /// A computer.
        Computer = "computer",
        /// Pictures came through the mail provider's server, which does not say.
        Unknown = "unknown",
    }
}

impl Device {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Phone => "Phone",
            Self::Tablet => "Tablet",
            Self::Computer => "Computer",
            Self::Unknown => "Not known",
        }
    }
}

/// On what somebody reads.
pub fn device(said: &str) -> Device {
    let lower = said.to_ascii_lowercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| lower.contains(sign));
    match () {
        () if says(&["googleimageproxy", "yahoomailproxy"]) => Device::Unknown,
        () if says(&["ipad", "tablet"]) || lower.contains("android") && !lower.contains("mobile") => Device::Tablet,
        () if says(&["iphone", "ipod", "mobile"]) => Device::Phone,
        () if says(&["windows", "macintosh", "mac os x", "linux", "cros ", "x11"]) => Device::Computer,
        () => Device::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
    const GMAIL: &str = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";

    #[test]
    fn people_and_machines_are_told_apart() {
        for (said, expected) in [
            (FIREFOX, Agent::Unknown),
            (IPHONE, Agent::Unknown),
            (GMAIL, Agent::Unknown),
            ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", Agent::Unknown),
            ("Mozilla/5.0 (Linux; Android 15; CUBOT X90) Chrome/141.0 Mobile Safari/537.36", Agent::Unknown),
            ("Mozilla/5.0", Agent::PrivacyProxy),
            ("", Agent::Scanner),
            ("curl/8.5.0", Agent::Scanner),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", Agent::Scanner),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/100 BingPreview/1.0b", Agent::Scanner),
            ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", Agent::Scanner),
        ] {
            assert_eq!(agent(said), expected, "{said}");
        }
    }

    #[test]
    fn signs_are_written_as_they_are_looked_for() {
        for sign in SCANNERS {
            assert_eq!(*sign, sign.to_lowercase());
            assert_eq!(agent(&sign.to_uppercase()), Agent::Scanner);
        }
    }

    #[test]
    fn devices_are_told_apart() {
        assert_eq!(
            (device(FIREFOX), device(IPHONE), device(GMAIL)),
            (Device::Computer, Device::Phone, Device::Unknown)
        );
        assert_eq!(device("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X)"), Device::Tablet);
        assert_eq!(device("Mozilla/5.0 (Linux; Android 15; SM-X910) Chrome/141.0 Safari/537.36"), Device::Tablet);
        assert_eq!(device(""), Device::Unknown);
    }
}
