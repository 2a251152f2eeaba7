//! Lists are read page by page. A cursor is opaque, issued by the service, and valid only for the list that issued it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::query;
use crate::Platform;
use crate::error::{Error, Result};
use crate::ids::Id;
use crate::refusal::Reason;
use crate::seal::{Opened, Sealer, readable_or_none};

/// How many items a page has by default.
const DEFAULT_LIMIT: u8 = 20;
/// How many items a page has at most.
const MAX_LIMIT: u8 = 100;

/// How many items the caller wants: 1 to 100, 20 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u32")]
#[schema(value_type = u8, minimum = 1, maximum = 100, example = 20)]
pub struct Limit(u8);

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl TryFrom<u32> for Limit {
    type Error = &'static str;

    fn try_from(limit: u32) -> Result<Self, Self::Error> {
        u8::try_from(limit).ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).map(Self).ok_or("out of range")
    }
}

/// A cursor as the caller sends it back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 512, pattern = "^[A-Za-z0-9_-]*$")]
pub struct Cursor(String);

/// The page of a list, with the same parameters for every list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items to return, 1 to 100; 20 when left out.
    #[serde(default)]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, nullable = false)]
    limit: Limit,
    /// The `next_cursor` of the previous page.
    #[param(value_type = Option<String>, min_length = 1, max_length = 512, nullable = false)]
    cursor: Option<Cursor>,
}

const TAG_LENGTH: usize = 16;

impl Cursor {
    /// Reads the key in a cursor of the list with that name.
    ///
    /// # Errors
    /// 400 `invalid_cursor` for anything that this list did not issue.
    fn open<K: DeserializeOwned>(&self, sealer: &Sealer, list: &str) -> Result<K> {
        let wrong = || {
            Error::field(
                Reason::InvalidCursor,
                "cursor",
                "invalid",
                "This cursor does not belong to this list. Start again without a cursor.",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| wrong())?;
        let (tag, key) = bytes.split_at_checked(TAG_LENGTH).ok_or_else(wrong)?;
        if sealer.tag("cursor", &[list.as_bytes(), key]).get(..TAG_LENGTH) != Some(tag) {
            return Err(wrong());
        }
        serde_json::from_slice(key).map_err(|_| wrong())
    }

    fn make<K: Serialize>(sealer: &Sealer, list: &str, key: &K) -> Result<Self> {
        let key = serde_json::to_vec(key).map_err(|_| Error::internal("a cursor could not be written"))?;
        let mut bytes = sealer.tag("cursor", &[list.as_bytes(), &key]).get(..TAG_LENGTH).unwrap_or_default().to_vec();
        bytes.extend(key);
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }
}

/// The argument of an operation that lists: which page is requested. `K` is the position of a row in the order of the list.
///
/// The operation reads [`Paging::rows`] rows that follow [`Paging::after`] and builds the page from them. If the response of an
/// operation is a [`Page`], the document adds the parameters `limit` and `cursor` to it.
#[derive(Debug)]
pub struct Paging<K = Id> {
    /// The row before the page; none for the first page.
    pub after: Option<K>,
    limit: Limit,
    /// The path pattern of the list, which its cursors are bound to.
    list: String,
    sealer: Sealer,
}

impl<K: DeserializeOwned> FromRequest for Paging<K> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl<K: DeserializeOwned> Paging<K> {
    fn read(request: &HttpRequest) -> Result<Self> {
        let PageQuery { limit, cursor } = query::paging(request)?;
        let missing = || Error::internal("a list has no platform or no address");
        let sealer = request.app_data::<Platform>().map(|platform| platform.sealer.clone()).ok_or_else(missing)?;
        let list = request.match_pattern().ok_or_else(missing)?;
        let after = cursor.map(|cursor| cursor.open(&sealer, &list)).transpose()?;
        Ok(Self { after, limit, list, sealer })
    }
}

impl<K> Paging<K> {
    /// How many rows to read: one more than a page has, to know whether another page follows.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit.0) + 1
    }

    /// The page of those rows; `key` is the position of a row in the order.
    ///
    /// # Errors
    /// [`Error::internal`] when the key cannot be written.
    pub fn page<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Result<Page<T>>
    where
        K: Serialize,
    {
        let size = usize::from(self.limit.0);
        let more = rows.len() > size;
        rows.truncate(size);
        let next_cursor = match rows.last() {
            Some(last) if more => Some(Cursor::make(&self.sealer, &self.list, &key(last))?.0),
            _ => None,
        };
        Ok(Page { items: rows, unreadable: Vec::new(), next_cursor })
    }

