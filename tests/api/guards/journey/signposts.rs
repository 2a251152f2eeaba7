//! The directory of help elsewhere in the guards' journey.

use confide::people::Role;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, Walked};
use crate::support::TestApp;
use crate::support::signposts::a_peer_line;

/// Leaves something at each address of the room, and tells the application of it.
pub(super) async fn leaves_something(app: &TestApp, people: &People) {
    let added = people["administrator"].adds_signpost(a_peer_line()).await.expect(201);
    app.remember_subject("/v1/signposts/{id}", &added.id());
}

/// The room's part of the walk. Its words are meant for everybody, so none of them is planted.
pub(super) async fn walk(app: &TestApp, walked: &mut Walked) {
    let avery = app.staff(&format!("Avis {PLANTED}"), Role::Administrator).await;
    walked.knows(&avery);
    let id = avery.adds_signpost(a_peer_line()).await.expect(201).id();
    avery.rewrites_signpost(&id, a_peer_line()).await.expect(200);
    avery.confirms_check(&id).await.expect(200);
    let mut unknown = a_peer_line();
    unknown["icb_codes"] = json!([&PLANTED[..10]]);
    walked.refused("no such board", avery.adds_signpost(unknown).await.expect(422));
    walked.refused("an emergency route", avery.ends_signpost("shout", "2027-06-01").await.expect(409));
    avery.ends_signpost(&id, "2027-06-01").await.expect(200);
    avery.get(&format!("/v1/signposts/{id}/history?limit=1")).send().await.expect(200);
    avery.unchecked_signposts().await;
    let query =
        "need=crisis&need=work_support&profession=doctor&region=london&icb_code=QWE&channel=phone&urgency=routine&on=2027-01-11";
    for query in ["limit=3", query] {
        app.looks_for_help(query).await;
    }
    app.reads_signpost(&id).await.expect(200);
    app.starts_again().await;
}
