//! Cells that become one: which they are, the largest of them first.

use smalt_calc::{CalcError, Region, each_cell, rows_to, taken, within};
use smalt_formula::program::{Along, Comparison, Kind, Method, Node};
use smalt_model::{DimensionId, ListId, MetricId, Type, Value};
use smalt_security::BLANK;
use smalt_vault::{Cells, ExactSum};

use super::{At, Origin, Piece, What, number, share};

/// So many are told one by one, the rest together.
const MOST_TOLD: usize = 10;

/// So many are kept before those that are not among the first are dropped.
const KEPT: usize = 4_096;

/// Which come first.
#[derive(Clone, Copy)]
enum First {
    Largest,
    Least,
    Greatest,
    InOrder,
    FromTheEnd,
}

/// Values that become one.
struct Taken {
    first: First,
    ty: Type,
    /// (what is compared first, places in item order as their reader sees it, items, value)
    kept: Vec<(f64, Vec<u32>, Vec<u32>, Value)>,
    /// What is behind it cannot be among the first.
    bar: Option<f64>,
    count: u64,
    sum: ExactSum,
    units: i128,
}

/// Cells by their items, with their values.
type Told = Vec<(Vec<u32>, Value)>;

impl Taken {
    fn new(first: First, ty: Type) -> Taken {
        Taken { first, ty, kept: Vec::new(), bar: None, count: 0, sum: ExactSum::default(), units: 0 }
    }

    fn take(&mut self, items: &[u32], value: Value, places: impl FnOnce() -> Vec<u32>) {
        self.count += 1;
        self.add(&value, 1);
        let number = number(&value).unwrap_or(0.0);
        let rank = match self.first {
            First::Largest => -number.abs(),
            First::Least => number,
            First::Greatest => -number,
            First::InOrder | First::FromTheEnd => 0.0,
        };
        if self.bar.is_some_and(|bar| rank > bar) {
            return;
        }
        self.kept.push((rank, places(), items.to_vec(), value));
        if self.kept.len() >= KEPT {
            self.cut();
        }
    }

    fn add(&mut self, value: &Value, times: i8) {
        match value {
            Value::Number(value) => self.sum.add(f64::from(times) * value),
            Value::Integer(value) => self.units = self.units.saturating_add(i128::from(times) * i128::from(*value)),
            Value::Decimal(_, units) => self.units = self.units.saturating_add(i128::from(times) * units),
            _ => {}
        }
    }

    fn cut(&mut self) {
        let turned = matches!(self.first, First::FromTheEnd);
        self.kept.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| if turned { b.1.cmp(&a.1) } else { a.1.cmp(&b.1) }));
        self.kept.truncate(MOST_TOLD);
        if self.kept.len() == MOST_TOLD {
            self.bar = self.kept.last().map(|last| last.0);
        }
    }

    /// The first ones, how many others there are, and what those sum up to.
    fn finish(mut self) -> (Told, u64, Option<Value>) {
        self.cut();
        let told: Told = std::mem::take(&mut self.kept).into_iter().map(|(_, _, items, value)| (items, value)).collect();
        told.iter().for_each(|(_, value)| self.add(value, -1));
        let rest = match self.ty {
            Type::Number => Some(Value::Number(self.sum.value())),
            Type::Integer => i64::try_from(self.units).ok().map(Value::Integer),
            ty => ty.digits().map(|digits| Value::Decimal(digits, self.units)),
        };
        let more = self.count - told.len() as u64;
        (told, more, rest)
    }
}

