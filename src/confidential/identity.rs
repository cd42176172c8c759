//! Identities: what stands for a request or an account once its id is no longer in memory, and the orders that follow.
//!
//! # The rule
//! Any engine with SHA-256 can compute it (`hushcount sql` writes it for some). `sha(x)` is the first 16 bytes of SHA-256
//! of the bytes `x`, compared as an unsigned big-endian number, which is how its 32 lowercase hexadecimal digits compare as
//! text. `salt` is 64 lowercase hexadecimal digits, made of the key; it is as secret as the key.
//!
//! | what | is |
//! |---|---|
//! | a request | `sha(salt \|\| "r" \|\| id)`; a part's request is that of its `parent_id`, its own where that is empty |
//! | an account | `sha(salt \|\| "a" \|\| id)`; a row with an empty id has none |
//! | a row without request id | a request of its own, behind all that have an id |
//! | the order of a unit's cells | `sha(salt \|\| "c" \|\| 32 hexadecimal digits of the unit \|\| for each key: 0x1f \|\| key)` |
//! | the order of other ids in a cell | the identities themselves |
//!
//! The salt is one block of SHA-256, so an id of up to 54 bytes costs one compression. No key has the byte 0x1f, so no two
//! cells are hashed alike.
//!
//! With n ids the chance that any two of them have one identity is below n^2 / 2^129: for 10^8 ids below 2e-23. The same
//! bound holds for two cells of one unit. (Identities of rows without id begin with 64 ones; that an id's does is less
//! likely still than 2^-64, and would do no more than change the place of one request in its order.)
//!
//! # Why rows without id need no hash
//! Such a row is one request, in one cell, of one unit. In that unit and cell it stands behind every request with an id,
//! so it takes no place from one of these, and any two of them count alike: a count depends on how many are kept, not on
//! which. As a unit by itself it has one cell, so there is no order to choose by.

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::texts::ends;

/// A keyed 128-bit hash of a request or account id; 0 where there is none.
pub(super) type Identity = u128;

/// The identity of nothing.
pub(super) const NOBODY: Identity = 0;

/// The identity of any account, where accounts are not told apart.
pub(super) const SOMEBODY: Identity = 1;

/// Bits of an identity without id that hold the row's place in its log, and the bits above them that hold the log's.
const PLACE_BITS: u32 = 44;

/// Makes identities with one salt.
#[derive(Clone)]
pub(super) struct Identities {
    /// SHA-256 after the salt, ready for more of any length.
    salted: Sha256,
    /// The same as its bare state, for what fits into one block.
    state: [u32; 8],
}

/// The first words of SHA-256 (FIPS 180-4, 5.3.3).
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Bytes of a block, and those at its end that hold a mark and the message's length.
const BLOCK: usize = 64;
const PADDING: usize = 9;

/// Bytes of an id that fit into 16 with its kind and the mark.
const SHORT: usize = 14;

impl Identities {
    /// `salt` has 64 bytes, one block.
    pub(super) fn new(salt: &Zeroizing<String>) -> Self {
        let (mut state, mut block) = (START, [0; BLOCK]);
        block.copy_from_slice(salt.as_bytes());
        compress256(&mut state, &[block]);
        Self { salted: Sha256::new_with_prefix(salt.as_bytes()), state }
    }

    pub(super) fn request(&self, id: &[u8]) -> Identity {
        self.hash(b'r', id).max(1)
    }

    pub(super) fn account(&self, id: &[u8]) -> Identity {
        self.hash(b'a', id).max(1)
    }

