//! Each line names its source; `safety.json` has them all.

use super::*;
use crate::prescriptions::catalogue::safety::Effect;
use crate::prescriptions::rules::interactions::{Stopped, check_classes, check_contra_indications, check_washouts};

fn current(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn two_medicines_of_one_class_need_a_reason() {
    for (medicine, other, found) in [
        // BNF, interactions.
        ("sertraline-50mg-tablets", "citalopram", true),
        ("sertraline-50mg-tablets", "fluoxetine", true),
        ("diazepam-2mg-tablets", "lorazepam", true),
        ("zopiclone-7-5mg-tablets", "zolpidem", true),
        ("ibuprofen-400mg-tablets", "naproxen", true),
        ("tramadol-50mg-capsules", "morphine", true),
        ("pregabalin-75mg-capsules", "gabapentin", true),
        // NICE CG178: no two antipsychotics.
        ("olanzapine-5mg-tablets", "quetiapine", true),
        // The same substance is another finding, another class none.
        ("sertraline-50mg-tablets", "sertraline", false),
        ("sertraline-50mg-tablets", "mirtazapine", false),
        ("amoxicillin-500mg-capsules", "cefalexin", false),
    ] {
        let result = check_classes(&content(vec![daily(medicine, 28)]), &current(&[other]), the_catalogue());
        assert_eq!(codes(&result) == ["duplicate_class"], found, "{medicine} and {other}");
        assert!(result.iter().all(|finding| finding.justifiable().is_some()));
    }
    let both = content(vec![daily("sertraline-50mg-tablets", 28), daily("citalopram-20mg-tablets", 28)]);
    let result = check_classes(&both, &[], the_catalogue());
    assert_eq!((codes(&result), result[0].item), (vec!["duplicate_class"], Some(1)));
}

#[test]
fn contra_indicated_pairs_are_refused_or_need_a_reason() {
    #[derive(Debug, PartialEq)]
    enum Verdict {
        Fine,
        Reason,
        Never,
    }
    use Verdict::{Fine, Never, Reason};
    for (medicine, other, verdict) in [
        // Summaries of product characteristics, section 4.3: no SSRI with an MAO inhibitor.
        ("sertraline-50mg-tablets", "phenelzine", Never),
        ("phenelzine-15mg-tablets", "sertraline", Never),
        ("citalopram-20mg-tablets", "moclobemide", Never),
        ("venlafaxine-75mg-modified-release-capsules", "tranylcypromine", Never),
        ("tramadol-50mg-capsules", "phenelzine", Never),
        ("methylphenidate-10mg-tablets", "isocarboxazid", Never),
        ("phenelzine-15mg-tablets", "rasagiline", Never),
        ("phenelzine-15mg-tablets", "moclobemide", Never),
        ("phenelzine-15mg-tablets", "carbamazepine", Never),
        ("morphine-10mg-tablets", "phenelzine", Reason),
        // Selegiline, section 4.3.
        ("sertraline-50mg-tablets", "selegiline", Never),
        ("venlafaxine-75mg-modified-release-capsules", "selegiline", Never),
        ("amitriptyline-10mg-tablets", "selegiline", Never),
        ("phenelzine-15mg-tablets", "selegiline", Never),
        ("morphine-10mg-tablets", "selegiline", Never),
        ("sertraline-50mg-tablets", "rasagiline", Reason),
        // MHRA, Drug Safety Update, April 2015.
        ("hydroxyzine-25mg-tablets", "haloperidol", Never),
        // Agomelatine, tizanidine and duloxetine, section 4.3: no fluvoxamine, nor ciprofloxacin with agomelatine.
        ("duloxetine-30mg-gastro-resistant-capsules", "fluvoxamine", Never),
        // Linezolid, section 4.3: not without close observation, which a prescription for use at home does not have.
        ("linezolid-600mg-tablets", "sertraline", Never),
        ("sertraline-50mg-tablets", "linezolid", Never),
        ("linezolid-600mg-tablets", "tramadol", Never),
        ("linezolid-600mg-tablets", "morphine", Fine),
        // MHRA, Drug Safety Update, December 2011.
        ("citalopram-20mg-tablets", "haloperidol", Never),
        ("escitalopram-10mg-tablets", "hydroxyzine", Never),
        ("sertraline-50mg-tablets", "haloperidol", Fine),
        // MHRA, Drug Safety Update, March 2020 and February 2021.
        ("diazepam-2mg-tablets", "methadone", Reason),
        ("pregabalin-75mg-capsules", "morphine", Reason),
        // BNF, interactions.
        ("sertraline-50mg-tablets", "tramadol", Reason),
        ("lithium-carbonate-400mg-modified-release-tablets", "ibuprofen", Reason),
        // Summary of product characteristics, naltrexone, section 4.3.
        ("naltrexone-50mg-tablets", "methadone", Never),
        ("naltrexone-50mg-tablets", "acamprosate", Fine),
        ("sertraline-50mg-tablets", "paracetamol", Fine),
    ] {
        let found = check_contra_indications(&content(vec![daily(medicine, 28)]), &current(&[other]), the_catalogue());
        let result = match found.first() {
            None => Fine,
            Some(finding) if finding.absolute => Never,
            Some(_) => Reason,
        };
        assert_eq!(result, verdict, "{medicine} and {other}");
        assert!(found.iter().all(|finding| finding.rule.as_str() == "contra_indicated"));
    }
    let both = content(vec![daily("phenelzine-15mg-tablets", 28), daily("sertraline-50mg-tablets", 28)]);
    assert_eq!(check_contra_indications(&both, &[], the_catalogue())[0].item, Some(1));
}

#[test]
fn a_medicine_still_counts_for_its_washout_after_the_supply_ended() {
    // BNF, monoamine-oxidase inhibitors; general knowledge. Of moclobemide one day.
    for (medicine, stopped, days_ago, refused) in [
        ("sertraline-50mg-tablets", "phenelzine", 14, true),
        ("sertraline-50mg-tablets", "phenelzine", 15, false),
        ("sertraline-50mg-tablets", "moclobemide", 1, true),
        ("sertraline-50mg-tablets", "moclobemide", 2, false),
        ("phenelzine-15mg-tablets", "fluoxetine", 35, true),
        ("phenelzine-15mg-tablets", "fluoxetine", 36, false),
        ("phenelzine-15mg-tablets", "sertraline", 7, true),
        ("phenelzine-15mg-tablets", "sertraline", 8, false),
        ("phenelzine-15mg-tablets", "clomipramine", 21, true),
        ("phenelzine-15mg-tablets", "imipramine", 22, false),
        ("phenelzine-15mg-tablets", "amitriptyline", 14, true),
        ("phenelzine-15mg-tablets", "amitriptyline", 15, false),
        ("sertraline-50mg-tablets", "selegiline", 14, true),
        ("phenelzine-15mg-tablets", "tranylcypromine", 14, true),
        ("phenelzine-15mg-tablets", "mirtazapine", 14, true),
        // Other pairs have no washout.
        ("citalopram-20mg-tablets", "haloperidol", 1, false),
    ] {
        let taken = Stopped { substance: stopped.to_owned(), days_ago };
        let found = check_washouts(&content(vec![daily(medicine, 28)]), &[taken], the_catalogue());
        assert_eq!(!found.is_empty(), refused, "{medicine}, {days_ago} days after {stopped}");
        assert!(found.iter().all(|finding| finding.absolute && finding.detail.contains("days")));
    }
}

#[test]
fn pairs_of_which_neither_is_in_the_catalogue_are_listed() {
    // Summaries of product characteristics, section 4.3.
    let substance = |name: &str| the_catalogue().substance(name).unwrap();
    for (one, other) in [
        ("fluvoxamine", "agomelatine"),
        ("ciprofloxacin", "agomelatine"),
        ("fluvoxamine", "tizanidine"),
        ("rasagiline", "pethidine"),
        ("selegiline", "pethidine"),
        ("selegiline", "sumatriptan"),
        ("phenelzine", "phentermine"),
        ("phenelzine", "dexmethylphenidate"),
    ] {
        let pairs = &the_catalogue().safety.contra_indications;
        let refused = pairs.iter().any(|pair| pair.effect == Effect::Refuse && pair.is_pair(substance(other), substance(one)));
        assert!(refused, "{one} and {other}");
    }
}
