//! Texts of the policy, each with what it means, found in a few nanoseconds: a log asks three times a row.
//!
//! A `HashMap` hashes with a key, against texts that were chosen to collide. The texts here are the policy's own, and a cell
//! is only looked up, so a plain hash of its ends will do.

/// A table of texts. Open addressing; at most a quarter full.
pub(super) struct Texts<T> {
    slots: Vec<Option<(Box<[u8]>, T)>>,
    len: usize,
}

const SMALLEST: usize = 16;

impl<T: Copy> Texts<T> {
    pub(super) fn new() -> Self {
        Self { slots: (0..SMALLEST).map(|_| None).collect(), len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, text: &[u8]) -> Option<T> {
        self.slots[self.slot(text)].as_ref().map(|(_, meaning)| *meaning)
    }

    pub(super) fn insert(&mut self, text: &[u8], meaning: T) {
        if 4 * (self.len + 1) > self.slots.len() {
            self.grow();
        }
        let slot = self.slot(text);
        self.len += usize::from(self.slots[slot].is_none());
        self.slots[slot] = Some((text.into(), meaning));
    }

    /// Where the text stands, or would.
    #[inline]
    fn slot(&self, text: &[u8]) -> usize {
        let mut slot = hash(text);
        loop {
            slot &= self.slots.len() - 1;
            match &self.slots[slot] {
                Some((there, _)) if **there != *text => slot += 1,
                _ => return slot,
            }
        }
    }

    fn grow(&mut self) {
        let doubled = (0..2 * self.slots.len()).map(|_| None).collect();
        for (text, meaning) in std::mem::replace(&mut self.slots, doubled).into_iter().flatten() {
            let slot = self.slot(&text);
            self.slots[slot] = Some((text, meaning));
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

/// A number of a text's length and of its first and last bytes.
#[inline]
fn hash(text: &[u8]) -> usize {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let ends = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29),
        _ => text.iter().fold(0, |ends, byte| (ends << 8) | u64::from(*byte)),
    };
    let mixed = (ends ^ (text.len() as u64)).wrapping_mul(MIX);
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
