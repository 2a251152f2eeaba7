//! Words that are shown to those who run the service: without their author, late, several people's at a time and shuffled.

use diesel::prelude::*;

use crate::feedback::model::FeedbackCommentReader;
use crate::schema::{feedback, feedback_releases};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::seal::{Opened, Place, random};

/// Where words are sealed.
pub(super) const COMMENT: &str = "feedback.comment";

/// Words without their author.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Where it stands in its release: chance, and good for nothing else.
    pub place: Id,
    /// With which others it was shown.
    pub release: Id,
    pub released_at: UtcTime,
    /// What was written.
    pub words: Private<String>,
}

/// Words for the service that nobody has been shown yet, written before this instant: their ids and their authors.
pub fn waiting(tx: &mut Tx, before: UtcTime) -> Result<Vec<(Id, Id)>> {
    Ok(feedback::table
        .filter(feedback::comment_for.eq(Some(FeedbackCommentReader::Service)))
        .filter(feedback::release_id.is_null())
        .filter(feedback::given_at.lt(before))
        .select((feedback::id, feedback::practitioner_id))
        .load(tx.conn)?)
}

/// Shows these words from now on, in an order that chance gives.
pub fn release(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    let release = Id::new(tx.now);
    diesel::insert_into(feedback_releases::table)
        .values((feedback_releases::id.eq(release), feedback_releases::released_at.eq(tx.now)))
        .execute(tx.conn)?;
    for id in ids {
        let mut bytes = [0; 16];
        random(&mut bytes);
        let place = Id(uuid::Builder::from_random_bytes(bytes).into_uuid());
        diesel::update(feedback::table.find(id).filter(feedback::release_id.is_null()))
            .set((feedback::release_id.eq(Some(release)), feedback::shuffled.eq(Some(place))))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Words that may be read, the newest release first, each release in its shuffled order.
pub fn comments(tx: &mut Tx, after: Option<(Id, Id)>, limit: i64) -> Result<Opened<(Id, Id), Comment>> {
    type Row = (Id, Option<Vec<u8>>, Option<Id>, Id, UtcTime);
    let mut query = feedback::table
        .inner_join(feedback_releases::table)
        .select((feedback::id, feedback::comment, feedback::shuffled, feedback_releases::id, feedback_releases::released_at))
        .into_boxed();
    if let Some((release, place)) = after {
        let rest = feedback::release_id.eq(Some(release)).and(feedback::shuffled.lt(Some(place)));
        query = query.filter(feedback::release_id.le(Some(release)));
        query = query.filter(feedback::release_id.lt(Some(release)).or(rest));
    }
    let order = (feedback::release_id.desc(), feedback::shuffled.desc());
    let rows: Vec<Row> = query.filter(feedback::release_id.is_not_null()).order(order).limit(limit).load(tx.conn)?;
    let open = |(id, comment, place, release, released_at): Row| {
        let words = comment.map(|text| tx.sealer.open_text(Place(COMMENT, id), &text)).transpose();
        let place = place.unwrap_or(release);
        let comment = words.map(|words| Comment { place, release, released_at, words: words.unwrap_or_default().into() });
        ((release, place), comment)
    };
    Ok(rows.into_iter().map(open).collect())
}
