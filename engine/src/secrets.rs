//! Keys of the installation (DESIGN 5): one secret, from which a key for sealing and a key for signing are derived.
//! Sealed values are AES-256-GCM-SIV with the place they belong to as associated data, so that a sealed password
//! moved to another row does not open.

use std::{fs, io, io::Write, os::unix::fs::OpenOptionsExt, path::Path, sync::Arc};

use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey},
    digest, hkdf, hmac,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{Error, Result};

/// Fills a buffer with chance from the operating system.
pub fn fill_random(buffer: &mut [u8]) {
    aws_lc_rs::rand::fill(buffer).expect("the operating system has random numbers");
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// The installation's keys.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    seal: LessSafeKey,
    sign: hmac::Key,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

struct Len32;
impl hkdf::KeyType for Len32 {
    fn len(&self) -> usize {
        32
    }
}

impl Keys {
    /// Derives the keys from the installation's secret (at least 32 characters).
    pub fn from_secret(secret: &str) -> Result<Self> {
        if secret.trim().len() < 32 {
            return Err(Error::conflict("weak_secret", "CARILLON_SECRET_KEY must have at least 32 characters."));
        }
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"carillon").extract(secret.trim().as_bytes());
        let derive = |info: &'static [u8]| {
            let mut key = [0u8; 32];
            let expanded = root.expand(&[info], Len32).and_then(|okm| okm.fill(&mut key));
            expanded.expect("32 bytes are within what HKDF gives");
            key
        };
        let seal = UnboundKey::new(&AES_256_GCM_SIV, &derive(b"seal v1")).expect("the key has 32 bytes");
        let sign = hmac::Key::new(hmac::HMAC_SHA256, &derive(b"sign v1"));
        Ok(Self(Arc::new(Inner { seal: LessSafeKey::new(seal), sign })))
    }

    /// The keys of a key file, which is made at first start, readable by its owner only.
    pub fn from_file(path: &Path) -> Result<Self> {
        let secret = match fs::read_to_string(path) {
            Ok(secret) => secret,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => make_key_file(path)?,
            Err(error) => return Err(Error::internal("key file", error)),
        };
        Self::from_secret(&secret)
    }

    /// Seals a secret that belongs to `place` (`provider/<id>`).
    pub fn seal(&self, place: &str, plain: &str) -> Vec<u8> {
        let mut nonce = [0u8; 12];
        fill_random(&mut nonce);
        let mut sealed = plain.as_bytes().to_vec();
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        let done = self.0.seal.seal_in_place_append_tag(nonce_used, Aad::from(place), &mut sealed);
        done.expect("a secret is far below the size that can be sealed");
        [&[1u8][..], &nonce, &sealed].concat()
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<String> {
        let broken =
            || Error::Internal { what: "a stored secret does not open with this installation's key", source: None };
        let (head, body) = sealed.split_at_checked(13).filter(|(head, _)| head[0] == 1).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(&head[1..]).or(Err(broken()))?;
        let mut body = body.to_vec();
        let plain = self.0.seal.open_in_place(nonce, Aad::from(place), &mut body).or(Err(broken()))?;
        String::from_utf8(plain.to_vec()).map_err(|error| Error::internal("a stored secret is no text", error))
    }

    /// Signs a token: `payload` and 16 bytes of its HMAC, as text for a link. `purpose` keeps tokens of one use from
    /// being taken for another's.
    pub fn sign(&self, purpose: &str, payload: &[u8]) -> String {
        let tag = self.tag(purpose, payload);
        BASE64_URL_SAFE_NO_PAD.encode([payload, &tag.as_ref()[..16]].concat())
    }

    /// The payload of a token that was signed here for this purpose.
    pub fn verify(&self, purpose: &str, token: &str) -> Option<Vec<u8>> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let (payload, tag) = bytes.split_at_checked(bytes.len().checked_sub(16)?)?;
        let good = self.tag(purpose, payload);
        aws_lc_rs::constant_time::verify_slices_are_equal(&good.as_ref()[..16], tag).ok()?;
        Some(payload.to_vec())
    }

    /// What is kept of something that must be known again but not read: its HMAC.
    pub fn fingerprint(&self, purpose: &str, payload: &[u8]) -> Vec<u8> {
        self.tag(purpose, payload).as_ref().to_vec()
    }

    fn tag(&self, purpose: &str, payload: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0.sign);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(payload);
        context.sign()
    }
}

fn make_key_file(path: &Path) -> Result<String> {
    let mut random = [0u8; 32];
    fill_random(&mut random);
    let secret = BASE64_URL_SAFE_NO_PAD.encode(random);
    // Written whole to a file of its own and then renamed, so that a start cut short leaves no half key.
    let partial = path.with_extension("new");
    let write = || -> io::Result<()> {
        let _ = fs::remove_file(&partial);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
        writeln!(file, "{secret}")?;
        file.sync_all()?;
        fs::rename(&partial, path)
    };
    write().map_err(|error| Error::internal("key file", error))?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::from_secret(&"x".repeat(32)).unwrap()
    }

    #[test]
    fn a_secret_opens_only_in_its_own_place() {
        let sealed = keys().seal("provider/1", "hunter2");
        assert_eq!(keys().open("provider/1", &sealed).unwrap(), "hunter2");
        assert!(keys().open("provider/2", &sealed).is_err());
        assert!(keys().open("provider/1", &sealed[..10]).is_err());
        let other = Keys::from_secret(&"y".repeat(32)).unwrap();
        assert!(other.open("provider/1", &sealed).is_err());
    }

    #[test]
    fn a_token_is_good_for_its_purpose_only_and_not_when_changed() {
        let token = keys().sign("unsubscribe", b"payload");
        assert_eq!(keys().verify("unsubscribe", &token).as_deref(), Some(&b"payload"[..]));
        assert_eq!(keys().verify("open", &token), None);
        let mut changed = token.into_bytes();
        changed[0] ^= 1;
        assert_eq!(keys().verify("unsubscribe", &String::from_utf8(changed).unwrap()), None);
        assert_eq!(keys().verify("unsubscribe", ""), None);
    }

    #[test]
    fn the_key_file_is_made_once_and_private() {
        let folder = std::env::temp_dir().join(format!("carillon-key-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("secret.key");
        let token = Keys::from_file(&path).unwrap().sign("a", b"b");
        assert!(Keys::from_file(&path).unwrap().verify("a", &token).is_some());
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(Keys::from_secret("short").is_err());
    }
}
