//! Settings, from the environment (DESIGN 8): few, each with a default that works.

use std::{env, net::SocketAddr, path::PathBuf, str::FromStr};

use sqlx::postgres::PgConnectOptions;

/// What the program is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DATABASE_URL`; none: the embedded PostgreSQL.
    pub database: Option<PgConnectOptions>,
    /// `CARILLON_DATA`: key file, embedded cluster.
    pub data: PathBuf,
    /// `CARILLON_ADDR`.
    pub addr: SocketAddr,
    /// `CARILLON_PUBLIC_URL`, without a trailing slash.
    pub public_url: String,
    /// `CARILLON_SECRET_KEY`; none: the key file.
    pub secret: Option<String>,
    /// `CARILLON_PG_BIN`.
    pub pg_bin: Option<PathBuf>,
    /// `CARILLON_DNS`: the DNS server to ask; none: those of the system.
    pub dns: Option<SocketAddr>,
    /// `CARILLON_ALLOW_PRIVATE_TARGETS` is `1`: requests may go to addresses of private networks.
    pub allows_private_targets: bool,
    /// `LEPTOS_SITE_ROOT`: the built half for the browser.
    pub site: PathBuf,
    /// `LEPTOS_ENV` is `DEV`: the styleguide is there.
    pub development: bool,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {why}")]
pub struct BadSetting {
    name: &'static str,
    why: String,
}

impl Config {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, BadSetting> {
        Self::read(|name| env::var(name).ok().filter(|value| !value.trim().is_empty()))
    }

    /// Reads settings by name.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, BadSetting> {
        let addr: SocketAddr = parse("CARILLON_ADDR", get("CARILLON_ADDR").as_deref().unwrap_or("127.0.0.1:3000"))?;
        let public_url = get("CARILLON_PUBLIC_URL").unwrap_or_else(|| format!("http://{}", reachable(addr)));
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            let why = "must begin with http:// or https://".into();
            return Err(BadSetting { name: "CARILLON_PUBLIC_URL", why });
        }
        Ok(Self {
            database: get("DATABASE_URL").map(|url| parse("DATABASE_URL", &url)).transpose()?,
            data: get("CARILLON_DATA").map_or_else(|| "data".into(), PathBuf::from),
            addr,
            public_url: public_url.trim_end_matches('/').to_owned(),
            secret: get("CARILLON_SECRET_KEY"),
            pg_bin: get("CARILLON_PG_BIN").map(PathBuf::from),
            dns: get("CARILLON_DNS").map(|server| parse("CARILLON_DNS", &server)).transpose()?,
            allows_private_targets: get("CARILLON_ALLOW_PRIVATE_TARGETS").as_deref() == Some("1"),
            site: get("LEPTOS_SITE_ROOT").map_or_else(|| "target/site".into(), PathBuf::from),
            development: get("LEPTOS_ENV").as_deref() == Some("DEV"),
        })
    }

    /// Whether people reach it over https: then cookies are for https only.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The address to type for a listener's address: `localhost` for what listens on loopback or everywhere.
fn reachable(addr: SocketAddr) -> String {
    if addr.ip().is_loopback() || addr.ip().is_unspecified() {
        format!("localhost:{}", addr.port())
    } else {
        addr.to_string()
    }
}

fn parse<T: FromStr<Err: std::fmt::Display>>(name: &'static str, value: &str) -> Result<T, BadSetting> {
    value.parse().map_err(|error: T::Err| BadSetting { name, why: format!("{value:?}: {error}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_work_and_bad_values_are_named() {
        let config = Config::read(|_| None).unwrap();
        assert_eq!((config.public_url.as_str(), config.is_https()), ("http://localhost:3000", false));
        let bad = Config::read(|name| (name == "CARILLON_ADDR").then(|| "everywhere".into())).unwrap_err();
        assert!(bad.to_string().starts_with("CARILLON_ADDR"), "{bad}");
        let bad = Config::read(|name| (name == "CARILLON_DNS").then(|| "192.0.2.53".into())).unwrap_err();
        assert!(bad.to_string().starts_with("CARILLON_DNS"), "a port is needed: {bad}");
        let bad = Config::read(|name| (name == "CARILLON_PUBLIC_URL").then(|| "example.org".into())).unwrap_err();
        assert!(bad.to_string().contains("http"), "{bad}");
    }
}
