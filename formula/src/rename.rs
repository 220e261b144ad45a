//! A formula's text with another name for a block, a property or a column.

use smalt_model::{Block, DimensionId, ListId, Schema, Type, same_name};

use crate::Diagnostics;
use crate::expr::{Argument, Expr, ExprKind, Name};
use crate::parser::parse;
use crate::program::Program;
use crate::refs::each_part;
use crate::span::Span;
use crate::suggest::quote_name;

/// What gets another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renamed<'a> {
    /// A dimension, a subset, a metric or a list.
    Block {
        /// The name before.
        from: &'a str,
        /// The name from now on.
        to: &'a str,
    },
    /// A property of a dimension, or a column of a list.
    Part {
        /// The dimension, not one of its subsets, or the list.
        of: Block,
        /// The name before.
        from: &'a str,
        /// The name from now on.
        to: &'a str,
    },
}

/// The text of a formula with another name for something; all else stays as it is. `schema` has the name before. Where a property stands
/// behind something whose dimension the text alone does not tell, its name stays: whether the formula still
/// [means the same](Program::means_the_same) is for the caller to see.
///
/// # Errors
/// The text is no formula.
pub fn rename(text: &str, schema: &Schema, what: Renamed<'_>) -> Result<String, Diagnostics> {
    let mut found = Found { schema, what, places: Vec::new() };
    found.visit(&parse(text)?);
    let to = quote_name(match what {
        Renamed::Block { to, .. } | Renamed::Part { to, .. } => to,
    });
    found.places.sort_unstable_by_key(|place| place.start);
    found.places.dedup();
    let (mut written, mut done) = (String::new(), 0);
    for place in found.places {
        written.push_str(text.get(done..place.start).unwrap_or_default());
        written.push_str(&to);
        done = place.end;
    }
    written.push_str(text.get(done..).unwrap_or_default());
    Ok(written)
}

impl Program {
    /// Whether both compute the same, wherever their parts stand in their texts.
    pub fn means_the_same(&self, other: &Program) -> bool {
        let rest =
            |program: &Program| (program.reads.clone(), program.reads_earlier.clone(), program.lists.clone(), program.properties.clone());
        rest(self) == rest(other) && self.root.unplaced() == other.root.unplaced()
    }
}

/// What an expression holds that has properties or columns.
enum Held {
    Item(DimensionId),
    Row(ListId),
}

struct Found<'a> {
    schema: &'a Schema,
    what: Renamed<'a>,
    places: Vec<Span>,
}

impl Found<'_> {
    fn block(&mut self, name: &Name) {
        if let Renamed::Block { from, .. } = self.what
            && same_name(&name.text, from)
        {
            self.places.push(name.span);
        }
    }

    fn visit(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) if !name.quoted && same_name(&name.text, "CurrentValue") => {}
            ExprKind::Name(name) | ExprKind::Item(name, _) => self.block(name),
            ExprKind::Property(base, name) => {
                if let Renamed::Part { of, from, .. } = self.what
                    && same_name(&name.text, from)
                    && self.holds(base, of)
                {
                    self.places.push(name.span);
                }
            }
            ExprKind::Modified(_, modifiers) => modifiers.iter().flat_map(|m| m.kind.names()).for_each(|name| self.block(name)),
            _ => {}
        }
        each_part(expr, &mut |part| self.visit(part));
    }

    fn holds(&self, base: &Expr, of: Block) -> bool {
        match self.held(base) {
            Some(Held::Item(dimension)) => of == Block::Dimension(dimension),
            Some(Held::Row(list)) => of == Block::List(list),
            None => false,
        }
    }

    /// What an expression holds, as far as its names tell.
    fn held(&self, expr: &Expr) -> Option<Held> {
        let schema = self.schema;
        let items = |ty: Type| match ty {
            Type::Item(dimension) => Some(Held::Item(schema.whole(dimension))),
            _ => None,
        };
        match &expr.kind {
            ExprKind::Name(name) | ExprKind::Item(name, _) => match schema.find(&name.text)? {
                Block::Dimension(dimension) => Some(Held::Item(schema.whole(dimension))),
                Block::Metric(metric) => items(schema.metric(metric)?.ty),
                Block::List(list) => Some(Held::Row(list)),
            },
            ExprKind::Property(base, name) => match self.held(base)? {
                Held::Item(dimension) => items(schema.dimension(dimension)?.properties.iter().find(|p| same_name(&p.name, &name.text))?.ty),
                Held::Row(list) => items(schema.list(list)?.columns.iter().find(|c| same_name(&c.name, &name.text))?.ty),
            },
            ExprKind::Modified(inner, _) => self.held(inner),
            ExprKind::Call(name, arguments) => self.given(name, arguments),
            _ => None,
        }
    }

    /// What the functions that give items give.
    fn given(&self, name: &Name, arguments: &[Argument]) -> Option<Held> {
        let is = |names: &[&str]| names.iter().any(|n| same_name(n, &name.text));
        let argument = |at: usize| arguments.get(at).map(|argument| &argument.value);
        match &argument(1).map(|second| &second.kind) {
            Some(ExprKind::Property(base, _)) if is(&["ITEM", "MATCH"]) => self.held(base),
            _ if is(&["TIMEDIM"]) => self.held(argument(1)?),
            _ if is(&["IF"]) => self.held(argument(1)?),
            _ => self.held(argument(0)?),
        }
    }
}
