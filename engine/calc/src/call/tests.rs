//! What holds for every function, whatever it is given.

use smalt_formula::Function as F;
use smalt_model::{Digits, DimensionId, Type, Value};
use smalt_vault::Vector;

use super::call;
use super::fixture::{COUNTRY, MONTH, World, b, i, item, n, t};

/// Every function with the types of its arguments, the optional ones too, and of its result.
fn all() -> Vec<(F, Vec<Type>, Type)> {
    use Type::{Boolean, Date, Integer, Number, Text};
    let (month, country) = (Type::Item(MONTH), Type::Item(COUNTRY));
    let mut all = vec![
        (F::Date, vec![Integer; 3], Date),
        (F::EDate, vec![Date, Integer], Date),
        (F::EoMonth, vec![Date, Integer], Date),
        (F::StartOfMonth, vec![Date], Date),
        (F::Days, vec![Date, Date], Integer),
        (F::MonthDif, vec![Date, Date], Integer),
        (F::InPeriod, vec![Date, month], Boolean),
        (F::DaysInPeriod, vec![month, Date, Date], Integer),
        (F::Prorata, vec![month, Date, Date], Number),
        (F::Len, vec![Text], Integer),
        (F::Left, vec![Text, Integer], Text),
        (F::Right, vec![Text, Integer], Text),
        (F::Mid, vec![Text, Integer, Integer], Text),
        (F::Find, vec![Text, Text], Integer),
        (F::Substitute, vec![Text, Text, Text, Integer], Text),
        (F::Value, vec![Text], Number),
        (F::DateValue, vec![Text, Text], Date),
        (F::Shift, vec![country, Integer], country),
        (F::TimeDim, vec![Date], month),
        (F::Pmt, vec![Number; 5], Number),
        (F::Pv, vec![Number; 5], Number),
        (F::Fv, vec![Number; 5], Number),
        (F::Rate, vec![Number; 6], Number),
        (F::Nper, vec![Number; 5], Number),
        (F::Sln, vec![Number; 3], Number),
        (F::Ddb, vec![Number; 5], Number),
    ];
    for function in [F::Abs, F::Sqrt, F::Exp, F::Ln, F::Log, F::Sin, F::Cos, F::Normal, F::NormalCumulative] {
        all.push((function, vec![Number], Number));
    }
    for function in [F::Sign, F::Trunc, F::Ceiling, F::Floor] {
        all.push((function, vec![Number], Integer));
        all.push((function, vec![Integer], Integer));
    }
    for function in [F::Mod, F::Quotient, F::Round, F::RoundUp, F::RoundDown] {
        all.push((function, vec![Number, Integer], Number));
        all.push((function, vec![Integer, Integer], Integer));
    }
    for function in [F::Year, F::Month, F::Day, F::Weekday] {
        all.push((function, vec![Date], Integer));
    }
    for function in [F::Lower, F::Upper, F::Proper, F::Trim] {
        all.push((function, vec![Text], Text));
    }
    for function in [F::Contains, F::StartsWith, F::EndsWith] {
        all.push((function, vec![Text, Text], Boolean));
    }
    let exact = Digits::largest(2).ty();
    all.push((F::Abs, vec![exact], exact));
    for function in [F::Sign, F::Trunc, F::Ceiling, F::Floor, F::Round, F::RoundUp, F::RoundDown] {
        all.push((function, vec![exact], Integer));
    }
    for function in [F::Mod, F::Quotient] {
        all.push((function, vec![exact, exact], exact));
    }
    for function in [F::Round, F::RoundUp, F::RoundDown] {
        all.push((function, vec![exact, Integer], exact));
    }
    all.push((F::Text, vec![exact, Text], Text));
    all.push((F::Text, vec![exact], Text));
    all.push((F::Item(3), vec![exact], country));
    for ty in [Number, Integer, Date, Boolean, Text, country] {
        all.push((F::Text, vec![ty, Text], Text));
    }
    for (property, ty) in [(0, Text), (2, Integer), (2, Number), (3, Number), (3, Integer), (4, Boolean), (5, Date)] {
        all.push((F::Item(property), vec![ty], country));
        all.push((F::Match(property), vec![ty], country));
    }
    all
}

