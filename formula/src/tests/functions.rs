//! Functions (formulas.md §7): one call at least of each, wrong numbers of arguments, and the rules that are a function's own.

use super::{World, meaning, refused, refused_at};
use crate::{FUNCTIONS, Place, Target, function};
use smalt_model::Type;
use std::sync::Arc;

/// A call and what it means.
const CALLS: &[(&str, &str)] = &[
    ("IF(Flag, 1)", "INTEGER by Product: if(Flag, 1)"),
    ("SWITCH(Count, 0, \"a\", 1, \"b\", \"c\")", "TEXT by Product: switch(Count, 0, \"a\", 1, \"b\", \"c\")"),
    ("IFBLANK(Price, 0)", "NUMBER by Product, Month: ifblank(Price, 0.0)"),
    ("IFDEFINED(Note, 1, 2)", "INTEGER by Product: ifdefined(Note, 1, 2)"),
    ("ISBLANK(Note)", "BOOLEAN by Product: isblank(Note)"),
    ("ISNOTBLANK(Note)", "BOOLEAN by Product: isnotblank(Note)"),
    ("ISDEFINED(Note)", "BOOLEAN by Product: isdefined(Note)"),
    ("ANYOF(Flag)", "BOOLEAN: whole ANY(Flag)"),
    ("ALLOF(Price > 0)", "BOOLEAN: whole ALL((Price > 0.0))"),
    ("ABS(Price)", "NUMBER by Product, Month: Abs(Price)"),
    ("SIGN(Price)", "INTEGER by Product, Month: Sign(Price)"),
    ("SQRT(Price)", "NUMBER by Product, Month: Sqrt(Price)"),
    ("EXP(1)", "NUMBER: Exp(1.0)"),
    ("LN(Count)", "NUMBER by Product: Ln(number(Count))"),
    ("LOG(100)", "NUMBER: Log(100.0)"),
    ("POWER(2, Price)", "NUMBER by Product, Month: power(2.0, Price)"),
    ("SIN(1)", "NUMBER: Sin(1.0)"),
    ("COS(1)", "NUMBER: Cos(1.0)"),
    ("MOD(Count, 2)", "INTEGER by Product: Mod(Count, 2)"),
    ("QUOTIENT(Count, 2.5)", "NUMBER by Product: Quotient(number(Count), 2.5)"),
    ("TRUNC(Price)", "INTEGER by Product, Month: Trunc(Price)"),
    ("CEILING(Price)", "INTEGER by Product, Month: Ceiling(Price)"),
    ("FLOOR(Price)", "INTEGER by Product, Month: Floor(Price)"),
    ("ROUND(Price, 2)", "NUMBER by Product, Month: Round(Price, 2)"),
    ("ROUNDUP(Price)", "INTEGER by Product, Month: RoundUp(Price)"),
    ("ROUNDDOWN(Price, Count)", "NUMBER by Product, Month: RoundDown(Price, Count)"),
    ("MIN(Price, 1, Cost)", "NUMBER by Product, Month, Store: least(Price, 1.0, Cost)"),
    ("MAX(Hired)", "DATE by Employee: greatest(Hired)"),
    ("CUMULATE(Price, Month)", "NUMBER by Product, Month: Cumulate SUM(Price; Month; -)"),
    ("CUMULATE(Price, Month, Month.Year, AVG)", "NUMBER by Product, Month: Cumulate AVG(Price; Month; Month.Year)"),
    ("CUMULATE(Hired, Employee, MAX)", "DATE by Employee: Cumulate MAX(Hired; Employee; -)"),
    (
        "CUMULATE(Price, Month ON -RANK(Month.'Start Date'), Product)",
        "NUMBER by Product, Month: Cumulate SUM(Price; Month ON negate(rank(Month.Start Date)); Product)",
    ),
    ("DECUMULATE(Count, Product, Product.Category)", "INTEGER by Product: Decumulate SUM(Count; Product; Product.Category)"),
    ("MOVINGSUM(Price, 3)", "NUMBER by Product, Month: MovingSum SUM(Price; Month; 3, -)"),
    ("MOVINGSUM(Price, 3, -1, Product)", "NUMBER by Product, Month: MovingSum SUM(Price; Product; 3, -1)"),
    ("MOVINGAVERAGE(Headcount, 3, Month)", "NUMBER by Team, Month: MovingAverage AVG(number(Headcount); Month; 3, -)"),
    ("MOVINGMIN(Headcount, Offset, 1)", "INTEGER by Team, Month: MovingMin MIN(Headcount; Month; Offset, 1)"),
    ("MOVINGMAX(Hired, 2)", "DATE by Employee: MovingMax MAX(Hired; Employee; 2, -)"),
    ("YEARTODATE(Price)", "NUMBER by Product, Month: YearToDate SUM(Price; Month; )"),
    ("QUARTERTODATE(Price, MAX)", "NUMBER by Product, Month: QuarterToDate MAX(Price; Month; )"),
    ("MONTHTODATE(Daily)", "NUMBER by Product, Day: MonthToDate SUM(Daily; Day; )"),
    ("SHIFT(Month, -1)", "Month by Month: Shift(Month, -1)"),
    ("SHIFT(Month, Lead)", "Month by Month, Team: Shift(Month, Trunc(Lead))"),
    ("FILLFORWARD(Note, Product)", "TEXT by Product: FillForward SUM(Note; Product; )"),
    ("ROLLUP(Posts, Account.Parent)", "INTEGER by Account, Month: rollup(Posts)"),
    ("ROLLUP(Posts, Account.Parent, Account.Operator)", "NUMBER by Account, Month: rollup(number(Posts), Account.Operator)"),
    ("ROLLUP(Posts, Account.Parent, Account.Sign)", "INTEGER by Account, Month: rollup(Posts, Account.Sign)"),
    ("SPREAD(Price, Month, 12)", "NUMBER by Product, Month: Spread SUM(Price; Month; 12, -)"),
    ("SPREAD(Price, Month, 12, Launch)", "NUMBER by Product, Month: Spread SUM(Price; Month; 12, Launch)"),
    ("RANK(Price)", "INTEGER by Product, Month: rank(Price)"),
    ("RANK(Price, Month, DESC, AVERAGE)", "NUMBER by Product, Month: rank(Price, Month)"),
    ("RANK(Price, SEQUENTIAL)", "INTEGER by Product, Month: rank(Price)"),
    ("PREVIOUS(Month)", "NUMBER by Team, Month: previous(Month; 1)"),
    ("PREVIOUS(Month, Lead)", "NUMBER by Team, Month: previous(Month; Trunc(Lead))"),
    ("PREVIOUSOF(FTE)", "NUMBER by Team, Month: previous of FTE(Month; 1)"),
    ("PREVIOUSOF(FTE, 2, Team)", "NUMBER by Team, Month: previous of FTE(Team; 2)"),
    ("PREVIOUSOF(FTE, Team)", "NUMBER by Team, Month: previous of FTE(Team; 1)"),
    ("PREVIOUSOF(Result)", "NUMBER by Team, Month: previous(Month; 1)"),
    ("GROWTH(Price, Month, 12)", "NUMBER by Product, Month: Growth SUM(Price; Month; 12)"),
    ("ITEM(Note, Team.Name)", "Team by Product: Item(0)(Note)"),
    ("MATCH(Store.Country, Store.Country)", "Store by Store: Match(2)(Store.Country)"),
    ("TIMEDIM(Hired, Month)", "Month by Employee: TimeDim(Hired)"),
    ("DATE(2020, 1, 15)", "DATE: Date(2020, 1, 15)"),
    ("YEAR(Hired)", "INTEGER by Employee: Year(Hired)"),
    ("MONTH(Month.'Start Date')", "INTEGER by Month: Month(Month.Start Date)"),
    ("DAY(Hired)", "INTEGER by Employee: Day(Hired)"),
    ("WEEKDAY(Hired)", "INTEGER by Employee: Weekday(Hired)"),
    ("EDATE(Hired, 3)", "DATE by Employee: EDate(Hired, 3)"),
    ("EOMONTH(Hired, 0)", "DATE by Employee: EoMonth(Hired, 0)"),
    ("STARTOFMONTH(Hired)", "DATE by Employee: StartOfMonth(Hired)"),
    ("DAYS(Hired, Month.'End Date')", "INTEGER by Employee, Month: Days(Hired, Month.End Date)"),
    ("MONTHDIF(Hired, Hired)", "INTEGER by Employee: MonthDif(Hired, Hired)"),
    ("NETWORKDAYS(Hired, Hired + 5)", "INTEGER by Employee: NetworkDays(Hired, sum(+Hired, +5), BLANK BOOLEAN, BLANK BOOLEAN)"),
    ("NETWORKDAYS(Hired, Hired, Works)", "INTEGER by Employee: NetworkDays(Hired, Hired, Works, BLANK BOOLEAN)"),
    ("NETWORKDAYS(Hired, Hired, Holidays)", "INTEGER by Employee: NetworkDays(Hired, Hired, BLANK BOOLEAN, Holidays)"),
    ("NETWORKDAYS(Hired, Hired, Works, Holidays)", "INTEGER by Employee: NetworkDays(Hired, Hired, Works, Holidays)"),
    ("INPERIOD(Hired, Month)", "BOOLEAN by Employee, Month: InPeriod(Hired, Month)"),
    ("DAYSINPERIOD(Month)", "INTEGER by Month: DaysInPeriod(Month)"),
    ("DAYSINPERIOD(Month, Hired)", "INTEGER by Month, Employee: DaysInPeriod(Month, Hired)"),
    ("PRORATA(Month, DATE(2020,6,15), DATE(2020,7,14))", "NUMBER by Month: Prorata(Month, Date(2020, 6, 15), Date(2020, 7, 14))"),
    ("LEN(Note)", "INTEGER by Product: Len(Note)"),
    ("LEFT(Note, 2)", "TEXT by Product: Left(Note, 2)"),
    ("RIGHT(Note, 2.7)", "TEXT by Product: Right(Note, 2)"),
    ("MID(Note, 1, 2)", "TEXT by Product: Mid(Note, 1, 2)"),
    ("LOWER(Note)", "TEXT by Product: Lower(Note)"),
    ("UPPER(Note)", "TEXT by Product: Upper(Note)"),
    ("PROPER(Note)", "TEXT by Product: Proper(Note)"),
    ("TRIM(Note)", "TEXT by Product: Trim(Note)"),
    ("CONTAINS(Note, \"a\")", "BOOLEAN by Product: Contains(Note, \"a\")"),
    ("STARTSWITH(Note, \"a\")", "BOOLEAN by Product: StartsWith(Note, \"a\")"),
    ("ENDSWITH(Note, \"a\")", "BOOLEAN by Product: EndsWith(Note, \"a\")"),
    ("FIND(\"a\", Note)", "INTEGER by Product: Find(\"a\", Note)"),
    ("SUBSTITUTE(Note, \"a\", \"b\", 2)", "TEXT by Product: Substitute(Note, \"a\", \"b\", 2)"),
    ("TEXT(Hired, \"yyyy-MM\")", "TEXT by Employee: Text(Hired, \"yyyy-MM\")"),
    ("TEXT(Product)", "TEXT by Product: Text(Product)"),
    ("VALUE(Note)", "NUMBER by Product: Value(Note)"),
    ("DATEVALUE(Note, \"yyyy\")", "DATE by Product: DateValue(Note, \"yyyy\")"),
    ("SUMOF(Headcount)", "INTEGER: whole SUM(Headcount)"),
    ("AVGOF(Headcount)", "NUMBER: whole AVG(number(Headcount))"),
    ("MINOF(Hired)", "DATE: whole MIN(Hired)"),
    ("MAXOF(Price)", "NUMBER: whole MAX(Price)"),
    ("COUNTOF(Note)", "INTEGER: whole COUNT(Note)"),
    ("COUNTUNIQUEOF(Note)", "INTEGER: whole COUNTUNIQUE(Note)"),
    ("COUNTALLOF(Note)", "INTEGER: countall(Note)"),
    ("COUNTBLANKOF(Note)", "INTEGER: countblank(Note)"),
    ("NPV(0.1, Price)", "NUMBER by Product, Month: Npv SUM(Price; Month; 0.1, -)"),
    ("NPV(0.1, Price, ALL)", "NUMBER by Product, Month: Npv SUM(Price; Month; 0.1, true)"),
    ("NPV(0.1, Price, TRUE, Product)", "NUMBER by Product, Month: Npv SUM(Price; Product; 0.1, true)"),
    ("NPV(0.1, Price, Product)", "NUMBER by Product, Month: Npv SUM(Price; Product; 0.1, -)"),
    ("IRR(Price, Month)", "NUMBER by Product: Irr SUM(Price; Month; )"),
    ("XNPV(0.1, Price, Month.'Start Date', Month)", "NUMBER by Product: Xnpv SUM(Price; Month; 0.1, Month.Start Date)"),
    ("XIRR(Price, Month.'Start Date', Month)", "NUMBER by Product: Xirr SUM(Price; Month; Month.Start Date)"),
    ("PMT(0.01, 12, 1000)", "NUMBER: Pmt(0.01, 12.0, 1000.0)"),
    ("PV(0.01, 12, 100, 0, 1)", "NUMBER: Pv(0.01, 12.0, 100.0, 0.0, 1.0)"),
    ("FV(0.01, 12, 100)", "NUMBER: Fv(0.01, 12.0, 100.0)"),
    ("RATE(12, -100, 1000, 0, 0, 10%)", "NUMBER: Rate(12.0, -100.0, 1000.0, 0.0, 0.0, 0.1)"),
    ("NPER(0.01, -100, 1000)", "NUMBER: Nper(0.01, -100.0, 1000.0)"),
    ("SLN(1000, 100, 5)", "NUMBER: Sln(1000.0, 100.0, 5.0)"),
    ("DDB(1000, 100, 5, 1, 2)", "NUMBER: Ddb(1000.0, 100.0, 5.0, 1.0, 2.0)"),
    ("FORECAST_LINEAR(Price, Month)", "NUMBER by Product, Month: ForecastLinear SUM(Price; Month; )"),
    ("FORECAST_ETS(Headcount, Month, 12)", "NUMBER by Team, Month: ForecastEts SUM(number(Headcount); Month; 12)"),
    ("SIMPLE_SMOOTHING(Price, Month, 0.5)", "NUMBER by Product, Month: SimpleSmoothing SUM(Price; Month; 0.5)"),
    ("DOUBLE_SMOOTHING(Price, Month, 0.5, 0.1)", "NUMBER by Product, Month: DoubleSmoothing SUM(Price; Month; 0.5, 0.1)"),
    ("SEASONAL_LINEAR(Price, Month, 4)", "NUMBER by Product, Month: SeasonalLinear SUM(Price; Month; 4)"),
    ("NORMAL(0)", "NUMBER: Normal(0.0)"),
    ("NORMALCUMULATIVE(Price)", "NUMBER by Product, Month: NormalCumulative(Price)"),
    ("CORREL(Revenue, Price, Month)", "NUMBER by Product, Store: Correl SUM(Revenue; Month; Price)"),
    ("PERCENTILE(Price, 0.9, Month)", "NUMBER by Product: Percentile SUM(Price; Month; 0.9)"),
    ("ACCESSRIGHTS(User.Country = Country, BLANK)", "RIGHTS by User, Country: makerights((User.Country = Country), BLANK BOOLEAN)"),
    ("RESETACCESSRIGHTS(Price)", "NUMBER by Product, Month: resetrights(Price)"),
];

