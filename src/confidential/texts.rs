//! Texts of the policy, each with what it means, found in a few nanoseconds: a log asks three times a row.
//!
//! A `HashMap` hashes with a key, against texts that were chosen to collide. The texts here are the policy's own, and a cell
//! is only looked up, so a plain hash of its ends will do.

/// A table of texts. Open addressing; at most a quarter full.
pub(super) struct Texts<T> {
    slots: Vec<Option<Entry<T>>>,
    len: usize,
}

struct Entry<T> {
    ends: Ends,
    text: Box<[u8]>,
    meaning: T,
}

/// A text's length, and its first and last eight bytes: all there is of a text of up to 16.
pub(super) type Ends = (usize, u64, u64);

const SMALLEST: usize = 16;

impl<T: Copy> Texts<T> {
    pub(super) fn new() -> Self {
        Self { slots: (0..SMALLEST).map(|_| None).collect(), len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, text: &[u8]) -> Option<T> {
        self.slots[self.slot(ends(text), text)].as_ref().map(|entry| entry.meaning)
    }

    pub(super) fn insert(&mut self, text: &[u8], meaning: T) {
        if 4 * (self.len + 1) > self.slots.len() {
            self.grow();
        }
        let ends = ends(text);
        let slot = self.slot(ends, text);
        self.len += usize::from(self.slots[slot].is_none());
        self.slots[slot] = Some(Entry { ends, text: text.into(), meaning });
    }

    /// Where the text stands, or would.
    #[inline]
    fn slot(&self, ends: Ends, text: &[u8]) -> usize {
        let mut slot = hash(ends);
        loop {
            slot &= self.slots.len() - 1;
            match &self.slots[slot] {
                Some(there) if there.ends != ends || (ends.0 > 16 && *there.text != *text) => slot += 1,
                _ => return slot,
            }
        }
    }

    fn grow(&mut self) {
        let doubled = (0..2 * self.slots.len()).map(|_| None).collect();
        for entry in std::mem::replace(&mut self.slots, doubled).into_iter().flatten() {
            let slot = self.slot(entry.ends, &entry.text);
            self.slots[slot] = Some(entry);
        }
    }
}

impl<'t, T: Copy> FromIterator<(&'t [u8], T)> for Texts<T> {
    fn from_iter<I: IntoIterator<Item = (&'t [u8], T)>>(texts: I) -> Self {
        let mut all = Self::new();
        for (text, meaning) in texts {
            all.insert(text, meaning);
        }
        all
    }
}

/// The ends of a text: of fewer than 8 bytes the first and last four, of fewer than 4 all bytes and nothing. Without a loop,
/// whose end would be guessed wrongly for every other word.
#[inline]
pub(super) fn ends(text: &[u8]) -> Ends {
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        return (text.len(), u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return (text.len(), u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)));
    }
    let byte = |place: usize| u64::from(text.get(place).copied().unwrap_or(0));
    (text.len(), byte(0) | (byte(1) << 8) | (byte(2) << 16), 0)
}

#[inline]
fn hash((length, first, last): Ends) -> usize {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (first ^ last.rotate_left(29) ^ length as u64).wrapping_mul(MIX);
    (mixed >> 40) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_and_no_other() {
        let words: Vec<String> = (0..500).map(|n| format!("{}{n}", "ab".repeat(n % 9))).collect();
        let texts: Texts<usize> = words.iter().enumerate().map(|(n, word)| (word.as_bytes(), n)).collect();
        assert_eq!(texts.len(), words.len());
        for (n, word) in words.iter().enumerate() {
            assert_eq!(texts.get(word.as_bytes()), Some(n));
            assert_eq!(texts.get(format!("{word} ").as_bytes()), None);
        }
        assert_eq!(texts.get(b""), None);
    }

    #[test]
    fn a_text_that_is_there_gets_its_new_meaning() {
        let mut texts: Texts<u32> = Texts::new();
        texts.insert(b"", 1);
        texts.insert(b"", 2);
        assert_eq!((texts.get(b""), texts.len()), (Some(2), 1));
    }
}
