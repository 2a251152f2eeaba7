//! What may be published about a campaign. It is counted once, when the campaign is over, so that yesterday's figures cannot be
//! subtracted from today's; how small figures are hidden and others rounded is in [`small_numbers`].
//!
//! [`small_numbers`]: platform::small_numbers

use crate::outreach::model::{Count, Counts, OutreachDelivery, OutreachResponse, SentRecipient};
use platform::small_numbers::{Published, Table, publish};

/// The category of those who did not respond, and of those whose delivery is unknown.
const NOTHING: &str = "none";

/// The counts that may be published.
pub fn of(facts: &[SentRecipient]) -> Counts {
    let answers = OutreachResponse::ALL.iter().map(|response| response.as_str()).chain([NOTHING]).collect();
    let answered = |fact: &SentRecipient| category_index(OutreachResponse::ALL, fact.response);
    let delivery_values = OutreachDelivery::ALL.iter().map(|delivery| delivery.as_str()).chain([NOTHING]).collect();
    let delivered = |fact: &SentRecipient| category_index(OutreachDelivery::ALL, fact.delivery);
    let table = |breakdown, categories, place: &dyn Fn(&SentRecipient) -> usize, sensitive| {
        let facts = facts.iter().map(|fact| (place(fact), fact.recipient)).collect();
        publish(&Table { breakdown, categories, facts, sensitive })
    };
    // A whole group that gave the same response would reveal it for each of them.
    let responses = table("responses", answers, &answered, true);
    let deliveries = table("deliveries", delivery_values, &delivered, false);
    Counts { sent: responses.total, responses: cells(responses), deliveries: cells(deliveries) }
}

fn category_index<T: PartialEq + Copy>(all: &[T], one: Option<T>) -> usize {
    one.and_then(|one| all.iter().position(|known| *known == one)).unwrap_or(all.len())
}

fn cells(published: Published) -> Vec<Count> {
    published.cells.into_iter().map(|(category, count)| Count { category, count }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::ids::Id;

    fn facts(sizes: &[(Option<OutreachResponse>, usize)]) -> Vec<SentRecipient> {
        let responses = sizes.iter().flat_map(|(response, size)| std::iter::repeat_n(*response, *size));
        let fact = |(number, response): (usize, Option<OutreachResponse>)| SentRecipient {
            recipient: Id(uuid::Uuid::from_u128(u128::try_from(number).unwrap())),
            response,
            delivery: None,
        };
        responses.enumerate().map(fact).collect()
    }

    fn shown(sizes: &[(Option<OutreachResponse>, usize)]) -> (Option<u32>, Vec<Option<u32>>) {
        let counts = of(&facts(sizes));
        (counts.sent, counts.responses.into_iter().map(|count| count.count).collect())
    }

    use OutreachResponse::{OptOut, PleaseContactMe, SelfCheck};

    #[test]
    fn small_figures_are_hidden_and_never_a_single_one() {
        let large = shown(&[(Some(SelfCheck), 21), (Some(PleaseContactMe), 12), (Some(OptOut), 6), (None, 160)]);
        assert_eq!(large, (Some(200), vec![Some(20), Some(10), Some(0), Some(5), Some(160)]));
        let (sent, small) = shown(&[(Some(SelfCheck), 20), (Some(PleaseContactMe), 2), (Some(OptOut), 9), (None, 160)]);
        assert_eq!(sent, Some(190));
        assert_eq!(small, [Some(20), None, Some(0), None, Some(160)], "a single hidden one could be calculated from the rest");
    }

    #[test]
    fn figures_of_small_or_unanimous_groups_are_hidden() {
        assert_eq!(shown(&[(Some(SelfCheck), 5), (None, 4)]), (None, vec![None; 5]));
        assert_eq!(shown(&[(Some(PleaseContactMe), 30)]), (Some(30), vec![None; 5]));
        assert_eq!(shown(&[]), (None, vec![None; 5]));
    }

    #[test]
    fn subtraction_reveals_no_group_of_fewer_than_five() {
        for contact in 0..12 {
            for opted_out in 0..12 {
                let sizes = [(Some(SelfCheck), 7), (Some(PleaseContactMe), contact), (Some(OptOut), opted_out), (None, 23)];
                let (sent, counts) = shown(&sizes);
                let truth = [7, contact, 0, opted_out, 23];
                let hidden: usize = truth.iter().zip(&counts).filter(|(_, count)| count.is_none()).map(|(size, _)| *size).sum();
                assert!(hidden == 0 || hidden >= 10, "{hidden} people are behind what is hidden of {truth:?}");
                for (size, count) in truth.iter().zip(&counts) {
                    assert!(count.is_none() || *size == 0 || *size >= 5, "{size} are shown of {truth:?}");
                    assert!(count.is_none_or(|count| count % 5 == 0) && sent.is_none_or(|sent| sent % 5 == 0));
                }
            }
        }
    }
}
