//! The kinds of mistakes that a formula can have: one table, from which the compiler takes its codes and docs/formula-errors.md is written.

use std::fmt;

/// A formula, or a piece of a script, that makes a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// For EVALUATE, which takes any type and any dimensions.
    Formula(&'static str),
    /// For a metric: its type and `BY (…)`, then the formula.
    Metric(&'static str, &'static str),
    /// A text so many times, then an end; for what is too long or too deep.
    Repeated(&'static str, usize, &'static str),
    /// Statements, for what only the engine finds: the last one is refused.
    Script(&'static str),
}

macro_rules! codes {
    ($($name:ident, $text:literal, $meaning:literal, $example:expr;)*) => {
        /// The kind of a mistake; its text is stable, for tools.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// All of them, in the order of docs/formula-errors.md.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// As it is shown, such as `E_TYPE`.
            pub fn text(self) -> &'static str {
                match self {
                    $(Code::$name => $text,)*
                }
            }

            /// What it stands for, in a sentence or two.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Code::$name => $meaning,)*
                }
            }

            /// What gives it on the sample model of the reference; `None` where nobody can bring it about.
            pub fn example(self) -> Option<Example> {
                match self {
                    $(Code::$name => $example,)*
                }
            }
        }
    };
}

use Example::{Formula as F, Metric as M, Repeated as R, Script as S};

