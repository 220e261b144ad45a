//! A checked formula: every name resolved, every node with its type and its dimensions.
//!
//! The tree says what a formula means; it holds no data and no plan. `Node::dims` is a set in a fixed order (first appearance); a
//! node over a list's rows has `rows` set and no dimensions until a BY gives it some.

use smalt_model::{DimensionId, ListId, MetricId, Type, Value};

use crate::span::Span;

/// A formula that passed every check of formulas.md §1 to §6 and ends with its metric's dimensions and type.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The whole formula.
    pub root: Node,
    /// Metrics that it reads, without those behind PREVIOUS and PREVIOUSOF; sorted, none twice.
    pub reads: Vec<MetricId>,
    /// Metrics that it reads at an earlier item: (metric, the dimension along which, places back where that is a constant >= 1).
    /// Holds PREVIOUS (the metric itself), PREVIOUSOF and `[SELECT: D - n]` directly on a metric.
    pub reads_earlier: Vec<(MetricId, DimensionId, Option<i64>)>,
    /// Lists that it reads.
    pub lists: Vec<ListId>,
    /// Properties that it reads.
    pub properties: Vec<(DimensionId, u16)>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it computes.
    pub kind: Kind,
    /// The type of its values. The literal BLANK takes the type that its place asks for.
    pub ty: Type,
    /// Its dimensions.
    pub dims: Vec<DimensionId>,
    /// Set while the expression is by row of a list.
    pub rows: Option<ListId>,
    /// Where it stands in the text.
    pub span: Span,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// One term of a sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Subtracted?
    pub negative: bool,
    /// The term.
    pub node: Node,
}

/// One factor of a product.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Divides?
    pub divides: bool,
    /// The factor.
    pub node: Node,
}

/// How cells become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of formulas.md §5")]
pub enum Method {
    Sum,
    Avg,
    Min,
    Max,
    Median,
    StdevS,
    StdevP,
    Count,
    CountUnique,
    First,
    Last,
    FirstNonBlank,
    LastNonBlank,
    FirstNonZero,
    LastNonZero,
    Any,
    All,
    TextList,
}

/// How one value becomes many.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// Each gets the value.
    Constant,
    /// Divided evenly over the items that share it.
    Split,
    /// Divided in proportion to a weight.
    SplitOn(Box<Node>),
}

