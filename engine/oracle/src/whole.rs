//! Whole numbers of any size, digit by digit, as it is done on paper: slow, and short enough to be believed.

use std::cmp::Ordering;

/// A whole number: its decimal digits from the last one on, without zeros in front; 0 has no digits and is not negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    negative: bool,
    digits: Vec<u8>,
}

impl Whole {
    pub(crate) fn of(value: i128) -> Whole {
        let mut rest = value.unsigned_abs();
        let mut digits = Vec::new();
        while rest > 0 {
            digits.push((rest % 10) as u8);
            rest /= 10;
        }
        Whole { negative: value < 0, digits }
    }

    fn trimmed(negative: bool, mut digits: Vec<u8>) -> Whole {
        while digits.last() == Some(&0) {
            digits.pop();
        }
        Whole { negative: negative && !digits.is_empty(), digits }
    }

    /// With so many zeros behind it.
    pub(crate) fn shifted(&self, zeros: usize) -> Whole {
        let digits = std::iter::repeat_n(0, zeros).chain(self.digits.iter().copied()).collect();
        Whole::trimmed(self.negative, digits)
    }

    pub(crate) fn plus(&self, other: &Whole) -> Whole {
        if self.negative == other.negative {
            return Whole::trimmed(self.negative, added(&self.digits, &other.digits));
        }
        match compared(&self.digits, &other.digits) {
            Ordering::Less => Whole::trimmed(other.negative, less(&other.digits, &self.digits)),
            _ => Whole::trimmed(self.negative, less(&self.digits, &other.digits)),
        }
    }

    pub(crate) fn times(&self, other: &Whole) -> Whole {
        let mut digits = vec![0u8; self.digits.len() + other.digits.len()];
        for (i, a) in self.digits.iter().enumerate() {
            let mut carry = 0u8;
            for j in 0..digits.len() - i {
                let sum = digits[i + j] + carry + a * other.digits.get(j).copied().unwrap_or(0);
                digits[i + j] = sum % 10;
                carry = sum / 10;
            }
        }
        Whole::trimmed(self.negative != other.negative, digits)
    }

    /// The nearest whole number to the quotient; a half goes away from zero. BLANK where it is divided by 0.
    pub(crate) fn over(&self, by: &Whole) -> Option<Whole> {
        if by.digits.is_empty() {
            return None;
        }
        let mut quotient = Vec::new();
        let mut rest: Vec<u8> = Vec::new();
        for digit in self.digits.iter().rev() {
            rest.insert(0, *digit);
            rest = Whole::trimmed(false, rest).digits;
            let mut count = 0;
            while compared(&rest, &by.digits) != Ordering::Less {
                rest = Whole::trimmed(false, less(&rest, &by.digits)).digits;
                count += 1;
            }
            quotient.insert(0, count);
        }
        if compared(&added(&rest, &rest), &by.digits) != Ordering::Less {
            quotient = added(&quotient, &[1]);
        }
        Some(Whole::trimmed(self.negative != by.negative, quotient))
    }

    pub(crate) fn compare(&self, other: &Whole) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => compared(&self.digits, &other.digits),
            (true, true) => compared(&other.digits, &self.digits),
        }
    }

    /// As a number of at most so many digits; what has more is BLANK.
    pub(crate) fn within(&self, most: usize) -> Option<i128> {
        if self.digits.len() > most {
            return None;
        }
        let size = self.digits.iter().rev().try_fold(0i128, |size, digit| size.checked_mul(10)?.checked_add(i128::from(*digit)))?;
        Some(if self.negative { -size } else { size })
    }
}

fn compared(a: &[u8], b: &[u8]) -> Ordering {
    let length = |digits: &[u8]| digits.iter().rposition(|d| *d > 0).map_or(0, |last| last + 1);
    let (a, b) = (&a[..length(a)], &b[..length(b)]);
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn added(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut digits = Vec::new();
    let mut carry = 0;
    for i in 0..=a.len().max(b.len()) {
        let sum = a.get(i).unwrap_or(&0) + b.get(i).unwrap_or(&0) + carry;
        digits.push(sum % 10);
        carry = sum / 10;
    }
    digits
}

/// The difference of a number and one that is not larger.
fn less(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut digits = Vec::new();
    let mut borrowed = 0;
    for (i, digit) in a.iter().enumerate() {
        let (above, below) = (digit + 10, b.get(i).unwrap_or(&0) + borrowed);
        digits.push((above - below) % 10);
        borrowed = u8::from(above - below < 10);
    }
    digits
}
