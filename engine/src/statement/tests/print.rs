//! Statements written out in one plain form, and the law of places: whatever bears a place stands there in the script.

use super::Place;
use crate::statement::ast::*;

/// The statement in its plain form: every name in `"`, every formula between `$$`, every query and expression between `{` and `}`.
pub(super) fn print(statement: &Statement, script: &str) -> String {
    Printer { script }.statement(statement)
}

struct Printer<'a> {
    script: &'a str,
}

impl Printer<'_> {
    fn stands(&self, at: Place, begins: &[&str]) {
        let (before, here) = self.script.split_at(at.offset);
        assert_eq!(Place::START.after(before), at, "in {}", self.script);
        assert!(begins.iter().any(|text| here.starts_with(text)), "{begins:?} stands not at {at:?} of {}", self.script);
    }

    fn name(&self, name: &Name) -> String {
        self.stands(name.at, &[&name.text, "\"", "'"]);
        format!("\"{}\"", name.text)
    }

    fn names(&self, names: &[Name]) -> String {
        names.iter().map(|name| self.name(name)).collect::<Vec<_>>().join(", ")
    }

    fn text(&self, text: &Text) -> String {
        self.stands(text.at, &["'"]);
        format!("'{}'", text.text)
    }

    fn path(&self, path: &PropertyPath) -> String {
        std::iter::once(&path.head).chain(&path.properties).map(|name| self.name(name)).collect::<Vec<_>>().join(".")
    }

    fn paths(&self, paths: &[PropertyPath]) -> String {
        paths.iter().map(|path| self.path(path)).collect::<Vec<_>>().join(", ")
    }

    fn formula(&self, formula: &Formula) -> String {
        self.stands(formula.at, &[&formula.text]);
        assert_eq!(formula.place(formula.text.len()), formula.at.after(&formula.text));
        format!("$${}$$", formula.text)
    }

    fn as_formula(&self, formula: &Option<Formula>) -> String {
        formula.as_ref().map_or(String::new(), |formula| format!(" AS {}", self.formula(formula)))
    }

    fn sql(&self, sql: &Sql) -> String {
        self.stands(sql.at, &[&sql.text]);
        assert_eq!(sql.place(0), sql.at);
        format!("{{{}}}", sql.text)
    }

    fn value(&self, value: &Value) -> String {
        self.stands(value.at, &["'", "-", "+", "DATE", "date", "NULL", "null", "TRUE", "true", "FALSE", "false", &number(&value.literal)]);
        match &value.literal {
            Literal::Null => "NULL".to_owned(),
            Literal::Boolean(true) => "TRUE".to_owned(),
            Literal::Boolean(false) => "FALSE".to_owned(),
            Literal::Number(number) => number.clone(),
            Literal::Text(text) => format!("'{text}'"),
            Literal::Date(days) => format!("DATE '{}'", smalt_model::format_date(*days)),
        }
    }

    fn coordinates(&self, at: &[Coordinate]) -> String {
        at.iter().map(|c| format!("{} = {}", self.name(&c.dimension), self.value(&c.item))).collect::<Vec<_>>().join(", ")
    }

    fn ty(&self, ty: &TypeName) -> String {
        self.stands(ty.at, &[""]);
        match &ty.word {
            TypeWord::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
            TypeWord::Rights => "ACCESS RIGHTS".to_owned(),
            TypeWord::Dimension(name) => format!("\"{name}\""),
            word => format!("{word:?}").to_uppercase(),
        }
    }

    fn property(&self, property: &Property) -> String {
        format!("{} {}", self.name(&property.name), self.ty(&property.ty))
    }

    fn properties(&self, properties: &[Property]) -> String {
        properties.iter().map(|property| self.property(property)).collect::<Vec<_>>().join(", ")
    }

    fn user_properties(&self, properties: &[UserProperty]) -> String {
        properties.iter().map(|p| format!("{} = {}", self.name(&p.property), self.value(&p.value))).collect::<Vec<_>>().join(", ")
    }

    fn filter(&self, filter: &Option<Sql>) -> String {
        filter.as_ref().map_or(String::new(), |filter| format!(" WHERE {}", self.sql(filter)))
    }

    fn statement(&self, statement: &Statement) -> String {
        let title = statement.title();
        match statement {
            Statement::Query(query) => self.sql(query),
            Statement::Explain(explain) => format!("{title} {}", self.explain(explain)),
            Statement::Evaluate(formula) => format!("{title} {}", self.formula(formula)),
            Statement::Show(show) => format!("{title}{}", self.show(show)),
            Statement::ExecuteAs { user, query } => format!("{title} {} {}", self.name(user), self.sql(query)),
            Statement::VerifyAudit | Statement::Begin | Statement::Commit | Statement::Rollback => title.to_owned(),
            Statement::Describe(name)
            | Statement::UseScenario(name)
            | Statement::RebaseScenario(name)
            | Statement::CreateSnapshot(name)
            | Statement::CreateGroup(name)
            | Statement::Drop(Drop { name, .. }) => format!("{title} {}", self.name(name)),
            Statement::CreateDimension(d) => {
                let display = d.display.as_ref().map_or(String::new(), |p| format!(" DISPLAY {}", self.name(p)));
                let order = d.order.as_ref().map_or(String::new(), |o| {
                    format!(" ORDER BY {} {}", self.name(&o.property), if o.descending { "DESC" } else { "ASC" })
                });
                format!("{title} {} ({}){display}{order}", self.name(&d.name), self.properties(&d.properties))
            }
            Statement::CreateSubset(s) => {
                format!("{title} {} OF {} AS {}", self.name(&s.name), self.name(&s.dimension), self.formula(&s.formula))
            }
            Statement::CreateCalendar(c) => {
                c.levels.iter().for_each(|(_, at)| self.stands(*at, &[""]));
                let levels: Vec<_> = c.levels.iter().map(|(level, _)| format!("{level:?}")).collect();
                let fiscal = c.fiscal_start.map_or(String::new(), |month| format!(" FISCAL {month}"));
                let day = smalt_model::format_date;
                format!("{title} {} {} ({}){fiscal}", day(c.from.days), day(c.to.days), levels.join(", "))
            }
            Statement::CreateList(l) => format!("{title} {} ({})", self.name(&l.name), self.properties(&l.columns)),
            Statement::CreateMetric(m) => {
                let by = self.names(&m.dimensions);
                format!("{title} {} {} BY ({by}){}", self.name(&m.name), self.ty(&m.ty), self.as_formula(&m.formula))
            }
            Statement::CreateTable(t) => format!("{title} {} OF ({})", self.name(&t.name), self.names(&t.metrics)),
            Statement::CreateView(v) => {
                let columns = if v.columns.is_empty() { String::new() } else { format!(" ({})", self.names(&v.columns)) };
                format!("{title} {}{columns} AS {}", self.name(&v.name), self.sql(&v.query))
            }
            Statement::AlterMetric { metric, change } => format!("{title} {}{}", self.name(metric), self.alter_metric(change)),
            Statement::AlterDimension { dimension, change } => {
                let change = match change {
                    AlterDimension::AddProperty { property, formula } => {
                        format!("ADD PROPERTY {}{}", self.property(property), self.as_formula(formula))
                    }
                    AlterDimension::DropProperty(name) => format!("DROP PROPERTY {}", self.name(name)),
                    AlterDimension::RenameProperty { property, to } => {
                        format!("RENAME PROPERTY {} TO {}", self.name(property), self.name(to))
                    }
                    AlterDimension::Rename(to) => format!("RENAME TO {}", self.name(to)),
                    AlterDimension::Order(None) => "DROP ORDER BY".to_owned(),
                    AlterDimension::Order(Some(o)) => {
                        format!("ORDER BY {} {}", self.name(&o.property), if o.descending { "DESC" } else { "ASC" })
                    }
                    AlterDimension::Display(None) => "DROP DISPLAY".to_owned(),
                    AlterDimension::Display(Some(name)) => format!("DISPLAY {}", self.name(name)),
                };
                format!("{title} {} {change}", self.name(dimension))
            }
            Statement::AlterList { list, change } => {
                let change = match change {
                    AlterList::AddColumn(column) => format!("ADD COLUMN {}", self.property(column)),
                    AlterList::DropColumn(name) => format!("DROP COLUMN {}", self.name(name)),
                    AlterList::RenameColumn { column, to } => format!("RENAME COLUMN {} TO {}", self.name(column), self.name(to)),
                    AlterList::Rename(to) => format!("RENAME TO {}", self.name(to)),
                };
                format!("{title} {} {change}", self.name(list))
            }
            Statement::AlterSubset { subset, change } => match change {
                AlterSubset::Formula(formula) => format!("{title} {} AS {}", self.name(subset), self.formula(formula)),
                AlterSubset::Rename(to) => format!("{title} {} RENAME TO {}", self.name(subset), self.name(to)),
            },
            Statement::AlterTable { table, change } => match change {
                AlterTable::Metrics(metrics) => format!("{title} {} OF ({})", self.name(table), self.names(metrics)),
                AlterTable::Rename(to) => format!("{title} {} RENAME TO {}", self.name(table), self.name(to)),
            },
            Statement::AlterView { view, change } => match change {
                AlterView::Query(query) => format!("{title} {} AS {}", self.name(view), self.sql(query)),
                AlterView::Rename(to) => format!("{title} {} RENAME TO {}", self.name(view), self.name(to)),
            },
            Statement::Comment(c) => {
                let text = c.text.as_ref().map_or("NULL".to_owned(), |text| self.text(text));
                format!("{title} {} {} IS {text}", c.kind, self.name(&c.name))
            }
            Statement::Copy(copy) => self.copy(copy),
            Statement::CopyTo(c) => format!("{title} {} {}", self.sql(&c.query), self.text(&c.file)),
            Statement::Insert(insert) => {
                let columns = insert.columns.as_ref().map_or(String::new(), |columns| format!(" ({})", self.names(columns)));
                let row = |row: &Vec<Value>| format!("({})", row.iter().map(|v| self.value(v)).collect::<Vec<_>>().join(", "));
                let source = match &insert.source {
                    InsertSource::Values(rows) => format!("VALUES {}", rows.iter().map(row).collect::<Vec<_>>().join(", ")),
                    InsertSource::Query(query) => self.sql(query),
                };
                format!("{title} {}{columns} {source}", self.written(&insert.scenario, &insert.target))
            }
            Statement::Update(u) => {
                let set = |a: &Assignment| format!("{} = {}", self.name(&a.column), self.sql(&a.value));
                let set = u.assignments.iter().map(set).collect::<Vec<_>>().join(", ");
                format!("{title} {} SET {set}{}", self.written(&u.scenario, &u.target), self.filter(&u.filter))
            }
            Statement::Delete(d) => format!("{title} {}{}", self.written(&d.scenario, &d.target), self.filter(&d.filter)),
            Statement::SetAutocalc(on) => format!("{title} {on}"),
            Statement::Recalculate(what) => match what {
                Recalculate::Stale => title.to_owned(),
                Recalculate::Metrics(names) => format!("{title} METRIC {}", self.names(names)),
                Recalculate::Scenarios(names) => format!("{title} SCENARIO {}", self.names(names)),
                Recalculate::All(names) if names.is_empty() => format!("{title} ALL"),
                Recalculate::All(names) => format!("{title} ALL IN SCENARIO {}", self.names(names)),
            },
            Statement::CreateScenario(s) => {
                let source = s.source.as_ref().map_or(String::new(), |source| format!(" FROM {}", self.name(source)));
                format!("{title} {}{source}", self.name(&s.name))
            }
            Statement::AlterScenario { scenario, access } => format!("{title} {} {access:?}", self.name(scenario)),
            Statement::CompareScenarios(c) => {
                let (left, right, metric) = (self.name(&c.left), self.name(&c.right), self.name(&c.metric));
                format!("{title} {left} WITH {right} ON {metric} BY {}", self.paths(&c.by))
            }
            Statement::MergeScenario(m) => format!("{title} {} INTO {} {:?}", self.name(&m.source), self.name(&m.target), m.conflict),
            Statement::Revert(revision) => {
                self.stands(revision.at, &[&revision.number.to_string()]);
                format!("{title} {}", revision.number)
            }
            Statement::CreateUser(u) => format!("{title} {} ({}) {:?}", self.name(&u.name), self.user_properties(&u.properties), u.kind),
            Statement::AlterUser { user, change } => {
                let change = match change {
                    AlterUser::Properties(properties) => format!("SET {}", self.user_properties(properties)),
                    AlterUser::Rename(to) => format!("RENAME TO {}", self.name(to)),
                    other => format!("{other:?}"),
                };
                format!("{title} {} {change}", self.name(user))
            }
            Statement::AlterGroup { group, change } => {
                let change = match change {
                    AlterGroup::AddUsers(users) => format!("ADD {}", self.names(users)),
                    AlterGroup::DropUsers(users) => format!("DROP {}", self.names(users)),
                    AlterGroup::Rename(to) => format!("RENAME TO {}", self.name(to)),
                };
                format!("{title} {} {change}", self.name(group))
            }
            Statement::CreateRole(r) => {
                let agents = r.agents.map_or_else(String::new, |agents| format!(" {agents:?}"));
                format!("{title} {} ({}) {:?} {:?}{agents}", self.name(&r.name), self.names(&r.permissions), r.read, r.write)
            }
            Statement::AlterRole { role, change } => {
                let change = match change {
                    AlterRole::Set { permissions, read, write, agents } => {
                        let permissions = permissions.as_ref().map_or("-".to_owned(), |names| format!("({})", self.names(names)));
                        let agents = agents.map_or_else(String::new, |agents| format!(" {agents:?}"));
                        format!("SET {permissions} {read:?} {write:?}{agents}")
                    }
                    AlterRole::AddPermissions(names) => format!("ADD {}", self.names(names)),
                    AlterRole::DropPermissions(names) => format!("DROP {}", self.names(names)),
                    AlterRole::Rename(to) => format!("RENAME TO {}", self.name(to)),
                };
                format!("{title} {} {change}", self.name(role))
            }
            Statement::GrantRole { role, to } => format!("{title} {} TO {}", self.name(role), self.grantee(to)),
            Statement::RevokeRole { role, from } => format!("{title} {} FROM {}", self.name(role), self.grantee(from)),
            Statement::GrantScenario { right, scenario, role } => {
                format!("{title} {right:?} {} {}", self.name(scenario), self.name(role))
            }
            Statement::CreateRule(rule) => self.rule(rule),
            Statement::AlterApplication(change) => format!("{title} {change:?}"),
        }
    }

    fn alter_metric(&self, change: &AlterMetric) -> String {
        let within = |scenario: &Option<Name>| scenario.as_ref().map_or(String::new(), |s| format!(" IN {}", self.name(s)));
        match change {
            AlterMetric::Formula { scenario, formula } => format!("{} AS {}", within(scenario), self.formula(formula)),
            AlterMetric::DropFormula { scenario } => format!("{} DROP FORMULA", within(scenario)),
            AlterMetric::Rename(to) => format!(" RENAME TO {}", self.name(to)),
        }
    }

    fn explain(&self, explain: &Explain) -> String {
        match explain {
            Explain::Query { verbose, query, .. } => format!("{}{}", if *verbose { "VERBOSE " } else { "" }, self.sql(query)),
            Explain::Formula(metric) | Explain::Leaks(metric) => self.name(metric),
            Explain::Value { metric, at, depth } => format!("{} AT ({}) {depth:?}", self.name(metric), self.coordinates(at)),
            Explain::Access { user, metric, at } => {
                let at = at.as_ref().map_or(String::new(), |at| format!(" AT ({})", self.coordinates(at)));
                format!("{} ON {}{at}", self.name(user), self.name(metric))
            }
        }
    }

    fn show(&self, show: &Show) -> String {
        match show {
            Show::All(_) | Show::Calendars | Show::Revisions => String::new(),
            Show::Formula(name) | Show::RoleOf(name) => format!(" {}", self.name(name)),
            Show::Audit { since, limit } => {
                let since = since.as_ref().map_or("-".to_owned(), |since| self.text(since));
                format!(" {since} {limit:?}")
            }
        }
    }

    fn written(&self, scenario: &Option<Name>, target: &Name) -> String {
        scenario.as_ref().map_or(String::new(), |scenario| format!("{}.", self.name(scenario))) + &self.name(target)
    }

    fn copy(&self, copy: &Copy) -> String {
        let map = |map: &ColumnMap| {
            let source = match &map.source {
                ColumnSource::File(name) => self.name(name),
                ColumnSource::Constant(text) => self.text(text),
            };
            let by = map.target.by_property.as_ref().map_or(String::new(), |property| format!(".{}", self.name(property)));
            format!("{source} -> {}{by}", self.name(&map.target.column))
        };
        let columns = match &copy.columns {
            Some(maps) => format!(" ({})", maps.iter().map(map).collect::<Vec<_>>().join(", ")),
            None => String::new(),
        };
        let rejects = copy.options.rejects.as_ref().map_or(String::new(), |file| format!(" {}", self.text(file)));
        let options = &copy.options;
        format!(
            "COPY {} FROM {}{columns} {:?} {:?}{rejects}",
            self.written(&copy.scenario, &copy.target),
            self.text(&copy.file),
            options.unknown,
            options.duplicates
        )
    }

    fn grantee(&self, grantee: &Grantee) -> String {
        match grantee {
            Grantee::User(name) => format!("USER {}", self.name(name)),
            Grantee::Group(name) => format!("GROUP {}", self.name(name)),
            Grantee::AllUsers => "ALL USERS".to_owned(),
        }
    }

    fn rule(&self, rule: &CreateRule) -> String {
        let action = match &rule.action {
            RuleAction::Apply { half, rights, through } => {
                format!("APPLY {half:?} OF {} THROUGH {} TO", self.name(rights), self.paths(through))
            }
            RuleAction::IgnoreDefault { half } => format!("IGNORE {half:?} ON"),
        };
        let target = match &rule.target {
            RuleTarget::Metrics(names) => self.names(names),
            RuleTarget::AllMetricsWith(names) => format!("ALL METRICS WITH ({})", self.names(names)),
            RuleTarget::List(name) => format!("LIST {}", self.name(name)),
            RuleTarget::Property { dimension, property } => format!("PROPERTY {}.{}", self.name(dimension), self.name(property)),
            RuleTarget::Items(name) => format!("ITEMS OF {}", self.name(name)),
        };
        format!("CREATE RULE {} {action} {target}", self.name(&rule.name))
    }
}

fn number(literal: &Literal) -> String {
    match literal {
        Literal::Number(number) => number.clone(),
        _ => "'".to_owned(),
    }
}
