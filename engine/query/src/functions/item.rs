//! From an item's name to its place, or to the end of a path, for rows that no longer are a table's own.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use smalt_vault::{MaskedItems, MaskedView};

use crate::bind::ItemFunction;
use crate::source::Field;
use crate::table::Lookup;

/// The function of a bound query, made of what the view shows.
pub(crate) fn item_function(view: &MaskedView, function: &ItemFunction) -> Result<Arc<ScalarUDF>> {
    let properties = function.properties.clone();
    let field = if function.position { Field::Position { axis: 0, properties } } else { Field::Path { axis: 0, properties } };
    let values = Lookup::new(view).by_item(function.dimension, &field)?;
    Ok(Arc::new(ScalarUDF::from(OfItem {
        name: function.name.clone(),
        signature: Signature::exact(vec![DataType::Utf8View], Volatility::Immutable),
        items: view.items(function.dimension),
        values,
    })))
}

#[derive(Debug)]
struct OfItem {
    name: String,
    signature: Signature,
    items: Arc<MaskedItems>,
    /// By ordinal.
    values: ArrayRef,
}

// Within one query a name is one function.
impl PartialEq for OfItem {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for OfItem {}

impl Hash for OfItem {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for OfItem {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.values.data_type().clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.first() {
            Some(ColumnarValue::Scalar(ScalarValue::Utf8View(name))) => {
                let place = name.as_deref().and_then(|n| self.items.find(n));
                let one = take(&self.values, &UInt32Array::from(vec![place]), None)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&one, 0)?))
            }
            Some(ColumnarValue::Array(names)) => {
                let Some(names) = names.as_string_view_opt() else { return exec_err!("`{}` takes names", self.name) };
                let places: UInt32Array = names.iter().map(|name| self.items.find(name?)).collect();
                Ok(ColumnarValue::Array(take(&self.values, &places, None)?))
            }
            _ => exec_err!("`{}` takes one name", self.name),
        }
    }
}