impl Origin<'_> {
    /// The line of a total and, one below, what it is made of. `false`: some of that is not for who asks.
    pub(super) fn put_total(
        &self,
        node: &Node,
        at: &At,
        below: u32,
        of: MetricId,
        (share, negative): (Option<f64>, bool),
        pieces: &mut Vec<Piece>,
    ) -> Result<bool, CalcError> {
        let value = self.value(node, at)?;
        let node = &one_sum(node);
        let what = What::Line {
            part: format!("{}{}", if negative { "- " } else { "" }, self.title(node)),
            at: self.place(node.dims.iter().filter_map(|d| Some((*d, *at.get(d)?)))),
            value: value.clone(),
            formula: self.text_of(of, node),
        };
        pieces.push(Piece { below, what, share });
        let whole = (below + 1, of, value.as_ref());
        match &node.kind {
            Kind::Up { input, mappings, method, .. } => match input.rows {
                Some(list) => self.put_rows(node, at, list, *method, whole, pieces),
                None => {
                    let region = taken(&self.state.revision, node, at, &self.state.programs.limits, &self.watch)?;
                    let narrowed = where_it_leads(input, mappings, at);
                    self.put_cells(&narrowed, input, &region, Some(*method), whole, pieces)
                }
            },
            Kind::Whole(method, input) => self.put_cells(input, input, &Region::everywhere(), Some(*method), whole, pieces),
            Kind::Along { input, dimension, method, function, .. } => {
                let items = self.on_the_line(node, at)?;
                let others = input.dims.iter().filter(|d| *d != dimension).filter_map(|d| Some((*d, *at.get(d)?)));
                let region = Region::at(others).only(*dimension, items);
                let sums = match function {
                    Along::MovingSum => Some(Method::Sum),
                    Along::Cumulate | Along::YearToDate | Along::QuarterToDate | Along::MonthToDate => Some(*method),
                    _ => None,
                };
                self.put_cells(input, input, &region, sums, whole, pieces)
            }
            Kind::Rollup { input, dimension, parent, weight } => {
                let items = self.hanging_on(*dimension, *parent, at);
                let others = input.dims.iter().filter(|d| *d != dimension).filter_map(|d| Some((*d, *at.get(d)?)));
                let region = Region::at(others).only(*dimension, items);
                self.put_cells(input, input, &region, weight.is_none().then_some(Method::Sum), whole, pieces)
            }
            _ => Ok(true),
        }
    }

    /// The cells of an expression in a region, as lines. `input` is the expression as it is written, `narrowed` gives of it what belongs there.
    fn put_cells(
        &self,
        narrowed: &Node,
        input: &Node,
        region: &Region,
        method: Option<Method>,
        (below, of, total): (u32, MetricId, Option<&Value>),
        pieces: &mut Vec<Piece>,
    ) -> Result<bool, CalcError> {
        let cells: std::sync::Arc<Cells> = within(&self.state.revision, narrowed, region, &self.state.programs.limits, &self.watch)?;
        let metric = metric_in(input).and_then(|metric| self.state.revision.schema().metric(metric));
        let dims: Vec<DimensionId> = metric.map_or_else(|| input.dims.clone(), |def| def.dimensions.clone());
        let mask = self.reading(metric.map_or(input, |_| bare(input)), &dims);
        let layout = cells.layout();
        let from: Vec<usize> = dims.iter().filter_map(|d| layout.position(*d)).collect();
        let orders: Vec<_> = dims.iter().map(|d| self.view.items(*d)).collect();
        let mut taken = Taken::new(first(method, input.ty), input.ty);
        let (mut open, mut own) = (from.len() == dims.len(), vec![0; dims.len()]);
        each_cell(&cells, |items, value| {
            if !open || !region.holds(layout.dims(), items) {
                return;
            }
            own.iter_mut().zip(&from).for_each(|(slot, at)| *slot = items.get(*at).copied().unwrap_or(u32::MAX));
            open = mask.as_ref().is_none_or(|mask| mask.allows(&own));
            let places = || own.iter().zip(&orders).map(|(item, all)| all.position(*item).unwrap_or(u32::MAX)).collect();
            taken.take(&own, value, places);
        });
        if !open {
            return Ok(false);
        }
        let name = |cell: Vec<u32>, value: Value| match metric {
            Some(def) => What::Cell { metric: def.id, cell, negative: false },
            None => What::Line {
                part: "part".to_owned(),
                at: self.place(dims.iter().copied().zip(cell)),
                value: Some(value),
                formula: self.text_of(of, input),
            },
        };
        self.put_taken(taken, is_sum(method), below, total, name, pieces);
        Ok(true)
    }

    /// The rows of a list that come to a cell, as lines.
    fn put_rows(
        &self,
        up: &Node,
        at: &At,
        list: ListId,
        method: Method,
        (below, _, total): (u32, MetricId, Option<&Value>),
        pieces: &mut Vec<Piece>,
    ) -> Result<bool, CalcError> {
        let (Some(def), Some(rows)) = (self.view.catalog().list(list), self.state.revision.rows(list)) else { return Ok(false) };
        let mask = self.access.reading_list(list);
        let Kind::Up { input, .. } = &up.kind else { return Ok(true) };
        let mut taken = Taken::new(first(Some(method), input.ty), input.ty);
        for (row, value) in rows_to(&self.state.revision, up, at, &self.state.programs.limits, &self.watch)? {
            let item = |column: u16| match rows.column(column).and_then(|values| values.get(row)) {
                Some(Value::Item(_, item)) => item,
                _ => BLANK,
            };
            let cell: Vec<u32> = (0u16..).zip(&def.columns).map(|(column, _)| item(column)).collect();
            if !mask.allows(&cell) {
                return Ok(false);
            }
            let place = u32::try_from(taken.count).unwrap_or(u32::MAX);
            taken.take(&cell, value, || vec![place]);
        }
        let name = |cell: Vec<u32>, value: Value| {
            let columns = def.columns.iter().zip(cell).filter_map(|(column, item)| match column.ty {
                Type::Item(dimension) if item != BLANK => Some((dimension, item)),
                _ => None,
            });
            What::Line { part: format!("row of {}", def.name), at: self.place(columns), value: Some(value), formula: None }
        };
        self.put_taken(taken, is_sum(Some(method)), below, total, name, pieces);
        Ok(true)
    }

    fn put_taken(
        &self,
        taken: Taken,
        sums: bool,
        below: u32,
        total: Option<&Value>,
        name: impl Fn(Vec<u32>, Value) -> What,
        pieces: &mut Vec<Piece>,
    ) {
        let part_of = |value: Option<&Value>| if sums { share(value, total) } else { None };
        let (told, more, rest) = taken.finish();
        for (cell, value) in told {
            let share = part_of(Some(&value));
            pieces.push(Piece { below, what: name(cell, value), share });
        }
        if more > 0 {
            let value = rest.filter(|_| sums);
            let share = part_of(value.as_ref());
            pieces.push(Piece { below, what: What::Line { part: format!("({more} more)"), at: None, value, formula: None }, share });
        }
    }

    /// What a total is called.
    fn title(&self, node: &Node) -> String {
        let of = |input: &Node| match (metric_in(input), input.rows) {
            (Some(metric), _) => self.view.catalog().metric(metric).map(|def| def.name.to_string()),
            (None, Some(list)) => self.view.catalog().list(list).map(|def| def.name.to_string()),
            (None, None) => None,
        };
        let named = |word: &str, input: &Node| of(input).map_or_else(|| word.to_owned(), |name| format!("{word} of {name}"));
        match &node.kind {
            Kind::Up { input, method, .. } => named(method.word(), input),
            Kind::Whole(method, input) => {
                let all = of(input).unwrap_or_else(|| "cells".to_owned());
                format!("{} of all {all}", method.word())
            }
            Kind::CountAll(_) => "COUNT of all coordinates".to_owned(),
            Kind::CountBlank(_) => "COUNT of all blank coordinates".to_owned(),
            Kind::Along { function, input, dimension, .. } => {
                format!("{} along {}", named(function.name(), input), self.dimension(*dimension))
            }
            Kind::Rollup { input, dimension, .. } => format!("{} along {}", named("ROLLUP", input), self.dimension(*dimension)),
            _ => "part".to_owned(),
        }
    }
}

