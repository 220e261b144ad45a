//! Names, property paths and items.

use smalt_model::{Block, DimensionId, ListId, Saved, Type, Value, same_name};

use super::shape::likely_method;
use super::{Checked, Checker, Failed, Place};
use crate::code::Code;
use crate::expr::{Expr, ExprKind, Name};
use crate::program::{Kind, Node};
use crate::signature::{FUNCTIONS, function};
use crate::span::Span;
use crate::suggest::{any_of, closest, quote_name, quote_text};

/// What a name must stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Value,
    Dimension,
    Metric,
}

/// Bytes of a name that an error repeats in its help.
const LONGEST_SHOWN_TWICE: usize = 100;

impl Checker<'_> {
    /// A name as a value.
    pub(super) fn named(&mut self, name: &Name) -> Checked {
        let span = name.span;
        if !name.quoted && same_name(&name.text, "CurrentValue") {
            if let Some(shape) = self.current.last().cloned() {
                return Ok(Node { kind: Kind::CurrentValue, ty: shape.ty, dims: shape.dims, rows: shape.rows, span });
            }
            if self.schema.find(&name.text).is_none() {
                let help = "write `x[FILTER: CurrentValue > 0]`".to_owned();
                return Err(self.fail(Code::Current, span, "`CurrentValue` stands only in the condition of FILTER and EXCLUDE", help));
            }
        }
        match self.block(name, Wanted::Value)? {
            Block::Dimension(id) => Ok(Node { kind: Kind::Current(id), ty: Type::Item(id), dims: vec![id], rows: None, span }),
            Block::Metric(id) => {
                let Some(def) = self.schema.metric(id) else {
                    return Err(self.unknown(name, Wanted::Value));
                };
                let (ty, dims) = (def.ty, def.dimensions.clone());
                Ok(Node { kind: Kind::Metric(id), ty, dims, rows: None, span })
            }
            Block::List(id) => {
                let list = self.list_name(id);
                let columns = self.columns(id);
                let help = format!("name one of its columns: {columns}");
                Err(self.fail(Code::Kind, span, format!("`{list}` is a list, not a value"), help))
            }
        }
    }

    fn columns(&self, list: ListId) -> String {
        let name = self.list_name(list);
        let columns = self.schema.list(list).into_iter().flat_map(|l| l.columns.iter().take(3));
        any_of(columns.map(|c| format!("{name}.{}", quote_name(&c.name))))
    }

    /// What a name stands for.
    pub(super) fn block(&mut self, name: &Name, wanted: Wanted) -> Checked<Block> {
        self.schema.find(&name.text).ok_or_else(|| self.unknown(name, wanted))
    }

    fn unknown(&mut self, name: &Name, wanted: Wanted) -> Failed {
        let span = name.span;
        if self.full() {
            return Failed;
        }
        if let Some(saved) = self.schema.saved(&name.text) {
            let (what, help) = match saved {
                Saved::Table(table) => {
                    let metrics = table.metrics.iter().filter_map(|id| self.schema.metric(*id));
                    ("table", format!("name one of its metrics: {}", any_of(metrics.take(3).map(|m| quote_name(&m.name)))))
                }
                Saved::View(_) => ("view", "name what it reads; only a query reads a view".to_owned()),
            };
            let message = format!("`{}` is a {what}, which no formula reads", saved.name());
            return self.fail(Code::Kind, span, message, help);
        }
        if let Place::Metric(target) = self.place
            && same_name(&target.name, &name.text)
        {
            let first = target.dims.first().map_or_else(|| "D".to_owned(), |&d| self.dimension_name(d));
            let message = format!("`{}` would be computed from itself", target.name);
            return self.fail(Code::Itself, span, message, format!("read an earlier item of it: `PREVIOUS({first})`"));
        }
        let mut helps = Vec::new();
        let as_items: Vec<String> = self
            .schema
            .dimensions()
            .filter(|d| self.items.find(d.id, &name.text).is_some())
            .take(3)
            .map(|d| format!("{}.{}", quote_name(&d.name), quote_text(&name.text)))
            .collect();
        if !as_items.is_empty() {
            helps.push(format!("write {} for the item", any_of(as_items)));
        }
        let as_properties: Vec<String> = self
            .schema
            .dimensions()
            .filter_map(|d| {
                Some(format!("{}.{}", quote_name(&d.name), quote_name(&d.properties.get(usize::from(d.property(&name.text)?))?.name)))
            })
            .take(3)
            .collect();
        if !as_properties.is_empty() {
            helps.push(format!("write {} for the property", any_of(as_properties)));
        }
        let blocks = self.schema.dimensions().map(|d| &*d.name);
        let blocks = blocks.chain(self.schema.metrics().map(|m| &*m.name)).chain(self.schema.lists().map(|l| &*l.name));
        let close = closest(&name.text, blocks);
        if !close.is_empty() {
            helps.push(format!("did you mean {}?", any_of(close.into_iter().map(quote_name))));
        }
        if let Some(signature) = function(&name.text).filter(|_| !name.quoted) {
            helps.push(format!("a function is followed by its arguments: `{}`", signature.usage()));
        }
        if name.quoted && helps.is_empty() {
            helps.push(format!("single quotes make a name; a text is written `{}`", quote_text(&name.text)));
        } else if name.quoted {
            helps.push(format!("a text is written `{}`", quote_text(&name.text)));
        } else if helps.is_empty() {
            helps.push(match wanted {
                Wanted::Value => {
                    // What is long is shown once.
                    let is_long = name.text.len() > LONGEST_SHOWN_TWICE;
                    let text = if is_long { "in double quotes".to_owned() } else { format!("`{}`", quote_text(&name.text)) };
                    format!("`SHOW METRICS`, `SHOW DIMENSIONS` and `SHOW LISTS` tell what there is; a text is written {text}")
                }
                Wanted::Dimension => "a dimension is expected here: `SHOW DIMENSIONS` tells which there are".to_owned(),
                Wanted::Metric => "a metric is expected here: `SHOW METRICS` tells which there are".to_owned(),
            });
        }
        self.fail(Code::Name, span, format!("there is no dimension, metric or list named `{}`", name.text), helps.join("; "))
    }

    /// The dimension that a name must stand for.
    pub(super) fn dimension_named(&mut self, name: &Name) -> Checked<DimensionId> {
        let (what, dims) = match self.block(name, Wanted::Dimension)? {
            Block::Dimension(id) => return Ok(id),
            Block::Metric(id) => {
                let def = self.schema.metric(id);
                let held = def.and_then(|m| if let Type::Item(d) = m.ty { Some(vec![d]) } else { None });
                ("metric", held.unwrap_or_else(|| def.map(|m| m.dimensions.clone()).unwrap_or_default()))
            }
            Block::List(id) => {
                let columns = self.schema.list(id).into_iter().flat_map(|l| &l.columns);
                ("list", columns.filter_map(|c| if let Type::Item(d) = c.ty { Some(d) } else { None }).collect())
            }
        };
        let mut names: Vec<String> = dims.iter().map(|&d| self.dimension_name(d)).collect();
        names.sort();
        names.dedup();
        let help = match names.is_empty() {
            true => "`SHOW DIMENSIONS` tells which there are".to_owned(),
            false => format!("write {}", any_of(names)),
        };
        Err(self.fail(Code::Kind, name.span, format!("`{}` is a {what}, a dimension is expected here", name.text), help))
    }

    /// `Store.Country`, `Ledger.Amount`, `'Team of'.Name`.
    pub(super) fn property(&mut self, of: &Expr, name: &Name, span: Span) -> Checked {
        if let ExprKind::Name(root) = &of.kind
            && let Some(Block::List(list)) = self.schema.find(&root.text)
        {
            return self.column(list, name, span);
        }
        if let (ExprKind::Text(text), true) = (&of.kind, self.is_text(name)) {
            return Err(self.quoted_path(text, name, span));
        }
        let item = self.expr(of, None)?;
        let Type::Item(dimension) = item.ty else {
            let message = format!("`{}` is {}, which has no properties", self.written(item.span), self.type_name(item.ty));
            let (of, method) = (self.bracketed(of), likely_method(item.ty));
            let help = match (self.name_help(&item), self.way_to(&item, name), self.schema.find(&name.text)) {
                (Some(help), ..) => help,
                (_, Some(path), _) => format!("to aggregate it write `{of}[BY {method}: {path}]`"),
                (.., Some(Block::Dimension(id))) if item.dims.contains(&id) => {
                    format!("to keep that dimension alone write `{of}[KEEP {method}: {name}]`")
                }
                (.., Some(Block::Dimension(_))) => format!("to repeat it over all items write `{of}[ADD: {name}]`"),
                _ => "only items have properties: a dimension, or what is of a dimension's type".to_owned(),
            };
            return Err(self.fail(Code::Path, name.span, message, help));
        };
        let property = self.property_of(dimension, name)?;
        let ty = self.schema.dimension(dimension).and_then(|d| d.properties.get(usize::from(property))).map(|p| p.ty);
        let Some(ty) = ty else {
            return Err(Failed);
        };
        let (dims, rows) = (item.dims.clone(), item.rows);
        Ok(Node { kind: Kind::Property { item: Box::new(item), property }, ty, dims, rows, span })
    }

    /// The property of this name, of a dimension that the expression has.
    fn way_to(&self, node: &Node, name: &Name) -> Option<String> {
        node.dims.iter().find_map(|&d| {
            let def = self.schema.dimension(d)?;
            let property = def.properties.get(usize::from(def.property(&name.text)?))?;
            matches!(property.ty, Type::Item(_)).then(|| format!("{}.{}", quote_name(&def.name), quote_name(&property.name)))
        })
    }

    /// The index of a dimension's property.
    pub(super) fn property_of(&mut self, dimension: DimensionId, name: &Name) -> Checked<u16> {
        let Some(def) = self.schema.dimension(dimension) else {
            return Err(Failed);
        };
        if let Some(property) = def.property(&name.text) {
            return Ok(property);
        }
        let shown = quote_name(&def.name);
        let close = closest(&name.text, def.properties.iter().map(|p| &*p.name));
        let help = if self.items.find(dimension, &name.text).is_some() {
            format!("write `{shown}.{}` for the item", quote_text(&name.text))
        } else if !close.is_empty() {
            format!("did you mean {}?", any_of(close.into_iter().map(|p| format!("{shown}.{}", quote_name(p)))))
        } else if same_name(&name.text, "Position") {
            "`Position` is a column of queries; in a formula use a property that holds the order".to_owned()
        } else {
            let some: Vec<String> = def.properties.iter().take(5).map(|p| format!("`{}`", quote_name(&p.name))).collect();
            format!("its properties are {}{}", some.join(", "), if def.properties.len() > 5 { ", …" } else { "" })
        };
        Err(self.fail(Code::Property, name.span, format!("`{shown}` has no property `{}`", name.text), help))
    }

    fn column(&mut self, list: ListId, name: &Name, span: Span) -> Checked {
        let Some(def) = self.schema.list(list) else {
            return Err(Failed);
        };
        let shown = quote_name(&def.name);
        let found = def.column(&name.text).and_then(|index| def.columns.get(usize::from(index)).map(|c| (index, c.ty)));
        let Some((index, ty)) = found else {
            let close = closest(&name.text, def.columns.iter().map(|c| &*c.name));
            let help = if close.is_empty() {
                format!(
                    "its columns are {}",
                    def.columns.iter().map(|c| format!("`{}`", quote_name(&c.name))).collect::<Vec<_>>().join(", ")
                )
            } else {
                format!("did you mean {}?", any_of(close.into_iter().map(|c| format!("{shown}.{}", quote_name(c)))))
            };
            return Err(self.fail(Code::Property, name.span, format!("the list `{shown}` has no column `{}`", name.text), help));
        };
        Ok(Node { kind: Kind::Column(list, index), ty, dims: Vec::new(), rows: Some(list), span })
    }

    /// `Country."France"`
    pub(super) fn item(&mut self, name: &Name, item: &str, span: Span) -> Checked {
        let dimension = match self.block(name, Wanted::Dimension)? {
            Block::Dimension(id) => id,
            Block::Metric(id) => {
                let held = self.schema.metric(id).and_then(|m| if let Type::Item(d) = m.ty { Some(d) } else { None });
                let help = match held {
                    Some(d) => match self.schema.dimension(d).and_then(|d| d.properties.get(usize::from(d.property(item)?))) {
                        Some(property) => format!("write `{name}.{}` for the property", quote_name(&property.name)),
                        None => self.item_help(d, item),
                    },
                    None => format!("a property is written `{}`; items belong to dimensions", quote_name(item)),
                };
                return Err(self.fail(Code::Kind, span, format!("`{name}` is a metric, it has no items"), help));
            }
            Block::List(list) => {
                let help = format!("write `{}.{}` for a column", self.list_name(list), quote_name(item));
                return Err(self.fail(Code::Kind, span, format!("`{name}` is a list, it has no items"), help));
            }
        };
        if let Some(ordinal) = self.items.find(dimension, item) {
            let kind = Kind::Constant(Value::Item(dimension, ordinal));
            return Ok(Node { kind, ty: Type::Item(dimension), dims: Vec::new(), rows: None, span });
        }
        let shown = self.dimension_name(dimension);
        let is_property = self.schema.dimension(dimension).is_some_and(|d| d.property(item).is_some());
        let similar = self.items.similar(dimension, item);
        let help = if is_property {
            format!("write `{shown}.{}` for the property", quote_name(item))
        } else if similar.is_empty() {
            let table = self.schema.dimension(dimension).map_or_else(|| shown.clone(), |d| smalt_model::written(&d.name));
            format!("`SELECT * FROM {table}` tells its items")
        } else {
            format!("did you mean {}?", any_of(similar.iter().map(|i| format!("{shown}.{}", quote_text(i)))))
        };
        Err(self.fail(Code::Item, span, format!("{} is no item of `{shown}`", quote_text(item)), help))
    }

    /// A function that does not exist.
    pub(super) fn unknown_function(&mut self, name: &Name) -> Failed {
        let shown = name.text.to_ascii_uppercase();
        let meant = match shown.as_str() {
            "SUM" => Some("write `x[REMOVE SUM: D]`, `x[BY SUM: D.Parent]` or `SUMOF(x)`; to add values write `a + b`"),
            "AVG" | "AVERAGE" => Some("write `x[REMOVE AVG: D]`, `x[BY AVG: D.Parent]` or `AVGOF(x)`"),
            "COUNT" => Some("write `x[REMOVE COUNT: D]`, `x[BY COUNT: D.Parent]` or `COUNTOF(x)`"),
            "MEDIAN" => Some("write `x[REMOVE MEDIAN: D]`"),
            "COALESCE" | "IFNULL" | "NVL" | "ISNULL" => Some("write `IFBLANK(a, b)` or `ISBLANK(a)`"),
            "CONCAT" | "CONCATENATE" => Some("write `a & b`"),
            "LOOKUP" | "VLOOKUP" | "XLOOKUP" | "INDEX" => Some("write `MATCH(v, D.property)`, `ITEM(v, D.property)` or a property path"),
            "DATEDIF" | "DATEDIFF" => Some("write `MONTHDIF(a, b)` or `DAYS(a, b)`"),
            "TODAY" | "NOW" => Some("a formula's value depends on the data only: keep the day in a metric"),
            "INT" => Some("write `FLOOR(n)` or `TRUNC(n)`"),
            "IFS" | "CASE" => Some("write `IF(test, a, IF(…))` or `SWITCH(e, v1, r1, …)`"),
            "LAG" | "OFFSET" => Some("write `x[SELECT: D - 1]`"),
            _ => None,
        };
        let close = closest(&name.text, FUNCTIONS.iter().map(|f| f.name));
        let help = if let Some(block) = self.schema.find(&name.text) {
            let what = match block {
                Block::Dimension(_) => "dimension",
                Block::Metric(_) => "metric",
                Block::List(_) => "list",
            };
            format!("`{}` is a {what}: write `{}` without round brackets", name.text, quote_name(&name.text))
        } else if let Some(meant) = meant {
            meant.to_owned()
        } else if close.is_empty() {
            "a name before `(` is a function; the reference of formulas tells which there are".to_owned()
        } else {
            format!("did you mean {}?", any_of(close.into_iter().map(str::to_owned)))
        };
        self.fail(Code::Function, name.span, format!("there is no function `{}`", name.text), help)
    }
}
