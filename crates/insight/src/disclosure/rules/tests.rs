use super::*;
use crate::disclosure::model::Dataset;

#[test]
fn a_request_covers_whole_months() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let requested = |from, to| months(from, to, day("2027-03-17")).map_err(|refusal| refusal.reason);
    let found = |from, until| Ok(Months { from: day(from), until: day(until) });
    assert_eq!(requested(None, None), found("2026-04-01", "2027-04-01"));
    assert_eq!(requested(Some("2027-01"), Some("2027-02")), found("2027-01-01", "2027-03-01"));
    assert_eq!(requested(Some("2026-12"), Some("2026-12")), found("2026-12-01", "2027-01-01"));
    assert_eq!(requested(Some("2022-04"), None), found("2022-04-01", "2027-04-01"));
    assert_eq!(requested(Some("2022-03"), None), Err(Reason::InvalidWindow));
    assert_eq!(requested(Some("2027-02"), Some("2027-01")), Err(Reason::InvalidWindow));
    assert_eq!(requested(Some("2027-13"), None), Err(Reason::InvalidParameter));
}

#[test]
fn periods_follow_one_another_and_do_not_overlap() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    for (dataset, of, first, until) in [
        (Dataset::Appointments, "2027-03-31", "2027-03-01", "2027-04-01"),
        (Dataset::Courses, "2027-03-31", "2027-01-01", "2027-04-01"),
        (Dataset::Feedback, "2027-12-01", "2027-10-01", "2028-01-01"),
    ] {
        let period = dataset.period_of(day(of));
        assert_eq!((period.first, period.until), (day(first), day(until)));
        assert_eq!(dataset.after(period).first, period.until);
        assert_eq!(period.ends(), dataset.after(period).begins());
        let settled = period.until + chrono::Days::new(u64::try_from(dataset.settles_after_days()).unwrap());
        assert!(dataset.has_settled(period, settled) && !dataset.has_settled(period, settled.pred_opt().unwrap()));
    }
    let summer = Dataset::Appointments.period_of(day("2027-07-15"));
    assert_eq!(summer.begins().to_rfc3339(), "2027-06-30T23:00:00+00:00", "months are those of UK time");
}
