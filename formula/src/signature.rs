//! Every function of formulas.md §7: its name, its parameters and what it gives. The checker reads this table, and so can a host's help.

use crate::program::{Along, Function, Method};

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// A NUMBER; an INTEGER or a DECIMAL becomes one.
    Number,
    /// An INTEGER, a DECIMAL or a NUMBER, kept; several of them meet.
    Numeric,
    /// An INTEGER; a NUMBER or a DECIMAL is truncated.
    Whole,
    /// A TEXT.
    Text,
    /// A BOOLEAN.
    Boolean,
    /// A DATE.
    Date,
    /// Whatever `<` compares: numbers, texts, dates, items.
    Ordered,
    /// Any type.
    Any,
    /// What the aggregation takes: any type, checked with the method.
    Aggregated,
    /// An item of some dimension.
    Item,
    /// A dimension's name, with `ON expr` where the function follows an order.
    Dimension,
    /// A property of a dimension, `D.property`.
    Property,
    /// A metric's name.
    Metric,
    /// One of these words.
    Words(&'static [&'static str]),
}

/// Must a parameter be given?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Yes.
    Required,
    /// No.
    Optional,
    /// Once or more.
    Repeated,
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in formulas.md.
    pub name: &'static str,
    /// What it takes.
    pub accept: Accept,
    /// Must it be given?
    pub need: Need,
}

/// The type that a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the types")]
pub enum Gives {
    Number,
    Integer,
    Text,
    Boolean,
    Date,
    Rights,
    /// The type of the first parameter's value, or the one in which several meet.
    Same,
    /// The type of what is chosen among the arguments.
    Branch,
    /// INTEGER without digits, else the type of n.
    Rounded,
    /// What `/` gives: a DECIMAL where the first parameter's value is one, else a NUMBER.
    Quotient,
    /// What the aggregation gives.
    Aggregated,
    /// An item of the dimension that is named.
    Item,
    /// INTEGER, with AVERAGE a NUMBER.
    Rank,
}

/// How a call becomes a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    Call(Function),
    Along(Along),
    Whole(Method),
    Special(Special),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    If,
    Switch,
    IfBlank,
    IfDefined,
    IsBlank,
    IsNotBlank,
    IsDefined,
    Power,
    Least,
    Greatest,
    Rollup,
    Rank,
    Previous,
    PreviousOf,
    Item,
    Match,
    TimeDim,
    Period(Function),
    NetworkDays,
    Text,
    CountAll,
    CountBlank,
    AccessRights,
    ResetRights,
}

/// A function.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Its name.
    pub name: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// The type that it gives.
    pub gives: Gives,
    pub(crate) build: Build,
}

impl Signature {
    /// How it is called, such as `ROUND(n [, digits])`.
    pub fn usage(&self) -> String {
        let mut out = format!("{}(", self.name);
        for (i, parameter) in self.parameters.iter().enumerate() {
            let name = match parameter.accept {
                Accept::Words(words) => words.join("|"),
                Accept::Property => "D.property".to_owned(),
                _ => parameter.name.to_owned(),
            };
            let comma = if i > 0 { ", " } else { "" };
            match parameter.need {
                Need::Required => out.push_str(&format!("{comma}{name}")),
                Need::Optional if i > 0 => out.push_str(&format!(" [, {name}]")),
                Need::Optional => out.push_str(&format!("[{name}]")),
                Need::Repeated => out.push_str(&format!("{comma}{name}, …")),
            }
        }
        out.push(')');
        out
    }
}

impl Along {
    /// Its name in a formula.
    pub fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|f| matches!(f.build, Build::Along(along) if along == self)).map_or("?", |f| f.name)
    }
}

/// A function by its name, without regard to case.
pub fn function(name: &str) -> Option<&'static Signature> {
    FUNCTIONS.iter().find(|f| f.name.eq_ignore_ascii_case(name))
}

const fn need(name: &'static str, accept: Accept) -> Parameter {
    Parameter { name, accept, need: Need::Required }
}

const fn may(name: &'static str, accept: Accept) -> Parameter {
    Parameter { name, accept, need: Need::Optional }
}

const fn more(name: &'static str, accept: Accept) -> Parameter {
    Parameter { name, accept, need: Need::Repeated }
}

const fn row(name: &'static str, parameters: &'static [Parameter], gives: Gives, build: Build) -> Signature {
    Signature { name, parameters, gives, build }
}

use Accept as A;
use Build::{Along as Line, Call, Special as Sp, Whole};
use Function as F;
use Gives as G;
use Special as S;

