//! Random formulas, right by construction: a piece knows its dimensions, its type and its cells.

use smalt_formula::parse;
use smalt_oracle::{Block, Cells, Model, Scope, Type};

use crate::grow_number::number;
use crate::grow_other::{boolean, date, item, text};
use crate::random::Random;
use crate::world::World;

/// An expression with what it gives.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) block: Block,
}

/// What is asked of an expression's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Numeric,
    Text,
    Boolean,
    Date,
    Item(Option<usize>),
    Any,
}

/// Where formulas grow.
pub(crate) struct Garden<'a> {
    pub(crate) model: &'a Model,
    pub(crate) cells: &'a [Cells],
    pub(crate) random: Random,
    /// What the tree said of pieces that it did not take.
    pub(crate) refused: Vec<(String, String)>,
    pub(crate) current: Option<Block>,
    /// Are pieces grown for a larger one? What is not exact is rounded there, or a last digit would decide a comparison.
    pub(crate) nested: bool,
}

/// As many coordinates as a piece may have.
const MOST: usize = 1500;

impl<'a> Garden<'a> {
    pub(crate) fn new(model: &'a Model, cells: &'a [Cells], random: Random) -> Garden<'a> {
        Garden { model, cells, random, refused: Vec::new(), current: None, nested: false }
    }
}