/// A place in which PREVIOUS works: a metric by Team and Month. What is checked is the formula before it is fitted to it.
fn place(world: &World, text: &str) -> Place {
    if text.starts_with("PREVIOUS") { world.place("NUMBER", "Team, Month") } else { Place::Free }
}

#[test]
fn every_function_means_what_the_catalogue_says() {
    let world = World::new();
    for (text, expected) in CALLS {
        let program = world.compile(text, &place(&world, text)).unwrap_or_else(|e| panic!("{text}\n{e}"));
        assert_eq!(super::Sketch(&world, &program.root).to_string(), *expected, "{text}");
    }
    for signature in FUNCTIONS {
        let call = format!("{}(", signature.name);
        assert!(CALLS.iter().any(|(text, _)| text.starts_with(&call)), "{} has no test", signature.name);
    }
}

#[test]
fn the_table_has_each_function_once_in_any_case() {
    for signature in FUNCTIONS {
        assert_eq!(FUNCTIONS.iter().filter(|f| f.name == signature.name).count(), 1, "{}", signature.name);
        assert_eq!(function(&signature.name.to_lowercase()).map(|f| f.name), Some(signature.name));
        assert!(signature.usage().starts_with(&format!("{}(", signature.name)));
    }
    assert_eq!(function("ROUND").unwrap().usage(), "ROUND(n [, digits])");
    assert_eq!(function("CUMULATE").unwrap().usage(), "CUMULATE(x, D [, group] [, SUM|AVG|MIN|MAX])");
}

