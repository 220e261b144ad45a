//! The tree of a formula as it is written: names are not looked up, nothing has a type.

use crate::program::{Comparison, Method};
use crate::span::Span;

/// An expression. Two are equal when they are written alike, wherever they stand.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands, with the round brackets around it.
    pub span: Span,
    height: u16,
}

/// A name as it is written.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name, without quotes.
    pub text: String,
    /// In single quotes? A quoted name is never a keyword.
    pub quoted: bool,
    /// Where it stands.
    pub span: Span,
}

/// A term of a chain of `+` and `-`.
#[derive(Clone, Debug, PartialEq)]
pub struct SumTerm {
    /// After a `-`?
    pub negative: bool,
    /// The term.
    pub expr: Expr,
}

/// A factor of a chain of `*` and `/`.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductFactor {
    /// After a `/`?
    pub divides: bool,
    /// The factor.
    pub expr: Expr,
}

/// An operator between two expressions. Chains of `+ -`, `* /`, `&`, `AND` and `OR` are nodes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the operators")]
pub enum BinaryOp {
    Power,
    Compare(Comparison),
}

/// An argument of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The argument.
    pub value: Expr,
    /// `D ON expr`: the order along D.
    pub on: Option<Expr>,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `2`
    Integer(i64),
    /// `2.0`, `10%`
    Number(f64),
    /// `"abc"`
    Text(String),
    /// `TRUE`, `FALSE`
    Boolean(bool),
    /// `BLANK`
    Blank,
    /// `Revenue`
    Name(Name),
    /// `Store.Country`
    Property(Box<Expr>, Name),
    /// `Country."France"`
    Item(Name, String),
    /// `-a`
    Negate(Box<Expr>),
    /// `NOT a`
    Not(Box<Expr>),
    /// `a + b - c`: two terms or more, the first never negative.
    Sum(Vec<SumTerm>),
    /// `a * b / c`: two factors or more, the first never divides.
    Product(Vec<ProductFactor>),
    /// `a & b & c`
    Concat(Vec<Expr>),
    /// `a AND b AND c`
    And(Vec<Expr>),
    /// `a OR b OR c`
    Or(Vec<Expr>),
    /// `a ^ b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `v IN (a, b)`
    In(Box<Expr>, Vec<Expr>),
    /// `v IN (lo : hi)`
    InRange(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `F(a, b)`
    Call(Name, Vec<Argument>),
    /// `x[A][B]`
    Modified(Box<Expr>, Vec<Modifier>),
}

/// A modifier.
#[derive(Clone, Debug)]
pub struct Modifier {
    /// What it does.
    pub kind: ModifierKind,
    /// Where it stands, without its brackets.
    pub span: Span,
}

/// What a modifier does.
#[derive(Clone, Debug, PartialEq)]
pub enum ModifierKind {
    /// BY
    By(Option<MethodClause>, Vec<Expr>),
    /// ADD
    Add(Option<MethodClause>, Vec<Name>),
    /// REMOVE
    Remove(Option<MethodClause>, Vec<Name>),
    /// KEEP
    Keep(Option<MethodClause>, Vec<Name>),
    /// SELECT
    Select(Option<MethodClause>, Box<Expr>),
    /// FILTER
    Filter(Box<Expr>),
    /// EXCLUDE
    Exclude(Box<Expr>),
    /// TOSUBSET
    ToSubset(Name),
    /// TOPARENTLIST
    ToParentList(Name),
}

/// The method of a modifier.
#[derive(Clone, Debug)]
pub struct MethodClause {
    /// Which.
    pub word: MethodWord,
    /// Where it stands.
    pub span: Span,
}

/// A method's name.
#[derive(Clone, Debug, PartialEq)]
pub enum MethodWord {
    /// SUM, AVG, …
    Aggregate(Method),
    /// CONSTANT
    Constant,
    /// SPLIT
    Split,
    /// SPLIT ON w
    SplitOn(Box<Expr>),
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.text == other.text && self.quoted == other.quoted
    }
}

impl PartialEq for Modifier {
    fn eq(&self, other: &Modifier) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for MethodClause {
    fn eq(&self, other: &MethodClause) -> bool {
        self.word == other.word
    }
}

impl Expr {
    /// An expression at a place.
    pub fn new(kind: ExprKind, span: Span) -> Expr {
        let mut highest = 0;
        let mut steps: usize = 1;
        if let ExprKind::Modified(_, modifiers) = &kind {
            steps = modifiers.len();
        }
        kind.each_child(&mut |child| highest = highest.max(child.height));
        Expr { kind, span, height: highest.saturating_add(u16::try_from(steps).unwrap_or(u16::MAX)) }
    }

