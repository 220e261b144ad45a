//! `did you mean …`

use smalt_model::fold;

/// The candidate that is closest to `written`, if any comes close.
pub(crate) fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    similar(written, candidates, 1).into_iter().next()
}

/// The candidates close to `written`, the closest first, at most `most`.
pub(crate) fn similar<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let wanted = fold(written);
    let length = wanted.chars().count();
    let mut close: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|other| other.chars().count().abs_diff(length) <= length.div_ceil(3))
        .map(|other| (distance(&wanted, &fold(other)), other))
        .filter(|(distance, other)| *distance * 3 <= length.max(other.chars().count()))
        .collect();
    close.sort_unstable();
    close.into_iter().take(most).map(|(_, name)| name).collect()
}

/// Letters to be added, left out or changed to get from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let here = (diagonal + usize::from(x != *y)).min(left + 1).min(above + 1);
            diagonal = above;
            if let Some(slot) = row.get_mut(j) {
                *slot = left;
            }
            left = here;
        }
        if let Some(slot) = row.last_mut() {
            *slot = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_letters() {
        assert_eq!(distance("france", "france"), 0);
        assert_eq!(distance("france", "frence"), 1);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_close_names_are_offered() {
        assert_eq!(closest("Revenu", ["Cost", "Revenue"]), Some("Revenue"));
        assert_eq!(closest("STORE", ["Store"]), Some("Store"));
        assert_eq!(closest("x", ["Revenue", "y"]), None);
    }
}
