//! What an expression reads at one coordinate: cells where it reads them, branches that are taken, what is added up.

use smalt_calc::CalcError;
use smalt_formula::program::{Comparison, Function, Kind, Node, Spread};
use smalt_model::{DimensionId, MetricId, Type, Value};

use super::{At, Origin, Piece, What};

/// Something that an expression reads.
#[derive(Clone, PartialEq)]
pub(super) enum Part {
    /// A cell.
    Cell(MetricId, Vec<u32>),
    /// A property of an item.
    Property(DimensionId, u16, u32),
    /// Cells that become one, and which one.
    Total(Node, At),
}

impl Origin<'_> {
    /// Each once, in the order of the text.
    pub(super) fn parts_of(&self, node: &Node, at: &At) -> Result<Vec<Part>, CalcError> {
        let mut parts = Vec::new();
        self.read(node, at, &mut parts)?;
        Ok(parts)
    }

    fn read(&self, node: &Node, at: &At, parts: &mut Vec<Part>) -> Result<(), CalcError> {
        if node.rows.is_some() {
            return Ok(());
        }
        match &node.kind {
            Kind::Constant(_) | Kind::Blank | Kind::Current(_) | Kind::CurrentValue | Kind::Input(_) | Kind::Column(..) => Ok(()),
            Kind::Metric(metric) => {
                self.cell(*metric, at, parts);
                Ok(())
            }
            Kind::Property { item, property } => {
                self.read(item, at, parts)?;
                if let Some(Value::Item(dimension, item)) = self.value(item, at)? {
                    add(parts, Part::Property(dimension, *property, item));
                }
                Ok(())
            }
            Kind::Up { .. } | Kind::Whole(..) | Kind::CountAll(_) | Kind::CountBlank(_) | Kind::Along { .. } | Kind::Rollup { .. } => {
                if !node.any(&|part| matches!(part.kind, Kind::CurrentValue)) {
                    let own = node.dims.iter().filter_map(|d| Some((*d, *at.get(d)?)));
                    add(parts, Part::Total(node.clone(), own.collect()));
                }
                Ok(())
            }
            // The value that is filtered is not known outside of its filter.
            _ if node.any(&|part| matches!(part.kind, Kind::CurrentValue)) => self.read_all(node, at, parts),
            Kind::If { .. } | Kind::Switch { .. } | Kind::IfBlank(..) | Kind::IfDefined(..) => self.read_branch(node, at, parts),
            Kind::Offset { .. }
            | Kind::PreviousOf { .. }
            | Kind::ParentOffset { .. }
            | Kind::AtMapping { .. }
            | Kind::Down { .. }
            | Kind::Convert { .. } => self.read_there(node, at, parts),
            // Those by day are for all days.
            Kind::Call(Function::NetworkDays, args) => args.iter().take(2).try_for_each(|arg| self.read(arg, at, parts)),
            _ => self.read_all(node, at, parts),
        }
    }

    fn read_all(&self, node: &Node, at: &At, parts: &mut Vec<Part>) -> Result<(), CalcError> {
        node.children().into_iter().try_for_each(|part| self.read(part, at, parts))
    }

    /// The test, and the branch that is taken.
    fn read_branch(&self, node: &Node, at: &At, parts: &mut Vec<Part>) -> Result<(), CalcError> {
        let chosen = match &node.kind {
            Kind::If { test, then, otherwise } => {
                self.read(test, at, parts)?;
                let holds = self.value(test, at)? == Some(Value::Boolean(true));
                if holds { Some(then) } else { otherwise.as_ref() }
            }
            Kind::IfBlank(value, instead) => {
                self.read(value, at, parts)?;
                self.value(value, at)?.is_none().then_some(instead)
            }
            Kind::IfDefined(value, then, otherwise) => {
                self.read(value, at, parts)?;
                if self.value(value, at)?.is_some() { Some(then) } else { otherwise.as_ref() }
            }
            Kind::Switch { value, cases, otherwise } => {
                self.read(value, at, parts)?;
                for (case, result) in cases {
                    self.read(case, at, parts)?;
                    let dims = value.dims.iter().chain(case.dims.iter().filter(|d| !value.dims.contains(d))).copied().collect();
                    let kind = Kind::Compare(Comparison::Equal, value.clone(), Box::new(case.clone()));
                    let equal = Node { kind, ty: Type::Boolean, dims, rows: None, span: case.span };
                    if !matches!(case.kind, Kind::Blank) && self.value(&equal, at)? == Some(Value::Boolean(true)) {
                        return self.read(result, at, parts);
                    }
                }
                otherwise.as_ref()
            }
            _ => None,
        };
        chosen.map_or(Ok(()), |branch| self.read(branch, at, parts))
    }

    /// What is read at another coordinate, and what leads there.
    fn read_there(&self, node: &Node, at: &At, parts: &mut Vec<Part>) -> Result<(), CalcError> {
        let with = |dimension: DimensionId, item: u32| -> At {
            let mut there = at.clone();
            there.insert(dimension, item);
            there
        };
        match &node.kind {
            Kind::Offset { input, dimension, offset } => match self.later(*dimension, at, *offset) {
                Some(item) => self.read(input, &with(*dimension, item), parts),
                None => Ok(()),
            },
            Kind::PreviousOf { metric, dimension, back } => {
                let places = match back {
                    None => Some(1),
                    Some(back) => {
                        self.read(back, at, parts)?;
                        self.whole(back, at)?
                    }
                };
                let item = places.filter(|places| *places >= 1).and_then(|places| self.later(*dimension, at, -places));
                if let Some(item) = item {
                    self.cell(*metric, &with(*dimension, item), parts);
                }
                Ok(())
            }
            Kind::ParentOffset { input, dimension, parent, offset, method } => {
                let (Some(above), Some(Value::Item(_, item))) = (parent.item_dimension(), self.value(parent, at)?) else { return Ok(()) };
                let Some(item) = self.later(above, &with(above, item), *offset) else { return Ok(()) };
                let dims: Vec<DimensionId> = input.dims.iter().map(|d| if d == dimension { above } else { *d }).collect();
                let kept = input.dims.iter().copied().filter(|d| d != dimension).collect();
                let kind = Kind::Up { input: input.clone(), mappings: vec![(above, parent.as_ref().clone())], kept, method: *method };
                let up = Node { kind, ty: node.ty, dims, rows: None, span: node.span };
                self.read(&up, &with(above, item), parts)
            }
            Kind::AtMapping { input, dimension, mapping } => {
                self.lead(mapping, at, parts)?;
                match self.value(mapping, at)? {
                    Some(Value::Item(_, item)) => self.read(input, &with(*dimension, item), parts),
                    _ => Ok(()),
                }
            }
            Kind::Down { input, mappings, spread } => {
                let mut there = at.clone();
                for (target, mapping) in mappings {
                    self.lead(mapping, at, parts)?;
                    let Some(Value::Item(_, item)) = self.value(mapping, at)? else { return Ok(()) };
                    there.insert(*target, item);
                }
                self.read(input, &there, parts)?;
                match spread {
                    Spread::SplitOn(weight) => self.read(weight, at, parts),
                    Spread::Constant | Spread::Split => Ok(()),
                }
            }
            Kind::Convert { input, from, to } => match at.get(to) {
                Some(item) => self.read(input, &with(*from, *item), parts),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// What leads somewhere: cells do; a path of properties shows by where it leads.
    fn lead(&self, mapping: &Node, at: &At, parts: &mut Vec<Part>) -> Result<(), CalcError> {
        let reads_cells = mapping.any(&|part| matches!(part.kind, Kind::Metric(_) | Kind::PreviousOf { .. }));
        if reads_cells { self.read(mapping, at, parts) } else { Ok(()) }
    }

    fn cell(&self, metric: MetricId, at: &At, parts: &mut Vec<Part>) {
        let def = self.state.revision.schema().metric(metric);
        let cell = def.and_then(|def| def.dimensions.iter().map(|d| at.get(d).copied()).collect::<Option<Vec<u32>>>());
        if let Some(cell) = cell {
            add(parts, Part::Cell(metric, cell));
        }
    }

    /// The item so many places later.
    pub(super) fn later(&self, dimension: DimensionId, at: &At, places: i64) -> Option<u32> {
        let items = self.state.revision.items(dimension);
        let place = i64::from(items.position(*at.get(&dimension)?)?).checked_add(places)?;
        items.order().get(usize::try_from(place).ok()?).copied()
    }

    /// The value of an expression of whole numbers, a fraction cut off.
    pub(super) fn whole(&self, node: &Node, at: &At) -> Result<Option<i64>, CalcError> {
        Ok(match self.value(node, at)? {
            Some(Value::Integer(value)) => Some(value),
            Some(Value::Number(value)) => Some(value.trunc() as i64),
            Some(Value::Decimal(digits, units)) => i64::try_from(units / 10i128.pow(u32::from(digits.scale))).ok(),
            _ => None,
        })
    }

    /// The value of a part.
    pub(super) fn value_of(&self, part: &Part) -> Result<Option<Value>, CalcError> {
        match part {
            Part::Cell(metric, cell) => Ok(self.cell_value(*metric, cell)),
            Part::Property(dimension, property, item) => {
                Ok(self.view.items(*dimension).property(*property).get(usize::try_from(*item).unwrap_or(usize::MAX)))
            }
            Part::Total(node, at) => self.value(node, at),
        }
    }

    /// Parts as lines. `false`: some of them are not for who asks.
    pub(super) fn put_all(
        &self,
        parts: Vec<Part>,
        below: u32,
        of: MetricId,
        share: Option<f64>,
        pieces: &mut Vec<Piece>,
    ) -> Result<bool, CalcError> {
        for part in &parts {
            if !self.put(part, below, of, (share, false), pieces)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A part as a line, with what is added up to it below.
    pub(super) fn put(
        &self,
        part: &Part,
        below: u32,
        of: MetricId,
        (share, negative): (Option<f64>, bool),
        pieces: &mut Vec<Piece>,
    ) -> Result<bool, CalcError> {
        match part {
            Part::Cell(metric, cell) => {
                let open = self.access.reading(metric.whole()).allows(cell);
                pieces.push(Piece { below, what: What::Cell { metric: *metric, cell: cell.clone(), negative }, share });
                Ok(open)
            }
            Part::Property(dimension, property, item) => {
                let def = self.view.schema().dimension(*dimension).cloned();
                let name = def.and_then(|def| Some(format!("{}.{}", def.name, def.properties.get(usize::from(*property))?.name)));
                let Some(name) = name else { return Ok(false) };
                let what = What::Line {
                    part: format!("{}{name}", if negative { "- " } else { "" }),
                    at: self.place(std::iter::once((*dimension, *item))),
                    value: self.value_of(part)?,
                    formula: None,
                };
                pieces.push(Piece { below, what, share });
                Ok(true)
            }
            Part::Total(node, at) => self.put_total(node, at, below, of, (share, negative), pieces),
        }
    }
}

fn add(parts: &mut Vec<Part>, part: Part) {
    if !parts.contains(&part) {
        parts.push(part);
    }
}
