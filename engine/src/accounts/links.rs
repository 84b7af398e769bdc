//! Links that work once: a token that is signed and says what it is about, with a secret of which only the hash is kept.
//! Who reads the database cannot make one, and who has an old one cannot use it.

use crate::secrets::{Keys, fill_random, sha256};

/// How many bytes of chance a link has.
const SECRET: usize = 16;

/// A new link's token, and the hash of its secret. `about` is told to whoever has the link.
pub(super) fn make(keys: &Keys, purpose: &str, about: &[u8]) -> (String, Vec<u8>) {
    let mut secret = [0u8; SECRET];
    fill_random(&mut secret);
    (keys.sign(purpose, &[about, &secret].concat()), sha256(&secret))
}

/// What a token is about, and the hash of its secret; none when it was not made here for this.
pub(super) fn open(keys: &Keys, purpose: &str, token: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let payload = keys.verify(purpose, token)?;
    let (about, secret) = payload.split_at_checked(payload.len().checked_sub(SECRET)?)?;
    Some((about.to_vec(), sha256(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_for_its_purpose_with_its_own_secret() {
        let keys = Keys::from_secret(&"x".repeat(32)).unwrap();
        let ((first, hash), (second, other)) = (make(&keys, "invitation", b"7"), make(&keys, "invitation", b"7"));
        assert!(first != second && hash != other);
        assert_eq!(open(&keys, "invitation", &first), Some((b"7".to_vec(), hash)));
        assert_eq!(open(&keys, "password-reset", &first), None);
        assert_eq!(open(&keys, "invitation", &keys.sign("invitation", b"7")), None, "without a secret");
    }
}
