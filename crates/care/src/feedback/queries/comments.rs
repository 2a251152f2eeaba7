//! Comments that are released to those who run the service: anonymously, some weeks later, several people's at a time and in
//! random order.

use diesel::prelude::*;

use crate::feedback::model::FeedbackCommentReader;
use crate::schema::{feedback, feedback_releases};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Opened, Place, fill_random};

/// Seal place of comments.
pub(super) const COMMENT: &str = "feedback.comment";

/// An anonymous comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// A random id that gives the order within its release and is used for nothing else.
    pub shuffled_id: Id,
    /// The release that contains it.
    pub release: Id,
    pub released_at: UtcTime,
    pub text: Private<String>,
}

/// Comments for the service that are not released yet and were written before this instant: the ids of the feedback and of its
/// author.
pub fn unreleased(tx: &mut Tx, before: UtcTime) -> Result<Vec<(Id, Id)>> {
    Ok(feedback::table
        .filter(feedback::comment_for.eq(Some(FeedbackCommentReader::Service)))
        .filter(feedback::release_id.is_null())
        .filter(feedback::given_at.lt(before))
        .select((feedback::id, feedback::practitioner_id))
        .load(tx.conn)?)
}

/// Releases these comments in random order.
pub fn release(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    let release = Id::new(tx.now);
    diesel::insert_into(feedback_releases::table)
        .values((feedback_releases::id.eq(release), feedback_releases::released_at.eq(tx.now)))
        .execute(tx.conn)?;
    for id in ids {
        let mut bytes = [0; 16];
        fill_random(&mut bytes);
        let place = Id(uuid::Builder::from_random_bytes(bytes).into_uuid());
        diesel::update(feedback::table.find(id).filter(feedback::release_id.is_null()))
            .set((feedback::release_id.eq(Some(release)), feedback::shuffle_key.eq(Some(place))))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Released comments, the newest release first, each release in its random order.
pub fn comments(tx: &mut Tx, after: Option<(Id, Id)>, limit: i64) -> Result<Opened<(Id, Id), Comment>> {
    type Row = (Id, Option<Vec<u8>>, Option<Id>, Id, UtcTime);
    let mut query = feedback::table
        .inner_join(feedback_releases::table)
        .select((feedback::id, feedback::comment, feedback::shuffle_key, feedback_releases::id, feedback_releases::released_at))
        .into_boxed();
    if let Some((release, place)) = after {
        let rest = feedback::release_id.eq(Some(release)).and(feedback::shuffle_key.lt(Some(place)));
        query = query.filter(feedback::release_id.le(Some(release)));
        query = query.filter(feedback::release_id.lt(Some(release)).or(rest));
    }
    let order = (feedback::release_id.desc(), feedback::shuffle_key.desc());
    let rows: Vec<Row> = query.filter(feedback::release_id.is_not_null()).order(order).limit(limit).load(tx.conn)?;
    let open = |(id, comment, place, release, released_at): Row| {
        let text = comment.map(|text| tx.sealer.open_text(Place(COMMENT, id), &text)).transpose();
        let place = place.unwrap_or(release);
        let comment =
            text.map(|text| Comment { shuffled_id: place, release, released_at, text: text.unwrap_or_default().into() });
        ((release, place), comment)
    };
    Ok(rows.into_iter().map(open).collect())
}
