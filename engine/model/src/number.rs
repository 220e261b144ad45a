//! Numbers as text (formulas.md §1).

/// The shortest digits that read back to the same number, without a trailing `.0`, plain from 1e-7 to 1e21, else `1.5e-9`. -0 is 0.
pub fn format_number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs();
    if (1e-7..1e21).contains(&magnitude) { format!("{value}") } else { format!("{value:e}") }
}

#[cfg(test)]
mod tests {
    use super::format_number;

    #[test]
    fn numbers_are_shortest_and_plain_in_the_middle() {
        for (value, text) in [
            (2.0, "2"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e21"),
            (1e20, "100000000000000000000"),
            (1e-7, "0.0000001"),
            (1.5e-9, "1.5e-9"),
            (-2.5, "-2.5"),
            (1.234e300, "1.234e300"),
        ] {
            assert_eq!(format_number(value), text);
            assert_eq!(text.parse::<f64>().ok(), Some(value));
        }
    }
}