    /// The place of a cell, by its keys, among the cells of a unit.
    pub(super) fn order<'k>(&self, unit: Identity, keys: impl IntoIterator<Item = &'k str>) -> u128 {
        let mut text = format!("{unit:032x}");
        for key in keys {
            text.push('\u{1f}');
            text.push_str(key);
        }
        self.hash(b'c', text.as_bytes())
    }

    fn hash(&self, kind: u8, text: &[u8]) -> u128 {
        if text.len() + 1 > BLOCK - PADDING {
            let hasher = self.salted.clone().chain_update([kind]).chain_update(text);
            let digest = hasher.finalize();
            return digest.iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte));
        }
        // Made of numbers of 16 bytes, as it is read again: what is written in other sizes would have to be waited for.
        let mut block = [0_u128; BLOCK / 16];
        if text.len() <= SHORT {
            block[0] = u128::from(kind) | ((short(text) | (0x80 << (8 * text.len()))) << 8);
        } else {
            let mut bytes = [0; BLOCK];
            bytes[0] = kind;
            bytes[1..=text.len()].copy_from_slice(text);
            bytes[text.len() + 1] = 0x80;
            let (numbers, _) = bytes.as_chunks::<16>();
            block.iter_mut().zip(numbers).for_each(|(number, bytes)| *number = u128::from_le_bytes(*bytes));
        }
        let bits = 8 * (BLOCK + 1 + text.len()) as u64;
        block[3] |= u128::from(bits.swap_bytes()) << 64;
        let mut state = self.state;
        compress256(&mut state, &[bytes_of(block)]);
        state[..4].iter().fold(0, |number, word| (number << 32) | u128::from(*word))
    }
}

/// Up to 16 bytes as a number, the first byte lowest: its two ends, which may overlap.
fn short(text: &[u8]) -> u128 {
    let (length, first, last) = ends(text);
    let chunk = if length < 8 { 4 } else { 8 };
    u128::from(first) | (u128::from(last) << (8 * length.saturating_sub(chunk)))
}

fn bytes_of(numbers: [u128; BLOCK / 16]) -> [u8; BLOCK] {
    let mut bytes = [0; BLOCK];
    let (chunks, _) = bytes.as_chunks_mut::<16>();
    chunks.iter_mut().zip(numbers).for_each(|(chunk, number)| *chunk = number.to_le_bytes());
    bytes
}

/// The request of a row without id: behind every hash, and different for every row. `row` is below 2^44, `log` below 2^20.
pub(super) fn unnamed(log: u64, row: u64) -> Identity {
    (u128::from(u64::MAX) << 64) | u128::from((log << PLACE_BITS) | row)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out with Python's hashlib for the salt `00112233...` of 64 digits.
    #[test]
    fn identities_are_those_of_any_other_sha_256() {
        let identities = Identities::new(&Zeroizing::new("00112233445566778899aabbccddeeff".repeat(2)));
        let unit = identities.account(b"us0000123");
        let found = [
            identities.request(b"R000000001"),
            unit,
            identities.account("é".as_bytes()),
            identities.order(unit, ["US", "search_warrant"]),
            identities.order(unit, []),
        ];
        let wanted = [
            0x42c1_9391_9b62_96f7_aab5_c4f4_cfbd_fe38,
            0xed1a_0888_8957_80fc_dbeb_1e1d_46ed_7cb1,
            0x2420_74ad_828f_7b85_0fea_a257_0760_8970,
            0x8d90_918b_eacd_45ce_b585_4363_6067_d3d4,
            0xa296_6051_61c4_1268_b088_2194_59f8_b115,
        ];
        assert_eq!(found, wanted);
    }

    /// On both sides of the longest text that fits into one block.
    #[test]
    fn one_block_or_more_is_the_same_hash() {
        let salt = Zeroizing::new("f".repeat(64));
        let identities = Identities::new(&salt);
        for length in (0..=64).chain([200]) {
            let id: Vec<u8> = (b'a'..=b'z').cycle().take(length).collect();
            let whole = Sha256::digest([salt.as_bytes(), b"r", &id].concat());
            let wanted = whole.iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte));
            assert_eq!(identities.request(&id), wanted, "{length}");
        }
    }

    #[test]
    fn kinds_keep_apart_and_rows_without_id_come_last() {
        let identities = Identities::new(&Zeroizing::new("0".repeat(64)));
        assert_ne!(identities.request(b"1"), identities.account(b"1"));
        assert!(identities.request(b"1") < unnamed(0, 0));
        assert!(unnamed(0, (1 << PLACE_BITS) - 1) < unnamed(1, 0));
    }
}
