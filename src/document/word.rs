//! Words with a fixed set of spellings.

/// Whether two words are the same when told as `one_time`, `oneTime` or `OneTime`.
pub(super) fn is_same(left: &str, right: &str) -> bool {
    letters(left).eq(letters(right))
}

fn letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
}

/// The entry of a table of words that text names.
pub(super) fn find<T: Copy>(table: &[(&str, T)], text: &str) -> Option<T> {
    table.iter().find(|(word, _)| is_same(word, text)).map(|(_, meaning)| *meaning)
}

/// The word for a meaning; every meaning is in its table.
pub(super) fn of<'w, T: PartialEq>(table: &[(&'w str, T)], meaning: &T) -> &'w str {
    table.iter().find(|(_, known)| known == meaning).map_or("", |(word, _)| word)
}

/// The words of a table as a sentence tells them: `"a", "b" or "c"`.
pub(super) fn list<T>(table: &[(&str, T)]) -> String {
    let words: Vec<_> = table.iter().map(|(word, _)| format!("\"{word}\"")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [(&str, u8); 3] = [("half_up", 1), ("truncate", 2), ("none", 3)];

    #[test]
    fn a_word_is_understood_in_every_spelling() {
        for text in ["half_up", "halfUp", "HalfUp", "HALF_UP", "halfup"] {
            assert_eq!(find(&TABLE, text), Some(1), "{text}");
        }
        for text in ["", "half up", "half-up", "halfupp"] {
            assert_eq!(find(&TABLE, text), None, "{text}");
        }
        assert_eq!((of(&TABLE, &2), of(&TABLE, &9)), ("truncate", ""));
    }

    #[test]
    fn words_are_told_as_a_sentence_tells_them() {
        assert_eq!(list(&TABLE), r#""half_up", "truncate" or "none""#);
        assert_eq!(list(&TABLE[..2]), r#""half_up" or "truncate""#);
        assert_eq!((list(&TABLE[..1]).as_str(), list::<u8>(&[]).as_str()), (r#""half_up""#, ""));
    }
}
