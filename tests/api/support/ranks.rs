//! A rank test: whether one of two samples tends to have larger values. The benchmark of response times uses this file too.

/// What the test of Mann and Whitney finds.
#[derive(Debug, Clone, Copy)]
pub struct RankTest {
    /// How often a value of the first sample is larger than one of the second; an equal one counts half.
    pub u: f64,
    /// The probability of a difference at least as large when both samples have the same distribution.
    pub p: f64,
}

/// Compares two samples, with the normal approximation (from about twenty values on each side) and its correction for ties.
pub fn mann_whitney(first: &[f64], second: &[f64]) -> RankTest {
    let mut all: Vec<(f64, bool)> =
        first.iter().map(|value| (*value, true)).chain(second.iter().map(|value| (*value, false))).collect();
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut rank_sum, mut ties, mut before) = (0.0, 0.0, 0.0);
    for equal in all.chunk_by(|one, other| one.0 == other.0) {
        let count = equal.len() as f64;
        let rank = before + (count + 1.0) / 2.0;
        rank_sum += rank * equal.iter().filter(|(_, is_first)| *is_first).count() as f64;
        ties += count.powi(3) - count;
        before += count;
    }
    let (n, m) = (first.len() as f64, second.len() as f64);
    let (total, u) = (n + m, rank_sum - n * (n + 1.0) / 2.0);
    let variance = n * m / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    // Half a step less, because ranks are whole numbers.
    let distance = ((u - n * m / 2.0).abs() - 0.5).max(0.0);
    let p = if variance > 0.0 { complementary_error(distance / (2.0 * variance).sqrt()) } else { 1.0 };
    RankTest { u, p }
}

/// The complementary error function for values from 0 on, with a relative error below 1.2e-7 (Numerical Recipes, `erfcc`).
fn complementary_error(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let t = 1.0 / (1.0 + 0.5 * x);
    let sum = COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient);
    t * (sum - x * x).exp()
}

/// The value in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { (sorted[middle - 1] + sorted[middle]) / 2.0 } else { sorted[middle] }
}

#[cfg(test)]
mod tests {
    #[test]
    fn rank_test_agrees_with_a_textbook() {
        // Ages of men and women at a diagnosis (SciPy's `mannwhitneyu` with `method="asymptotic"` gives U = 17, p = 0.1113 for these).
        let (men, women) = ([19.0, 22.0, 16.0, 29.0, 24.0], [20.0, 11.0, 17.0, 12.0]);
        let found = super::mann_whitney(&men, &women);
        assert_eq!(found.u, 17.0);
        assert!((found.p - 0.1113).abs() < 0.0001, "{found:?}");
        assert_eq!(super::mann_whitney(&women, &men).u, 3.0);
    }

    #[test]
    fn rank_test_finds_a_shift_and_no_difference_between_equal_samples() {
        let values: Vec<f64> = (0..500).map(|number| f64::from(number % 50)).collect();
        let later: Vec<f64> = values.iter().map(|value| value + 5.0).collect();
        assert!(super::mann_whitney(&values, &values).p > 0.99);
        assert!(super::mann_whitney(&values, &later).p < 0.001);
        assert_eq!(super::mann_whitney(&[1.0; 20], &[1.0; 20]).p, 1.0);
    }

    #[test]
    fn median_of_an_even_number_is_between_the_two_in_the_middle() {
        assert_eq!((super::median(&[3.0, 1.0, 2.0]), super::median(&[4.0, 1.0, 2.0, 3.0])), (2.0, 2.5));
    }
}
