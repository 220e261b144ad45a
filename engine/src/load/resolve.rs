//! Items by name, by another property, or by date, among those that the writer may see.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use smalt_model::{Decimal, DimensionDef, DimensionId, Type, Value, format_date, format_number, same_name};
use smalt_security::{Access, Mask, Shape};
use smalt_vault::{BLANK_ITEM, Field, Items, Key, Vector};

use crate::near::closest;

/// What a look-up comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Item(u32),
    Unknown,
    /// Several items have the value.
    Several,
}

/// Finds the items of one dimension.
pub(crate) struct Resolver {
    def: Arc<DimensionDef>,
    items: Arc<Items>,
    /// The items that exist for the writer; `None`: all.
    seen: Option<Arc<Mask>>,
    /// Items that the writer's own statement names.
    named: Option<Arc<HashSet<u32>>>,
    by: Option<ByProperty>,
    integers: OnceLock<IntegerIndex>,
    periods: Option<Periods>,
}

struct ByProperty {
    property: u16,
    /// The value as text, and its item, or [`SEVERAL`].
    values: HashMap<String, u32>,
}

const SEVERAL: u32 = u32::MAX - 1;

impl Resolver {
    /// By the unique name.
    pub(crate) fn by_name(def: &Arc<DimensionDef>, items: &Arc<Items>, access: &Access) -> Resolver {
        let mask = access.items(def.id);
        let seen = (mask.shape() != Shape::Everything).then_some(mask);
        let periods = def.calendar.and_then(|_| Periods::new(def, items));
        Resolver { def: Arc::clone(def), items: Arc::clone(items), seen, named: None, by: None, integers: OnceLock::new(), periods }
    }

    /// These items exist for the writer as well: whoever writes them knows their names.
    #[must_use]
    pub(crate) fn naming(self, named: Option<Arc<HashSet<u32>>>) -> Resolver {
        Resolver { named, ..self }
    }

    /// By another property.
    pub(crate) fn by_property(def: &Arc<DimensionDef>, items: &Arc<Items>, access: &Access, property: u16) -> Resolver {
        let mut resolver = Resolver::by_name(def, items, access);
        let readable = access.property(def.id, property);
        let column = items.property(property).map(Arc::clone).unwrap_or_else(|| Arc::new(Vector::blank(Type::Text, 0)));
        let mut values = HashMap::new();
        for &item in items.order() {
            if !resolver.exists(item) || !readable.allows(&[item]) {
                continue;
            }
            let Some(value) = column.get(item as usize).and_then(|v| as_text(&v)) else { continue };
            values.entry(value).and_modify(|found| *found = SEVERAL).or_insert(item);
        }
        resolver.periods = None;
        resolver.by = Some(ByProperty { property, values });
        resolver
    }

    pub(crate) fn dimension(&self) -> DimensionId {
        self.def.id
    }

    /// Whether items are found by their unique name, so that a name that is none could become one.
    pub(crate) fn is_by_name(&self) -> bool {
        self.by.is_none()
    }

    /// Whether it is a level of the calendar, and no subset of one.
    pub(crate) fn is_calendar(&self) -> bool {
        self.def.calendar.is_some() && self.def.parent.is_none()
    }

    /// Whether rows that name an item can make it.
    pub(crate) fn is_made(&self) -> bool {
        self.is_by_name() && self.def.parent.is_none() && self.def.calendar.is_none() && self.def.system.is_none()
    }

    fn is_seen(&self, item: u32) -> bool {
        self.seen.as_ref().is_none_or(|mask| mask.allows(&[item]))
    }

    fn exists(&self, item: u32) -> bool {
        self.is_seen(item) || self.named.as_ref().is_some_and(|named| named.contains(&item))
    }

    /// The item of a text.
    pub(crate) fn text(&self, text: &str) -> Found {
        if let Some(by) = &self.by {
            return match by.values.get(text) {
                None => Found::Unknown,
                Some(&SEVERAL) => Found::Several,
                Some(&item) => Found::Item(item),
            };
        }
        match self.items.find(text).filter(|item| self.exists(*item)) {
            Some(item) => Found::Item(item),
            None => match (&self.periods, smalt_model::parse_date(text)) {
                (Some(_), Some(day)) => self.date(day),
                _ => Found::Unknown,
            },
        }
    }