/// BLANK, plain values, and those at the ends of a type.
fn values(ty: Type) -> Vec<Option<Value>> {
    let mut values = vec![None];
    values.extend(match ty {
        Type::Decimal { precision, scale } => {
            let most = 10i128.pow(u32::from(precision)) - 1;
            let digits = Digits { precision, scale };
            [0, 1, -1, 50, 23_650, -725, 4_900, 300, most, -most].map(|units| Some(Value::Decimal(digits, units))).to_vec()
        }
        Type::Number => [0.0, -0.0, 1.0, -1.0, 0.5, 2.365, -7.25, 49.0, 1e-300, 5e-324, 1e15, -1e19, f64::MAX, f64::MIN].map(n).to_vec(),
        Type::Integer => [0, 1, -1, 2, 14, -15, 33, 49, 2024, i64::MAX, -i64::MAX].map(i).to_vec(),
        Type::Text => {
            ["", " ", "a", "Zürich", "日本 語", "0.00", "#,##0", "yyyy-MM-dd", "2024-02-29", "-1.5e3", "';", "FR"].map(t).to_vec()
        }
        Type::Boolean => [true, false].map(b).to_vec(),
        Type::Date => [0, 10, 20, 19_782, 20_088, -719_162, 2_932_896, i32::MAX, i32::MIN + 1].map(|d| Some(Value::Date(d))).to_vec(),
        Type::Item(dimension) => [0, 1, 2, 11, 12, 13, u32::MAX - 1].map(|x| item(dimension, x)).to_vec(),
        Type::Rights => Vec::new(),
    });
    values
}

fn blank_or_legal(result: &Vector) -> bool {
    match result {
        Vector::Number(v) => v.iter().all(|x| !x.is_infinite()),
        Vector::Boolean(v) => v.iter().all(|x| *x <= 2),
        _ => true,
    }
}

#[test]
fn a_blank_argument_gives_blank_and_nothing_gives_more_than_values() {
    for (function, types, ty) in all() {
        let pools: Vec<Vec<Option<Value>>> = types.iter().map(|ty| values(*ty)).collect();
        let combinations: usize = pools.iter().map(Vec::len).product();
        // A step that shares no factor with the pools still meets every pair of neighbours in long lists.
        let step = if combinations > 40_000 { 9973 } else { 1 };
        let (mut columns, mut blank) = (types.iter().map(|ty| Vector::blank(*ty, 0)).collect::<Vec<_>>(), Vec::new());
        for number in (0..combinations).step_by(step) {
            let mut rest = number;
            let mut any = false;
            for (pool, column) in pools.iter().zip(&mut columns) {
                let value = &pool[rest % pool.len()];
                rest /= pool.len();
                any |= value.is_none();
                column.push(value.as_ref());
            }
            blank.push(any);
        }
        let result = call(function, &columns, ty, blank.len(), &World);
        assert_eq!((result.ty(), result.len()), (ty, blank.len()), "{function:?}");
        assert!(blank_or_legal(&result), "{function:?}");
        assert!(blank.iter().enumerate().all(|(at, any)| !any || result.is_blank(at)), "{function:?} of {types:?}");
        assert!((0..blank.len()).any(|at| !result.is_blank(at)), "{function:?} of {types:?} never has a value");

        // A cell does not hang on its neighbours.
        let turned: Vec<usize> = (0..blank.len()).rev().collect();
        let back: Vec<Vector> = columns.iter().map(|c| c.take(&turned)).collect();
        let again = call(function, &back, ty, blank.len(), &World).take(&turned);
        assert!((0..blank.len()).all(|at| result.get(at) == again.get(at)), "{function:?}");

        // No cells, no values; a column of a strange kind, only BLANKs.
        let none: Vec<Vector> = columns.iter().map(|c| c.take(&[])).collect();
        assert!(call(function, &none, ty, 0, &World).is_empty(), "{function:?}");
        let strange = vec![Vector::blank(Type::Item(DimensionId(99)), 2); types.len()];
        let result = call(function, &strange, ty, 2, &World);
        assert!(result.len() == 2 && result.is_blank(0) && result.is_blank(1), "{function:?}");
    }
}
