//! The secret key: where it comes from, and what is derived from it.
//!
//! Everything random in a release comes from this key by HKDF-SHA256 (RFC 5869) and one ChaCha20 stream a
//! cell. Same key, release, policy and counts: the same noise, so a re-run teaches an observer nothing.
//! Any other count: unrelated noise, since the same noise on two inputs would reveal their exact difference.

use std::fs;
use std::path::Path;

use hkdf::Hkdf;
use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::error::{Code, Diagnostic, Outcome};
use crate::policy::hex;

/// The environment variable that may hold the key.
const KEY_VARIABLE: &str = "HUSHCOUNT_KEY";

/// What `--key` takes in place of a file for trials.
const DEMONSTRATION: &str = "demonstration";

/// A key everybody knows. It protects nothing; every artefact made with it says so.
const DEMONSTRATION_KEY: [u8; 32] = *b"hushcount demonstration, no key!";

const HELP: &str = "`hushcount init` makes a first key, and `hushcount ledger rotate-key --old-key-lost` a new one for a ledger \
                    whose key is lost; in CI, set HUSHCOUNT_KEY from a secret";

/// A secret of 32 bytes, wiped when dropped. It cannot be printed or copied.
pub struct Key([u8; 32]);

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Key {
    /// The key from the file, or else from the environment.
    ///
    /// # Errors
    /// There is none, it is not 64 hexadecimal digits, or others could read the file.
    pub fn load(path: &Path, named: bool) -> Outcome<Self> {
        if path == Path::new(DEMONSTRATION) {
            return Ok(Self::demonstration());
        }
        if !named && let Some(text) = std::env::var_os(KEY_VARIABLE).filter(|text| !text.is_empty()) {
            let text = Zeroizing::new(text.into_string().unwrap_or_default());
            return parse(&text).ok_or_else(|| invalid(KEY_VARIABLE).at_option(KEY_VARIABLE).into());
        }
        // A key in place of its file's name: it must not be printed, not even in a message.
        if path.to_str().and_then(parse).is_some() {
            return Err(Diagnostic::error(Code::KeyInvalid, "--key takes the name of a file, and was given a key")
                .help("the key may stand in your shell's history now: make a new one with `hushcount init`")
                .into());
        }
        if !path.exists() {
            let missing = format!("there is no key file `{}` and {KEY_VARIABLE} is not set", path.display());
            return Err(Diagnostic::error(Code::KeyMissing, missing).help(HELP).into());
        }
        refuse_readable_by_others(path)?;
        let text = fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|error| Diagnostic::io(Code::KeyInvalid, "read the key", path, &error))?;
        parse(&text).ok_or_else(|| invalid(&path.display().to_string()).at_file(path).into())
    }

    /// The public demonstration key.
    #[must_use]
    pub fn demonstration() -> Self {
        Self(DEMONSTRATION_KEY)
    }

    /// One of many keys for trials on synthetic logs.
    pub(crate) fn for_trial(number: u64) -> Self {
        let mut key = Self([0; 32]);
        key.0.copy_from_slice(&*Self([0; 32]).derive(&[b"trial", &number.to_le_bytes()]));
        key
    }

    /// A key that no release can be made with, for runs that publish nothing.
    #[must_use]
    pub fn for_preview() -> Self {
        Self([0; 32])
    }

    /// Whether this is the public demonstration key.
    #[must_use]
    pub fn is_demonstration(&self) -> bool {
        self.0 == DEMONSTRATION_KEY
    }

    /// Sixteen digits that tell one key from another and nothing about either.
    #[must_use]
    pub fn id(&self) -> String {
        hex(&self.derive(&[b"key id"])[..8])
    }

    /// The salt that the request and account ids of a release are hashed with: 64 lowercase hexadecimal digits (see
    /// `identity`). One that became known, in a query that was left lying about, is none of another release.
    pub(super) fn for_identities(&self, release: &str) -> Zeroizing<String> {
        Zeroizing::new(hex(self.derive(&[b"identities", release.as_bytes()]).as_ref()))
    }

    /// Sixteen digits that tell whose counts of a policy another engine made.
    pub(super) fn for_counts_of(&self, digest: &str) -> String {
        hex(&self.derive(&[b"counting query", digest.as_bytes()])[..8])
    }

    /// A keyed digest of the counts (HKDF's expansion is an HMAC-SHA256 of its context).
    pub(super) fn commit(&self, counts: &[u8]) -> String {
        hex(self.derive(&[b"counts", counts]).as_ref())
    }

    /// The random stream of one cell.
    pub(super) fn stream(&self, context: &[&[u8]]) -> ChaCha20Rng {
        let context: Vec<&[u8]> = [b"noise".as_slice()].into_iter().chain(context.iter().copied()).collect();
        ChaCha20Rng::from_seed(*self.derive(&context))
    }

    /// HKDF-SHA256 over the context, each part after its length so that no two contexts run together.
    fn derive(&self, context: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let mut info = Vec::new();
        for part in context {
            info.extend((part.len() as u64).to_le_bytes());
            info.extend(*part);
        }
        let mut derived = Zeroizing::new([0; 32]);
        let expanded = Hkdf::<Sha256>::new(Some(b"hushcount 1"), &self.0).expand(&info, derived.as_mut());
        if expanded.is_err() {
            unreachable!("HKDF gives up to 255 blocks of 32 bytes, and this is one");
        }
        derived
    }
}

