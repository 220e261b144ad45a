//! Roles: permissions, defaults, and how they come to a person.

use smalt_security::{Grantee, Permission, Permissions, Policy, Principal, Role, UserKind, UserState, Way, Word, missing, roles};

use crate::random::scene;

fn with_users(users: u32) -> Policy {
    let mut policy = Policy::new();
    for user in 0..users {
        policy.create_user(user, UserKind::Human).unwrap();
    }
    policy
}

fn role(name: &str, permissions: &[Permission], read: Word, write: Word) -> Role {
    Role { name: name.into(), permissions: permissions.iter().copied().collect(), read, write }
}

#[test]
fn permissions_are_found_by_name_without_case() {
    assert_eq!(Permission::ALL.len(), 20);
    for permission in Permission::ALL {
        assert_eq!(Permission::parse(&permission.to_string().to_uppercase()), Ok(*permission));
    }
    let error = Permission::parse("Import Dates").unwrap_err();
    assert_eq!(error.message(), "`Import Dates` is no permission");
    assert!(error.help().unwrap().contains("`Import Data`"));
    assert_eq!(missing(Permission::ImportData), "you need the permission `Import Data` for this");
}

#[test]
fn the_seeded_roles_are_those_of_the_contract() {
    let policy = Policy::new();
    let names = |id: u32| policy.role(id).unwrap().permissions.iter().map(Permission::name).collect::<Vec<_>>();
    assert_eq!(
        policy.roles().map(|(_, role)| role.name.as_str()).collect::<Vec<_>>(),
        ["Admin", "Modeler", "Designer", "Contributor", "Reader"]
    );
    assert_eq!(names(roles::ADMIN).len(), 20);
    let modeler = policy.role(roles::MODELER).unwrap().permissions;
    let lacking = Permissions::all().without(modeler).iter().map(Permission::name).collect::<Vec<_>>();
    assert_eq!(lacking, ["Define Application security", "View Application and Blocks updates"]);
    assert_eq!(
        names(roles::DESIGNER),
        [
            "Display Application",
            "Create & Delete Folders",
            "Display Block Explorer",
            "Use formula playground",
            "Configure Views",
            "Open Boards",
            "Configure Boards",
            "Comment on Boards",
            "Export Data"
        ]
    );
    assert_eq!(
        names(roles::CONTRIBUTOR),
        [
            "Display Application",
            "Create scenarios",
            "Display Block Explorer",
            "Use formula playground",
            "Add & remove List Items",
            "Import Data",
            "Open Boards",
            "Comment on Boards",
            "Export Data"
        ]
    );
    assert_eq!(names(roles::READER), ["Display Application", "Open Boards"]);
    for (id, role) in policy.roles() {
        assert_eq!(role.read, Word::Allowed);
        assert_eq!(role.write, if id == roles::READER { Word::Denied } else { Word::Allowed });
    }
}

#[test]
fn who_has_no_role_can_do_nothing() {
    let mut policy = with_users(1);
    assert_eq!(policy.effective_role(0), None);
    assert_eq!(policy.effective_role(7), None);
    policy.grant(roles::ADMIN, Grantee::User(0)).unwrap();
    for state in [UserState::Pending, UserState::Deactivated] {
        policy.set_user_state(0, state).unwrap();
        assert_eq!(policy.effective_role(0), None);
    }
    policy.set_user_state(0, UserState::Active).unwrap();
    assert!(policy.effective_role(0).is_some());
}

#[test]
fn a_direct_role_wins_over_those_of_groups() {
    let mut policy = with_users(1);
    policy.create_group(0, "Finance").unwrap();
    policy.add_member(0, 0).unwrap();
    policy.grant(roles::READER, Grantee::Group(0)).unwrap();
    policy.grant(roles::MODELER, Grantee::User(0)).unwrap();
    let role = policy.effective_role(0).unwrap();
    assert_eq!(role.permissions, policy.role(roles::MODELER).unwrap().permissions);
    assert_eq!(role.write, Word::Allowed);
    assert_eq!(role.roles, [roles::MODELER]);
    let lines = role.how.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(lines, ["`Modeler` granted directly", "`Reader` through the group `Finance`, replaced by the direct role"]);
}

#[test]
fn among_groups_the_most_restrictive_counts() {
    let mut policy = with_users(1);
    policy.create_role(5, role("Analyst", &[Permission::OpenBoards, Permission::ExportData], Word::Unspecified, Word::Denied)).unwrap();
    for (group, name, role) in [(0, "Finance", 5), (1, "Sales", roles::CONTRIBUTOR)] {
        policy.create_group(group, name).unwrap();
        policy.grant(role, Grantee::Group(group)).unwrap();
        policy.add_member(group, 0).unwrap();
    }
    policy.create_group(2, "No role").unwrap();
    policy.add_member(2, 0).unwrap();
    let role = policy.effective_role(0).unwrap();
    assert_eq!(role.permissions.iter().collect::<Vec<_>>(), [Permission::OpenBoards, Permission::ExportData]);
    assert_eq!((role.read, role.write), (Word::Unspecified, Word::Denied));
    assert_eq!(role.roles, [roles::CONTRIBUTOR, 5]);
    assert_eq!(role.how.len(), 2);
    // Everybody is one more group.
    policy.grant(roles::READER, Grantee::AllUsers).unwrap();
    let role = policy.effective_role(0).unwrap();
    assert_eq!(role.permissions.iter().collect::<Vec<_>>(), [Permission::OpenBoards]);
    assert_eq!(role.how.last().unwrap().way, Way::AllUsers);
}