/// What a node computes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A literal.
    Constant(Value),
    /// The literal BLANK.
    Blank,
    /// A metric's cells.
    Metric(MetricId),
    /// Only in a plan: the cells that an operator's n-th input gives.
    Input(usize),
    /// The current item of a dimension; a value in every coordinate.
    Current(DimensionId),
    /// A property of the item that `item` gives: `Month.Year` is the property of `Current(Month)`, a path nests.
    Property {
        /// An expression of an item type.
        item: Box<Node>,
        /// The property's index in that dimension.
        property: u16,
    },
    /// A column of a list, by row.
    Column(ListId, u16),
    /// `CurrentValue` inside FILTER and EXCLUDE: the value of the filtered expression in the cell.
    CurrentValue,

    /// `-a`
    Negate(Box<Node>),
    /// `NOT a`
    Not(Box<Node>),
    /// A chain of `+` and `-`, flattened. Also DATE + INTEGER, INTEGER + DATE, DATE - INTEGER, DATE - DATE (`ty` tells).
    Sum(Vec<Term>),
    /// A chain of `&`, flattened.
    Concat(Vec<Node>),
    /// A chain of `OR`, flattened.
    Or(Vec<Node>),
    /// A chain of `AND`, flattened.
    And(Vec<Node>),
    /// A chain of `*` and `/`, flattened, computed from left to right. All factors have the node's type, but those of a DECIMAL, which may
    /// be INTEGERs and DECIMALs of other digits; INTEGERs do not divide.
    Product(Vec<Factor>),
    /// `a ^ b`
    Power(Box<Node>, Box<Node>),
    /// A comparison of two expressions of one type, none of them the literal BLANK.
    Compare(Comparison, Box<Node>, Box<Node>),
    /// INTEGER or DECIMAL to NUMBER, where they meet.
    ToNumber(Box<Node>),
    /// A number to the node's DECIMAL, rounded half away from zero; BLANK where it has more digits.
    ToDecimal(Box<Node>),
    /// Any value to TEXT, next to `&`.
    ToText(Box<Node>),

    /// IF
    If {
        /// A Boolean.
        test: Box<Node>,
        /// Where it is TRUE.
        then: Box<Node>,
        /// Elsewhere; `None` is BLANK.
        otherwise: Option<Box<Node>>,
    },
    /// SWITCH
    Switch {
        /// What is compared.
        value: Box<Node>,
        /// (value, result), the first that equals wins.
        cases: Vec<(Node, Node)>,
        /// The default, also for BLANK.
        otherwise: Option<Box<Node>>,
    },
    /// IFBLANK(a, b)
    IfBlank(Box<Node>, Box<Node>),
    /// IFDEFINED(a, x, y)
    IfDefined(Box<Node>, Box<Node>, Option<Box<Node>>),
    /// ISBLANK, or `= BLANK`
    IsBlank(Box<Node>),
    /// ISNOTBLANK, or `<> BLANK`
    IsNotBlank(Box<Node>),
    /// ISDEFINED
    IsDefined(Box<Node>),
    /// `v IN (a, b, …)`; a BLANK literal among the choices is `Kind::Blank`.
    InList(Box<Node>, Vec<Node>),
    /// `v IN (lo : hi)`
    InRange(Box<Node>, Box<Node>, Box<Node>),
    /// MIN(a, b, …)
    Least(Vec<Node>),
    /// MAX(a, b, …)
    Greatest(Vec<Node>),
    /// A function that is computed cell by cell and is BLANK when an argument is; its cells follow the rule of `*`.
    Call(Function, Vec<Node>),

    /// `x[BY method: …]` upward, `x[REMOVE …]`, `x[KEEP …]`: each cell of `input` goes to the coordinate given by `kept` and the
    /// mappings. `Node::dims` are the result's dimensions (a target takes the place of its first source). Over a list, `input` is by row.
    Up {
        /// What is aggregated.
        input: Box<Node>,
        /// (target dimension, an item expression over dimensions of `input`, or by row).
        mappings: Vec<(DimensionId, Node)>,
        /// Dimensions of `input` that stay as they are.
        kept: Vec<DimensionId>,
        /// How.
        method: Method,
    },
    /// `x[BY method: …]` downward: each result coordinate reads `input` where its dimension `target` has the item that the mapping gives.
    /// A mapping without dimensions is an item alone (x's value there).
    Down {
        /// What is copied or split.
        input: Box<Node>,
        /// (a dimension of `input`, an item expression over the result's dimensions).
        mappings: Vec<(DimensionId, Node)>,
        /// How.
        spread: Spread,
    },
    /// `x[ADD method: D, …]`
    Add {
        /// What is repeated.
        input: Box<Node>,
        /// New dimensions.
        added: Vec<DimensionId>,
        /// How.
        spread: Spread,
    },
    /// FILTER (`keep` TRUE) and EXCLUDE.
    Filter {
        /// What is filtered.
        input: Box<Node>,
        /// A Boolean over dimensions of `input`; may hold `CurrentValue`.
        condition: Box<Node>,
        /// Keep what is TRUE, or drop it.
        keep: bool,
    },
    /// `[SELECT: D - 1]`: the value at the item `offset` places later (negative: earlier); off the end BLANK.
    Offset {
        /// What is read.
        input: Box<Node>,
        /// Along which dimension.
        dimension: DimensionId,
        /// Places.
        offset: i64,
    },
    /// `[SELECT: Month.Quarter - 1]` and a mapping to another dimension (offset 0): aggregated to the parent, shifted there, copied back.
    ParentOffset {
        /// What is read.
        input: Box<Node>,
        /// The dimension of `input`.
        dimension: DimensionId,
        /// An item expression over it, of the parent's type.
        parent: Box<Node>,
        /// Places along the parent.
        offset: i64,
        /// How it is aggregated.
        method: Method,
    },
    /// `[SELECT: Month.'Same Month Last Year']`: the value at the mapped item of the same dimension.
    AtMapping {
        /// What is read.
        input: Box<Node>,
        /// The dimension.
        dimension: DimensionId,
        /// An item expression of that dimension.
        mapping: Box<Node>,
    },
    /// A function along a dimension.
    Along {
        /// Which.
        function: Along,
        /// Its first argument.
        input: Box<Node>,
        /// Along which dimension.
        dimension: DimensionId,
        /// `D ON expr`.
        order: Option<Box<Node>>,
        /// Further arguments in the order of formulas.md §7 (group, window, offset, n, start, rate, dates, …); a missing one is `None`.
        args: Vec<Option<Node>>,
        /// The aggregation where one is given (CUMULATE, …TODATE); SUM by default.
        method: Method,
    },
    /// ROLLUP(x, D.Parent [, weight])
    Rollup {
        /// Own values.
        input: Box<Node>,
        /// The hierarchy's dimension.
        dimension: DimensionId,
        /// The property that holds the parent.
        parent: u16,
        /// A number by `dimension` (or narrower, or of more of `input`'s dimensions).
        weight: Option<Box<Node>>,
    },
    /// RANK
    Rank {
        /// What is ranked.
        input: Box<Node>,
        /// Ranked within equal groups.
        group: Option<Box<Node>>,
        /// DESC?
        descending: bool,
        /// How equal values share ranks.
        ties: Ties,
    },
    /// SUMOF, AVGOF, MINOF, MAXOF, COUNTOF, COUNTUNIQUEOF, ANYOF, ALLOF (`Method`): over all cells, no dimensions left.
    Whole(Method, Box<Node>),
    /// COUNTALLOF
    CountAll(Box<Node>),
    /// COUNTBLANKOF
    CountBlank(Box<Node>),
    /// PREVIOUS(D [, n])
    Previous {
        /// Along which dimension.
        dimension: DimensionId,
        /// Places back; `None` is 1.
        back: Option<Box<Node>>,
    },
    /// PREVIOUSOF(M [, n [, D]])
    PreviousOf {
        /// Which metric.
        metric: MetricId,
        /// Along which dimension.
        dimension: DimensionId,
        /// Places back; `None` is 1.
        back: Option<Box<Node>>,
    },
    /// TOSUBSET, TOPARENTLIST: by item.
    Convert {
        /// What is converted.
        input: Box<Node>,
        /// From a dimension of `input`.
        from: DimensionId,
        /// To this one.
        to: DimensionId,
    },
    /// RESETACCESSRIGHTS(x): the same cells.
    ResetRights(Box<Node>),
    /// ACCESSRIGHTS(read, write)
    MakeRights(Box<Node>, Box<Node>),
}

