//! Printed forms, as other programs read and render them.

use confide::platform::config::Organisation;
use confide::platform::ids::UtcTime;
use confide::print::{Column, Form};

use crate::support::app::monday_nine;
use crate::support::printed::Printed;

fn form() -> Form {
    let weeks = (1..=4).map(|week| vec![format!("Week {week}"), "Monday, Tuesday, Thursday".to_owned(), format!("{}", week * 8)]);
    Form::new("A form to try")
        .from(&Organisation::for_demo())
        .stamp("DUPLICATE")
        .heading("The person")
        .fields([("Name", "Rowena Skye"), ("Assessed on", "11 January 2027")])
        .heading("What may be done")
        .paragraph("You may be able to work, if your employer agrees to one or more of these:")
        .ticks([
            (true, "a phased return to work"),
            (false, "altered hours"),
            (true, "amended duties"),
            (false, "workplace adaptations"),
        ])
        .list(["a chair", "a quiet place"])
        .field("Comments", "Zoë Łukasz Ngũgĩ needs quiet.\nAnd a second line.")
        .table([Column::text("Week", 1.0), Column::text("Days", 2.0), Column::figures("Hours", 1.0)], weeks)
        .note("This line explains the form in small words.")
}

fn printed(form: &Form) -> Printed {
    Printed::read(&form.print(UtcTime::from(monday_nine())).unwrap())
}

#[test]
fn form_is_a_tagged_accessible_pdf() {
    let printed = printed(&form());
    assert_eq!(printed.language(), "en-GB");
    assert!(printed.is_tagged() && printed.displays_title());
    let metadata = printed.metadata();
    for claim in [
        "<pdfuaid:part>1</pdfuaid:part>",
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "A form to try",
    ] {
        assert!(metadata.contains(claim), "{claim} is not in {metadata}");
    }
    let item = "LI(Lbl LBody)";
    let row = |cell: &str| format!("TR({cell} {cell} {cell})");
    let expected = format!(
        "Document(P P H1 P H2 L({item} {item}) H2 P L({item} {item} {item} {item}) L({item} {item}) L({item}) Table(THead({}) TBody({row} {row} {row} {row})) P)",
        row("TH"),
        row = row("TD")
    );
    assert_eq!(printed.structure(), expected);
}

#[test]
fn text_can_be_copied_in_reading_order() {
    let text = printed(&form()).text();
    let order = [
        "Northgate Clinic",
        "EX1 2MP",
        "A form to try",
        "DUPLICATE",
        "The person",
        "Name:",
        "Rowena Skye",
        "Assessed on:",
        "X a phased return to work",
        "altered hours",
        "X amended duties",
        "workplace adaptations",
        "• a chair",
        "• a quiet place",
        "Comments:",
        "Zoë Łukasz Ngũgĩ needs quiet. And a second line.",
        "Week Days Hours",
        "Week 1",
        "Week 4",
        "32",
        "small words",
        "Page 1 of 1",
    ];
    let mut rest = text.as_str();
    for part in order {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} is not in its place: {text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn form_parts_are_drawn_in_their_places() {
    let sheets = printed(&form()).sheets("form");
    assert_eq!(sheets.len(), 1);
    let sheet = &sheets[0];
    sheet.assert_margins_are_empty();
    assert!(sheet.ink((54.0, 40.0, 300.0, 180.0)) > 0.02, "the letterhead");
    assert!(sheet.ink((400.0, 90.0, 542.0, 130.0)) > 0.01, "the mark");
    assert!(sheet.ink((54.0, 780.0, 300.0, 812.0)) > 0.005 && sheet.ink((480.0, 780.0, 542.0, 812.0)) > 0.005, "the footer");
    assert!(sheet.lowest_ink() > 400.0 && sheet.lowest_ink() < 760.0, "{}", sheet.lowest_ink());
}

#[test]
fn marking_and_both_lines_of_the_foot_are_on_each_page() {
    let items: Vec<String> = (1..=90).map(|number| format!("Item {number} with words")).collect();
    let long = form().marking("CONFIDENTIAL").footer_note("Questions: 01632 960 123").list(items);
    let printed = printed(&long);
    let (text, sheets) = (printed.text(), printed.sheets("marked"));
    assert!(sheets.len() > 2, "{}", sheets.len());
    assert_eq!(text.matches("CONFIDENTIAL").count(), sheets.len(), "{text}");
    assert_eq!(text.matches("Questions: 01632 960 123").count(), sheets.len(), "{text}");
    for sheet in &sheets {
        sheet.assert_margins_are_empty();
        assert!(sheet.ink((450.0, 40.0, 542.0, 49.0)) > 0.01, "the marking");
        assert!(sheet.lowest_ink() < 781.0, "{}", sheet.lowest_ink());
    }
    assert_eq!(printed.structure().matches("LI(Lbl LBody)").count(), 2 + 4 + 2 + 1 + 90, "each item is one, also across pages");
}

#[test]
fn long_content_continues_on_the_next_page() {
    let paragraph = "Many words that make a long paragraph of no importance. ".repeat(30);
    let rows = (1..=60).map(|week| vec![format!("{week}"), "x".repeat(200), "8".to_owned()]);
    let long = form()
        .paragraph(&paragraph)
        .paragraph(&paragraph)
        .table([Column::text("No", 1.0), Column::text("Long", 4.0), Column::figures("Hours", 1.0)], rows);
    let printed = printed(&long);
    let sheets = printed.sheets("long");
    assert_eq!(sheets.len(), printed.pages());
    assert!(sheets.len() > 3, "{}", sheets.len());
    for sheet in &sheets {
        sheet.assert_margins_are_empty();
        assert!(sheet.lowest_ink() < 781.0, "{}", sheet.lowest_ink());
    }
    let text = printed.text();
    for page in 1..=sheets.len() {
        assert!(text.contains(&format!("Page {page} of {}", sheets.len())));
    }
    assert!(text.matches("No Long Hours").count() >= sheets.len() - 2, "the table's header row is on each of its pages");
    assert_eq!(printed.structure().matches("TH").count(), 6 + 2, "and is in the structure once");
}