    /// The items of whole numbers, taken as their texts.
    pub(crate) fn integers(&self) -> &IntegerIndex {
        self.integers.get_or_init(|| self.index_integers())
    }

    /// The period that holds a day; in a dimension that is no calendar the day is taken as its text.
    pub(crate) fn date(&self, day: i32) -> Found {
        match &self.periods {
            Some(periods) => match periods.of(day).filter(|item| self.exists(*item)) {
                Some(item) => Found::Item(item),
                None => Found::Unknown,
            },
            None => self.text(&format_date(day)),
        }
    }

    /// What is said where nothing was found, with the name that may be meant.
    pub(crate) fn refusal(&self, text: &str, found: Found) -> String {
        match (found, &self.by) {
            (Found::Several, _) => format!("several items of `{}` have the `{}` `{text}`", self.def.name, self.property()),
            (_, Some(_)) => self.unknown(text),
            (_, None) => {
                let new = |item: u32| self.named.as_ref().is_some_and(|named| named.contains(&item));
                // By ordinal: the order of the items may tell of a property that is hidden.
                let seen = (0..self.items.capacity()).filter(|item| self.is_seen(*item) && !new(*item));
                let names: Vec<&str> = seen.filter_map(|item| self.items.name(item)).map(AsRef::as_ref).collect();
                let same = names.iter().copied().find(|other| same_name(other, text.trim()));
                match same.or_else(|| closest(text, names)) {
                    Some(other) => format!("{}; did you mean `{other}`?", self.unknown(text)),
                    None => self.unknown(text),
                }
            }
        }
    }

    /// What is said where nothing was found, and no more.
    pub(crate) fn unknown(&self, text: &str) -> String {
        match &self.by {
            Some(_) => format!("no item of `{}` has the `{}` `{text}`", self.def.name, self.property()),
            None => format!("there is no item `{text}` in `{}`", self.def.name),
        }
    }

    /// The name of the property by which items are found.
    fn property(&self) -> &str {
        self.by.as_ref().and_then(|by| self.def.properties.get(usize::from(by.property))).map_or("", |p| &p.name)
    }

    fn index_integers(&self) -> IntegerIndex {
        if let Some(by) = &self.by {
            return IntegerIndex::new(by.values.iter().filter_map(|(text, item)| canonical(text).map(|n| (n, *item))).collect());
        }
        let visible = self.items.order().iter().copied().filter(|item| self.exists(*item));
        IntegerIndex::new(visible.filter_map(|item| canonical(self.items.name(item)?).map(|n| (n, item))).collect())
    }
}

/// The text of a value, as files write it; of an item and of a right there is none.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Number(v) => format_number(*v),
        Value::Integer(v) => v.to_string(),
        Value::Decimal(digits, units) => Decimal { units: *units, scale: digits.scale }.to_string(),
        Value::Text(v) => v.to_string(),
        Value::Boolean(v) => (if *v { "TRUE" } else { "FALSE" }).to_owned(),
        Value::Date(v) => format_date(*v),
        Value::Item(..) | Value::Rights(_) => return None,
    })
}

