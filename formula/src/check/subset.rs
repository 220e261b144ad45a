//! TOSUBSET and TOPARENTLIST: between a dimension and its subsets, by item (formulas.md §5).

use smalt_model::DimensionId;

use super::{Checked, Checker};
use crate::code::Code;
use crate::expr::Name;
use crate::program::{Kind, Node};
use crate::span::Span;
use crate::suggest::quote_name;

impl Checker<'_> {
    /// `x[TOSUBSET: S]`: the cells of the items that S has, by S.
    pub(super) fn subset_of(&mut self, input: Node, name: &Name, span: Span) -> Checked {
        self.with_dimensions(&input, "TOSUBSET")?;
        let to = self.dimension_named(name)?;
        let above: Vec<DimensionId> = self.schema.line(to).skip(1).collect();
        let Some(&parent) = above.first() else {
            let message = format!("`{name}` is no subset of a dimension");
            let none = || format!("no dimension of `{}` has a subset: `CREATE SUBSET` makes one", self.written(input.span));
            let help = self.subsets_of(&input.dims).unwrap_or_else(none);
            return Err(self.fail(Code::Subset, name.span, message, help));
        };
        self.absent(&input, to, name)?;
        let Some(&from) = above.iter().find(|d| input.dims.contains(d)) else {
            let message =
                format!("`{name}` is a subset of `{}`, which `{}` has not", self.dimension_name(parent), self.written(input.span));
            let help = self.subsets_of(&input.dims).unwrap_or_else(|| format!("it has {}", self.dimension_list(&input.dims)));
            return Err(self.fail(Code::Subset, name.span, message, help));
        };
        Ok(converted(input, from, to, span))
    }

    /// `x[TOPARENTLIST: P]`: the same cells by the dimension whose subset x is by.
    pub(super) fn parent_of(&mut self, input: Node, name: &Name, span: Span) -> Checked {
        self.with_dimensions(&input, "TOPARENTLIST")?;
        let to = self.dimension_named(name)?;
        self.absent(&input, to, name)?;
        let below: Vec<DimensionId> =
            input.dims.iter().copied().filter(|d| self.schema.line(*d).skip(1).any(|above| above == to)).collect();
        match below[..] {
            [from] => Ok(converted(input, from, to, span)),
            [] => {
                let message = format!("`{}` is by no subset of `{name}`", self.written(input.span));
                let help = self.parents_of(&input.dims).unwrap_or_else(|| format!("it has {}", self.dimension_list(&input.dims)));
                Err(self.fail(Code::Subset, name.span, message, help))
            }
            _ => {
                let of = self.dimension_list(&below);
                let message = format!("`{}` is by several subsets of `{name}`: {of}", self.written(input.span));
                let help = format!("take all but one of them away first, as in `[REMOVE SUM: {}]`", self.dimension_names(&below[..1]));
                Err(self.fail(Code::Subset, name.span, message, help))
            }
        }
    }

    /// The modifier that leads from a dimension to another of its line.
    pub(super) fn between(&self, from: DimensionId, to: DimensionId) -> Option<String> {
        let above = |d: DimensionId, of: DimensionId| self.schema.line(of).skip(1).any(|above| above == d);
        let word = if above(from, to) {
            "TOSUBSET"
        } else if above(to, from) {
            "TOPARENTLIST"
        } else {
            return None;
        };
        Some(format!("[{word}: {}]", self.dimension_name(to)))
    }

    fn absent(&mut self, input: &Node, to: DimensionId, name: &Name) -> Checked<()> {
        if !input.dims.contains(&to) {
            return Ok(());
        }
        let message = format!("`{}` has the dimension `{name}` already", self.written(input.span));
        Err(self.fail(Code::Subset, name.span, message, "leave it out".to_owned()))
    }

    /// The subsets of some dimensions, as a suggestion.
    fn subsets_of(&self, dims: &[DimensionId]) -> Option<String> {
        let line = |d: DimensionId| self.schema.line(d).skip(1);
        let mut names: Vec<String> =
            self.schema.dimensions().filter(|s| line(s.id).any(|d| dims.contains(&d))).map(|s| quote_name(&s.name)).collect();
        names.sort();
        let first = names.first()?;
        Some(match names.len() {
            1 => format!("write `[TOSUBSET: {first}]`"),
            _ => format!("its dimensions have these subsets: {}", names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")),
        })
    }

    /// The dimension of which something here is a subset, as a suggestion.
    fn parents_of(&self, dims: &[DimensionId]) -> Option<String> {
        let parent = dims.iter().find_map(|d| self.schema.dimension(*d)?.parent)?;
        Some(format!("write `[TOPARENTLIST: {}]`", quote_name(&self.schema.dimension(parent)?.name)))
    }
}

fn converted(input: Node, from: DimensionId, to: DimensionId, span: Span) -> Node {
    let dims = input.dims.iter().map(|d| if *d == from { to } else { *d }).collect();
    Node { ty: input.ty, dims, rows: None, span, kind: Kind::Convert { input: Box::new(input), from, to } }
}
