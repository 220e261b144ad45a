//! Functions that replace DataFusion's, and those that only the binder calls.

mod bounded;
mod checked;
mod decimal;
mod exact;
mod item;
mod regexp;
mod whole;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use bounded::Bounded;
pub(crate) use checked::CheckOperators;
pub(crate) use exact::Exact;
pub(crate) use item::item_function;
pub(crate) use regexp::wrong_pattern;

/// Functions by name.
#[derive(Debug)]
pub(crate) struct Functions {
    pub(crate) scalars: HashMap<String, Arc<ScalarUDF>>,
    pub(crate) aggregates: HashMap<String, Arc<AggregateUDF>>,
    pub(crate) windows: HashMap<String, Arc<WindowUDF>>,
}

/// What every query can call, under all names.
pub(crate) fn functions() -> &'static Functions {
    static FUNCTIONS: OnceLock<Functions> = OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        let mut scalars = HashMap::new();
        for f in SessionStateDefaults::default_scalar_functions() {
            let f = Bounded::replace(f);
            for alias in f.aliases() {
                scalars.insert(alias.clone(), Arc::clone(&f));
            }
            scalars.insert(f.name().to_owned(), f);
        }
        scalars.extend(regexp::all().map(|f| (f.name().to_owned(), Arc::new(f))));
        let mut aggregates = HashMap::new();
        for f in SessionStateDefaults::default_aggregate_functions() {
            let f = Exact::replace(f);
            for alias in f.aliases() {
                aggregates.insert(alias.clone(), Arc::clone(&f));
            }
            aggregates.insert(f.name().to_owned(), f);
        }
        let windows = SessionStateDefaults::default_window_functions().into_iter().map(|f| (f.name().to_owned(), f)).collect();
        Functions { scalars, aggregates, windows }
    })
}
