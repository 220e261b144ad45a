//! The making of formulas: from a grammar, and from others by cutting, joining and spoiling them.

use smalt_formula::{FUNCTIONS, Need};

use super::model::names;

/// A small generator (splitmix64), so that a seed gives the same formulas everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `n`; 0 where that is nothing.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 1).unwrap_or(0).checked_rem(n).unwrap_or(0)
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    fn word(&mut self, of: &[&'static str]) -> &'static str {
        self.pick(of).copied().unwrap_or("")
    }
}

const SIGNS: &[&str] = &[
    "+", "-", "*", "/", "^", "&", "=", "<>", "<", "<=", ">", ">=", " AND ", " OR ", "NOT ", " IN ", " ON ", "(", ")", "[", "]", ",", ";",
    ":", ".", " ", "\n", "--", "//", "/*", "*/", "'", "\"", "==", "%",
];

const LITERALS: &[&str] = &[
    "0",
    "1",
    "2",
    "-1",
    "0.0",
    "1.5",
    "2.5e-3",
    "10%",
    "1e308",
    "1e-320",
    "9223372036854775807",
    "9223372036854775808",
    "4294967296",
    "\"\"",
    "\"Tea\"",
    "\"yyyy-MM-dd\"",
    "\"#,##0.00\"",
    "TRUE",
    "FALSE",
    "BLANK",
    "DATE(2024, 2, 29)",
    "CurrentValue",
    "Result",
    "Slaes",
    "'Net Sales'",
    "'not'",
];

const HEADS: &[&str] = &["BY", "ADD", "REMOVE", "KEEP", "SELECT", "FILTER", "EXCLUDE", "TOSUBSET", "TOPARENTLIST"];

const METHODS: &[&str] = &[
    "",
    "",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "MEDIAN",
    "STDEVS",
    "STDEVP",
    "COUNT",
    "COUNTUNIQUE",
    "FIRST",
    "LAST",
    "FIRSTNONBLANK",
    "LASTNONBLANK",
    "FIRSTNONZERO",
    "LASTNONZERO",
    "ANY",
    "ALL",
    "TEXTLIST",
    "CONSTANT",
    "SPLIT",
    "SPLIT ON Price",
    "AVERAGE",
];

const WORDS: &[&str] =
    &["SUM", "AVG", "ASC", "DESC", "MINIMUM", "MAXIMUM", "SEQUENTIAL", "AVERAGE", "ALL", "Month ON -RANK(Month.'Start Date')"];

const ODD: &[&str] = &[
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "e\u{301}",
    "\u{1f9ee}",
    "ß",
    "İ",
    "\u{2028}",
    "“",
    "×",
    "\u{a0}",
    "\r\n",
    "\t",
    "\u{10ffff}",
    "ﷺ",
    "א",
    "\u{200d}",
];

/// The maker.
pub(crate) struct Maker {
    names: Vec<String>,
}

impl Maker {
    pub(crate) fn new() -> Maker {
        Maker { names: names() }
    }

    /// A formula from the grammar, mostly one that can be read.
    pub(crate) fn expression(&self, random: &mut Random, depth: usize) -> String {
        if depth == 0 {
            return if random.chance(3) { random.word(LITERALS).to_owned() } else { self.name(random) };
        }
        let mut part = || self.expression(random, depth - 1 - usize::from(depth > 2));
        let (a, b) = (part(), part());
        match random.below(12) {
            0..=3 => {
                let sign = random.word(&["+", "-", "*", "/", "^", "&", "=", "<>", "<", ">=", " AND ", " OR "]);
                format!("{a} {sign} {b}")
            }
            4 => format!("({a})"),
            5 => format!("-{a}"),
            6 => format!("NOT {a}"),
            7 if random.chance(2) => format!("{a} IN ({b} : {a})"),
            7 => format!("{a} IN ({b}, {})", random.word(LITERALS)),
            8 | 9 => self.call(random, &a, &b),
            _ => format!("{a}{}", self.modifier(random, &b)),
        }
    }

    fn name(&self, random: &mut Random) -> String {
        random.pick(&self.names).cloned().unwrap_or_default()
    }

    fn call(&self, random: &mut Random, a: &str, b: &str) -> String {
        let Some(function) = random.pick(FUNCTIONS) else { return String::new() };
        let mut arguments = Vec::new();
        for (at, parameter) in function.parameters.iter().enumerate() {
            if parameter.need == Need::Optional && random.chance(2) {
                continue;
            }
            arguments.push(match (at, random.below(6)) {
                (0, _) => a.to_owned(),
                (_, 0) => random.word(WORDS).to_owned(),
                (_, 1) => b.to_owned(),
                (_, 2) => random.word(LITERALS).to_owned(),
                _ => self.name(random),
            });
        }
        if random.chance(20) {
            arguments.push(b.to_owned());
        }
        format!("{}({})", function.name, arguments.join(", "))
    }

    fn modifier(&self, random: &mut Random, inside: &str) -> String {
        let (head, method) = (random.word(HEADS), random.word(METHODS));
        let method = if matches!(head, "FILTER" | "EXCLUDE") && !random.chance(9) { "" } else { method };
        let content = match random.below(5) {
            0 => inside.to_owned(),
            1 => format!("{}, {}", self.name(random), self.name(random)),
            2 => format!("Month - {}", random.word(LITERALS)),
            3 => format!("CurrentValue > {inside}"),
            _ => self.name(random),
        };
        let gap = if method.is_empty() { "" } else { " " };
        format!("[{head}{gap}{method}: {content}]")
    }

    /// A formula made from one or two others.
    pub(crate) fn mutated(&self, random: &mut Random, from: &str, other: &str) -> String {
        let mut pieces = cut(from);
        for _ in 0..1 + random.below(4) {
            let at = random.below(pieces.len() + 1);
            let end = (at + 1 + random.below(6)).min(pieces.len());
            match random.below(12) {
                0 => drop(pieces.drain(at.min(end)..end)),
                1 => {
                    let copy = pieces.get(at..end).unwrap_or_default().to_vec();
                    let to = random.below(pieces.len() + 1);
                    pieces.splice(to..to, copy);
                }
                2 if !pieces.is_empty() => {
                    let (a, b) = (random.below(pieces.len()), random.below(pieces.len()));
                    pieces.swap(a, b);
                }
                3 | 4 => pieces.insert(at, random.word(SIGNS).to_owned()),
                5 => pieces.insert(at, random.word(LITERALS).to_owned()),
                6 => pieces.insert(at, self.name(random)),
                7 => {
                    if let Some(piece) = pieces.get_mut(at) {
                        *piece = self.name(random);
                    }
                }
                8 => {
                    let others = cut(other);
                    let start = random.below(others.len() + 1);
                    let more = others.get(start..(start + 1 + random.below(12)).min(others.len())).unwrap_or_default().to_vec();
                    pieces.splice(at..at, more);
                }
                9 => {
                    let inside = random.word(LITERALS).to_owned();
                    pieces.insert(at, self.modifier(random, &inside));
                }
                10 => {
                    let whole = pieces.concat();
                    pieces = vec![self.call(random, &whole, other)];
                }
                _ => self.spoil(random, &mut pieces, at),
            }
        }
        pieces.concat()
    }

    /// What no person writes: odd characters, long repetitions.
    fn spoil(&self, random: &mut Random, pieces: &mut Vec<String>, at: usize) {
        if random.chance(3) {
            let copy = pieces.get(at..(at + 3).min(pieces.len())).unwrap_or_default().concat();
            let times = if random.chance(8) { 3_000 } else { 1 + random.below(40) };
            if copy.len() < 100 {
                pieces.insert(at, copy.repeat(times));
            }
        } else {
            let odd = random.word(ODD).to_owned();
            match pieces.get_mut(at) {
                Some(piece) if piece.is_char_boundary(1.min(piece.len())) => piece.insert_str(1.min(piece.len()), &odd),
                _ => pieces.insert(at, odd),
            }
        }
    }
}

/// A text as words, numbers, quoted pieces and single signs.
pub(crate) fn cut(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut quote = None;
    for c in text.chars() {
        let joins = match (quote, pieces.last()) {
            (Some(_), Some(_)) => true,
            (None, Some(last)) => {
                let word = |c: char| c.is_alphanumeric() || c == '_' || c == '%';
                (word(c) && last.chars().all(word)) || (c == ' ' && last == " ")
            }
            _ => false,
        };
        if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && (c == '"' || c == '\'') {
            quote = Some(c);
        }
        match pieces.last_mut() {
            Some(last) if joins => last.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}
