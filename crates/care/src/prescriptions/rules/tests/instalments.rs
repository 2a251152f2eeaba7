//! SI 2004/291, Schedule 6, paragraph 39(4), and
//! <https://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/instalment-dispensing/>.

use super::*;
use crate::prescriptions::model::{Instalment, Repeat};
use crate::prescriptions::rules::instalments::check;

/// One unit a day in instalments of a week, on this form.
fn in_instalments(medicine: &str, days: u16, form: PrescriptionFormType) -> Content {
    let mut content = content(vec![daily(medicine, days)]);
    content.items[0].dosage[0].unit = content.items[0].quantity.unit.clone();
    content.items[0].instalment = Some(Instalment { amount: "7".parse().unwrap(), interval_days: 7 });
    (content.form, content.for_addiction) = (form, true);
    content
}

#[test]
fn instalments_need_their_own_form_a_listed_medicine_and_at_most_14_days() {
    use PrescriptionFormType::{NhsInstalments, NhsPaper, Private};
    for (medicine, days, form, allowed) in [
        // Schedule 2, buprenorphine with or without naloxone, diazepam.
        ("methadone-1mg-ml-oral-solution", 14, NhsInstalments, true),
        ("methylphenidate-10mg-tablets", 14, NhsInstalments, true),
        ("buprenorphine-8mg-sublingual-tablets", 14, NhsInstalments, true),
        ("buprenorphine-2mg-naloxone-500micrograms-sublingual-tablets", 14, NhsInstalments, true),
        ("diazepam-2mg-tablets", 14, NhsInstalments, true),
        // Neither another drug of schedule 3 or 4, nor one that is not controlled.
        ("temazepam-10mg-tablets", 14, NhsInstalments, false),
        ("zopiclone-7-5mg-tablets", 14, NhsInstalments, false),
        ("sertraline-50mg-tablets", 14, NhsInstalments, false),
        // At most 14 days.
        ("methadone-1mg-ml-oral-solution", 21, NhsInstalments, false),
        ("diazepam-2mg-tablets", 21, NhsInstalments, false),
        // On no other form.
        ("methadone-1mg-ml-oral-solution", 14, NhsPaper, false),
        ("diazepam-2mg-tablets", 14, Private, false),
    ] {
        let found = check(&in_instalments(medicine, days, form), the_catalogue());
        assert_eq!(found.is_empty(), allowed, "{medicine} {days} {form:?}");
        assert!(found.iter().all(|finding| finding.absolute && finding.rule.as_str() == "instalments_not_allowed"));
    }
    // The form is for treating addiction and for instalments only.
    let mut other = in_instalments("methadone-1mg-ml-oral-solution", 14, NhsInstalments);
    other.for_addiction = false;
    assert_eq!(codes(&check(&other, the_catalogue())), ["instalments_not_allowed"]);
    let mut repeated = in_instalments("diazepam-2mg-tablets", 14, NhsInstalments);
    repeated.repeat = Some(Repeat { issues: 2, interval_days: 14, review_on: None });
    assert_eq!(codes(&check(&repeated, the_catalogue())), ["instalments_not_allowed"]);
    let mut stretched = in_instalments("methadone-1mg-ml-oral-solution", 14, NhsInstalments);
    stretched.items[0].instalment = Some(Instalment { amount: "7".parse().unwrap(), interval_days: 14 });
    assert_eq!(codes(&check(&stretched, the_catalogue())), ["instalments_not_allowed"], "the second after 14 days");
    let mut whole = in_instalments("methadone-1mg-ml-oral-solution", 14, NhsInstalments);
    whole.items[0].instalment = None;
    assert_eq!(codes(&check(&whole, the_catalogue())), ["instalments_not_allowed"]);
    assert!(check(&content(vec![daily("sertraline-50mg-tablets", 28)]), the_catalogue()).is_empty());
}