    /// Puts a further link at the end of a chain of `+ -`, `* /`, `&`, `AND` or `OR`; gives it back where this is no such chain. `inverse`:
    /// after `-` or `/`. Links are put one by one without a look at the earlier ones, so that a chain of any length is read in linear time.
    pub(crate) fn push_link(&mut self, inverse: bool, link: Expr) -> Option<Expr> {
        let (height, end) = (link.height, link.span.end);
        match &mut self.kind {
            ExprKind::Sum(terms) => terms.push(SumTerm { negative: inverse, expr: link }),
            ExprKind::Product(factors) => factors.push(ProductFactor { divides: inverse, expr: link }),
            ExprKind::Concat(all) | ExprKind::And(all) | ExprKind::Or(all) => all.push(link),
            _ => return Some(link),
        }
        self.height = self.height.max(height.saturating_add(1));
        self.span.end = end;
        None
    }

    /// How many levels of expressions it has.
    pub(crate) fn height(&self) -> u16 {
        self.height
    }
}

impl ExprKind {
    /// Calls `f` for every expression directly inside.
    pub(crate) fn each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        match self {
            ExprKind::Integer(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Boolean(_)
            | ExprKind::Blank
            | ExprKind::Name(_)
            | ExprKind::Item(..) => {}
            ExprKind::Property(a, _) | ExprKind::Negate(a) | ExprKind::Not(a) => f(a),
            ExprKind::Sum(terms) => terms.iter().for_each(|t| f(&t.expr)),
            ExprKind::Product(factors) => factors.iter().for_each(|p| f(&p.expr)),
            ExprKind::Concat(all) | ExprKind::And(all) | ExprKind::Or(all) => all.iter().for_each(f),
            ExprKind::Binary(_, a, b) => {
                f(a);
                f(b);
            }
            ExprKind::In(v, choices) => {
                f(v);
                choices.iter().for_each(f);
            }
            ExprKind::InRange(v, low, high) => {
                f(v);
                f(low);
                f(high);
            }
            ExprKind::Call(_, arguments) => {
                for argument in arguments {
                    f(&argument.value);
                    argument.on.iter().for_each(&mut *f);
                }
            }
            ExprKind::Modified(base, modifiers) => {
                f(base);
                modifiers.iter().for_each(|m| m.kind.each_child(f));
            }
        }
    }
}

impl ModifierKind {
    fn each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        let (method, exprs): (&Option<MethodClause>, &[Expr]) = match self {
            ModifierKind::By(method, mappings) => (method, mappings),
            ModifierKind::Add(method, _) | ModifierKind::Remove(method, _) | ModifierKind::Keep(method, _) => (method, &[]),
            ModifierKind::Select(method, of) => (method, std::slice::from_ref(of)),
            ModifierKind::Filter(condition) | ModifierKind::Exclude(condition) => (&None, std::slice::from_ref(condition)),
            ModifierKind::ToSubset(_) | ModifierKind::ToParentList(_) => (&None, &[]),
        };
        if let Some(MethodClause { word: MethodWord::SplitOn(weight), .. }) = method {
            f(weight);
        }
        exprs.iter().for_each(f);
    }

    /// The names of dimensions that it lists.
    pub(crate) fn names(&self) -> &[Name] {
        match self {
            ModifierKind::Add(_, names) | ModifierKind::Remove(_, names) | ModifierKind::Keep(_, names) => names,
            ModifierKind::ToSubset(name) | ModifierKind::ToParentList(name) => std::slice::from_ref(name),
            ModifierKind::By(..) | ModifierKind::Select(..) | ModifierKind::Filter(_) | ModifierKind::Exclude(_) => &[],
        }
    }
}

impl Method {
    /// All methods with their words.
    pub(crate) const WORDS: [(&'static str, Method); 18] = [
        ("SUM", Method::Sum),
        ("AVG", Method::Avg),
        ("MIN", Method::Min),
        ("MAX", Method::Max),
        ("MEDIAN", Method::Median),
        ("STDEVS", Method::StdevS),
        ("STDEVP", Method::StdevP),
        ("COUNT", Method::Count),
        ("COUNTUNIQUE", Method::CountUnique),
        ("FIRST", Method::First),
        ("LAST", Method::Last),
        ("FIRSTNONBLANK", Method::FirstNonBlank),
        ("LASTNONBLANK", Method::LastNonBlank),
        ("FIRSTNONZERO", Method::FirstNonZero),
        ("LASTNONZERO", Method::LastNonZero),
        ("ANY", Method::Any),
        ("ALL", Method::All),
        ("TEXTLIST", Method::TextList),
    ];

    /// Its word in a formula.
    pub fn word(self) -> &'static str {
        Method::WORDS.iter().find(|(_, m)| *m == self).map_or("SUM", |(word, _)| word)
    }
}

impl Comparison {
    /// Its sign in a formula.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}
