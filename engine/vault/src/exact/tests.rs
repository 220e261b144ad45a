//! Laws of exact sums.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::grid::{BIAS, carriers, digits_of, place_of};
use super::panel::Panel;
use super::{CountedSum, ExactSum, OfLine, WordsByLine, bits_of};

fn sum(values: &[f64]) -> f64 {
    let mut sum = ExactSum::default();
    values.iter().for_each(|v| sum.add(*v));
    sum.value()
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[test]
fn single_values_come_back_to_the_bit() {
    let mut random = Random(7);
    for _ in 0..200_000 {
        let value = f64::from_bits(random.next());
        if value.is_normal() {
            assert_eq!(sum(&[value]).to_bits(), value.to_bits(), "{value:e}");
        }
    }
    for value in [0.0, 1.0, -1.0, f64::MIN_POSITIVE, f64::MAX, -f64::MAX, 5e-324, 0.1] {
        assert_eq!(sum(&[value]), value);
        for other in [0.0, f64::NAN, f64::INFINITY, -5e-324, 1e300, -3.0] {
            let (mut at_once, mut one_by_one) = (ExactSum::default(), ExactSum::default());
            at_once.add_all(&[value, other]);
            [value, other].iter().for_each(|v| one_by_one.add(*v));
            assert_eq!(at_once, one_by_one);
        }
    }
}

#[test]
fn carriers_write_the_digits_of_whole_numbers() {
    let mut random = Random(13);
    let (mut wide, mut ties) = (0, 0);
    for _ in 0..200_000 {
        let base = 3 + (random.next() % 61) as i32;
        assert!(carriers(base).is_some());
        // Around half a unit of a kept place, where rounding is decided, and anywhere below the highest one.
        let unit = 2f64.powi(32 * (base - 1 + (random.next() % 4) as i32) - BIAS);
        let value = match random.next() % 3 {
            0 => unit * 0.5 * (random.next() % 9) as f64,
            1 => -unit * ((random.next() % 5) as f64 + 0.5) * (1.0 + f64::EPSILON),
            _ => f64::from_bits(random.next()),
        };
        let Some(place) = place_of(value).filter(|place| *place <= base) else { continue };
        wide += usize::from(place == base);
        ties += usize::from((value / unit).fract().abs() == 0.5);
        let mut sum = ExactSum { base, ..ExactSum::default() };
        sum.add(value);
        assert_eq!(sum.digits, digits_of(base, value), "{value:e} at {base}");
    }
    assert!(wide > 1_000 && ties > 1_000, "{wide} {ties}");
}

#[test]
fn order_and_grouping_change_no_bit() {
    let mut random = Random(11);
    for round in 0..300 {
        let spread = [1, 40, 300, 2_000][round % 4];
        let mut values: Vec<f64> = (0..500)
            .map(|_| {
                let scale = (random.next() % spread) as i32 - (spread as i32) / 2;
                (random.next() as i64 as f64) * 2f64.powi(scale.clamp(-1_000, 900))
            })
            .collect();
        let forward = sum(&values);
        let mut at_once = ExactSum::default();
        values.chunks(1 + round % 90).for_each(|some| at_once.add_all(some));
        let mut one_by_one = ExactSum::default();
        values.iter().for_each(|v| one_by_one.add(*v));
        assert_eq!(at_once, one_by_one);
        let mut parts = [ExactSum::default(); 7];
        for (i, value) in values.iter().enumerate() {
            if let Some(part) = parts.get_mut(i % 7) {
                part.add(*value);
            }
        }
        let mut merged = ExactSum::default();
        parts.iter().rev().for_each(|p| merged.merge(p));
        values.sort_by(f64::total_cmp);
        let sorted = sum(&values);
        values.reverse();
        assert_eq!(forward.to_bits(), sorted.to_bits());
        assert_eq!(forward.to_bits(), sum(&values).to_bits());
        assert_eq!(forward.to_bits(), merged.value().to_bits());
    }
}

#[test]
fn sums_of_integers_and_of_cancelling_terms_are_exact() {
    assert_eq!(sum(&[1e16, 1.0, -1e16]), 1.0);
    assert_eq!(sum(&[0.1; 10]), 1.0);
    assert_eq!(sum(&[-0.1; 10]), -1.0);
    assert_eq!(sum(&[3.0, -3.0]), 0.0);
    let many: Vec<f64> = (0..100_000).map(|i| f64::from(i) - 50_000.0).collect();
    assert_eq!(sum(&many), -50_000.0);
    assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
}

#[test]
fn what_is_taken_out_was_never_there() {
    let mut state = 7u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let (mut kept, mut anew) = (0, 0);
    for _ in 0..2_000 {
        let mut terms: Vec<f64> = Vec::new();
        let mut sum = CountedSum::default();
        for _ in 0..40 {
            if random() % 3 > 0 || terms.is_empty() {
                let size = [1.0, 1e-12, 1e9, 1e30, -1.0, 0.0, -1e12, 5e-324][random() as usize % 8];
                let term = size * (random() % 1_000) as f64;
                terms.push(term);
                sum.add(term);
            } else {
                let term = terms.swap_remove(random() as usize % terms.len());
                sum.remove(term);
                if sum.is_sound() {
                    kept += 1;
                } else {
                    anew += 1;
                    sum = CountedSum::default();
                    terms.iter().for_each(|term| sum.add(*term));
                }
            }
            let mut plain = ExactSum::default();
            let mut parts = [CountedSum::default(); 2];
            for (at, term) in terms.iter().enumerate() {
                plain.add(*term);
                parts[at % 2].add(*term);
            }
            let [mut both, other] = parts;
            both.merge(&other);
            assert_eq!((sum, *sum.sum(), sum.count() as usize), (both, plain, terms.len()));
        }
    }
    assert!(kept > 10_000 && anew > 100, "{kept} kept, {anew} made anew");
}

#[test]
fn panels_add_up_as_if_one_by_one() {
    let mut random = Random(17);
    let (mut level, mut uneven) = (0, 0);
    for round in 0..3_000u32 {
        // Of one size, of several, from the edges of what floats are, with holes, with what is no number.
        let size = match round % 6 {
            0 | 1 => |_: u64| 1.0,
            2 => |random: u64| [1.0, 1e9, 1e-12, 0.0][random as usize % 4],
            3 => |random: u64| [1e300, 1e-300, f64::MAX, 5e-324][random as usize % 4],
            4 => |random: u64| [1.0, -1.0, f64::NAN, f64::INFINITY, -0.0][random as usize % 5],
            // Columns of one size come to be of another one, and of zeros.
            _ => |random: u64| [1.0, 1.0, 1e30, 0.0][random as usize / 5_000_000 % 4],
        };
        let (mut panel, mut found, mut expected) = (Panel::default(), [CountedSum::default(); 64], [CountedSum::default(); 64]);
        let mut take = |low: u32, sum: &CountedSum| found[low as usize].merge(sum);
        for word in 0..=random.next() % 150 {
            let holes = random.next() & random.next();
            let lows: Vec<u32> = (0..64).filter(|low| *low < 36 && holes >> low & 1 == 0 || round % 7 == 0 && *low > 60).collect();
            let bits = lows.iter().fold(0, |bits, low| bits | 1 << low);
            let seed = if round % 6 == 5 { word * 999_983 } else { random.next() };
            let values: Vec<f64> =
                (0..).zip(&lows).map(|(at, _)| size(seed.wrapping_add(at % 2)) * (1 + random.next() % 1_000_000) as f64 / 7.0).collect();
            lows.iter().zip(&values).for_each(|(low, value)| expected[*low as usize].add(*value));
            panel.push(bits, &values, &mut take);
        }
        panel.sums(&mut take);
        panel.sums(|low, _| panic!("nothing is left at {low}"));
        assert_eq!(found, expected, "round {round}");
        let same = expected.iter().filter(|sum| sum.count() > 0).all(|sum| sum.sum().base == expected[0].sum().base);
        *(if same { &mut level } else { &mut uneven }) += 1;
    }
    assert!(level > 300 && uneven > 300, "{level} {uneven}");
}

#[test]
fn a_word_without_numbers_has_no_sums() {
    let mut panel = Panel::default();
    panel.push(0, &[], |_, _| panic!("nothing to hand out"));
    panel.push(1 << 7, &[f64::NAN], |_, _| panic!("nothing to hand out"));
    panel.sums(|_, _| panic!("nothing to hand out"));
    panel.push(1 << 63, &[0.0], |_, _| panic!("not yet"));
    let mut sums = Vec::new();
    panel.sums(|low, sum| sums.push((low, sum.sum().value(), sum.count())));
    assert_eq!(sums, [(63, 0.0, 1)]);
}

#[test]
fn words_of_lines_add_up_however_they_take_turns() {
    let mut random = Random(19);
    let mut words_alone = 0;
    for round in 0..300 {
        let lines = [1, 3, 40][round % 3];
        let (mut by_line, mut numbers) = (WordsByLine::default(), Vec::new());
        let mut expected = vec![[CountedSum::default(); 64]; lines];
        for _ in 0..random.next() % 200 {
            let (line, bits) = (random.next() as usize % lines, random.next() & random.next());
            by_line.push(line, bits, numbers.len());
            for bit in bits_of(bits) {
                numbers.push((random.next() % 1_000) as f64 * 0.1);
                expected[line][bit as usize].add(*numbers.last().unwrap());
            }
        }
        let mut found = vec![[CountedSum::default(); 64]; lines];
        by_line.finish(&numbers, |line, part| match part {
            OfLine::Sum(bit, sum) => found[line][bit as usize].merge(sum),
            OfLine::Word(bits, numbers) => {
                words_alone += 1;
                assert_eq!(bits.count_ones() as usize, numbers.len());
                bits_of(bits).zip(numbers).for_each(|(bit, number)| found[line][bit as usize].add(*number));
            }
        });
        assert_eq!(found, expected, "round {round}");
        by_line.finish(&numbers, |line, _| panic!("nothing is left of {line}"));
    }
    assert!(words_alone > 500, "{words_alone}");
}

#[test]
fn a_mean_is_a_number_whatever_the_sum_is() {
    let mean = |values: &[f64]| {
        let mut sum = ExactSum::default();
        values.iter().for_each(|v| sum.add(*v));
        sum.mean(values.len() as u64)
    };
    for count in [1usize, 2, 3, 5, 6, 7, 1000] {
        assert!((mean(&vec![f64::MAX; count]) / f64::MAX - 1.0).abs() < 1e-15, "{count}");
        assert_eq!(mean(&vec![f64::MIN; count]), -mean(&vec![f64::MAX; count]));
    }
    assert_eq!(mean(&[1.5e308, 1.5e308, -1.5e308, 1.5e308]), 0.75e308);
    let mut random = Random(31);
    for _ in 0..2_000 {
        let values: Vec<f64> = (0..5).map(|_| f64::from_bits(random.next() >> 12 | 1_900 << 52)).collect();
        // Where the sum is a float, with the bits of dividing it.
        assert_eq!(mean(&values).to_bits(), (sum(&values) / 5.0).to_bits());
        let large: Vec<f64> = values.iter().map(|v| v * 2f64.powi(145)).collect();
        assert_eq!(mean(&large).to_bits(), (mean(&values) * 2f64.powi(145)).to_bits(), "{values:?}");
    }
}