#[test]
fn wrong_numbers_of_arguments_show_the_usage() {
    for signature in FUNCTIONS {
        let none = format!("{}()", signature.name);
        refused(&none, "E_ARGUMENTS", &[signature.name, "write `"]);
        if signature.parameters.iter().any(|p| p.need == crate::Need::Repeated) {
            continue;
        }
        let many = format!("{}({})", signature.name, vec!["1"; signature.parameters.len() + 1].join(", "));
        refused(&many, "E_ARGUMENTS", &[signature.name]);
    }
    refused("ROUND(1, 2, 3)", "E_ARGUMENTS", &["1 to 2 arguments, not 3", "ROUND(n [, digits])"]);
    refused("SWITCH(1, 2)", "E_ARGUMENTS", &["at least 3"]);
    refused("ABS()", "E_ARGUMENTS", &["1 argument, not 0"]);
}

#[test]
fn the_dimension_may_be_left_out_where_it_is_clear() {
    refused("MOVINGSUM('Two Times', 3)", "E_WHICH_DIMENSION", &["`Month`, `Day`, `Product`"]);
    refused("MOVINGSUM(Scalar, 3)", "E_WHICH_DIMENSION", &["no dimensions"]);
    refused("YEARTODATE('Two Times')", "E_WHICH_DIMENSION", &["not clear"]);
    refused("YEARTODATE(Count)", "E_CALENDAR", &["level of the calendar"]);
    refused("MONTHTODATE(Price)", "E_CALENDAR", &["finer"]);
    refused("CUMULATE(Price, Store)", "E_DIMENSION", &["`Store`", "`Product`, `Month`"]);
    refused("CUMULATE(Price, Revenue)", "E_KIND", &["is a metric"]);
    refused("CUMULATE(Price, Month.Year)", "E_ARGUMENT", &["dimension's name"]);
    refused("CUMULATE(Price, Month, Month.Year, MEDIAN)", "E_ARGUMENT", &["SUM, AVG, MIN, MAX"]);
    assert_eq!(
        meaning("CUMULATE(Price, Month, Store)"),
        "NUMBER by Product, Month, Store: Cumulate SUM(add CONSTANT(Price; Store); Month; Store)"
    );
    // An order may differ from line to line, but not by what there is no line of.
    meaning("CUMULATE(Price, Month ON Product.Rank)");
    refused("CUMULATE(Price, Month ON Store.Code)", "E_WIDER", &["the order"]);
    refused("CUMULATE(Price, Month ON Flag)", "E_NO_ORDER", &["order"]);
    refused("SHIFT(Month ON Month.Name, 1)", "E_ON", &["no `ON`"]);
    refused("MIN(Month ON Month.Name)", "E_ON", &["no `ON`"]);
}

