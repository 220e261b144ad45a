//! What may be written for a value of another type than is wanted.

use smalt_model::{DimensionId, Type, Value};

use super::shape::constant_text;
use super::{Checker, Failed};
use crate::code::Code;
use crate::program::{Kind, Node};
use crate::suggest::{any_of, quote_name, quote_text};

impl Checker<'_> {
    /// Reports two values that should be of one type: the one that is likelier to be written otherwise.
    #[cold]
    pub(super) fn unalike(&mut self, all: &[Node], node: &Node, ty: Type, by: &str) -> Failed {
        let item = |n: &Node| matches!(n.kind, Kind::Constant(Value::Item(..)));
        let literal = |n: &&Node| is_literal(n) || (item(n) && !item(node) && node.item_dimension().is_some());
        let others = || all.iter().filter(|n| n.ty != node.ty && n.ty.meet(node.ty).is_none());
        // A text that is a name, of a literal and something else the literal, else the later one.
        let named = std::iter::once(node).chain(others()).find(|n| self.name_help(n).is_some());
        let odd = named.or_else(|| if is_literal(node) { None } else { others().find(literal) }).unwrap_or(node);
        let (wanted, other) = if std::ptr::eq(odd, node) { (ty, others().next()) } else { (node.ty, Some(node)) };
        let message = format!("{by}: `{}` is {}, not {}", self.written(odd.span), self.type_name(odd.ty), self.type_name(wanted));
        let turned = |this: &Self| {
            let other = other?;
            let help = this.conversion(other, odd.ty)?;
            Some(if help.starts_with("write `") { format!("{help} for `{}`", this.written(other.span)) } else { help })
        };
        let as_texts = |this: &Self| match (odd.ty, wanted) {
            (Type::Item(_), Type::Item(_)) => {
                let (odd, other) = (this.pasted(odd.span), this.pasted(other?.span));
                Some(format!("items of two dimensions meet by their names: `TEXT({other})` and `TEXT({odd})`"))
            }
            _ => None,
        };
        let help = self.conversion(odd, wanted).or_else(|| turned(self)).or_else(|| as_texts(self));
        let help = help.unwrap_or_else(|| self.instead_of(odd, wanted));
        self.fail(Code::MixedTypes, odd.span, message, help)
    }

    /// What to do about a value of another type: how it can be had, or what there is instead.
    pub(super) fn type_help(&self, node: &Node, wanted: Type) -> String {
        self.conversion(node, wanted).unwrap_or_else(|| self.instead_of(node, wanted))
    }

    /// What there is instead of a value that becomes none of the type that is wanted.
    fn instead_of(&self, node: &Node, wanted: Type) -> String {
        let written = self.pasted(node.span);
        match (node.ty, wanted) {
            (Type::Rights, _) => "use the Booleans that the rights are made of; ACCESS RIGHTS become no other value".to_owned(),
            (_, Type::Rights) => "rights are made of two Booleans: `ACCESSRIGHTS(read, write)`".to_owned(),
            (Type::Date, _) if wanted.is_numeric() => {
                format!(
                    "write `YEAR({written})`, `MONTH({written})`, `DAY({written})`, or `DAYS({written}, b)` for the days since another date"
                )
            }
            (Type::Item(d), _) if wanted.is_numeric() => {
                format!("an item is no number: use a metric by `{0}` or a property of `{0}` that holds numbers", self.dimension_name(d))
            }
            (_, Type::Number | Type::Integer | Type::Decimal { .. }) => {
                "a number is written without quotes: `2`; a name bare or in single quotes: `'Gross Margin'`".to_owned()
            }
            (_, Type::Item(d)) => format!("an item is written `{}.\"…\"`", self.dimension_name(d)),
            (_, Type::Date) => "a date is written `DATE(2024, 1, 31)`".to_owned(),
            (_, Type::Boolean) => "a condition is wanted: write a comparison".to_owned(),
            (_, Type::Text) => format!("write `TEXT({written})`"),
        }
    }

    /// How a value of another type can be had: for the `help` of a type error.
    pub(super) fn conversion(&self, node: &Node, wanted: Type) -> Option<String> {
        let written = self.pasted(node.span);
        let name = self.name_help(node).filter(|_| wanted != Type::Text);
        if let (Kind::Constant(Value::Text(text)), Type::Item(dimension)) = (&node.kind, wanted)
            && (name.is_none() || self.items.find(dimension, text).is_some())
        {
            return Some(self.item_help(dimension, text));
        }
        if name.is_some() {
            return name;
        }
        // A number beside items is likely an item's name.
        if let (Kind::Constant(value @ (Value::Integer(_) | Value::Number(_))), Type::Item(dimension)) = (&node.kind, wanted) {
            return Some(self.item_help(dimension, &constant_text(value)));
        }
        let dated = |this: &Self| match node.ty {
            Type::Item(d) => this.schema.dimension(d).and_then(|d| d.property("Start Date")),
            _ => None,
        };
        Some(match (node.ty, wanted) {
            (Type::Integer | Type::Number | Type::Decimal { .. }, Type::Boolean) => {
                format!("a condition is wanted: write `{written} <> 0`, `{written} > 0`")
            }
            (Type::Text, Type::Boolean) => format!("a condition is wanted: write `{written} = \"…\"`"),
            (Type::Item(d), Type::Boolean) if matches!(node.kind, Kind::Constant(_)) => {
                let choice = |left: String, item: String| format!("a condition is wanted: write `{left} = {item}`");
                let own = self.current.last().map(|shape| shape.dims.as_slice()).filter(|dims| !dims.contains(&d));
                let own = own.unwrap_or_default();
                if let Some((d, item)) = own.iter().find_map(|&own| self.between(d, own).and(Some((own, self.same_item(node, own)?)))) {
                    choice(self.dimension_name(d), item)
                } else if let Some(path) = own.iter().find_map(|&own| Some(format!("{}.{}", self.dimension_name(own), self.path(own, d)?)))
                {
                    choice(path, written)
                } else {
                    choice(self.dimension_name(d), written)
                }
            }
            (Type::Item(d), Type::Boolean) => format!("a condition is wanted: write `{written} = {}.\"…\"`", self.dimension_name(d)),
            (Type::Number | Type::Decimal { .. }, Type::Integer) => format!("write `TRUNC({written})` or `ROUND({written})`"),
            (Type::Number, Type::Decimal { scale, .. }) => format!("write `ROUND({written}, {})`", scale.min(MOST_PLACES)),
            (Type::Text, Type::Decimal { scale, .. }) => format!("write `ROUND(VALUE({written}), {})`", scale.min(MOST_PLACES)),
            (Type::Text, Type::Number | Type::Integer) => match &node.kind {
                Kind::Constant(Value::Text(text)) => match text.trim().parse::<f64>() {
                    Ok(number) if number.is_finite() => format!("write `{}`", text.trim()),
                    _ => return None,
                },
                _ => format!("write `VALUE({written})`"),
            },
            (Type::Text, Type::Date) => format!("write `DATEVALUE({written}, \"yyyy-MM-dd\")`"),
            (Type::Rights, Type::Text) => return None,
            (Type::Boolean, Type::Number | Type::Integer) => format!("write `IF({written}, 1, 0)`"),
            (Type::Boolean, Type::Rights) => format!("write `ACCESSRIGHTS({written}, BLANK)`"),
            (Type::Date, Type::Boolean) => format!("a condition is wanted: write `{written} = DATE(2024, 1, 31)`"),
            (Type::Number | Type::Integer, Type::Date) => "a date is written `DATE(2024, 1, 31)`".to_owned(),
            (Type::Item(_), Type::Date) if dated(self).is_some() => format!("write `{written}.'Start Date'`"),
            (Type::Date, Type::Item(d)) if self.schema.dimension(d).is_some_and(|d| d.calendar.is_some()) => {
                format!("write `TIMEDIM({written}, {})`", self.dimension_name(d))
            }
            (Type::Text, Type::Item(d)) => match self.schema.dimension(d).and_then(|d| d.properties.first()) {
                Some(name) => format!("write `ITEM({written}, {}.{})`", self.dimension_name(d), quote_name(&name.name)),
                None => return None,
            },
            (Type::Item(from), Type::Item(to)) => match (self.between(from, to), self.path(from, to), self.same_item(node, to)) {
                (Some(_), _, Some(item)) => format!("write `{item}`"),
                (_, Some(path), _) => format!("write `{written}.{path}`"),
                (_, None, item) => format!("write `{}`", item?),
            },
            (_, Type::Text) => format!("write `TEXT({written})`"),
            // The value may be what a property of the items holds, or the property of the item what is wanted.
            (given, Type::Item(d)) => {
                let property = self.schema.dimension(d)?.properties.iter().find(|p| p.ty == given)?;
                format!("write `MATCH({written}, {}.{})`", self.dimension_name(d), quote_name(&property.name))
            }
            (Type::Item(d), wanted) => {
                let numeric = |ty: Type| ty == wanted || (ty == Type::Integer && wanted == Type::Number);
                let property = self.schema.dimension(d)?.properties.iter().find(|p| numeric(p.ty))?;
                format!("write `{written}.{}`", quote_name(&property.name))
            }
            _ => return None,
        })
    }

    /// The item of another dimension that has the name of a literal one.
    fn same_item(&self, node: &Node, of: DimensionId) -> Option<String> {
        let Kind::Constant(Value::Item(dimension, item)) = &node.kind else { return None };
        let name = self.items.name(*dimension, *item)?;
        self.items.find(of, &name)?;
        Some(format!("{}.{}", self.dimension_name(of), quote_text(&name)))
    }

    /// How an item is written whose name stands as a text.
    pub(super) fn item_help(&self, dimension: DimensionId, text: &str) -> String {
        let name = self.dimension_name(dimension);
        if self.items.find(dimension, text).is_some() {
            return format!("write `{name}.{}`", quote_text(text));
        }
        let similar = self.items.similar(dimension, text);
        if similar.is_empty() {
            return format!("an item is written `{name}.\"…\"`");
        }
        format!("did you mean {}?", any_of(similar.iter().map(|item| format!("{name}.{}", quote_text(item)))))
    }
}

/// A text or a number as it is written, which may be meant for an item.
fn is_literal(node: &Node) -> bool {
    matches!(node.kind, Kind::Constant(Value::Text(_) | Value::Integer(_) | Value::Number(_)))
}

/// The most digits after the point that ROUND takes.
const MOST_PLACES: u8 = 14;
