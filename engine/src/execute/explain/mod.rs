//! EXPLAIN of formulas, of values and of access rights.

mod access;
mod formula;
mod leaks;
mod place;
mod space;
mod value;

use smalt_security::Target;
use smalt_vault::MaskedView;

pub(super) use access::{block_access, cell_access};
pub(super) use formula::formula;
pub(super) use leaks::leaks;
pub(super) use value::value;

/// What a target is called, its name quoted as wanted; `None` where the one who asks may not see the name.
fn name_of(view: &MaskedView, target: &Target, quoted: impl Fn(&str) -> String) -> Option<String> {
    let seen = view.catalog();
    match target {
        Target::Metric(metric) => seen.metric(*metric).map(|def| quoted(&def.name)),
        Target::List(list) => seen.list(*list).map(|def| quoted(&def.name)),
        Target::Items(dimension) => seen.dimension(*dimension).map(|def| format!("items of {}", quoted(&def.name))),
        Target::Property(dimension, property) => {
            let def = seen.dimension(*dimension)?;
            def.properties.get(usize::from(*property)).map(|property| quoted(&format!("{}.{}", def.name, property.name)))
        }
        Target::Unsaved(_) => None,
    }
}
