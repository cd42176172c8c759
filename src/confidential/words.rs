//! The values of a column whose keys are not declared: raw words of the log, numbered as they are met.
//!
//! They stay on this side. Only those that are selected with noise become keys (`select`).

use std::collections::HashMap;

use super::texts::Texts;
use crate::keys::{check_key, sounds_like_national_security};

/// The words of one column.
pub(super) struct Words {
    numbers: HashMap<String, u32>,
    /// Words that are not listed and count as `other`, of a column with declared keys: looking closely at one is slow.
    unlisted: Texts<u32>,
}

/// How many of these, and how long each may be: most logs have few, and some one for each row.
const MOST_UNLISTED: usize = 4096;
const LONGEST_UNLISTED: usize = 64;

impl Default for Words {
    fn default() -> Self {
        Self { numbers: HashMap::new(), unlisted: Texts::new() }
    }
}

impl Words {
    /// The word's number; a new one gets the next.
    pub(super) fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(word.to_owned(), number);
        number
    }

    /// The number of a word that has one.
    pub(super) fn known(&self, word: &[u8]) -> Option<u32> {
        self.numbers.get(std::str::from_utf8(word).ok()?).copied()
    }

    /// The key of a word that was looked at before.
    pub(super) fn unlisted(&self, word: &[u8]) -> Option<u32> {
        self.unlisted.get(word)
    }

    /// Remembers the key of a word that is not listed, while there is room.
    pub(super) fn remember(&mut self, word: &[u8], key: u32) {
        if self.unlisted.len() < MOST_UNLISTED && word.len() <= LONGEST_UNLISTED {
            self.unlisted.insert(word, key);
        }
    }

    /// Adds another piece's words; returns the number here of each of its numbers.
    pub(super) fn adopt(&mut self, other: Self) -> Vec<u32> {
        other.in_order().into_iter().map(|word| self.number(&word)).collect()
    }

    /// All words sorted, and the place among them of each number.
    pub(super) fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let words = self.in_order();
        let mut sorted: Vec<(String, usize)> = words.into_iter().zip(0..).collect();
        sorted.sort();
        let mut places = vec![0; sorted.len()];
        for (place, (_, number)) in sorted.iter().enumerate() {
            places[*number] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        (sorted.into_iter().map(|(word, _)| word).collect(), places)
    }

    fn in_order(self) -> Vec<String> {
        let mut words: Vec<(u32, String)> = self.numbers.into_iter().map(|(word, number)| (number, word)).collect();
        words.sort_unstable();
        words.into_iter().map(|(_, word)| word).collect()
    }
}

/// A cell that could be published as a key: it can stand in a table, and is no national-security process.
pub(super) fn publishable(cell: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(cell).ok()?;
    (check_key(text).is_ok() && !sounds_like_national_security(text)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_two_pieces_are_numbered_as_one_and_sorted() {
        let (mut one, mut two) = (Words::default(), Words::default());
        assert_eq!(["b", "c", "b"].map(|word| one.number(word)), [0, 1, 0]);
        assert_eq!(["c", "a"].map(|word| two.number(word)), [0, 1]);
        assert_eq!(one.adopt(two), [1, 2]);
        assert_eq!(one.sorted(), (vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], vec![1, 2, 0]));
    }

    #[test]
    fn what_could_not_stand_in_a_report_is_no_key() {
        assert_eq!(publishable("Cour d'appel".as_bytes()), Some("Cour d'appel"));
        for cell in ["", "total", "=1+1", "a\nb", "nsl", "FISA content"] {
            assert_eq!(publishable(cell.as_bytes()), None, "{cell:?}");
        }
        assert_eq!(publishable(b"\xff"), None);
    }
}
