//! Signposts in the guards' journey.

use confide::people::Role;
use serde_json::json;

use super::super::operation::PLANTED;
use super::{People, WalkResult};
use crate::support::TestApp;
use crate::support::signposts::peer_line_signpost;

/// Creates a record for each path of the module and remembers its id.
pub(super) async fn create_records(app: &TestApp, people: &People) {
    let added = people["administrator"].adds_signpost(peer_line_signpost()).await.expect(201);
    app.remember_id("/v1/signposts/{id}", &added.id());
}

/// The module's part of the walk. Its texts are public, so none contains the planted word.
pub(super) async fn walk(app: &TestApp, walked: &mut WalkResult) {
    let avery = app.staff(&format!("Avis {PLANTED}"), Role::Administrator).await;
    walked.add_tokens_of(&avery);
    let id = avery.adds_signpost(peer_line_signpost()).await.expect(201).id();
    avery.replaces_signpost(&id, peer_line_signpost()).await.expect(200);
    avery.confirms_signpost(&id).await.expect(200);
    let mut unknown = peer_line_signpost();
    unknown["icb_codes"] = json!([&PLANTED[..10]]);
    walked.add_refusal("no such board", avery.adds_signpost(unknown).await.expect(422));
    walked.add_refusal("an emergency route", avery.ends_signpost("shout", "2027-06-01").await.expect(409));
    avery.ends_signpost(&id, "2027-06-01").await.expect(200);
    avery.get(&format!("/v1/signposts/{id}/history?limit=1")).send().await.expect(200);
    avery.unchecked_signposts().await;
    let query =
        "need=crisis&need=work_support&profession=doctor&region=london&icb_code=QWE&channel=phone&urgency=routine&on=2027-01-11";
    for query in ["limit=3", query] {
        app.finds_signposts(query).await;
    }
    app.reads_signpost(&id).await.expect(200);
    app.reload_signposts().await;
}
