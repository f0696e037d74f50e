//! The rooms of the console, and to whom they are open.

use crate::access::Powers;
use crate::domain::Right;

/// Address and key of the name.
pub(super) type Room = (&'static str, &'static str);

/// The rooms that are open to somebody, in the order of the navigation.
pub(super) fn open_to(powers: &Powers) -> Vec<Room> {
    let by = |right: Right| powers.has(right);
    let looks_after_groups = by(Right::AccessRead) || !powers.owns.is_empty();
    let rooms = [
        (true, super::home::HERE, "admin-nav-home"),
        (by(Right::PeopleRead), super::people::HERE, "admin-nav-people"),
        (
            looks_after_groups,
            super::access::groups::HERE,
            "admin-nav-groups",
        ),
        (
            by(Right::AccessRead),
            super::access::roles::HERE,
            "admin-nav-roles",
        ),
        (
            by(Right::AccessRead),
            super::permissions::HERE,
            "admin-nav-permissions",
        ),
        (powers.gives, super::access::given::HERE, "admin-nav-given"),
        (
            by(Right::AccessRead),
            super::policies::list::HERE,
            "admin-nav-policies",
        ),
        (
            by(Right::AccessRead),
            super::attributes::HERE,
            "admin-nav-attributes",
        ),
        (by(Right::AccessRead), super::why::HERE, "admin-nav-why"),
        (by(Right::AccessRead), super::who::HERE, "admin-nav-who"),
        (by(Right::PeopleRead), super::coverage::HERE, "admin-nav-coverage"),
        (
            by(Right::RulesRead),
            super::roll_outs::HERE,
            "admin-nav-roll-outs",
        ),
        (
            by(Right::ClientsRead),
            super::clients::list::HERE,
            "admin-nav-clients",
        ),
        (by(Right::RulesRead), super::rules::HERE, "admin-nav-rules"),
        (by(Right::RulesRead), super::passkeys::HERE, "admin-nav-passkeys"),
        (by(Right::RulesRead), super::recovery::HERE, "admin-nav-recovery"),
        (
            by(Right::RulesManage),
            super::break_glass::HERE,
            "admin-nav-break-glass",
        ),
    ];
    let open = rooms.into_iter().filter(|(open, _, _)| *open);
    open.map(|(_, address, name)| (address, name)).collect()
}
