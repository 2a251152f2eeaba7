//! Lists are read page by page. A cursor is opaque, made by us, and good for the list it came from only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{Error, Result};
use crate::ids::Id;
use crate::refusal::Code;
use crate::seal::{Opened, Sealer, optional};

/// How many items a page has when nobody says.
const USUAL: u8 = 20;
/// How many items a page has at most.
const MOST: u8 = 100;

/// How many items the caller wants: 1 to 100, 20 when nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u32")]
#[schema(value_type = u8, minimum = 1, maximum = 100, example = 20)]
pub struct Limit(u8);

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl TryFrom<u32> for Limit {
    type Error = &'static str;

    fn try_from(limit: u32) -> Result<Self, Self::Error> {
        u8::try_from(limit).ok().filter(|limit| (1..=MOST).contains(limit)).map(Self).ok_or("out of range")
    }
}

impl Limit {
    /// One more than a page: the extra row tells whether there is another page.
    pub fn plus_one(self) -> i64 {
        i64::from(self.0) + 1
    }
}

/// A cursor as the caller sends it back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 512, pattern = "^[A-Za-z0-9_-]*$")]
pub struct Cursor(String);

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items, 1 to 100; 20 when left out.
    #[serde(default)]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, nullable = false)]
    pub limit: Limit,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>, min_length = 1, max_length = 512, nullable = false)]
    pub cursor: Option<Cursor>,
}

const TAG: usize = 16;

impl Cursor {
    /// Reads back what [`Page::cut`] put in, for the list of that name.
    ///
    /// # Errors
    /// 400 `invalid_cursor` for anything that this list did not issue.
    pub fn open<K: DeserializeOwned>(&self, sealer: &Sealer, list: &'static str) -> Result<K> {
        let wrong = || Error::field(Code::InvalidCursor, "cursor", "invalid", "This cursor was not issued by this list.");
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| wrong())?;
        let (tag, key) = bytes.split_at_checked(TAG).ok_or_else(wrong)?;
        if sealer.tag("cursor", &[list.as_bytes(), key]).get(..TAG) != Some(tag) {
            return Err(wrong());
        }
        serde_json::from_slice(key).map_err(|_| wrong())
    }

    fn make<K: Serialize>(sealer: &Sealer, list: &'static str, key: &K) -> Result<Self> {
        let key = serde_json::to_vec(key).map_err(|_| Error::internal("a cursor could not be written"))?;
        let mut bytes = sealer.tag("cursor", &[list.as_bytes(), &key]).get(..TAG).unwrap_or_default().to_vec();
        bytes.extend(key);
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }
}

