//! Any tree that can be written is read back from its print as the same tree.

use proptest::prelude::*;

use crate::{
    Argument, BinaryOp, Comparison, Expr, ExprKind, Method, MethodClause, MethodWord, Modifier, ModifierKind, Name, ProductFactor, Span,
    SumTerm, parse,
};

fn at(kind: ExprKind) -> Expr {
    Expr::new(kind, Span::default())
}

fn name() -> impl Strategy<Value = Name> {
    let bare = prop::sample::select(vec!["a", "Revenue", "Margin%", "Sum", "by", "CurrentValue", "é", "_1"]).prop_map(|t| Name {
        text: t.to_owned(),
        quoted: false,
        span: Span::default(),
    });
    let quoted = prop_oneof![Just("Gross Margin".to_owned()), Just("not".to_owned()), Just("it's".to_owned()), "\\PC{0,6}"]
        .prop_map(|text| Name { text, quoted: true, span: Span::default() });
    prop_oneof![bare, quoted]
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        (0..=i64::MAX).prop_map(ExprKind::Integer),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| ExprKind::Number(n.abs())),
        "\\PC{0,8}".prop_map(ExprKind::Text),
        any::<bool>().prop_map(ExprKind::Boolean),
        Just(ExprKind::Blank),
        name().prop_map(ExprKind::Name),
        (name(), "\\PC{0,8}").prop_map(|(n, i)| ExprKind::Item(n, i)),
    ]
    .prop_map(at)
}

fn method(expr: impl Strategy<Value = Expr>) -> impl Strategy<Value = Option<MethodClause>> {
    let word = prop_oneof![
        prop::sample::select(Method::WORDS.to_vec()).prop_map(|(_, m)| MethodWord::Aggregate(m)),
        Just(MethodWord::Constant),
        Just(MethodWord::Split),
        expr.prop_map(|w| MethodWord::SplitOn(Box::new(w))),
    ];
    prop::option::of(word.prop_map(|word| MethodClause { word, span: Span::default() }))
}

fn modifier(expr: BoxedStrategy<Expr>) -> impl Strategy<Value = Modifier> {
    let names = || prop::collection::vec(name(), 1..3);
    let way = || method(expr.clone());
    prop_oneof![
        (way(), prop::collection::vec(expr.clone(), 1..3)).prop_map(|(m, e)| ModifierKind::By(m, e)),
        (way(), names()).prop_map(|(m, n)| ModifierKind::Add(m, n)),
        (way(), names()).prop_map(|(m, n)| ModifierKind::Remove(m, n)),
        (way(), names()).prop_map(|(m, n)| ModifierKind::Keep(m, n)),
        (way(), expr.clone()).prop_map(|(m, e)| ModifierKind::Select(m, Box::new(e))),
        expr.clone().prop_map(|e| ModifierKind::Filter(Box::new(e))),
        expr.prop_map(|e| ModifierKind::Exclude(Box::new(e))),
        name().prop_map(ModifierKind::ToSubset),
        name().prop_map(ModifierKind::ToParentList),
    ]
    .prop_map(|kind| Modifier { kind, span: Span::default() })
}

fn function_name() -> impl Strategy<Value = Name> {
    prop::sample::select(vec!["f", "ROUND", "IF"]).prop_map(|t| Name { text: t.to_owned(), quoted: false, span: Span::default() })
}

fn expr() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(6, 60, 5, |inner| {
        let inner = inner.boxed();
        let one = || inner.clone();
        let boxed = || one().prop_map(Box::new);
        let many = |n: std::ops::Range<usize>| prop::collection::vec(one(), n);
        let op = prop_oneof![
            Just(BinaryOp::Power),
            prop::sample::select(vec![Comparison::Equal, Comparison::NotEqual, Comparison::Less, Comparison::GreaterOrEqual])
                .prop_map(BinaryOp::Compare),
        ];
        prop_oneof![
            (boxed(), name()).prop_map(|(e, n)| ExprKind::Property(e, n)),
            boxed().prop_map(ExprKind::Negate),
            boxed().prop_map(ExprKind::Not),
            (one(), prop::collection::vec((any::<bool>(), one()), 1..4)).prop_map(|(first, rest)| {
                let rest = rest.into_iter().map(|(negative, expr)| SumTerm { negative, expr });
                ExprKind::Sum(std::iter::once(SumTerm { negative: false, expr: first }).chain(rest).collect())
            }),
            (one(), prop::collection::vec((any::<bool>(), one()), 1..4)).prop_map(|(first, rest)| {
                let rest = rest.into_iter().map(|(divides, expr)| ProductFactor { divides, expr });
                ExprKind::Product(std::iter::once(ProductFactor { divides: false, expr: first }).chain(rest).collect())
            }),
            many(2..4).prop_map(ExprKind::Concat),
            many(2..4).prop_map(ExprKind::And),
            many(2..4).prop_map(ExprKind::Or),
            (op, boxed(), boxed()).prop_map(|(op, a, b)| ExprKind::Binary(op, a, b)),
            (boxed(), many(1..3)).prop_map(|(v, c)| ExprKind::In(v, c)),
            (boxed(), boxed(), boxed()).prop_map(|(v, l, h)| ExprKind::InRange(v, l, h)),
            (function_name(), prop::collection::vec((one(), prop::option::weighted(0.2, one())), 0..4))
                .prop_map(|(n, args)| { ExprKind::Call(n, args.into_iter().map(|(value, on)| Argument { value, on }).collect()) }),
            (one(), prop::collection::vec(modifier(one()), 1..3)).prop_map(|(base, mut modifiers)| match base.kind {
                // Modifiers of a modified expression are one list.
                ExprKind::Modified(base, mut first) => {
                    first.append(&mut modifiers);
                    ExprKind::Modified(base, first)
                }
                _ => ExprKind::Modified(Box::new(base), modifiers),
            }),
        ]
        .prop_map(at)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn print_and_parse_are_inverse(e in expr()) {
        let text = e.to_string();
        let back = parse(&text);
        prop_assert!(back.is_ok(), "{}\n{}", text, back.err().map(|e| e.to_string()).unwrap_or_default());
        prop_assert_eq!(back.ok(), Some(e), "{}", text);
    }
}
