//! Models, data and questions of the owner.

use crate::world::World;

const SHOP: &str = "
    CREATE DIMENSION Region (Name TEXT);
    CREATE DIMENSION Country (Name TEXT, Region Region);
    CREATE DIMENSION Product (Name TEXT);
    INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
    INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Italy', 'EMEA'), ('Japan', 'APAC');
    INSERT INTO Product (Name) VALUES ('Tea'), ('Coffee');
    CREATE METRIC Volume NUMBER BY (Product, Country);
    CREATE METRIC Price NUMBER BY (Product);
    CREATE METRIC Revenue NUMBER BY (Product, Country) AS Volume * Price;
    INSERT INTO Price (Product, Price) VALUES ('Tea', 2.5), ('Coffee', 4);
    INSERT INTO Volume (Product, Country, Volume) VALUES
        ('Tea', 'France', 10), ('Tea', 'Japan', 20), ('Coffee', 'Italy', 5);
";

#[test]
fn a_model_is_created_filled_calculated_and_asked() {
    let world = World::with(SHOP);
    assert_eq!(world.run("SELECT * FROM Revenue"), "Tea,France,25.0\nTea,Japan,50.0\nCoffee,Italy,20.0");
    assert_eq!(world.run("SELECT Country.Region, SUM(Revenue) FROM Revenue GROUP BY 1 ORDER BY 1"), "EMEA,45.0\nAPAC,50.0");
    world.run("INSERT INTO Price (Product, Price) VALUES ('Tea', 3)");
    assert_eq!(world.run("SELECT SUM(Revenue) FROM Revenue"), "110.0");
    world.run("INSERT INTO Volume (Product, Country, Volume) VALUES ('Tea', 'Japan', NULL)");
    assert_eq!(world.run("SELECT COUNT(*), SUM(Revenue) FROM Revenue"), "2,50.0");
}