/// The whole number that is written like this, and in no other way.
pub(crate) fn canonical(text: &str) -> Option<i64> {
    // Nearly all are so short that none is too large.
    if let [first @ b'1'..=b'9', rest @ ..] = text.as_bytes()
        && rest.len() < 18
    {
        let digit = |byte: u8| i64::from(byte - b'0');
        return rest.iter().try_fold(digit(*first), |number, byte| byte.is_ascii_digit().then(|| number * 10 + digit(*byte)));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_one = match digits.as_bytes() {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_one { text.parse().ok() } else { None }
}

/// Whole numbers to items: an array where they lie close together.
pub(crate) enum IntegerIndex {
    Dense { least: i64, items: Vec<u32> },
    Sparse(HashMap<i64, u32>),
}

impl IntegerIndex {
    fn new(pairs: Vec<(i64, u32)>) -> IntegerIndex {
        let least = pairs.iter().map(|(n, _)| *n).min().unwrap_or(0);
        let most = pairs.iter().map(|(n, _)| *n).max().unwrap_or(0);
        let span = i128::from(most) - i128::from(least) + 1;
        match usize::try_from(span) {
            Ok(span) if span <= pairs.len().saturating_mul(8) + 1024 => {
                let mut items = vec![BLANK_ITEM; span];
                for (n, item) in pairs {
                    if let Some(slot) = usize::try_from(n - least).ok().and_then(|i| items.get_mut(i)) {
                        *slot = item;
                    }
                }
                IntegerIndex::Dense { least, items }
            }
            _ => IntegerIndex::Sparse(pairs.into_iter().collect()),
        }
    }

    /// The item of each number; BLANK where there is none, or are several.
    pub(crate) fn all<T: Copy + Into<i64>>(&self, values: &[T]) -> Vec<u32> {
        let one_item = |item: u32| if item == SEVERAL { BLANK_ITEM } else { item };
        match self {
            // What lies below the least one wraps to a place that no array has.
            IntegerIndex::Dense { least, items } => {
                let item = |v: i64| one_item(items.get(v.wrapping_sub(*least) as usize).copied().unwrap_or(BLANK_ITEM));
                values.iter().map(|v| item((*v).into())).collect()
            }
            IntegerIndex::Sparse(items) => {
                values.iter().map(|v| one_item(items.get(&(*v).into()).copied().unwrap_or(BLANK_ITEM))).collect()
            }
        }
    }

    /// Puts the items of the numbers into a field of as many keys, which is zero; whether each number is that of one item. Where it is not, the
    /// keys are of no use.
    pub(crate) fn put<T: Copy + Into<i64>, K: Key>(&self, values: &[T], field: Field, keys: &mut [K]) -> bool {
        let mut is_found = true;
        let mut put = |key: &mut K, item: u32| {
            is_found &= item < SEVERAL;
            *key = key.with(field, item);
        };
        match self {
            IntegerIndex::Dense { least, items } => {
                for (key, value) in keys.iter_mut().zip(values) {
                    put(key, items.get((*value).into().wrapping_sub(*least) as usize).copied().unwrap_or(BLANK_ITEM));
                }
            }
            IntegerIndex::Sparse(items) => {
                for (key, value) in keys.iter_mut().zip(values) {
                    put(key, items.get(&(*value).into()).copied().unwrap_or(BLANK_ITEM));
                }
            }
        }
        is_found
    }

    /// The item of a number.
    pub(crate) fn find(&self, value: i64) -> Found {
        let found = match self {
            IntegerIndex::Dense { least, items } => {
                let place = value.checked_sub(*least).and_then(|n| usize::try_from(n).ok());
                place.and_then(|n| items.get(n)).copied().unwrap_or(BLANK_ITEM)
            }
            IntegerIndex::Sparse(items) => items.get(&value).copied().unwrap_or(BLANK_ITEM),
        };
        match found {
            BLANK_ITEM => Found::Unknown,
            SEVERAL => Found::Several,
            item => Found::Item(item),
        }
    }
}

/// The periods of a calendar level by their first day.
struct Periods {
    /// (first day, last day, item), ascending.
    periods: Vec<(i32, i32, u32)>,
}

impl Periods {
    fn new(def: &DimensionDef, items: &Items) -> Option<Periods> {
        let (start, end) = (items.property(def.property("Start Date")?)?, items.property(def.property("End Date")?)?);
        let day = |v: &Vector, item: u32| match v.get(item as usize) {
            Some(Value::Date(day)) => Some(day),
            _ => None,
        };
        let mut periods: Vec<_> = items.order().iter().filter_map(|&i| Some((day(start, i)?, day(end, i)?, i))).collect();
        periods.sort_unstable();
        Some(Periods { periods })
    }

    fn of(&self, day: i32) -> Option<u32> {
        let after = self.periods.partition_point(|(start, ..)| *start <= day);
        self.periods.get(after.checked_sub(1)?).filter(|(_, end, _)| day <= *end).map(|(.., item)| *item)
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn a_number_is_told_by_the_one_way_to_write_it() {
        for number in [0, 1, -1, 9, 10, -10, 907, i64::MAX, i64::MIN] {
            assert_eq!(canonical(&number.to_string()), Some(number));
        }
        for text in ["", "-", "-0", "00", "01", "+1", " 1", "1 ", "1.0", "1e3", "x", "1x", "9223372036854775808", "١"] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
