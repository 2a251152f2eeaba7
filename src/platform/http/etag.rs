//! Versions of records that two people may edit: `ETag` on reading, `If-Match` on changing.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};

use crate::platform::error::{Error, Result};
use crate::platform::refusal::{Code, Refusal};

/// The entity tag of a version.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// The version that the caller has seen. Required: without the header the answer is 428.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Vec<String>);

impl IfMatch {
    /// Lets a change through only when the caller has seen the present version.
    ///
    /// # Errors
    /// 412 `version_mismatch`. Weak tags never match (RFC 9110, section 13.1.1); `*` always does.
    pub fn check(&self, version: i32) -> Result<()> {
        let present = etag(version);
        if self.0.iter().any(|tag| *tag == present || tag == "*") {
            return Ok(());
        }
        Err(Refusal::new(Code::VersionMismatch, "Somebody has changed this record since you read it. Read it again first.")
            .field("If-Match", "stale", "This is not the present version.")
            .into())
    }
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tags = request
            .headers()
            .get_all(IF_MATCH)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect::<Vec<_>>();
        ready(if tags.is_empty() {
            Err(Error::field(Code::VersionRequired, "If-Match", "required", "Send the ETag of the record as you read it."))
        } else {
            Ok(Self(tags))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_present_strong_tag_or_a_star_matches() {
        let sent = |text: &str| IfMatch(vec![text.to_owned()]);
        assert!(sent("\"v3\"").check(3).is_ok());
        assert!(sent("*").check(3).is_ok());
        for other in ["\"v2\"", "W/\"v3\"", "v3", "\"v33\""] {
            assert_eq!(sent(other).check(3).unwrap_err().code(), Code::VersionMismatch, "{other}");
        }
    }
}