const AGGREGATES: Accept = A::Words(&["SUM", "AVG", "MIN", "MAX"]);
const N: Parameter = need("n", A::Number);
const T: Parameter = need("t", A::Text);
const D: Parameter = need("D", A::Dimension);
const X: Parameter = need("x", A::Number);
const WINDOW: &[Parameter] = &[need("x", A::Aggregated), need("window", A::Whole), may("offset", A::Whole), may("D", A::Dimension)];
const TO_DATE: &[Parameter] = &[need("x", A::Aggregated), may("agg", AGGREGATES)];
const DIGITS: &[Parameter] = &[need("n", A::Numeric), may("digits", A::Whole)];
const BLOCK: &[Parameter] = &[need("x", A::Aggregated)];
const CHOSEN: &[Parameter] = &[more("a", A::Ordered)];
const COUNT_OF: &[Parameter] = &[need("t", A::Text), need("count", A::Whole)];
const PERIOD: &[Parameter] = &[D, may("start", A::Date), may("end", A::Date)];
const TWO_TEXTS: &[Parameter] = &[T, need("part", A::Text)];
const SEASON: &[Parameter] = &[X, D, need("season", A::Whole)];

/// All functions, in the order of formulas.md §7.
pub const FUNCTIONS: &[Signature] = &[
    // Logic
    row("IF", &[need("test", A::Boolean), need("a", A::Any), may("b", A::Any)], G::Branch, Sp(S::If)),
    row("SWITCH", &[need("e", A::Any), need("v1", A::Any), need("r1", A::Any), more("…", A::Any)], G::Branch, Sp(S::Switch)),
    row("IFBLANK", &[need("a", A::Any), need("b", A::Any)], G::Branch, Sp(S::IfBlank)),
    row("IFDEFINED", &[need("a", A::Any), need("x", A::Any), may("y", A::Any)], G::Branch, Sp(S::IfDefined)),
    row("ISBLANK", &[need("a", A::Any)], G::Boolean, Sp(S::IsBlank)),
    row("ISNOTBLANK", &[need("a", A::Any)], G::Boolean, Sp(S::IsNotBlank)),
    row("ISDEFINED", &[need("a", A::Any)], G::Boolean, Sp(S::IsDefined)),
    row("ANYOF", &[need("b", A::Aggregated)], G::Aggregated, Whole(Method::Any)),
    row("ALLOF", &[need("b", A::Aggregated)], G::Aggregated, Whole(Method::All)),
    // Numbers
    row("ABS", &[need("n", A::Numeric)], G::Same, Call(F::Abs)),
    row("SIGN", &[need("n", A::Numeric)], G::Integer, Call(F::Sign)),
    row("SQRT", &[N], G::Number, Call(F::Sqrt)),
    row("EXP", &[N], G::Number, Call(F::Exp)),
    row("LN", &[N], G::Number, Call(F::Ln)),
    row("LOG", &[N], G::Number, Call(F::Log)),
    row("POWER", &[N, need("e", A::Number)], G::Number, Sp(S::Power)),
    row("SIN", &[N], G::Number, Call(F::Sin)),
    row("COS", &[N], G::Number, Call(F::Cos)),
    row("MOD", &[need("n", A::Numeric), need("d", A::Numeric)], G::Same, Call(F::Mod)),
    row("QUOTIENT", &[need("n", A::Numeric), need("d", A::Numeric)], G::Same, Call(F::Quotient)),
    row("TRUNC", &[need("n", A::Numeric)], G::Integer, Call(F::Trunc)),
    row("CEILING", &[need("n", A::Numeric)], G::Integer, Call(F::Ceiling)),
    row("FLOOR", &[need("n", A::Numeric)], G::Integer, Call(F::Floor)),
    row("ROUND", DIGITS, G::Rounded, Call(F::Round)),
    row("ROUNDUP", DIGITS, G::Rounded, Call(F::RoundUp)),
    row("ROUNDDOWN", DIGITS, G::Rounded, Call(F::RoundDown)),
    row("MIN", CHOSEN, G::Branch, Sp(S::Least)),
    row("MAX", CHOSEN, G::Branch, Sp(S::Greatest)),
    // Along a dimension
    row("CUMULATE", &[need("x", A::Aggregated), D, may("group", A::Any), may("agg", AGGREGATES)], G::Aggregated, Line(Along::Cumulate)),
    row("DECUMULATE", &[need("x", A::Numeric), D, may("group", A::Any)], G::Same, Line(Along::Decumulate)),
    row("MOVINGSUM", WINDOW, G::Aggregated, Line(Along::MovingSum)),
    row("MOVINGAVERAGE", WINDOW, G::Aggregated, Line(Along::MovingAverage)),
    row("MOVINGMIN", WINDOW, G::Aggregated, Line(Along::MovingMin)),
    row("MOVINGMAX", WINDOW, G::Aggregated, Line(Along::MovingMax)),
    row("YEARTODATE", TO_DATE, G::Aggregated, Line(Along::YearToDate)),
    row("QUARTERTODATE", TO_DATE, G::Aggregated, Line(Along::QuarterToDate)),
    row("MONTHTODATE", TO_DATE, G::Aggregated, Line(Along::MonthToDate)),
    row("SHIFT", &[need("item", A::Item), need("n", A::Whole)], G::Same, Call(F::Shift)),
    row("FILLFORWARD", &[need("x", A::Any), D], G::Same, Line(Along::FillForward)),
    row("ROLLUP", &[need("x", A::Numeric), need("parent", A::Property), may("weight", A::Numeric)], G::Same, Sp(S::Rollup)),
    row("SPREAD", &[need("x", A::Numeric), D, need("n", A::Whole), may("start", A::Item)], G::Quotient, Line(Along::Spread)),
    row(
        "RANK",
        &[
            need("x", A::Ordered),
            may("group", A::Any),
            may("direction", A::Words(&["ASC", "DESC"])),
            may("ties", A::Words(&["MINIMUM", "MAXIMUM", "SEQUENTIAL", "AVERAGE"])),
        ],
        G::Rank,
        Sp(S::Rank),
    ),
    row("PREVIOUS", &[D, may("n", A::Whole)], G::Same, Sp(S::Previous)),
    row("PREVIOUSOF", &[need("M", A::Metric), may("n", A::Whole), may("D", A::Dimension)], G::Same, Sp(S::PreviousOf)),
    row("GROWTH", &[need("x", A::Numeric), D, need("n", A::Whole)], G::Quotient, Line(Along::Growth)),
    // Look-up
    row("ITEM", &[need("v", A::Any), need("property", A::Property)], G::Item, Sp(S::Item)),
    row("MATCH", &[need("v", A::Any), need("property", A::Property)], G::Item, Sp(S::Match)),
    row("TIMEDIM", &[need("date", A::Date), D], G::Item, Sp(S::TimeDim)),
    // Dates
    row("DATE", &[need("y", A::Whole), need("m", A::Whole), need("d", A::Whole)], G::Date, Call(F::Date)),
    row("YEAR", &[need("d", A::Date)], G::Integer, Call(F::Year)),
    row("MONTH", &[need("d", A::Date)], G::Integer, Call(F::Month)),
    row("DAY", &[need("d", A::Date)], G::Integer, Call(F::Day)),
    row("WEEKDAY", &[need("d", A::Date)], G::Integer, Call(F::Weekday)),
    row("EDATE", &[need("d", A::Date), need("months", A::Whole)], G::Date, Call(F::EDate)),
    row("EOMONTH", &[need("d", A::Date), need("months", A::Whole)], G::Date, Call(F::EoMonth)),
    row("STARTOFMONTH", &[need("d", A::Date)], G::Date, Call(F::StartOfMonth)),
    row("DAYS", &[need("a", A::Date), need("b", A::Date)], G::Integer, Call(F::Days)),
    row("MONTHDIF", &[need("a", A::Date), need("b", A::Date)], G::Integer, Call(F::MonthDif)),
    row(
        "NETWORKDAYS",
        &[need("from", A::Date), need("to", A::Date), may("working days", A::Boolean), may("holidays", A::Boolean)],
        G::Integer,
        Sp(S::NetworkDays),
    ),
    row("INPERIOD", &[need("date", A::Date), D], G::Boolean, Sp(S::Period(F::InPeriod))),
    row("DAYSINPERIOD", PERIOD, G::Integer, Sp(S::Period(F::DaysInPeriod))),
    row("PRORATA", PERIOD, G::Number, Sp(S::Period(F::Prorata))),
    // Text
    row("LEN", &[T], G::Integer, Call(F::Len)),
    row("LEFT", COUNT_OF, G::Text, Call(F::Left)),
    row("RIGHT", COUNT_OF, G::Text, Call(F::Right)),
    row("MID", &[T, need("start", A::Whole), need("n", A::Whole)], G::Text, Call(F::Mid)),
    row("LOWER", &[T], G::Text, Call(F::Lower)),
    row("UPPER", &[T], G::Text, Call(F::Upper)),
    row("PROPER", &[T], G::Text, Call(F::Proper)),
    row("TRIM", &[T], G::Text, Call(F::Trim)),
    row("CONTAINS", TWO_TEXTS, G::Boolean, Call(F::Contains)),
    row("STARTSWITH", TWO_TEXTS, G::Boolean, Call(F::StartsWith)),
    row("ENDSWITH", TWO_TEXTS, G::Boolean, Call(F::EndsWith)),
    row("FIND", &[need("part", A::Text), T], G::Integer, Call(F::Find)),
    row("SUBSTITUTE", &[T, need("old", A::Text), need("new", A::Text), may("which", A::Whole)], G::Text, Call(F::Substitute)),
    row("TEXT", &[need("v", A::Any), may("pattern", A::Text)], G::Text, Sp(S::Text)),
    row("VALUE", &[T], G::Number, Call(F::Value)),
    row("DATEVALUE", &[T, need("pattern", A::Text)], G::Date, Call(F::DateValue)),
    // Whole block
    row("SUMOF", BLOCK, G::Aggregated, Whole(Method::Sum)),
    row("AVGOF", BLOCK, G::Aggregated, Whole(Method::Avg)),
    row("MINOF", BLOCK, G::Aggregated, Whole(Method::Min)),
    row("MAXOF", BLOCK, G::Aggregated, Whole(Method::Max)),
    row("COUNTOF", BLOCK, G::Aggregated, Whole(Method::Count)),
    row("COUNTUNIQUEOF", BLOCK, G::Aggregated, Whole(Method::CountUnique)),
    row("COUNTALLOF", &[need("x", A::Any)], G::Integer, Sp(S::CountAll)),
    row("COUNTBLANKOF", &[need("x", A::Any)], G::Integer, Sp(S::CountBlank)),
    // Finance
    row("NPV", &[need("rate", A::Number), X, may("all", A::Words(&["ALL"])), may("D", A::Dimension)], G::Number, Line(Along::Npv)),
    row("IRR", &[X, D], G::Number, Line(Along::Irr)),
    row("XNPV", &[need("rate", A::Number), X, need("date", A::Date), D], G::Number, Line(Along::Xnpv)),
    row("XIRR", &[X, need("date", A::Date), D], G::Number, Line(Along::Xirr)),
    row(
        "PMT",
        &[need("rate", A::Number), need("nper", A::Number), need("pv", A::Number), may("fv", A::Number), may("type", A::Number)],
        G::Number,
        Call(F::Pmt),
    ),
    row(
        "PV",
        &[need("rate", A::Number), need("nper", A::Number), need("pmt", A::Number), may("fv", A::Number), may("type", A::Number)],
        G::Number,
        Call(F::Pv),
    ),
    row(
        "FV",
        &[need("rate", A::Number), need("nper", A::Number), need("pmt", A::Number), may("pv", A::Number), may("type", A::Number)],
        G::Number,
        Call(F::Fv),
    ),
    row(
        "RATE",
        &[
            need("nper", A::Number),
            need("pmt", A::Number),
            need("pv", A::Number),
            may("fv", A::Number),
            may("type", A::Number),
            may("guess", A::Number),
        ],
        G::Number,
        Call(F::Rate),
    ),
    row(
        "NPER",
        &[need("rate", A::Number), need("pmt", A::Number), need("pv", A::Number), may("fv", A::Number), may("type", A::Number)],
        G::Number,
        Call(F::Nper),
    ),
    row("SLN", &[need("cost", A::Number), need("salvage", A::Number), need("life", A::Number)], G::Number, Call(F::Sln)),
    row(
        "DDB",
        &[
            need("cost", A::Number),
            need("salvage", A::Number),
            need("life", A::Number),
            need("period", A::Number),
            may("factor", A::Number),
        ],
        G::Number,
        Call(F::Ddb),
    ),
    // Forecast
    row("FORECAST_LINEAR", &[X, D], G::Number, Line(Along::ForecastLinear)),
    row("FORECAST_ETS", SEASON, G::Number, Line(Along::ForecastEts)),
    row("SIMPLE_SMOOTHING", &[X, D, need("alpha", A::Number)], G::Number, Line(Along::SimpleSmoothing)),
    row("DOUBLE_SMOOTHING", &[X, D, need("alpha", A::Number), need("beta", A::Number)], G::Number, Line(Along::DoubleSmoothing)),
    row("SEASONAL_LINEAR", SEASON, G::Number, Line(Along::SeasonalLinear)),
    // Statistics
    row("NORMAL", &[need("z", A::Number)], G::Number, Call(F::Normal)),
    row("NORMALCUMULATIVE", &[need("z", A::Number)], G::Number, Call(F::NormalCumulative)),
    row("CORREL", &[X, need("y", A::Number), D], G::Number, Line(Along::Correl)),
    row("PERCENTILE", &[X, need("p", A::Number), D], G::Number, Line(Along::Percentile)),
    // Security
    row("ACCESSRIGHTS", &[need("read", A::Boolean), need("write", A::Boolean)], G::Rights, Sp(S::AccessRights)),
    row("RESETACCESSRIGHTS", &[need("x", A::Any)], G::Same, Sp(S::ResetRights)),
];
