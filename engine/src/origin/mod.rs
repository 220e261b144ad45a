//! Where a value comes from: a cell's formula, taken apart at the cell's coordinate, as far as who asks may read it.
//!
//! INVARIANT: what a value is made of is told whole or not at all. A formula is taken apart for somebody only where everything that it reads
//! for the cell is theirs to read, through RESETACCESSRIGHTS and INHERITANCE OFF too (`gate.rs`): a list with something left out would tell
//! of it by what is missing from the total. So all that is computed here, from raw cells, comes from cells that its reader could ask for.

mod gate;
mod line;
mod parts;
mod shown;
mod total;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use smalt_calc::CalcError;
use smalt_formula::program::{Kind, Node};
use smalt_model::{DimensionId, MetricDef, MetricId, Value};
use smalt_security::{Access, Mask};
use smalt_vault::MaskedView;

use crate::calc::Watch;
use crate::state::State;

/// A coordinate: an item of each dimension, and maybe of others.
type At = BTreeMap<DimensionId, u32>;

/// No more rows than this are told; what they stand for stays closed.
const MOST_ROWS: usize = 10_000;

/// One line of the answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// How far it is from the value that was asked for: 0 is that value.
    pub(crate) level: u32,
    /// What it is.
    pub(crate) part: String,
    /// Where it is, as `AT (…)` takes it; `None` where it is at one place only.
    pub(crate) at: Option<String>,
    /// Its value as text; `None`: BLANK.
    pub(crate) value: Option<String>,
    /// The part that it has in the sum above it.
    pub(crate) share: Option<f64>,
    /// Its formula, for who configures blocks.
    pub(crate) formula: Option<String>,
}

/// A line before it is written, with what may be opened under it.
struct Piece {
    /// How far below the formula that it is part of.
    below: u32,
    what: What,
    share: Option<f64>,
}

enum What {
    /// The cell of a metric; taken away from a sum where negative.
    Cell { metric: MetricId, cell: Vec<u32>, negative: bool },
    /// Anything else, as it is shown.
    Line { part: String, at: Option<String>, value: Option<Value>, formula: Option<String> },
}

/// What a formula comes to at a cell.
enum Opened {
    Parts(Vec<Piece>),
    /// Some of it is not for who asks.
    Closed,
    /// There is no formula, or none that can be looked into.
    Nothing,
}

/// One who asks, of one state.
pub(crate) struct Origin<'a> {
    state: &'a State,
    access: &'a Access,
    view: MaskedView,
    /// Ends it early.
    watch: Watch,
    gates: RefCell<HashMap<MetricId, Option<Arc<Mask>>>>,
}