    /// The page of rows of which some may be damaged: the rows that can be read, and the ids of the others, each of which is
    /// logged.
    ///
    /// # Errors
    /// The first error of a row that is not about damage; otherwise as [`Paging::page`].
    pub fn readable<T>(&self, rows: Opened<K, T>) -> Result<Page<T>>
    where
        K: Serialize + Clone + RowKey,
    {
        let page = self.page(rows, |(key, _)| key.clone())?;
        let mut readable = Page { items: Vec::new(), unreadable: Vec::new(), next_cursor: page.next_cursor };
        for (key, row) in page.items {
            match readable_or_none(row)? {
                Some(row) => readable.items.push(row),
                None => readable.unreadable.push(key.row_id()),
            }
        }
        Ok(readable)
    }
}

/// The position of a row in the order of a list, which includes the row's id.
pub trait RowKey {
    /// The id of the row.
    fn row_id(&self) -> Id;
}

impl RowKey for Id {
    fn row_id(&self) -> Id {
        *self
    }
}

impl<A> RowKey for (A, Id) {
    fn row_id(&self) -> Id {
        self.1
    }
}

/// One page of a list, and the cursor of the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the order of the list.
    #[schema(max_items = 100)]
    pub items: Vec<T>,
    /// Ids of items of this page that cannot be read because they are damaged. Report them to the operator.
    #[schema(max_items = 100)]
    pub unreadable: Vec<Id>,
    /// The cursor of the next page; null on the last page.
    #[schema(max_length = 512)]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The same page with each item converted to its view.
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        let items = self.items.into_iter().map(view).collect();
        Page { items, unreadable: self.unreadable, next_cursor: self.next_cursor }
    }

    /// The same page with each item converted to its view.
    ///
    /// # Errors
    /// The first error of `view`.
    pub fn try_map<U>(self, view: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        let items = self.items.into_iter().map(view).collect::<Result<_>>()?;
        Ok(Page { items, unreadable: self.unreadable, next_cursor: self.next_cursor })
    }

    /// The same page with each item converted to its view; items whose view cannot be read are added to the unreadable ones.
    ///
    /// # Errors
    /// The first error of `view` that is not about damage.
    pub fn try_map_readable<U>(self, id: impl Fn(&T) -> Id, mut view: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        let mut page = Page { items: Vec::new(), unreadable: self.unreadable, next_cursor: self.next_cursor };
        for item in self.items {
            let id = id(&item);
            match readable_or_none(view(item))? {
                Some(view) => page.items.push(view),
                None => page.unreadable.push(id),
            }
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyRing;

    fn paging<K>(size: u8, list: &str) -> Paging<K> {
        let sealer = Sealer::new(&KeyRing::generate());
        Paging { after: None, limit: Limit(size), list: list.to_owned(), sealer }
    }

    #[test]
    fn a_cursor_is_valid_only_for_its_own_list_and_unchanged() {
        let numbers = paging(2, "numbers");
        let page = numbers.page(vec![1, 2, 3], |n| *n).unwrap();
        assert_eq!(page.items, [1, 2]);
        let cursor = Cursor(page.next_cursor.unwrap());
        assert_eq!(cursor.open::<i32>(&numbers.sealer, "numbers").unwrap(), 2);
        assert_eq!(cursor.open::<i32>(&numbers.sealer, "other").unwrap_err().reason(), Reason::InvalidCursor);
        for at in 0..cursor.0.len() {
            let mut text = cursor.0.clone().into_bytes();
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
            let altered = Cursor(String::from_utf8(text).unwrap());
            assert!(altered.open::<i32>(&numbers.sealer, "numbers").is_err(), "character {at} altered");
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        assert_eq!(paging(2, "numbers").page(vec![1, 2], |n| *n).unwrap().next_cursor, None);
        assert!(paging(2, "numbers").page(Vec::<i32>::new(), |n| *n).unwrap().items.is_empty());
    }

    #[test]
    fn a_damaged_row_is_named_and_counts_in_paging() {
        let row = |n: u8| Id(uuid::Uuid::from_bytes([n; 16]));
        let rows = |damaged: u8| -> Opened<Id, u8> {
            let open = |n| if n == damaged { Err(Error::unreadable("notes.words", row(n), "altered")) } else { Ok(n) };
            (1..=3).map(|n| (row(n), open(n))).collect()
        };
        let notes = paging(2, "notes");
        let page = notes.readable(rows(2)).unwrap();
        assert_eq!((page.items, page.unreadable), (vec![1], vec![row(2)]));
        assert_eq!(Cursor(page.next_cursor.unwrap()).open::<Id>(&notes.sealer, "notes").unwrap(), row(2));
        let other: Opened<Id, u8> = vec![(row(1), Err(Error::internal("something else")))];
        assert!(notes.readable(other).is_err());
    }

    #[test]
    fn limits_outside_one_to_a_hundred_are_refused() {
        assert!([1, 20, 100].into_iter().all(|n| Limit::try_from(n).is_ok()));
        assert!([0, 101, 256, u32::MAX].into_iter().all(|n| Limit::try_from(n).is_err()));
    }
}
