//! Writes JSON into one string.

use std::fmt::Write as _;
use std::ops::Range;

use rust_decimal::Decimal;

use super::unescaped::Unescaped;
use crate::money::push_amount;

/// A JSON text in the making. Commas are its own affair; who writes says names and values.
///
/// A comma follows every value, and the bracket that closes takes the place of the last one: so
/// nothing needs to be known of what came before.
///
/// What takes a name is inlined: then the name is a constant, which the compiler writes with a few
/// stores instead of a call that copies.
pub(super) struct Writer {
    text: String,
    /// The amount written last, and where it stands.
    last_amount: (Decimal, Range<usize>),
}

impl Writer {
    /// A writer with room for so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        // An empty text stands for no amount: the first one is never taken to be there.
        Self { text: String::with_capacity(bytes), last_amount: (Decimal::ZERO, 0..0) }
    }

    /// A whole document that is one object.
    pub(super) fn document(bytes: usize, properties: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self::with_capacity(bytes);
        writer.object(properties);
        writer.text.pop();
        writer.text
    }

    /// An object.
    pub(super) fn object(&mut self, properties: impl FnOnce(&mut Self)) {
        self.text.push('{');
        properties(self);
        self.close('}');
    }

    /// A list, item by item.
    pub(super) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut item: impl FnMut(&mut Self, T),
    ) {
        self.array(|w| items.into_iter().for_each(|value| item(w, value)));
    }

    /// A list whose items the closure writes.
    pub(super) fn array(&mut self, items: impl FnOnce(&mut Self)) {
        self.text.push('[');
        items(self);
        self.close(']');
    }

    /// A string.
    pub(super) fn string(&mut self, value: &str) {
        self.text.push('"');
        self.end_string(value);
    }

    /// Something that needs no escapes, such as a moment or an id, as a string.
    pub(super) fn plain(&mut self, value: impl Unescaped) {
        self.text.push('"');
        self.end_plain(value);
    }

    /// A value whose text is JSON already.
    pub(super) fn raw(&mut self, json: impl Unescaped) {
        json.push_to(&mut self.text);
        self.text.push(',');
    }

    /// The properties of an object that is written already.
    pub(super) fn properties_of(&mut self, object: &str) {
        let properties = object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        if let Some(properties) = properties.filter(|properties| !properties.is_empty()) {
            self.raw(properties);
        }
    }

    /// The name of the property whose value comes next. The engine's own names need no escapes.
    #[inline]
    pub(super) fn name(&mut self, name: &'static str) -> &mut Self {
        self.push_name(name, "\":");
        self
    }

    /// A string property whose name is a host's.
    pub(super) fn named_text(&mut self, name: &str, value: &str) {
        self.text.push('"');
        self.push_escaped(name);
        self.text.push_str("\":\"");
        self.end_string(value);
    }

    /// A string property.
    #[inline]
    pub(super) fn text_property(&mut self, name: &'static str, value: &str) {
        self.push_name(name, "\":\"");
        self.end_string(value);
    }

    /// A string property, left out when absent.
    #[inline]
    pub(super) fn optional_text(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.text_property(name, value);
        }
    }

    /// A string property of something that needs no escapes.
    #[inline]
    pub(super) fn plain_property(&mut self, name: &'static str, value: impl Unescaped) {
        self.push_name(name, "\":\"");
        self.end_plain(value);
    }

    /// A string property of something that needs no escapes, left out when absent.
    #[inline]
    pub(super) fn optional_plain(&mut self, name: &'static str, value: Option<impl Unescaped>) {
        if let Some(value) = value {
            self.plain_property(name, value);
        }
    }

    /// A property that is an integer or a truth value.
    #[inline]
    pub(super) fn raw_property(&mut self, name: &'static str, value: impl Unescaped) {
        self.name(name).raw(value);
    }

    /// A property that is an integer or a truth value, left out when absent.
    #[inline]
    pub(super) fn optional_raw(&mut self, name: &'static str, value: Option<impl Unescaped>) {
        if let Some(value) = value {
            self.raw_property(name, value);
        }
    }

    /// An amount in its shortest form.
    #[inline]
    pub(super) fn amount(&mut self, name: &'static str, amount: Decimal) {
        self.name(name);
        self.push_amount(amount);
        self.text.push(',');
    }

    /// An amount in its shortest form, left out when absent.
    #[inline]
    pub(super) fn optional_amount(&mut self, name: &'static str, amount: Option<Decimal>) {
        if let Some(amount) = amount {
            self.amount(name, amount);
        }
    }

    /// A property that is a list of strings.
    pub(super) fn texts<'t>(
        &mut self,
        name: &'static str,
        texts: impl IntoIterator<Item = &'t str>,
    ) {
        self.name(name).list(texts, Self::string);
    }

    fn close(&mut self, bracket: char) {
        if self.text.ends_with(',') {
            self.text.pop();
        }
        self.text.push(bracket);
        self.text.push(',');
    }

    #[inline]
    fn push_name(&mut self, name: &'static str, end: &'static str) {
        debug_assert!(!needs_escapes(name), "{name}");
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str(end);
    }

    /// Most amounts of a line equal the one before, and copying is quicker than writing.
    fn push_amount(&mut self, amount: Decimal) {
        let (last, place) = &self.last_amount;
        if !place.is_empty() && last.serialize() == amount.serialize() {
            self.text.extend_from_within(place.clone());
            return;
        }
        let start = self.text.len();
        push_amount(&mut self.text, amount);
        self.last_amount = (amount, start..self.text.len());
    }

    fn end_string(&mut self, value: &str) {
        self.push_escaped(value);
        self.text.push_str("\",");
    }

    fn end_plain(&mut self, value: impl Unescaped) {
        value.push_to(&mut self.text);
        self.text.push_str("\",");
    }

    fn push_escaped(&mut self, value: &str) {
        if needs_escapes(value) {
            value.chars().for_each(|letter| self.escape(letter));
        } else {
            self.text.push_str(value);
        }
    }

    fn escape(&mut self, letter: char) {
        match letter {
            '"' => self.text.push_str("\\\""),
            '\\' => self.text.push_str("\\\\"),
            '\n' => self.text.push_str("\\n"),
            '\r' => self.text.push_str("\\r"),
            '\t' => self.text.push_str("\\t"),
            ' '.. => self.text.push(letter),
            // Writing to a string cannot fail.
            control => write!(self.text, "\\u{:04x}", u32::from(control)).unwrap_or_default(),
        }
    }
}