/// A new random key as its 64 hexadecimal digits, from the system's generator.
///
/// # Errors
/// The system has no random bytes to give.
pub fn generate() -> Outcome<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut())
        .map_err(|_| Diagnostic::error(Code::KeyMissing, "the system gave no random bytes for a key"))?;
    Ok(Zeroizing::new(hex(bytes.as_ref())))
}

fn parse(text: &str) -> Option<Key> {
    let text = text.trim();
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = Key([0; 32]);
    for (byte, digits) in key.0.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok())?;
    }
    // Nothing but zeros is what an unset secret looks like.
    (key.0 != [0; 32]).then_some(key)
}

fn invalid(place: &str) -> Diagnostic {
    Diagnostic::error(Code::KeyInvalid, format!("the key in `{place}` is not 64 hexadecimal digits")).help(HELP)
}

/// Whether a file that is there can be read by others than its owner.
#[cfg(unix)]
pub(super) fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_readable_by_others(_path: &Path) -> bool {
    false
}

/// Whether standard input is such a file. A pipe is nobody else's.
#[cfg(unix)]
pub(super) fn stdin_is_readable_by_others() -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(handle) = std::io::stdin().as_fd().try_clone_to_owned() else { return false };
    let metadata = fs::File::from(handle).metadata();
    metadata.is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub(super) fn stdin_is_readable_by_others() -> bool {
    false
}

fn refuse_readable_by_others(path: &Path) -> Outcome<()> {
    if !is_readable_by_others(path) {
        return Ok(());
    }
    Err(Diagnostic::refused(Code::KeyReadable, format!("others can read the key file `{}`", path.display()))
        .at_file(path)
        .help(format!("chmod 600 {}; if others may have read it, make a new key", path.display()))
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5869, test case 1: the library does what the standard says.
    #[test]
    fn hkdf_agrees_with_the_standard() {
        let salt: Vec<u8> = (0..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let mut okm = [0; 42];
        Hkdf::<Sha256>::new(Some(&salt), &[0x0b; 22]).expand(&info, &mut okm).expect("42 bytes");
        assert_eq!(hex(&okm), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    }

    #[test]
    fn contexts_do_not_run_together_and_keys_do_not_meet() {
        let key = Key([1; 32]);
        assert_ne!(*key.derive(&[b"ab", b"c"]), *key.derive(&[b"a", b"bc"]));
        assert_ne!(*key.derive(&[b"ab"]), *key.derive(&[b"ab", b""]));
        assert_ne!(*key.derive(&[b"ab"]), *Key([2; 32]).derive(&[b"ab"]));
        assert_eq!(*key.derive(&[b"ab"]), *Key([1; 32]).derive(&[b"ab"]));
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_key() {
        let good = "0123456789abcdefABCDEF".repeat(3)[..64].to_owned();
        assert!(parse(&good).is_some());
        assert!(parse(&format!("{good}\n")).is_some());
        for bad in
            ["", &"0".repeat(64), &good[1..], &format!("{good}0"), &good.replace('0', "g"), &good.replace('0', "é")]
        {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
