//! A table of suffixes: a name that contains a keyword has a suffix that begins with it, so a range over an ordinary
//! index answers keywords of any length. `FULLTEXT` with the n-gram parser was slower by two orders of magnitude, finds
//! no single characters, and is not in `MariaDB`.

use std::num::NonZeroU32;

use sea_query::{DeleteStatement, Expr, ExprTrait, Func, Iden, InsertStatement, Query, SelectStatement};
use usher_domain::{
    ClientAddress, DeviceAttribute, DeviceAttributes, DeviceId, Keyword, Session, Timestamp, UserId,
    UsernameKey,
};

use super::RawStatement;
use crate::iden::Users;

#[derive(Clone, Copy, Iden)]
enum UsernameSuffixes {
    Table,
    Suffix,
    UserId,
    Position,
}

/// A name that contains the keyword twice has two such suffixes; the one at its first occurrence counts.
pub(super) fn users_whose_key_contains(keyword: &Keyword) -> SelectStatement {
    let suffix = || Expr::col((UsernameSuffixes::Table, UsernameSuffixes::Suffix));
    let first = keyword.as_str().as_bytes().to_vec();
    // No UTF-8 begins with this byte, so it is behind everything that begins with the keyword.
    let end = [&first[..], &[0xff]].concat();
    let key = Expr::col((Users::Table, Users::UsernameKey));
    Query::select()
        .from(UsernameSuffixes::Table)
        .inner_join(
            Users::Table,
            Expr::col((Users::Table, Users::Id)).equals((UsernameSuffixes::Table, UsernameSuffixes::UserId)),
        )
        .and_where(suffix().gte(first))
        .and_where(suffix().lt(end))
        .and_where(
            Expr::from(Func::cust("INSTR").args([key, keyword.as_str().into()]))
                .eq(Expr::col((UsernameSuffixes::Table, UsernameSuffixes::Position))),
        )
        .take()
}

pub(super) fn forget_username(user: UserId) -> DeleteStatement {
    Query::delete()
        .from_table(UsernameSuffixes::Table)
        .and_where(Expr::col(UsernameSuffixes::UserId).eq(user.0))
        .take()
}

/// Each suffix, cut to the longest keyword there can be.
pub(super) fn index_usernames(names: &[(UserId, UsernameKey)]) -> InsertStatement {
    let mut insert = Query::insert()
        .into_table(UsernameSuffixes::Table)
        .columns([UsernameSuffixes::Suffix, UsernameSuffixes::UserId, UsernameSuffixes::Position])
        .take();
    for (user, key) in names {
        for ((start, _), position) in key.as_str().char_indices().zip(1_i64..) {
            let suffix: String = key.as_str()[start..].chars().take(*Keyword::LENGTH.end()).collect();
            insert.values_panic([suffix.into_bytes().into(), user.0.into(), position.into()]);
        }
    }
    insert
}

/// Device and account in one round trip. A subquery for the account's number would have `MariaDB` read and lock all
/// users.
pub(super) fn record_visit(
    device: &DeviceId,
    attributes: &DeviceAttributes,
    from: ClientAddress,
    at: Timestamp,
) -> RawStatement {
    let said = |attribute: &Option<DeviceAttribute>| {
        attribute.as_ref().map(|attribute| attribute.as_str().to_owned()).into()
    };
    RawStatement::new(
        "UPDATE devices JOIN users ON users.id = devices.user_id
        SET devices.platform = COALESCE(?, devices.platform), devices.model = COALESCE(?, devices.model),
            devices.os = COALESCE(?, devices.os), devices.brand = COALESCE(?, devices.brand),
            devices.last_seen_at = ?,
            users.last_login_at = IF(users.role = 'visitor', ?, users.last_login_at),
            users.last_login_from = IF(users.role = 'visitor', ?, users.last_login_from)
        WHERE devices.id = ?",
        [
            said(&attributes.platform),
            said(&attributes.model),
            said(&attributes.os),
            said(&attributes.brand),
            at.as_millis().into(),
            at.as_millis().into(),
            from.to_string().into(),
            device.as_str().into(),
        ],
    )
}

/// As a join: of a subquery of the table that is deleted from, `MySQL` takes no limit, and `MariaDB` before 11.1 would
/// run it for each session there is.
pub(super) fn end_others_beyond(session: &Session, keep: NonZeroU32) -> RawStatement {
    RawStatement::new(
        "DELETE sessions FROM sessions JOIN (
            SELECT id FROM sessions WHERE user_id = ? AND role = ? AND id <> ?
            ORDER BY started_at DESC LIMIT 1000 OFFSET ?
        ) AS excess ON excess.id = sessions.id",
        [
            session.user.0.into(),
            session.role.as_str().into(),
            session.id.as_bytes().to_vec().into(),
            u64::from(keep.get() - 1).into(),
        ],
    )
}