impl Garden<'_> {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.random.below(limit)
    }

    pub(crate) fn word(&mut self, all: &[&'static str]) -> &'static str {
        let word: &&'static str = self.random.pick(all);
        word
    }

    /// The piece that a text is, unless it is wrong or too large.
    pub(crate) fn piece(&mut self, text: String) -> Option<Piece> {
        let expr = match parse(&text) {
            Ok(expr) => expr,
            Err(e) => panic!("`{text}` does not parse: {e:?}"),
        };
        let mut scope = Scope::new(self.model, self.cells);
        if let Some(current) = &self.current {
            scope = scope.with_current(current.clone());
        }
        match scope.eval(&expr) {
            Ok(block) if block.dims.len() <= 4 && self.model.size(&block.dims) <= MOST => Some(Piece { text, block }),
            Ok(_) => None,
            Err(e) => {
                self.refused.push((text, e));
                None
            }
        }
    }

    /// An expression of a type.
    pub(crate) fn grow(&mut self, want: Want, depth: usize) -> Piece {
        let mut empty = None;
        if depth > 0 && !self.random.percent(8) {
            for _ in 0..12 {
                if let Some(piece) = self.attempt(want, depth - 1)
                    && self.is(&piece, want)
                {
                    // Without cells there is little to compare: seldom.
                    if !piece.block.cells.is_empty() || self.random.percent(15) {
                        return piece;
                    }
                    empty = Some(piece);
                }
            }
        }
        empty.unwrap_or_else(|| self.leaf(want))
    }

    fn attempt(&mut self, want: Want, depth: usize) -> Option<Piece> {
        let nested = std::mem::replace(&mut self.nested, true);
        let grown = self.any_of(want, depth, nested);
        self.nested = nested;
        grown
    }

    fn any_of(&mut self, want: Want, depth: usize, nested: bool) -> Option<Piece> {
        let kinds = [Want::Numeric, Want::Numeric, Want::Numeric, Want::Numeric, Want::Text, Want::Boolean, Want::Date, Want::Item(None)];
        let want = if want == Want::Any { *self.random.pick(&kinds) } else { want };
        if self.random.percent(30) {
            return crate::grow_any::any(self, want, depth);
        }
        match want {
            Want::Text => text(self, depth),
            Want::Boolean => boolean(self, depth),
            Want::Date => date(self, depth),
            Want::Item(d) => item(self, d, depth),
            Want::Numeric | Want::Any => number(self, depth, nested),
        }
    }

    pub(crate) fn is(&self, piece: &Piece, want: Want) -> bool {
        match (want, piece.block.ty) {
            (Want::Any, Some(_))
            | (Want::Text, Some(Type::Text))
            | (Want::Boolean, Some(Type::Boolean))
            | (Want::Date, Some(Type::Date)) => true,
            (Want::Numeric, Some(ty)) => ty.is_numeric(),
            (Want::Item(None), Some(Type::Item(_))) => true,
            (Want::Item(Some(d)), Some(Type::Item(e))) => d == e,
            _ => false,
        }
    }

    /// A metric, a property or a constant.
    pub(crate) fn leaf(&mut self, want: Want) -> Piece {
        for _ in 0..60 {
            let text = match self.below(20) {
                0..3 => self.constant(want),
                3..6 => self.property(),
                6 if self.current.is_some() => Some("CurrentValue".to_owned()),
                _ => {
                    let metric = self.random.below(self.model.metrics.len());
                    Some(self.model.metrics[metric].name.clone())
                }
            };
            if let Some(piece) = text.and_then(|t| self.piece(t))
                && self.is(&piece, want)
            {
                return piece;
            }
        }
        let text = self.constant(want).unwrap();
        self.piece(text).unwrap()
    }

    fn constant(&mut self, want: Want) -> Option<String> {
        Some(match want {
            Want::Numeric if self.random.percent(50) => format!("{}", self.random.within(-2, 7)),
            // Past what floats hold exactly, and near the ends of the types.
            Want::Numeric if self.random.percent(6) => {
                self.word(&["1.0e200", "1.0e-200", "3037000500", "4611686018427387904", "9223372036854775807", "0.1"]).to_owned()
            }
            Want::Numeric => self.word(&["0.5", "2.0", "1.25", "10%", "100.0", "-3.5"]).to_owned(),
            Want::Text => self.word(&["\"\"", "\"a\"", "\"bc\"", "\"É\"", "\" \"", "\"x\"\"y\""]).to_owned(),
            Want::Boolean => self.word(&["TRUE", "FALSE"]).to_owned(),
            Want::Date => format!("DATE({}, {}, {})", self.random.within(2022, 2024), self.random.within(1, 12), self.random.within(1, 30)),
            Want::Item(Some(d)) => self.item_name(d),
            Want::Item(None) => {
                let d = self.random.below(self.model.dimension_count());
                self.item_name(d)
            }
            Want::Any => return None,
        })
    }

    /// An item; of a subset that may lose it, the current one.
    pub(crate) fn item_name(&mut self, d: usize) -> String {
        if self.model.dimensions[d].items.is_empty() || World::is_restless(self.model, d) {
            return self.dimension_name(d);
        }
        let item = self.random.below(self.model.dimensions[d].items.len());
        format!("{}.\"{}\"", name(&self.model.dimensions[d].name), self.model.dimensions[d].items[item].replace('"', "\"\""))
    }

    pub(crate) fn dimension_name(&self, d: usize) -> String {
        name(&self.model.dimensions[d].name)
    }

    /// A dimension, or a property path from one.
    pub(crate) fn property(&mut self) -> Option<String> {
        let mut d = self.random.below(self.model.dimension_count());
        let mut text = self.dimension_name(d);
        for _ in 0..self.below(4) {
            let at = self.random.below(self.model.dimensions[d].properties.len());
            let property = &self.model.dimensions[d].properties[at];
            text = format!("{text}.{}", name(&property.name));
            match property.ty {
                Type::Item(target) => d = target,
                _ => break,
            }
        }
        Some(text)
    }

    /// A dimension of a block.
    pub(crate) fn dimension_of(&mut self, block: &Block) -> Option<usize> {
        if block.dims.is_empty() { None } else { Some(*self.random.pick(&block.dims)) }
    }
}

/// A name as a formula has it.
pub(crate) fn name(name: &str) -> String {
    let bare = name.chars().all(|c| c.is_alphanumeric() || c == '_') && name.chars().next().is_some_and(char::is_alphabetic);
    if bare { name.to_owned() } else { format!("'{}'", name.replace('\'', "''")) }
}

/// In brackets, unless it needs none.
pub(crate) fn bracketed(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    if plain { text.to_owned() } else { format!("({text})") }
}