/// How RANK treats equal values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of formulas.md §7")]
pub enum Ties {
    Minimum,
    Maximum,
    Sequential,
    Average,
}

/// Functions along a dimension. Those that lose it (IRR, XNPV, XIRR, CORREL, PERCENTILE) have a node without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of formulas.md §7")]
pub enum Along {
    /// args: group
    Cumulate,
    /// args: group
    Decumulate,
    /// args: window, offset
    MovingSum,
    /// args: window, offset
    MovingAverage,
    /// args: window, offset
    MovingMin,
    /// args: window, offset
    MovingMax,
    YearToDate,
    QuarterToDate,
    MonthToDate,
    FillForward,
    /// args: n, start
    Spread,
    /// args: n
    Growth,
    /// args: rate, all (a Boolean constant)
    Npv,
    Irr,
    /// args: rate, date
    Xnpv,
    /// args: date
    Xirr,
    /// args: y
    Correl,
    /// args: p
    Percentile,
    ForecastLinear,
    /// args: season
    ForecastEts,
    /// args: alpha
    SimpleSmoothing,
    /// args: alpha, beta
    DoubleSmoothing,
    /// args: season
    SeasonalLinear,
}

impl Along {
    /// Whether it is fitted on the cells of a line and goes on behind the last of them.
    pub fn is_forecast(self) -> bool {
        matches!(self, Along::ForecastLinear | Along::ForecastEts | Along::SimpleSmoothing | Along::DoubleSmoothing | Along::SeasonalLinear)
    }
}

/// Functions of values. Optional arguments that are missing are simply not there, unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of formulas.md §7")]
pub enum Function {
    Abs,
    Sign,
    Sqrt,
    Exp,
    Ln,
    Log,
    Sin,
    Cos,
    Mod,
    Quotient,
    /// Only in a plan: value * part / total, all of them DECIMALs, rounded once
    Share,
    Trunc,
    Ceiling,
    Floor,
    Round,
    RoundUp,
    RoundDown,
    Date,
    Year,
    Month,
    Day,
    Weekday,
    EDate,
    EoMonth,
    StartOfMonth,
    Days,
    MonthDif,
    /// args: from, to, working days (Boolean by Day of Week), holidays (Boolean by Day); the last two `Kind::Blank` when missing
    NetworkDays,
    /// args: date, Current(D)
    InPeriod,
    /// args: Current(D), start, end
    DaysInPeriod,
    /// args: Current(D), start, end
    Prorata,
    Len,
    Left,
    Right,
    Mid,
    Lower,
    Upper,
    Proper,
    Trim,
    Contains,
    StartsWith,
    EndsWith,
    Find,
    Substitute,
    Text,
    Value,
    DateValue,
    /// SHIFT(item, n)
    Shift,
    /// args: v; gives the item of the node's type whose property has that value
    Item(u16),
    /// args: v; the first item in item order whose property has that value
    Match(u16),
    /// args: date; gives the item of the node's type (a calendar level)
    TimeDim,
    Pmt,
    Pv,
    Fv,
    Rate,
    Nper,
    Sln,
    Ddb,
    Normal,
    NormalCumulative,
}
