//! Which organisation codes mean one employer.

use crate::workforce::model::SuccessorTrust;

/// Beginnings of the codes whose first three characters name the organisation, while further characters name a site of it: NHS
/// trusts in England (`R`), care trusts (`TA`), local health boards in Wales (`7A`) and independent providers of health care
/// (`N`). Source: NHS Data Dictionary, organisation site code.
const CODES_WITH_SITES: &[&str] = &["R", "TA", "7A", "N"];

/// How many characters name the organisation in a code with a site.
const ORGANISATION: usize = 3;

/// The employer that an ODS code means, for comparison: for a site of a trust the trust, and for a dissolved trust the one that
/// took it over. Other codes (GP practices, dental contracts, health boards) are whole employers.
pub fn employer_of<'a>(successors: &'a [SuccessorTrust], code: &'a str) -> &'a str {
    let has_sites = CODES_WITH_SITES.iter().any(|beginning| code.starts_with(beginning));
    let organisation = code.get(..ORGANISATION).filter(|_| has_sites).unwrap_or(code);
    let successor = successors.iter().find(|trust| trust.code == organisation).map(|trust| trust.successor.as_str());
    // The catalogue has no chains: a successor is never dissolved itself.
    successor.unwrap_or(organisation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_belongs_to_its_trust() {
        let successors = crate::workforce::successor_trusts();
        for (code, employer) in [
            ("RJ1", "RJ1"),
            ("RJ101", "RJ1"),
            ("RT7W9", "RT7"),
            ("RT7W901", "RT7"),
            ("R1AAB", "R1A"),
            ("TAJ14", "TAJ"),
            ("7A3LW", "7A3"),
            ("NT301", "NT3"),
            ("RW3", "R0A"),
            ("RM202", "R0A"),
            ("R0A66", "R0A"),
            ("RA402", "RH5"),
            ("RXH01", "RYR"),
        ] {
            assert_eq!(employer_of(successors, code), employer, "{code}");
        }
    }

    #[test]
    fn other_codes_are_whole_employers() {
        for code in ["A81001", "Y02345", "V12345", "TP4X5", "SGC1C", "S08000015", "ZT001", "QE1", "W95041", "R", "RJ", ""] {
            assert_eq!(employer_of(crate::workforce::successor_trusts(), code), code, "{code}");
        }
    }
}