/// Whether a string cannot stand between quotes as it is. All bytes are looked at, whatever is
/// found: without an early end the compiler takes eight at once, and so they are handed to it. The
/// last eight may overlap those before.
fn needs_escapes(text: &str) -> bool {
    let is_special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    let has_special =
        |bytes: &[u8; 8]| bytes.iter().fold(false, |found, byte| found | is_special(*byte));
    let bytes = text.as_bytes();
    match bytes.last_chunk() {
        Some(last) => has_special(last) || bytes.as_chunks().0.iter().any(has_special),
        None => bytes.iter().any(|byte| is_special(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::arbitrary;

    #[test]
    fn commas_stand_between_values_and_nowhere_else() {
        let written = Writer::document(0, |w| {
            w.raw_property("a", 1);
            w.name("b").array(|_| {});
            w.name("c").object(|_| {});
            w.texts("d", ["x", "y"]);
            w.name("e").list([1, 2], |w, number| w.object(|w| w.raw_property("n", number)));
            w.optional_text("f", None);
            w.plain_property("g", 7);
        });
        let expected = r#"{"a":1,"b":[],"c":{},"d":["x","y"],"e":[{"n":1},{"n":2}],"g":"7"}"#;
        assert_eq!(written, expected);
    }

    #[test]
    fn an_amount_is_written_in_its_shortest_form() {
        let table = [
            (Decimal::new(3_040, 2), "30.4"),
            (Decimal::new(438_000, 3), "438"),
            (Decimal::new(0, 4), "0"),
            (Decimal::new(-0, 4), "0"),
            (Decimal::new(1, 10), "0.0000000001"),
            (Decimal::new(5, 1), "0.5"),
            (Decimal::new(-1_050, 2), "-10.5"),
            (Decimal::new(1_234_567, 2), "12345.67"),
            (Decimal::MAX, "79228162514264337593543950335"),
        ];
        for (amount, text) in table {
            let written = Writer::document(0, |w| w.amount("a", amount));
            assert_eq!(written, format!("{{\"a\":{text}}}"));
        }
    }

    proptest! {
        #[test]
        fn any_text_survives(
            name in ".*",
            text in prop_oneof![".*".boxed(), arbitrary::text().boxed()],
        ) {
            let written = Writer::document(0, |w| w.named_text(&name, &text));
            prop_assert_eq!(arbitrary::value(&written), serde_json::json!({ name: text }));
        }
    }
}