codes! {
    // Signs and words
    Character, "E_CHARACTER", "A sign that has no meaning in a formula, often a typographic quote or a mathematical sign.",
        Some(F("Price × 2"));
    Operator, "E_OPERATOR", "An operator of another language.",
        Some(F("Price == 2"));
    Number, "E_NUMBER", "A number that is not written as numbers are.",
        Some(F(".5 * Price"));
    TooLarge, "E_TOO_LARGE", "A number that its type cannot hold.",
        Some(F("Units + 99999999999999999999"));
    Unclosed, "E_UNCLOSED", "A text, a quoted name or a comment that never ends. The place is where it begins.",
        Some(F("Label & \" sold out"));
    Bracket, "E_BRACKET", "A bracket without its partner. The place is the bracket that was opened, or the one that closes nothing.",
        Some(F("ROUND((Price + 1, 2)"));
    Quotes, "E_QUOTES", "A text where a name should stand, or the reverse. Single quotes make a name, double quotes a text or an item.",
        Some(F("CUMULATE(Sales, \"Month\")"));
    Keyword, "E_KEYWORD", "A word of the language where a name should stand.",
        Some(F("Product.In"));

    // Sentences
    Empty, "E_EMPTY", "A formula without an expression.",
        Some(F("// to be written"));
    MissingValue, "E_MISSING_VALUE", "A value is missing beside an operator, a comma or a bracket.",
        Some(F("Price +"));
    Unexpected, "E_UNEXPECTED", "Something stands where the expression before it was complete: an operator is missing, or it is one too many.",
        Some(F("Sales Price"));
    Chain, "E_CHAIN", "Comparisons do not chain.",
        Some(F("1 < Price < 3"));
    Syntax, "E_SYNTAX", "A sign or a word of the language is missing or stands in the wrong place.",
        Some(F("Price IN 2"));
    Modifier, "E_MODIFIER", "What stands in square brackets is no modifier, or holds something else than it takes.",
        Some(F("Sales[Month - 1]"));
    Method, "E_METHOD", "A word that is not a method, or a method where none belongs.",
        Some(F("Sales[BY AVERAGE: Country.Region]"));
    Limit, "E_LIMIT", "The formula is longer, or nested more deeply, than a formula may be.",
        Some(R("NOT ", 250, "Listed"));

    // Names
    Name, "E_NAME", "No dimension, metric or list has this name, or none that you may see.",
        Some(F("Slaes * 2"));
    Function, "E_FUNCTION", "No function has this name.",
        Some(F("ROUDN(Price)"));
    Property, "E_PROPERTY", "The dimension has no property, or the list no column, of this name.",
        Some(F("Country.Regoin"));
    Item, "E_ITEM", "The dimension has no item of this name, or none that you may see. Items are found with regard to case.",
        Some(F("Sales[SELECT: Country = Country.\"france\"]"));
    Kind, "E_KIND", "The name is that of a metric, a dimension or a list, and one of the others is needed.",
        Some(F("CUMULATE(Sales, Price)"));
    Path, "E_PATH", "A dot behind something that has no properties: only items have them.",
        Some(F("Sales.Country"));
    Current, "E_CURRENT", "CurrentValue outside of the condition of FILTER and EXCLUDE.",
        Some(F("CurrentValue + 1"));

    // Arguments
    Arguments, "E_ARGUMENTS", "Too few or too many arguments.",
        Some(F("ROUND(Price, 2, 0)"));
    Argument, "E_ARGUMENT", "An argument that must be a name, a property or a word, and is something else.",
        Some(F("CUMULATE(Sales, Month.Quarter)"));
    On, "E_ON", "`ON` where no order along a dimension is followed.",
        Some(F("ABS(Price ON Product.Name)"));
    Range, "E_RANGE", "A constant outside of what the function takes.",
        Some(F("ROUND(Price, 20)"));
    Pattern, "E_PATTERN", "A pattern by which no date and no number can be written or read.",
        Some(S("EVALUATE TEXT(Price, \"##.##.##\");"));

    // Types
    Type, "E_TYPE", "An operator or a function is given a value of another type than it takes.",
        Some(F("Price * \"2\""));
    ResultType, "E_RESULT_TYPE", "The formula gives another type than its metric or property has.",
        Some(M("INTEGER BY (Product)", "Price * 2"));
    MixedTypes, "E_MIXED_TYPES", "Values that must be of one type are not: the two sides of a comparison, the branches of IF or SWITCH, the choices of IN.",
        Some(F("IF(Price > 2, 1, \"cheap\")"));
    Dates, "E_DATES", "Dates that are added or taken away in a way that has no meaning.",
        Some(F("Product.Launched + Product.Launched"));
    NoOrder, "E_NO_ORDER", "Values without an order are compared by it.",
        Some(F("Listed < TRUE"));
    Offset, "E_OFFSET", "The offset of a SELECT is not a whole constant.",
        Some(F("Sales[SELECT: Month - Lag]"));
    MethodType, "E_METHOD_TYPE", "An aggregation of values that it does not take.",
        Some(F("Label[REMOVE SUM: Product]"));

    // Dimensions
    ExtraDimension, "E_EXTRA_DIMENSION", "The formula has a dimension that its metric lacks. Say how its items become one value.",
        Some(M("NUMBER BY (Month)", "Sales"));
    MissingDimension, "E_MISSING_DIMENSION", "The metric has a dimension that its formula lacks. Say that every item gets the same value, or how it is divided.",
        Some(M("NUMBER BY (Month)", "5"));
    Dimension, "E_DIMENSION", "A dimension that the expression does not have.",
        Some(F("Sales[REMOVE SUM: Product]"));
    DimensionTwice, "E_DIMENSION_TWICE", "A dimension that the expression has already, or that would come from two mappings.",
        Some(F("Sales[ADD: Month]"));
    WhichDimension, "E_WHICH_DIMENSION", "Along which dimension the function goes is not clear.",
        Some(F("MOVINGSUM(Price * Weight, 3)"));
    Wider, "E_WIDER", "A condition, a weight or another argument has other dimensions than it may have.",
        Some(F("Sales[FILTER: Price > 2]"));
    Rows, "E_ROWS", "An expression by row of a list where one by dimensions is needed, or beside one.",
        Some(F("Orders.Amount * Price"));
    Calendar, "E_CALENDAR", "A dimension that is no level of the calendar, or not one fine enough.",
        Some(F("TIMEDIM(Product.Launched, Country)"));
    Subset, "E_SUBSET", "A conversion between dimensions of which neither is a subset of the other.",
        Some(F("Sales[TOSUBSET: Month]"));

    // Mappings
    Mapping, "E_MAPPING", "What stands in BY leads to no dimension.",
        Some(F("Sales[BY SUM: \"Region\"]"));
    Direction, "E_DIRECTION", "A mapping that goes neither up nor down from the dimensions that the expression has.",
        Some(F("Price[BY: Country.Region]"));
    MethodWay, "E_METHOD_WAY", "An aggregation where values are given to more cells, or CONSTANT or SPLIT where cells become one.",
        Some(F("Sales[BY SPLIT: Country.Region]"));

    // Recursion
    Itself, "E_SELF", "A metric that would be computed from itself.",
        Some(M("NUMBER BY (Month)", "Result + 1"));
    Previous, "E_PREVIOUS", "PREVIOUS in a formula that is for no metric.",
        Some(F("PREVIOUS(Month) + 1"));
    Loop, "E_LOOP", "Metrics whose cells would depend on themselves. The loop is told metric by metric.",
        Some(S("CREATE METRIC First NUMBER BY (Month) AS Cash * 2;\nCREATE METRIC Second NUMBER BY (Month) AS First + 1;\nALTER METRIC First AS Second * 2;"));

    // The engine
    TooManyCells, "E_TOO_MANY_CELLS", "The formula would look at more coordinates than the application allows. Who sees all items of its dimensions is told about how many, by dimension.",
        Some(S("CREATE CALENDAR FROM '1900-01-01' TO '2100-12-31' LEVELS (Day, Week);\n\nEVALUATE 1[ADD: Day, Week];"));
    Permission, "E_PERMISSION", "The formula uses or reads access rights, or the lines of several people: that is for those who define the application's security.",
        Some(S("CREATE USER 'ann@acme.com';\nCREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Use formula playground\") READ ALLOWED WRITE ALLOWED;\nGRANT ROLE Planner TO USER 'ann@acme.com';\n\n-- user: ann@acme.com\nEVALUATE ACCESSRIGHTS(TRUE, BLANK);"));
    Internal, "E_INTERNAL", "The compiler contradicts itself. Please report the formula.",
        None;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