impl<'a> Origin<'a> {
    pub(crate) fn new(state: &'a State, access: &'a Access, view: MaskedView, watch: Watch) -> Origin<'a> {
        Origin { state, access, view, watch, gates: RefCell::default() }
    }

    /// The lines about one cell, its formula taken apart, and theirs, `depth` times.
    pub(crate) fn of(&self, metric: MetricId, cell: Vec<u32>, depth: u32) -> Result<Vec<Row>, CalcError> {
        let first = Piece { below: 0, what: What::Cell { metric, cell, negative: false }, share: None };
        // A list and no calls: a cash plan goes back as many months as it has.
        let mut todo = vec![(0u32, depth, first)];
        let mut opened: HashSet<(MetricId, Vec<u32>)> = HashSet::new();
        let mut rows = Vec::new();
        while let Some((above, depth, piece)) = todo.pop() {
            if rows.len() >= MOST_ROWS {
                let part = format!("(more than {MOST_ROWS} rows)");
                rows.push(Row { level: 0, part, at: None, value: None, share: None, formula: None });
                break;
            }
            let level = above + piece.below;
            match piece.what {
                What::Line { part, at, value, formula } => {
                    let value = value.and_then(|value| self.text(&value));
                    rows.push(Row { level, part, at, value, share: piece.share, formula });
                }
                What::Cell { metric, cell, negative } => {
                    let Some(def) = self.view.catalog().metric(metric).map(Arc::clone) else { continue };
                    let mut row = self.row_of_cell(metric, &def, &cell, level, negative);
                    row.share = piece.share;
                    let mut below = Vec::new();
                    // Input is made of nothing.
                    let depth = if metric.is_input() { 0 } else { depth };
                    let known = depth > 0 && !opened.insert((metric, cell.clone()));
                    if depth > 0 && !known {
                        match self.open(&def, &cell)? {
                            Opened::Parts(parts) => below = parts,
                            Opened::Closed => below.push(closed()),
                            Opened::Nothing => {}
                        }
                    } else if known && self.state.programs.metrics.contains_key(&metric) {
                        row.part.push_str(" (above)");
                    }
                    rows.push(row);
                    todo.extend(below.into_iter().rev().map(|piece| (level, depth - 1, piece)));
                }
            }
        }
        Ok(rows)
    }

    fn row_of_cell(&self, metric: MetricId, def: &MetricDef, cell: &[u32], level: u32, negative: bool) -> Row {
        let at = def.dimensions.iter().copied().zip(cell.iter().copied());
        let formula = if metric.is_input() { None } else { self.formula_text(metric) };
        let (sign, kind) = (if negative { "- " } else { "" }, if metric.is_input() { " (input)" } else { "" });
        let value = self.cell_value(metric, cell).and_then(|value| self.text(&value));
        Row { level, part: format!("{sign}{}{kind}", def.name), at: self.place(at), value, share: None, formula }
    }

    /// The value of a cell, for who may read it. The input of a metric with a formula of its own is told to who may read what is made of it.
    fn cell_value(&self, metric: MetricId, cell: &[u32]) -> Option<Value> {
        if !metric.is_input() {
            return self.view.cell(metric, cell);
        }
        let open = self.access.reading(metric.whole()).allows(cell);
        open.then(|| self.state.revision.cells(metric)?.get(cell)).flatten()
    }

    /// What the formula of a cell reads there.
    fn open(&self, def: &MetricDef, cell: &[u32]) -> Result<Opened, CalcError> {
        let Some(program) = self.state.programs.metrics.get(&def.id) else { return Ok(Opened::Nothing) };
        let root = own_earlier(&program.root, def.id);
        if !self.tells(def, program, &root, cell) {
            return Ok(Opened::Closed);
        }
        let at: At = def.dimensions.iter().copied().zip(cell.iter().copied()).collect();
        let mut pieces = Vec::new();
        if !self.take_apart(&root, &at, def.id, &mut pieces)? {
            return Ok(Opened::Closed);
        }
        Ok(Opened::Parts(pieces))
    }

    /// The parts of a formula; for a sum term by term, with their shares. `false`: some of it is not for who asks.
    fn take_apart(&self, root: &Node, at: &At, of: MetricId, pieces: &mut Vec<Piece>) -> Result<bool, CalcError> {
        let mut bare = root;
        while let Kind::ToNumber(inside) | Kind::ToDecimal(inside) | Kind::ResetRights(inside) = &bare.kind {
            bare = inside;
        }
        let terms = match &bare.kind {
            Kind::Sum(terms) if terms.len() > 1 && bare.ty.is_numeric() => terms,
            _ => {
                let parts = self.parts_of(root, at)?;
                return self.put_all(parts, 1, of, None, pieces);
            }
        };
        let total = self.value(bare, at)?;
        for term in terms {
            let value = self.value(&term.node, at)?;
            let share = share(value.as_ref(), total.as_ref()).map(|share| if term.negative { -share } else { share });
            let parts = self.parts_of(&term.node, at)?;
            let open = match parts.as_slice() {
                // A constant is told by the formula's text alone.
                [] => continue,
                [part] if self.value_of(part)? == value => self.put(part, 1, of, (share, term.negative), pieces)?,
                _ => {
                    let sign = if term.negative { "- " } else { "" };
                    let what = What::Line { part: format!("{sign}term"), at: None, value, formula: self.text_of(of, &term.node) };
                    pieces.push(Piece { below: 1, what, share });
                    self.put_all(parts, 2, of, None, pieces)?
                }
            };
            if !open {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The value of an expression at a coordinate.
    fn value(&self, node: &Node, at: &At) -> Result<Option<Value>, CalcError> {
        smalt_calc::value_at(&self.state.revision, node, at, &self.state.programs.limits, &self.watch)
    }
}

/// What stands where a formula is not taken apart.
fn closed() -> Piece {
    let part = "(made of what is not all yours to read)".to_owned();
    Piece { below: 1, what: What::Line { part, at: None, value: None, formula: None }, share: None }
}

/// A formula that reads its own metric at earlier items like any other: the cells are there already.
fn own_earlier(node: &Node, own: MetricId) -> Node {
    let rebuilt: Result<Node, std::convert::Infallible> = node.rebuild(&mut |part| Ok(own_earlier(part, own)));
    match rebuilt {
        Ok(Node { kind: Kind::Previous { dimension, back }, ty, dims, rows, span }) => {
            Node { kind: Kind::PreviousOf { metric: own, dimension, back }, ty, dims, rows, span }
        }
        Ok(node) => node,
        Err(never) => match never {},
    }
}

/// A value as a number.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(value) => Some(*value),
        Value::Integer(value) => Some(*value as f64),
        Value::Decimal(digits, units) => Some(*units as f64 / 10f64.powi(i32::from(digits.scale))),
        _ => None,
    }
}

/// The part that a value has in a total, to six digits behind the point; `None` where there is no total to have a part in.
fn share(value: Option<&Value>, total: Option<&Value>) -> Option<f64> {
    let (value, total) = (number(value?)?, number(total?)?);
    Some((value / total * 1e6).round() / 1e6).filter(|share| share.is_finite())
}
