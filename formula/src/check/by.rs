//! BY: which way each mapping goes, and what comes of it (formulas.md §5).

use smalt_model::{Block, CalendarLevel, DimensionId, ListId, Type, Value};

use super::{Checked, Checker, Failed, Place};
use crate::code::Code;
use crate::dims::union;
use crate::expr::{Expr, ExprKind, MethodClause, MethodWord};
use crate::program::{Kind, Method, Node};
use crate::span::Span;
use crate::suggest::quote_name;

/// The mappings of one BY, sorted by the way they go.
#[derive(Default)]
struct Ways {
    /// Dimensions listed by themselves.
    stay: Vec<DimensionId>,
    up: Vec<(DimensionId, Node)>,
    down: Vec<(DimensionId, Node)>,
}

impl Checker<'_> {
    pub(super) fn by(&mut self, input: Node, method: Option<&MethodClause>, mappings: &[Expr], span: Span) -> Checked {
        let nodes = self.all(mappings, |this, e| this.expr(e, None))?;
        if let Some(list) = input.rows {
            return self.by_rows(input, list, method, mappings, nodes, span);
        }
        let mut ways = Ways::default();
        let mut failed = false;
        for node in nodes {
            failed |= self.sort(&input, node, &mut ways, span).is_err();
        }
        if failed {
            return Err(Failed);
        }
        self.distinct(&input, &ways)?;
        let (aggregation, allocation) = self.methods(&ways, method, mappings)?;

        let stays = |d: &DimensionId| ways.stay.contains(d);
        let leaving: Vec<DimensionId> = union(ways.up.iter().map(|(_, m)| m.dims.as_slice())).into_iter().filter(|d| !stays(d)).collect();
        // A down mapping that is matched on a dimension which leaves must be read before it leaves.
        let inside = ways.down.iter().any(|(_, m)| m.dims.iter().any(|d| leaving.contains(d)));
        let only_items = ways.up.iter().all(|(_, m)| m.dims.is_empty());
        let Ways { up, down, .. } = ways;
        let go_down = |this: &mut Self, input: Node| {
            if down.is_empty() { Ok(input) } else { this.down(input, down, allocation, span) }
        };
        let go_up = |this: &mut Self, input: Node| {
            if up.is_empty() && aggregation.is_none() {
                return Ok(input);
            }
            let kept = input.dims.iter().copied().filter(|d| !leaving.contains(d)).collect();
            let method = match aggregation.map(|clause| this.aggregation(Some(clause), "it goes up")) {
                Some(method) => method?,
                None => default_method(&input, only_items),
            };
            this.up(input, up, kept, method, span)
        };
        if inside {
            let input = go_down(self, input)?;
            go_up(self, input)
        } else {
            let input = go_up(self, input)?;
            go_down(self, input)
        }
    }

    /// Which way a mapping goes.
    fn sort(&mut self, input: &Node, mapping: Node, ways: &mut Ways, whole: Span) -> Checked<()> {
        let target = self.target(&mapping)?;
        if mapping.rows.is_some() {
            let message = format!("`{}` is by row, but `{}` is not", self.written(mapping.span), self.written(input.span));
            let help = "rows map rows only: `Ledger.Amount[BY SUM: Ledger.Account]`".to_owned();
            return Err(self.fail(Code::Rows, mapping.span, message, help));
        }
        let has = |d: &DimensionId| input.dims.contains(d);
        if let Kind::Current(dimension) = mapping.kind {
            if has(&dimension) {
                ways.stay.push(dimension);
                return Ok(());
            }
            let name = self.dimension_name(dimension);
            let message = format!("`{name}` stays as it is, but `{}` has no dimension `{name}`", self.written(input.span));
            if let Some(modifier) = input.dims.iter().find_map(|&d| self.between(d, dimension)) {
                let help = format!("write `{}{modifier}`", self.pasted(input.span));
                return Err(self.fail(Code::Direction, mapping.span, message, help));
            }
            let help = match input.dims.iter().find_map(|&d| Some(format!("{}.{}", self.dimension_name(d), self.path(d, dimension)?))) {
                Some(path) => format!("write `[BY: {path}]`"),
                None => match input.dims.iter().find_map(|&d| Some(format!("{name}.{}", self.path(dimension, d)?))) {
                    Some(path) => format!("write `[BY: {path}]`"),
                    None => format!("write `[ADD: {name}]` to repeat it over all items"),
                },
            };
            return Err(self.fail(Code::Direction, mapping.span, message, help));
        }
        let sources = mapping.dims.clone();
        if sources.is_empty() {
            let way = if has(&target) { &mut ways.down } else { &mut ways.up };
            way.push((target, mapping));
            return Ok(());
        }
        let all_here = sources.iter().all(has);
        if all_here && (!has(&target) || sources.contains(&target)) {
            ways.up.push((target, mapping));
            return Ok(());
        }
        if has(&target) && !all_here {
            ways.down.push((target, mapping));
            return Ok(());
        }
        let (written, to) = (self.written(mapping.span), self.dimension_name(target));
        let from = self.dimension_list(&sources);
        let message = format!(
            "`{written}` goes neither up nor down here: up, `{}` would have {from} and lack `{to}`; down, it would have `{to}` and lack \
             one of {from}; it has {}",
            self.written(input.span),
            self.dimension_list(&input.dims)
        );
        let help = if let Some(text) = self.with_own_dimensions(input, whole, mapping.span) {
            format!("write `{text}`")
        } else if all_here {
            format!("take `{to}` away first, `[REMOVE SUM: {to}]`, or choose the matching cells: `[FILTER: {to} = {written}]`")
        } else {
            let whole = self.pasted(input.span);
            format!("use a mapping from or to a dimension that it has; to repeat it over all items of `{to}` write `{whole}[ADD: {to}]`")
        };
        Err(self.fail(Code::Direction, mapping.span, message, help))
    }

    /// The dimension that a mapping leads to.
    pub(super) fn target(&mut self, mapping: &Node) -> Checked<DimensionId> {
        if let Type::Item(dimension) = mapping.ty {
            return Ok(dimension);
        }
        let written = self.written(mapping.span);
        let help = match (&mapping.kind, mapping.ty) {
            (Kind::Constant(Value::Text(text)), _) => match self.name_help(mapping) {
                Some(help) => help,
                None => match self.schema.dimensions().find(|d| self.items.find(d.id, text).is_some()) {
                    Some(d) => self.item_help(d.id, text),
                    None => "an item is written `Country.\"France\"`".to_owned(),
                },
            },
            (_, Type::Date) => match self.likely_calendar() {
                Some(level) => format!("write `TIMEDIM({written}, {})`", self.dimension_name(level)),
                None => "a date leads to a period by `TIMEDIM(date, D)`".to_owned(),
            },
            (_, Type::Boolean) => format!("to choose cells write `[SELECT: {written}]` or `[FILTER: {written}]`"),
            (_, Type::Text) => "a text leads to an item by `ITEM(v, D.property)` or `MATCH(v, D.property)`".to_owned(),
            _ => "a mapping is a path such as `Store.Country`, a metric or function that gives items, or an item".to_owned(),
        };
        let message = format!("a mapping leads to a dimension, but `{written}` is {}", self.type_name(mapping.ty));
        Err(self.fail(Code::Mapping, mapping.span, message, help))
    }

    /// The calendar level that a formula is likely to need.
    fn likely_calendar(&self) -> Option<DimensionId> {
        let wanted = match self.place {
            Place::Metric(target) => target.dims.as_slice(),
            Place::Property { .. } | Place::Subset(_) | Place::Free => &[],
        };
        let is_calendar = |d: &&DimensionId| self.schema.dimension(**d).is_some_and(|d| d.calendar.is_some());
        let any = || self.schema.dimensions().find(|d| d.calendar.is_some());
        wanted.iter().find(is_calendar).copied().or_else(|| self.schema.calendar(CalendarLevel::Month).or_else(any).map(|d| d.id))
    }

    /// No dimension may come or go twice.
    fn distinct(&mut self, input: &Node, ways: &Ways) -> Checked<()> {
        let read: Vec<DimensionId> = ways.down.iter().map(|(target, _)| *target).collect();
        for (i, (target, mapping)) in ways.down.iter().enumerate() {
            let elsewhere = ways.down.iter().enumerate().any(|(j, (t, m))| i != j && (t == target || m.dims.contains(target)))
                || ways.up.iter().any(|(_, m)| m.dims.contains(target))
                || ways.stay.contains(target);
            if elsewhere {
                return Err(self.twice(*target, mapping.span, "is used by two mappings"));
            }
        }
        // What the result has: kept dimensions, targets that go up, sources that go down.
        let leaving = union(ways.up.iter().map(|(_, m)| m.dims.as_slice()));
        let mut result: Vec<DimensionId> =
            input.dims.iter().copied().filter(|d| ways.stay.contains(d) || (!leaving.contains(d) && !read.contains(d))).collect();
        for (_, mapping) in &ways.down {
            result = union([result.as_slice(), &mapping.dims]);
        }
        for (target, mapping) in &ways.up {
            if result.contains(target) {
                return Err(self.twice(*target, mapping.span, "would come from two mappings"));
            }
            result.push(*target);
        }
        Ok(())
    }

    fn twice(&mut self, dimension: DimensionId, span: Span, how: &str) -> Failed {
        let message = format!("the dimension `{}` {how}", self.dimension_name(dimension));
        self.fail(Code::DimensionTwice, span, message, "let one of them go first, in a BY of its own".to_owned())
    }

    /// The method of what goes up and of what goes down: a named one must find a mapping that goes its way.
    fn methods<'m>(
        &mut self,
        ways: &Ways,
        clause: Option<&'m MethodClause>,
        mappings: &[Expr],
    ) -> Checked<(Option<&'m MethodClause>, Option<&'m MethodClause>)> {
        let Some(method) = clause else {
            return Ok((None, None));
        };
        let wrong = |way: &[(DimensionId, Node)]| way.first().map(|(_, m)| m.span);
        match &method.word {
            MethodWord::Aggregate(word) => match wrong(&ways.down) {
                Some(at) if ways.up.is_empty() => {
                    let message =
                        format!("{} only goes up, but `{}` goes down: values are given to more cells", word.word(), self.written(at));
                    let list = self.pasted_list(mappings);
                    let help = format!("write `[BY CONSTANT: {list}]`, or `[BY SPLIT: {list}]` to divide the value");
                    Err(self.fail(Code::MethodWay, method.span, message, help))
                }
                _ => Ok((clause, None)),
            },
            MethodWord::Constant | MethodWord::Split | MethodWord::SplitOn(_) => {
                if !ways.down.is_empty() {
                    return Ok((None, clause));
                }
                let at = wrong(&ways.up).map_or_else(|| "this".to_owned(), |at| format!("`{}`", self.written(at)));
                let message = format!("CONSTANT and SPLIT only go down, but {at} goes up: cells become one");
                let help = format!("write `[BY SUM: {}]`, or another aggregation", self.pasted_list(mappings));
                Err(self.fail(Code::MethodWay, method.span, message, help))
            }
        }
    }

    fn down(&mut self, input: Node, mappings: Vec<(DimensionId, Node)>, method: Option<&MethodClause>, span: Span) -> Checked {
        let mut dims: Vec<DimensionId> = Vec::new();
        for &dimension in &input.dims {
            match mappings.iter().find(|(target, _)| *target == dimension) {
                Some((_, mapping)) => dims = union([dims.as_slice(), &mapping.dims]),
                None => dims = union([dims.as_slice(), &[dimension]]),
            }
        }
        let (input, spread) = self.spread(method, input, &dims)?;
        let ty = input.ty;
        Ok(Node { kind: Kind::Down { input: Box::new(input), mappings, spread }, ty, dims, rows: None, span })
    }

    /// Rows to cells: every target is named in the one BY.
    fn by_rows(
        &mut self,
        input: Node,
        list: ListId,
        method: Option<&MethodClause>,
        exprs: &[Expr],
        nodes: Vec<Node>,
        span: Span,
    ) -> Checked {
        let method_of_rows = self.aggregation(method, "rows are aggregated");
        let mut mappings: Vec<(DimensionId, Node)> = Vec::new();
        let mut failed = None;
        for (node, expr) in nodes.into_iter().zip(exprs) {
            let Ok(target) = self.target(&node) else {
                failed = Some(Failed);
                continue;
            };
            if !node.dims.is_empty() || node.rows.is_some_and(|other| other != list) {
                let name = self.list_name(list);
                let message = format!("`{}` is no mapping of the rows of `{name}`", self.written(node.span));
                let help = self.column_path(list, expr).unwrap_or_else(|| format!("write a path from a column: `{name}.…`"));
                failed = Some(self.fail(Code::Mapping, node.span, message, help));
                continue;
            }
            if mappings.iter().any(|(t, _)| *t == target) {
                let message = format!("the dimension `{}` would come from two mappings", self.dimension_name(target));
                failed = Some(self.fail(Code::DimensionTwice, node.span, message, "name each dimension once".to_owned()));
                continue;
            }
            mappings.push((target, node));
        }
        if let Some(failed) = failed {
            return Err(failed);
        }
        let method = method_of_rows?;
        let (input, ty) = self.aggregated(method, input)?;
        let dims = mappings.iter().map(|(target, _)| *target).collect();
        Ok(Node { kind: Kind::Up { input: Box::new(input), mappings, kept: Vec::new(), method }, ty, dims, rows: None, span })
    }

    /// `Orders.Store.Country` for `Store.Country`, where the list has a column of stores.
    fn column_path(&self, list: ListId, expr: &Expr) -> Option<String> {
        let mut root = expr;
        while let ExprKind::Property(of, _) = &root.kind {
            root = of;
        }
        let ExprKind::Name(name) = &root.kind else {
            return None;
        };
        let Some(Block::Dimension(dimension)) = self.schema.find(&name.text) else {
            return None;
        };
        let def = self.schema.list(list)?;
        let printed = expr.to_string();
        let rest = printed.strip_prefix(&name.to_string())?;
        if let Some(column) = def.columns.iter().find(|c| c.ty == Type::Item(dimension)) {
            return Some(format!("write `{}.{}{rest}`", quote_name(&def.name), quote_name(&column.name)));
        }
        let calendar = self.schema.dimension(dimension)?.calendar.is_some();
        let column = def.columns.iter().find(|c| calendar && c.ty == Type::Date)?;
        let date = format!("{}.{}", quote_name(&def.name), quote_name(&column.name));
        Some(format!("write `TIMEDIM({date}, {}){rest}`", self.dimension_name(dimension)))
    }
}

/// SUM; but a value that is only placed on an item is no sum, so it may be of any type.
pub(super) fn default_method(input: &Node, one_cell: bool) -> Method {
    if one_cell && !input.ty.is_numeric() { Method::FirstNonBlank } else { Method::Sum }
}