/// One more group never gives more, whatever the policy.
#[test]
fn one_more_group_never_gives_more() {
    for seed in 0..500 {
        let (_, mut policy) = scene(seed);
        let Some(before) = policy.effective_role(0) else { continue };
        policy.create_group(9, "One more").unwrap();
        policy.grant(u32::try_from(seed % 6).unwrap(), Grantee::Group(9)).unwrap();
        policy.add_member(9, 0).unwrap();
        let after = policy.effective_role(0).unwrap();
        assert_eq!(after.permissions.without(before.permissions), Permissions::none());
        assert!(after.read <= before.read && after.write <= before.write);
        if before.how[0].way == Way::Direct {
            assert_eq!((after.permissions, after.roles), (before.permissions, before.roles));
        }
    }
}

#[test]
fn the_owner_always_holds_admin() {
    let mut policy = with_users(1);
    policy.grant(roles::READER, Grantee::AllUsers).unwrap();
    for owner in [Principal::Owner { user: None }, Principal::Owner { user: Some(0) }] {
        let role = policy.role_of(&owner).unwrap();
        assert_eq!(role.permissions, Permissions::all());
        assert_eq!((role.read, role.write), (Word::Allowed, Word::Allowed));
        assert_eq!(role.how[0].to_string(), "`Admin` held by the application's owner");
    }
    let admin = policy.role(roles::ADMIN).unwrap().clone();
    let error = policy.alter_role(roles::ADMIN, Role { read: Word::Denied, ..admin }).unwrap_err();
    assert_eq!(error.to_string(), "the role `Admin` can be neither altered nor dropped");
    assert_eq!(policy.drop_role(roles::ADMIN), Err(error));
}

#[test]
fn a_grant_replaces_and_a_revoke_takes_what_is_there() {
    let mut policy = with_users(1);
    policy.grant(roles::READER, Grantee::User(0)).unwrap();
    policy.grant(roles::DESIGNER, Grantee::User(0)).unwrap();
    let error = policy.revoke(roles::READER, Grantee::User(0)).unwrap_err();
    assert_eq!(error.to_string(), "the role `Reader` is not granted there");
    policy.revoke(roles::DESIGNER, Grantee::User(0)).unwrap();
    assert_eq!(policy.effective_role(0), None);
    assert_eq!(policy.grant(99, Grantee::User(0)).unwrap_err().to_string(), "there is no such role");
    assert_eq!(policy.grant(1, Grantee::User(5)).unwrap_err().to_string(), "there is no such user");
    assert_eq!(policy.grant(1, Grantee::Group(5)).unwrap_err().to_string(), "there is no such group");
}

#[test]
fn roles_and_groups_are_created_altered_and_dropped() {
    let mut policy = with_users(2);
    let analyst = role("Analyst", &[Permission::OpenBoards], Word::Unspecified, Word::Denied);
    policy.create_role(5, analyst.clone()).unwrap();
    let taken = Role { name: "ANALYST".into(), ..analyst.clone() };
    assert_eq!(policy.create_role(6, taken.clone()).unwrap_err().to_string(), "there is a role `ANALYST` already");
    policy.alter_role(5, taken).unwrap();
    assert_eq!(policy.role(5).unwrap().name, "ANALYST");
    assert_eq!(policy.create_role(6, Role { name: " ".into(), ..analyst }).unwrap_err().to_string(), "a role needs a name");
    policy.create_group(0, "Finance").unwrap();
    assert_eq!(policy.create_group(1, "finance").unwrap_err().to_string(), "there is a group `finance` already");
    policy.rename_group(0, "FINANCE").unwrap();
    policy.grant(5, Grantee::Group(0)).unwrap();
    policy.grant(5, Grantee::AllUsers).unwrap();
    policy.grant(5, Grantee::User(0)).unwrap();
    let error = policy.drop_role(5).unwrap_err();
    assert_eq!(error.to_string(), "the role is granted to the group `FINANCE`, all users, 1 user; revoke it there first");
    policy.drop_group(0).unwrap();
    policy.drop_user(0).unwrap();
    policy.revoke(5, Grantee::AllUsers).unwrap();
    policy.drop_role(5).unwrap();
    assert_eq!(policy.drop_role(5).unwrap_err().to_string(), "there is no such role");
}

#[test]
fn memberships_go_with_the_user() {
    let mut policy = with_users(1);
    policy.create_group(0, "Finance").unwrap();
    policy.add_member(0, 0).unwrap();
    policy.drop_user(0).unwrap();
    policy.create_user(0, UserKind::AiAgent).unwrap();
    assert_eq!(policy.groups_of(0).count(), 0);
    assert_eq!(policy.create_user(0, UserKind::Human).unwrap_err().to_string(), "this user exists already");
    assert_eq!(policy.remove_member(0, 0).unwrap_err().to_string(), "this user is not in the group `Finance`");
    assert_eq!(policy.add_member(0, 4).unwrap_err().to_string(), "there is no such user");
    assert_eq!(policy.add_member(4, 0).unwrap_err().to_string(), "there is no such group");
}