/// One page of anything, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a page out of rows that were fetched with [`Limit::plus_one`]; `key` says where a row stands in the order.
    ///
    /// # Errors
    /// [`Error::internal`] when the key cannot be written.
    pub fn cut<K: Serialize>(
        mut rows: Vec<T>,
        limit: Limit,
        sealer: &Sealer,
        list: &'static str,
        key: impl Fn(&T) -> K,
    ) -> Result<Self> {
        let size = usize::from(limit.0);
        let more = rows.len() > size;
        rows.truncate(size);
        let next_cursor = match rows.last() {
            Some(last) if more => Some(Cursor::make(sealer, list, &key(last))?.0),
            _ => None,
        };
        Ok(Self { items: rows, next_cursor })
    }

    /// The same for rows of which some may be damaged: a page of those that can be read, and the keys of the others on it, each of
    /// which is in the log.
    ///
    /// # Errors
    /// The first error of a row that is about something else; otherwise as [`Page::cut`].
    pub fn cut_readable<K: Serialize + Clone>(
        rows: Opened<K, T>,
        limit: Limit,
        sealer: &Sealer,
        list: &'static str,
    ) -> Result<(Self, Vec<K>)> {
        let page = Page::cut(rows, limit, sealer, list, |(key, _)| key.clone())?;
        let (mut items, mut unreadable) = (Vec::new(), Vec::new());
        for (key, row) in page.items {
            match optional(row)? {
                Some(row) => items.push(row),
                None => unreadable.push(key),
            }
        }
        Ok((Self { items, next_cursor: page.next_cursor }, unreadable))
    }

    /// The same page with each item turned into its view; those of which the view cannot be read are added to `unreadable`.
    ///
    /// # Errors
    /// The first error of `view` that is about something else.
    pub fn try_map_readable<U>(
        self,
        unreadable: &mut Vec<Id>,
        id: impl Fn(&T) -> Id,
        mut view: impl FnMut(T) -> Result<U>,
    ) -> Result<Page<U>> {
        let mut items = Vec::with_capacity(self.items.len());
        for item in self.items {
            let id = id(&item);
            match optional(view(item))? {
                Some(view) => items.push(view),
                None => unreadable.push(id),
            }
        }
        Ok(Page { items, next_cursor: self.next_cursor })
    }

    /// The same page with each item turned into its view.
    ///
    /// # Errors
    /// The first error of `view`.
    pub fn try_map<U>(self, view: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        Ok(Page { items: self.items.into_iter().map(view).collect::<Result<_>>()?, next_cursor: self.next_cursor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyRing;

    #[test]
    fn a_cursor_is_good_for_its_own_list_and_untouched_only() {
        let sealer = Sealer::new(&KeyRing::throwaway());
        let page = Page::cut(vec![1, 2, 3], Limit(2), &sealer, "numbers", |n| *n).unwrap();
        assert_eq!(page.items, [1, 2]);
        let cursor = Cursor(page.next_cursor.unwrap());
        assert_eq!(cursor.open::<i32>(&sealer, "numbers").unwrap(), 2);
        assert_eq!(cursor.open::<i32>(&sealer, "letters").unwrap_err().code(), Code::InvalidCursor);
        for at in 0..cursor.0.len() {
            let mut text = cursor.0.clone().into_bytes();
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
            let altered = Cursor(String::from_utf8(text).unwrap());
            assert!(altered.open::<i32>(&sealer, "numbers").is_err(), "letter {at} altered");
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let sealer = Sealer::new(&KeyRing::throwaway());
        assert_eq!(Page::cut(vec![1, 2], Limit(2), &sealer, "numbers", |n| *n).unwrap().next_cursor, None);
        assert!(Page::cut(Vec::<i32>::new(), Limit(2), &sealer, "numbers", |n| *n).unwrap().items.is_empty());
    }

    #[test]
    fn a_damaged_row_is_named_and_stands_between_pages() {
        let sealer = Sealer::new(&KeyRing::throwaway());
        let row = |n: u8| Id(uuid::Uuid::from_bytes([n; 16]));
        let rows = |damaged: u8| -> Opened<Id, u8> {
            let open = |n| if n == damaged { Err(Error::unreadable("notes.words", row(n), "altered")) } else { Ok(n) };
            (1..=3).map(|n| (row(n), open(n))).collect()
        };
        let (page, unreadable) = Page::cut_readable(rows(2), Limit(2), &sealer, "notes").unwrap();
        assert_eq!((page.items, unreadable), (vec![1], vec![row(2)]));
        assert_eq!(Cursor(page.next_cursor.unwrap()).open::<Id>(&sealer, "notes").unwrap(), row(2));
        let other: Opened<Id, u8> = vec![(row(1), Err(Error::internal("something else")))];
        assert!(Page::cut_readable(other, Limit(2), &sealer, "notes").is_err());
    }

    #[test]
    fn limits_outside_one_to_a_hundred_are_refused() {
        assert!([1, 20, 100].into_iter().all(|n| Limit::try_from(n).is_ok()));
        assert!([0, 101, 256, u32::MAX].into_iter().all(|n| Limit::try_from(n).is_err()));
    }
}
