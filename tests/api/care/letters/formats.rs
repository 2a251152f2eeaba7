//! Letters that were agreed in an earlier format keep the text and the form that was agreed.

use confide::care::letters::model::FIRST_FORMAT;
use confide::care::letters::queries;
use confide::people::relationships::Protected;
use confide::platform::ids::Id;

use crate::support::clinical_record::InCare;
use crate::support::letters::{gp_letter, replacement, section_names, to_gp};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn letter_of_the_first_format_is_printed_as_it_was_agreed(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let form = replacement(&draft, to_gp(), &[("information_given", "A leaflet about sleep.")]);
    cleo.changes_letter(&draft.id(), form).await.expect(200);
    let id: Id = draft.id().parse().unwrap();
    app.write(move |tx| {
        let mut content = queries::find(tx, id)?.map(Protected::for_the_service).unwrap().content;
        content.format = FIRST_FORMAT;
        content.medicines.clear();
        queries::replace(tx, id, &content)
    })
    .await;
    cleo.proposes_letter(&draft.id()).await.expect(200);
    ada.agrees_to_letter(&draft.id()).await.expect(200);
    cleo.sends_letter(&draft.id()).await.expect(200);
    let printed = ada.prints_letter(&draft.id()).await;
    let (text, structure) = (printed.text(), printed.structure());
    assert!(text.contains("Plan and requested actions") && !text.contains("CONFIDENTIAL"), "{text}");
    assert_eq!(text.matches("Questions and replies").count(), 1, "not in the footer: {text}");
    // Only date and recipient were a list; every section was a paragraph.
    assert_eq!((structure.matches("L(").count(), structure.matches("Table").count()), (1, 0), "{structure}");
    assert!(structure.contains("H2 P H2 P H2 P"), "{structure}");
    let read = ada.reads_letter(&draft.id()).await.expect(200);
    assert!(read.json.to_string().contains("Plan and requested actions"));
}

#[apply(both_engines)]
async fn draft_from_before_a_section_was_required_is_completed_before_it_is_proposed(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let form = replacement(&draft, to_gp(), &[("information_given", "A leaflet about sleep.")]);
    cleo.changes_letter(&draft.id(), form.clone()).await.expect(200);
    let id: Id = draft.id().parse().unwrap();
    app.write(move |tx| {
        let mut content = queries::find(tx, id)?.map(Protected::for_the_service).unwrap().content;
        content.format = FIRST_FORMAT;
        content.sections.remove(2);
        queries::replace(tx, id, &content)
    })
    .await;
    cleo.proposes_letter(&draft.id()).await.expect_field("incomplete", "/sections");
    let changed = cleo.changes_letter(&draft.id(), form).await.expect(200);
    assert_eq!(section_names(&changed)[2], "requested_actions");
    cleo.proposes_letter(&draft.id()).await.expect(200);
}
