//! The variable parts of a path.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::error::{Error, Result};
use crate::ids::Id;
use crate::refusal::Reason;
use crate::text::{Lines, normalise_text};

/// The variables of a path: an [`Id`], a number, or a pair such as `(Id, String)`. One that cannot be read is answered with a 400 that
/// names it.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

/// A type that can be read from the variables of a path, in order.
pub trait FromParts: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// 400 `invalid_parameter` that names the variable.
    fn from_parts(parts: &[(&str, &str)]) -> Result<Self>;
}

impl FromParts for Id {
    fn from_parts(parts: &[(&str, &str)]) -> Result<Self> {
        let Some((name, value)) = parts.first() else { return Err(Error::internal("the address has no part")) };
        // Only the hyphenated form: two spellings of one id would be two paths to one record.
        value
            .parse()
            .ok()
            .filter(|id: &Self| id.to_string().eq_ignore_ascii_case(value))
            .ok_or_else(|| Error::field(Reason::InvalidParameter, *name, "not_an_id", "This is not a valid id."))
    }
}

impl FromParts for String {
    fn from_parts(parts: &[(&str, &str)]) -> Result<Self> {
        let Some((name, value)) = parts.first() else { return Err(Error::internal("the address has no part")) };
        let refused = |code, detail| Error::field(Reason::InvalidParameter, *name, code, detail);
        let value = normalise_text(value, Lines::One).map_err(|unfit| refused(unfit.code(), unfit.to_string()))?;
        if value.is_empty() {
            return Err(refused("too_short", "Enter a value.".to_owned()));
        }
        if value.chars().count() > 100 {
            return Err(refused("too_long", "Use at most 100 characters.".to_owned()));
        }
        Ok(value)
    }
}

/// A number that counts from one, such as a version.
impl FromParts for i32 {
    fn from_parts(parts: &[(&str, &str)]) -> Result<Self> {
        let Some((name, value)) = parts.first() else { return Err(Error::internal("the address has no part")) };
        // Only the plain form: two spellings of one number would be two paths to one record.
        let number = value.parse().ok().filter(|number: &Self| *number > 0 && number.to_string() == *value);
        number.ok_or_else(|| Error::field(Reason::InvalidParameter, *name, "not_a_number", "This is not a number from 1 up."))
    }
}

impl<A: FromParts, B: FromParts> FromParts for (A, B) {
    fn from_parts(parts: &[(&str, &str)]) -> Result<Self> {
        Ok((A::from_parts(parts)?, B::from_parts(parts.get(1..).unwrap_or_default())?))
    }
}

impl<T: FromParts> FromRequest for Path<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parts: Vec<(&str, &str)> = request.match_info().iter().collect();
        ready(T::from_parts(&parts).map(Self))
    }
}