/// The metric whose cells an expression gives as they are, though maybe not all of them.
fn metric_in(node: &Node) -> Option<MetricId> {
    match bare(node).kind {
        Kind::Metric(metric) => Some(metric),
        _ => None,
    }
}

/// An expression without what changes no value.
fn bare(node: &Node) -> &Node {
    match &node.kind {
        Kind::ToNumber(inside) | Kind::ResetRights(inside) | Kind::Filter { input: inside, .. } => bare(inside),
        _ => node,
    }
}

/// A sum of a sum as one: what is told of it are the cells that are added up at last. The outer one may take away, or map, what the inner one kept.
fn one_sum(node: &Node) -> Node {
    let mut node = node.clone();
    loop {
        let Kind::Up { input, mappings, kept, method: Method::Sum } = &node.kind else { return node };
        let Kind::Up { input: source, mappings: inner, kept: inner_kept, method: Method::Sum } = &bare(input).kind else { return node };
        let is_same = matches!(input.kind, Kind::Up { .. }) && source.rows.is_none();
        let stays = inner.iter().all(|(target, _)| kept.contains(target));
        if !is_same || !stays || !mappings.iter().all(|(_, mapping)| mapping.dims.iter().all(|d| inner_kept.contains(d))) {
            return node;
        }
        let both = mappings.iter().chain(inner).cloned().collect();
        let kept = kept.iter().copied().filter(|d| inner_kept.contains(d)).collect();
        node = Node { kind: Kind::Up { input: source.clone(), mappings: both, kept, method: Method::Sum }, ..node.clone() };
    }
}

/// An expression where mappings by several dimensions, or by none, lead to a coordinate. Those by one are a matter of the region.
fn where_it_leads(input: &Node, mappings: &[(DimensionId, Node)], at: &At) -> Node {
    let leads = mappings.iter().filter(|(_, mapping)| mapping.dims.len() != 1).filter_map(|(target, mapping)| {
        let (ty, span) = (mapping.ty, mapping.span);
        let item = Node { kind: Kind::Constant(Value::Item(*target, *at.get(target)?)), ty, dims: Vec::new(), rows: None, span };
        let kind = Kind::Compare(Comparison::Equal, Box::new(mapping.clone()), Box::new(item));
        Some(Node { kind, ty: Type::Boolean, dims: mapping.dims.clone(), rows: None, span })
    });
    leads.fold(input.clone(), |input, condition| Node {
        ty: input.ty,
        dims: input.dims.clone(),
        rows: None,
        span: input.span,
        kind: Kind::Filter { input: Box::new(input), condition: Box::new(condition), keep: true },
    })
}

fn first(method: Option<Method>, ty: Type) -> First {
    let is_number = ty.is_numeric();
    match method {
        Some(Method::First | Method::FirstNonBlank | Method::FirstNonZero | Method::TextList) => First::InOrder,
        Some(Method::Last | Method::LastNonBlank | Method::LastNonZero) => First::FromTheEnd,
        Some(Method::Min) if is_number => First::Least,
        Some(Method::Max) if is_number => First::Greatest,
        _ if is_number => First::Largest,
        _ => First::InOrder,
    }
}

fn is_sum(method: Option<Method>) -> bool {
    method == Some(Method::Sum)
}