#[test]
fn previous_needs_a_metric_and_its_dimension() {
    let world = World::new();
    refused("PREVIOUS(Month)", "E_PREVIOUS", &["no metric"]);
    let place = world.place("NUMBER", "Team, Month");
    refused_at("PREVIOUS(Store)", &place, "E_DIMENSION", &["`Team`, `Month`"]);
    refused_at("PREVIOUS(Month, Count)", &place, "E_WIDER", &["`Product`"]);
    refused_at("PREVIOUSOF(Month)", &place, "E_KIND", &["metric's name"]);
    refused_at("PREVIOUSOF(FTE * 2)", &place, "E_ARGUMENT", &["metric's name"]);
    refused_at("PREVIOUSOF(FTE, 1, Store)", &place, "E_DIMENSION", &["`Store`"]);
    let two = Place::Metric(Target {
        name: Arc::from("Both"),
        id: None,
        ty: Type::Number,
        dims: vec![world.dimension("Product"), world.dimension("Store")],
    });
    refused_at("PREVIOUSOF(Both)", &two, "E_WHICH_DIMENSION", &["`Product`, `Store`"]);
}

#[test]
fn arguments_of_the_wrong_kind_are_refused() {
    refused("ROUND(Price, 15)", "E_RANGE", &["-15 to 14"]);
    refused("ROUND(Price, -16)", "E_RANGE", &["-15 to 14"]);
    refused("SHIFT(Price, 1)", "E_TYPE", &["item"]);
    refused("TIMEDIM(Hired, Store)", "E_CALENDAR", &["level of the calendar", "`Month`"]);
    refused("DAYSINPERIOD(Product)", "E_CALENDAR", &["level of the calendar"]);
    refused("ITEM(Note, Team)", "E_ARGUMENT", &["`Team.Name`"]);
    refused("ITEM(Count, Team.Name)", "E_TYPE", &["TEXT(Count)"]);
    refused("MATCH(Note, Store.Country.Region)", "E_ARGUMENT", &["D.property"]);
    refused("ROLLUP(Balance, Account.Sign)", "E_TYPE", &["`Account.Parent`"]);
    refused("ROLLUP(Price, Account.Parent)", "E_DIMENSION", &["`Account`"]);
    refused("RANK(Flag)", "E_NO_ORDER", &["order"]);
    refused("SPREAD(Price, Month, 3, Store.Country)", "E_TYPE", &["item of `Month`"]);
    refused("SPREAD(Price, Month, 3, Product)", "E_TYPE", &["item of `Month`"]);
    refused("NETWORKDAYS(Hired, Hired, Flag)", "E_WIDER", &["'Day of Week'"]);
    refused("NETWORKDAYS(Hired, Hired, Works, Works)", "E_WIDER", &["`Day`"]);
    refused("TEXT(Note, \"0.00\")", "E_TYPE", &["pattern"]);
    refused("TEXT(Rights)", "E_TYPE", &["ACCESS RIGHTS"]);
    refused("SUMOF(Note)", "E_METHOD_TYPE", &["numbers"]);
    refused("ANYOF(Price)", "E_METHOD_TYPE", &["Booleans"]);
    refused("SIMPLE_SMOOTHING(Price, Month, Price)", "E_WIDER", &["one value for all of Month", "[REMOVE FIRST: Month]"]);
    refused("DOUBLE_SMOOTHING(Price, Month, 0.5, MONTH(Month.'Start Date'))", "E_WIDER", &["one value for all of Month"]);
    refused("FORECAST_ETS(Price, Month, Cost)", "E_WIDER", &["one value for all of Month"]);
    meaning("SEASONAL_LINEAR(Price, Month ON Product.Rank, Product.Rank)");
    refused("DATE(\"2020\", 1, 1)", "E_TYPE", &["write `2020`"]);
    assert_eq!(meaning("ROUND(Price, Scalar)"), "NUMBER by Product, Month: Round(Price, Trunc(Scalar))");
}

#[test]
fn arithmetic_on_literals_is_a_constant() {
    use super::{meaning, refused};
    for (text, expected) in [
        ("Price[SELECT: Month - (1 + 1)]", "NUMBER by Product, Month: offset(Price; Month -2)"),
        ("Price[SELECT: Month - 2 * 3 + 1]", "NUMBER by Product, Month: offset(Price; Month -5)"),
        ("Price[SELECT: Month - 0]", "NUMBER by Product, Month: Price"),
        ("Price[SELECT: Month - 9223372036854775807]", "NUMBER by Product, Month: offset(Price; Month -4294967296)"),
        ("MOVINGSUM(Price, 1 + 1)", "NUMBER by Product, Month: MovingSum SUM(Price; Month; 2, -)"),
        ("MOVINGSUM(Price, 7 / 2)", "NUMBER by Product, Month: MovingSum SUM(Price; Month; 3, -)"),
        ("GROWTH(Price, Month, 1 + 0)", "NUMBER by Product, Month: Growth SUM(Price; Month; 1)"),
    ] {
        assert_eq!(meaning(text), expected, "{text}");
    }
    refused("ROUND(1.5, 8 + 8)", "E_RANGE", &["not 16"]);
}
