//! A cursor over a document that knows where it is, so that every complaint names the property.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::json::{Json, Properties};
use crate::error::{Error, ErrorKind, Result};

/// As much of a wrong value, or of its name, as a complaint shows, in characters.
const SHOWN_CHARS_MAX: usize = 64;

/// How a node was reached from its parent.
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Property(&'a str),
    Item(usize),
}

/// A value and the way to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    json: &'a Json<'a>,
    reached: Option<(&'a Node<'a>, Step<'a>)>,
}

impl<'a> Node<'a> {
    /// A document.
    pub(super) const fn root(json: &'a Json<'a>) -> Self {
        Self { json, reached: None }
    }

    /// The value as a document of its own: complaints name properties from here on.
    pub(super) const fn as_root(&self) -> Node<'a> {
        Self::root(self.json)
    }

    /// The value.
    pub(super) const fn json(&self) -> &'a Json<'a> {
        self.json
    }

    /// A property that is there, even if it is `null`.
    pub(super) fn given<'s>(&'s self, name: &'s str) -> Option<Node<'s>> {
        let json = self.json.get(name)?;
        Some(Node { json, reached: Some((self, Step::Property(name))) })
    }

    /// What [`Node::given`] finds for each of these names, found in one pass over the object.
    pub(super) fn each_given<'s, const N: usize>(
        &'s self,
        names: [&'s str; N],
    ) -> [Option<Node<'s>>; N] {
        let mut nodes = [None; N];
        let Json::Object(properties) = self.json else { return nodes };
        for (key, json) in properties {
            // Most names come in the case in which they are known.
            let exact = names.iter().position(|name| name == key);
            let at = exact.or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(key)));
            if let Some((name, node)) = at.and_then(|at| names.get(at).zip(nodes.get_mut(at))) {
                *node = Some(Node { json, reached: Some((self, Step::Property(name))) });
            }
        }
        nodes
    }

    /// A property that says something: `null` and the empty list equal absent.
    pub(super) fn property<'s>(&'s self, name: &'s str) -> Option<Node<'s>> {
        self.given(name).filter(|node| !node.is_absent())
    }

    /// A property read, when it says something.
    pub(super) fn read<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Node<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.property(name).map(|node| read(&node)).transpose()
    }

    /// A property read, unless it is blank: the service writes empty strings for what a resource
    /// does not have.
    pub(super) fn filled<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Node<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let is_blank = |n: &Node<'_>| n.as_text().is_some_and(|text| text.trim().is_empty());
        self.property(name).filter(|node| !is_blank(node)).map(|node| read(&node)).transpose()
    }

    /// A property that is a list, every item read; none when absent.
    pub(super) fn list_of<T>(
        &self,
        name: &str,
        read: impl Fn(&Node<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        Ok(self.read(name, |list| list.list(read))?.unwrap_or_default())
    }

    /// A property that cannot be done without, read.
    pub(super) fn require<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Node<'_>) -> Result<T>,
    ) -> Result<T> {
        match self.property(name) {
            Some(node) => read(&node),
            None => Err(self.missing(name)),
        }
    }

    /// The place of a property whose value is not at hand.
    fn unread<'s>(&'s self, name: &'s str) -> Node<'s> {
        Node { json: &Json::Null, reached: Some((self, Step::Property(name))) }
    }

    /// That a property is not there.
    pub(super) fn missing(&self, name: &str) -> Error {
        self.unread(name).error("is required")
    }

    /// Refuses names that are not known, and tells which are.
    pub(super) fn check_names(&self, known: &[&str]) -> Result<()> {
        let is_unknown = |(name, _): &&(Cow<'_, str>, _)| !is_one_of(name, known);
        let unknown = self.properties()?.iter().find(is_unknown);
        unknown.map_or(Ok(()), |(name, _)| Err(self.unknown_property(name, known)))
    }

    /// Refuses an object none of whose names is known; one without names is good.
    pub(super) fn check_any_name(&self, known: &[&str]) -> Result<()> {
        match self.properties()?.as_slice() {
            [(name, _), ..]
                if !self.properties()?.iter().any(|(name, _)| is_one_of(name, known)) =>
            {
                Err(self.unknown_property(name, known))
            }
            _ => Ok(()),
        }
    }

    fn unknown_property(&self, name: &str, known: &[&str]) -> Error {
        self.unread(name).error(format_args!("is not known; known are {}", known.join(", ")))
    }

    /// Whether the value says the same as leaving it out.
    pub(super) fn is_absent(&self) -> bool {
        self.json.is_absent()
    }

    /// Whether the value is a list.
    pub(super) const fn is_list(&self) -> bool {
        matches!(self.json, Json::List(_))
    }

    /// Whether the value is an object.
    pub(super) const fn is_object(&self) -> bool {
        matches!(self.json, Json::Object(_))
    }

    /// The properties of an object.
    pub(super) fn properties(&self) -> Result<&'a Properties<'a>> {
        match self.json {
            Json::Object(properties) => Ok(properties),
            _ => Err(self.expected("an object")),
        }
    }

    /// The properties of an object as nodes; of equal names only the last, in the last one's place.
    pub(super) fn distinct_properties<'s>(&'s self) -> Result<Vec<(&'s str, Node<'s>)>> {
        let properties = self.properties()?;
        let mut kept: Vec<_> = properties.iter().enumerate().collect();
        // Sorting keeps a hostile document of a million names from costing a million times a
        // million comparisons.
        kept.sort_by(|(at, (name, _)), (other_at, (other, _))| {
            compare_names(name, other).then(other_at.cmp(at))
        });
        kept.dedup_by(|(_, (name, _)), (_, (kept, _))| name.eq_ignore_ascii_case(kept));
        kept.sort_unstable_by_key(|(at, _)| *at);
        let node = |(_, (name, json)): (usize, &'s (Cow<'a, str>, Json<'a>))| {
            let reached = Some((self, Step::Property(name)));
            (&**name, Node { json, reached })
        };
        Ok(kept.into_iter().map(node).collect())
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Result<impl ExactSizeIterator<Item = Node<'_>>> {
        let Json::List(items) = self.json else { return Err(self.expected("a list")) };
        Ok(items.iter().enumerate().map(|(at, json)| self.item(at, json)))
    }

    /// An item of the list that stands here.
    fn item<'s>(&'s self, at: usize, json: &'s Json<'_>) -> Node<'s> {
        Node { json, reached: Some((self, Step::Item(at))) }
    }

    /// A list, every item read.
    pub(super) fn list<T>(&self, read: impl Fn(&Node<'_>) -> Result<T>) -> Result<Vec<T>> {
        self.items()?.map(|item| read(&item)).collect()
    }

    /// The value, if it is a string.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        match self.json {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A string.
    pub(super) fn text(&self) -> Result<&'a str> {
        self.as_text().ok_or_else(|| self.expected("a string"))
    }

    /// That the value is not what it should be.
    pub(super) fn expected(&self, what: &str) -> Error {
        self.error(format_args!("expected {what}, came {}", shown(self.json)))
    }

    /// That something is wrong here.
    pub(super) fn error(&self, problem: impl std::fmt::Display) -> Error {
        match self.path() {
            path if path.is_empty() => {
                Error::new(ErrorKind::InvalidRequest, format!("the document: {problem}"))
            }
            path => Error::request(&path, problem),
        }
    }

    /// The way from the document to here, such as `lineItems[2].quantity`.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        self.write_path(&mut path);
        path
    }

    fn write_path(&self, path: &mut String) {
        let Some((parent, step)) = self.reached else { return };
        parent.write_path(path);
        match step {
            Step::Property(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                // A document may give a name of any length.
                path.push_str(&shortened(name));
            }
            // Writing to a string cannot fail.
            Step::Item(at) => write!(path, "[{at}]").unwrap_or_default(),
        }
    }
}

fn compare_names(left: &str, right: &str) -> std::cmp::Ordering {
    let right = right.bytes().map(|byte| byte.to_ascii_lowercase());
    left.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(right)
}

/// A value as a complaint shows it.
fn shown(json: &Json<'_>) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Integer(value) => format!("the number {value}"),
        Json::Number(text) => format!("the number {}", shortened(text)),
        Json::Text(text) => format!("the string \"{}\"", shortened(text)),
        Json::List(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn is_one_of(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The same complaint about an argument of a call instead of a cart.
pub(super) fn as_argument(error: Error) -> Error {
    if error.kind() != ErrorKind::InvalidRequest {
        return error;
    }
    let argument = Error::new(ErrorKind::InvalidArgument, error.description());
    error.data().iter().fold(argument, Error::with_data)
}
