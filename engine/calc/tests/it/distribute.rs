//! The law of the plan's rewriting: a sum of a product is the same whether the product is made first or the sum is pushed into a factor.

use crate::fixture::World;

const MODEL: &str = "
    dim Category: C1 C2
    dim Brand: B1 B2
    dim Product: P1 P2 P3 P4
    prop Product.Category Category: C1 C1 C2 -
    prop Product.Brand Brand: B1 B2 B1 B2
    dim Country: FR IT
    dim Store: S1 S2 S3
    prop Store.Country Country: FR FR IT
    dim Channel: web shop
    dim Month: Jan Feb
    metric R NUMBER (Product, Store, Month): P1,S1,Jan=1 P1,S2,Jan=2.5 P1,S3,Feb=4 P2,S1,Jan=8 P2,S3,Feb=-4 P3,S2,Feb=16 P4,S1,Jan=32 P3,S3,Jan=0.25
    metric Mix NUMBER (Store, Channel): S1,web=0.5 S1,shop=0.5 S2,web=1 S3,shop=0.25
    metric Rate NUMBER (Month, Channel): Jan,web=2 Feb,web=4 Feb,shop=8
    metric Share NUMBER (Product, Channel): P1,web=2 P2,shop=4 P3,web=0.5
    metric Fee NUMBER (Category, Channel): C1,web=2 C2,shop=4";

/// The product, its dimensions, the dimensions of the sum, how it is summed.
const CASES: [(&str, &str, &str, &str); 12] = [
    ("R * Mix", "Product, Store, Month, Channel", "Category, Country, Channel, Month", "[BY SUM: Product.Category, Store.Country]"),
    ("Mix * R", "Product, Store, Month, Channel", "Category, Channel, Month", "[BY SUM: Product.Category][REMOVE: Store]"),
    ("R * Mix * Rate", "Product, Store, Month, Channel", "Channel", "[KEEP: Channel]"),
    ("R * Mix * 2", "Product, Store, Month, Channel", "Store, Channel", "[REMOVE SUM: Product, Month]"),
    ("R * Share", "Product, Store, Month, Channel", "Category, Channel", "[BY SUM: Product.Category][REMOVE: Store, Month]"),
    (
        "R * Mix",
        "Product, Store, Month, Channel",
        "Category, Brand, Channel",
        "[BY SUM: Product.Category, Product.Brand][REMOVE: Store, Month]",
    ),
    ("R * Mix", "Product, Store, Month, Channel", "", "[REMOVE: Product, Store, Month, Channel]"),
    ("R * Fee", "Product, Store, Month, Category, Channel", "Category, Channel", "[REMOVE: Product, Store, Month]"),
    ("R / Mix", "Product, Store, Month, Channel", "Store, Channel", "[REMOVE: Product, Month]"),
    ("Mix / R", "Product, Store, Month, Channel", "Store, Channel", "[REMOVE: Product, Month]"),
    ("R * (Mix / Rate)", "Product, Store, Month, Channel", "Country, Channel", "[BY SUM: Store.Country][REMOVE: Product][REMOVE: Month]"),
    ("Rate * (R * Mix)", "Product, Store, Month, Channel", "Product, Channel, Country", "[BY SUM: Store.Country][REMOVE: Month]"),
];

#[test]
fn a_sum_of_a_product_is_that_of_the_cells_of_the_product() {
    for (product, dims, result, how) in CASES {
        let text = format!(
            "{MODEL}\nformula Made NUMBER ({dims}): {product}\nformula First NUMBER ({result}): Made{how}\nformula Pushed NUMBER ({result}): ({product}){how}"
        );
        let world = World::new(&text);
        let (first, pushed) = (world.cells("First"), world.cells("Pushed"));
        assert!(!first.is_empty(), "{product} {how} has no cells");
        assert_eq!(pushed, first, "({product}){how}");
    }
}
