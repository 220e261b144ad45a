//! What people are told of each function: docs/formulas.md is written from it, and a host can show it as help.
//!
//! Names, parameters and types are not repeated here: they come from the table that the compiler reads, [`crate::FUNCTIONS`], and a test
//! holds the two together.

mod along;
mod dates;
mod finance;
mod logic;
mod lookup;
mod numbers;
mod statistics;
mod text;
mod whole;

use crate::signature::Signature;

/// What functions have in common, as the reference sorts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the titles")]
pub enum Family {
    Logic,
    Numbers,
    Along,
    LookUp,
    Dates,
    Text,
    WholeBlock,
    Finance,
    Forecast,
    Statistics,
    Security,
}

impl Family {
    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Family::Logic => "Logic",
            Family::Numbers => "Numbers",
            Family::Along => "Along a dimension",
            Family::LookUp => "Look-up",
            Family::Dates => "Dates",
            Family::Text => "Text",
            Family::WholeBlock => "Over all cells",
            Family::Finance => "Finance",
            Family::Forecast => "Forecast",
            Family::Statistics => "Statistics",
            Family::Security => "Security",
        }
    }
}

/// Where a function has values, and whether it can have some where none of its arguments has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cells {
    /// Where every argument has one, as with `*`.
    EveryArgument,
    /// Where `+` would have them; BLANK is passed over.
    AnyArgument,
    /// Decided cell by cell: dense where the chosen branch is a constant or has fewer dimensions.
    Branch,
    /// Everywhere that its argument's dimensions reach.
    Everywhere,
    /// Where its first argument has one.
    First,
    /// Along the dimension also where its first argument has none.
    AlongToo,
    /// Where x has one, and behind the last of those along the dimension.
    Forecast,
    /// One value, without dimensions; BLANK where there is no cell.
    One,
    /// One count, without dimensions, from 0.
    Count,
    /// One value for each line along the dimension, which is lost.
    Line,
    /// Where another metric, or the metric itself, has one at the earlier item.
    Earlier,
    /// Where one of its arguments has one.
    Either,
}

impl Cells {
    /// In a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Cells::EveryArgument => "A value where every argument has one.",
            Cells::AnyArgument => "BLANK arguments are passed over; the cells are those that a sum of the arguments would have.",
            Cells::Branch => {
                "Decided cell by cell over all dimensions of the arguments. Fills cells where the chosen branch is a constant or has fewer \
                 dimensions."
            }
            Cells::Everywhere => "A value in every cell of the argument's dimensions: fills all of them.",
            Cells::First => "A value where x has one.",
            Cells::AlongToo => "Can fill cells along the dimension in which x is BLANK.",
            Cells::Forecast => "The cells of x, and at the items after the last one of each line what is fitted on them.",
            Cells::One => "One value without dimensions; BLANK where there is no cell.",
            Cells::Count => "One count without dimensions, 0 where there is nothing to count.",
            Cells::Line => "One value for each line along the dimension, which is lost.",
            Cells::Earlier => "A value wherever the earlier item has one: can fill cells along the dimension.",
            Cells::Either => "A value where at least one argument has one.",
        }
    }

    /// Whether it can give a value to a cell that none of its arguments has.
    pub fn fills(self) -> bool {
        matches!(self, Cells::Branch | Cells::Everywhere | Cells::AlongToo | Cells::Forecast | Cells::Earlier)
    }
}

/// A formula on the reference's sample model, and what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worked {
    /// The formula.
    pub formula: &'static str,
    /// Type and `BY (…)` of the metric that it is for; `None`: a formula that is only evaluated.
    pub metric: Option<&'static str>,
    /// Its cells in item order, as lines of CSV: the items of its dimensions, then the value.
    pub answer: &'static [&'static str],
}

/// What is told of a function.
#[derive(Clone, Copy, Debug)]
pub struct Help {
    /// The function's name.
    pub name: &'static str,
    /// What it computes, in a sentence or three.
    pub summary: &'static str,
    /// Where it has values.
    pub cells: Cells,
    /// Worked examples; the first is the plainest.
    pub examples: &'static [Worked],
}

/// All help, by family, in the order of the reference.
pub const FAMILIES: &[(Family, &[Help])] = &[
    (Family::Logic, logic::LOGIC),
    (Family::Numbers, numbers::NUMBERS),
    (Family::Along, along::ALONG),
    (Family::LookUp, lookup::LOOK_UP),
    (Family::Dates, dates::DATES),
    (Family::Text, text::TEXT),
    (Family::WholeBlock, whole::WHOLE),
    (Family::Finance, finance::FINANCE),
    (Family::Forecast, statistics::FORECAST),
    (Family::Statistics, statistics::STATISTICS),
    (Family::Security, lookup::SECURITY),
];

impl Signature {
    /// What is told of it. Every function has help; `None` would be a fault that a test finds.
    pub fn help(&self) -> Option<&'static Help> {
        FAMILIES.iter().flat_map(|(_, all)| *all).find(|help| help.name == self.name)
    }

    /// The family it belongs to.
    pub fn family(&self) -> Option<Family> {
        FAMILIES.iter().find(|(_, all)| all.iter().any(|help| help.name == self.name)).map(|(family, _)| *family)
    }
}

const fn help(name: &'static str, cells: Cells, summary: &'static str, examples: &'static [Worked]) -> Help {
    Help { name, summary, cells, examples }
}

const fn gives(formula: &'static str, answer: &'static [&'static str]) -> Worked {
    Worked { formula, metric: None, answer }
}

const fn metric(metric: &'static str, formula: &'static str, answer: &'static [&'static str]) -> Worked {
    Worked { formula, metric: Some(metric), answer }
}
