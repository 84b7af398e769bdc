//! Which part of an SPF line stands for a mail server: what the large providers ask their customers to write, by the end
//! of their servers' names.

const KNOWN: &[(&str, &str)] = &[
    ("amazonaws.com", "include:amazonses.com"),
    ("brevo.com", "include:spf.brevo.com"),
    ("gmail.com", "include:_spf.google.com"),
    ("google.com", "include:_spf.google.com"),
    ("mailgun.org", "include:mailgun.org"),
    ("mailjet.com", "include:spf.mailjet.com"),
    ("mailersend.net", "include:_spf.mailersend.net"),
    ("mandrillapp.com", "include:spf.mandrillapp.com"),
    ("migadu.com", "include:spf.migadu.com"),
    ("mtasv.net", "include:spf.mtasv.net"),
    ("office365.com", "include:spf.protection.outlook.com"),
    ("outlook.com", "include:spf.protection.outlook.com"),
    ("postmarkapp.com", "include:spf.mtasv.net"),
    ("sendgrid.net", "include:sendgrid.net"),
    ("sendinblue.com", "include:spf.brevo.com"),
    ("smtp2go.com", "include:spf.smtp2go.com"),
    ("sparkpostmail.com", "include:sparkpostmail.com"),
    ("zoho.com", "include:zohomail.com"),
    ("zoho.eu", "include:zohomail.eu"),
];

/// The part that stands for a server; by its own address where its name tells nothing.
pub(super) fn part(host: &str) -> String {
    let host = host.trim().trim_end_matches('.').to_lowercase();
    let known = KNOWN.iter().find(|(end, _)| host == *end || host.ends_with(&format!(".{end}")));
    match (known, host.parse::<std::net::IpAddr>()) {
        (Some((_, part)), _) => (*part).to_owned(),
        (None, Ok(std::net::IpAddr::V4(ip))) => format!("ip4:{ip}"),
        (None, Ok(std::net::IpAddr::V6(ip))) => format!("ip6:{ip}"),
        // Nobody outside knows such a name: the servers that take the domain's mail are the likeliest.
        (None, Err(_)) if !host.contains('.') => "mx".to_owned(),
        (None, Err(_)) => format!("a:{host}"),
    }
}
