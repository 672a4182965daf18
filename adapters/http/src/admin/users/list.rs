//! The list of users.

use std::sync::Arc;

use salvo::async_trait;
use salvo::http::StatusCode;
use serde::Serialize;
use usher_domain::{UserId, Version, Viewer};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, UserReference};

use super::{Ban, Notice, Query, Row};
use crate::admin::failure::Failure;
use crate::admin::guard::Page;
use crate::admin::pages::{Pages, View};
use crate::admin::request::{AdminRequest, FRONT};
use crate::admin::response::AdminResponse;

/// How many users a page shows.
const PAGE: u32 = 50;

/// Up to which number users are counted: the count must not cost more than the page. SQLite counts that many along an index
/// in about 2 ms.
const MOST_COUNTED: u32 = 10_000;

/// Up to which number those are counted whom a keyword finds: each of them is read.
const MOST_FOUND: u32 = 1_000;

/// How many pages back the way is known. It stands in the address.
const MOST_EARLIER: usize = 100;

#[derive(Serialize)]
pub(in crate::admin) struct UsersView {
    pub(in crate::admin) query: Query,
    pub(in crate::admin) users: Vec<Row>,
    /// Whether some users are left out.
    pub(in crate::admin) filtered: bool,
    /// Which users of the list these are, the first being 1; none if this is the whole list, or it is not known.
    pub(in crate::admin) range: Option<(u32, u32)>,
    /// How many users the list has, with the range.
    pub(in crate::admin) total: Option<Total>,
    /// Where the first page is, unless this is it.
    pub(in crate::admin) first: Option<String>,
    /// Where the one before is, if the way there is known.
    pub(in crate::admin) previous: Option<String>,
    /// Where the next one is, if there is one.
    pub(in crate::admin) next: Option<String>,
    /// Where all of them are as a table.
    pub(in crate::admin) table: String,
    pub(in crate::admin) sorts: Sorts,
    /// Names of platforms to choose from.
    pub(in crate::admin) platforms: &'static [&'static str],
    /// What is said about the change that led here.
    pub(in crate::admin) notice: Option<Notice>,
}

/// How many users a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(in crate::admin) struct Total {
    pub(in crate::admin) count: u32,
    /// Whether there are more than that.
    pub(in crate::admin) more: bool,
}

/// Where the same users are in another order.
#[derive(Serialize)]
pub(in crate::admin) struct Sorts {
    pub(in crate::admin) newest: String,
    pub(in crate::admin) last_login: String,
    pub(in crate::admin) username: String,
}

#[cfg(debug_assertions)]
impl UsersView {
    /// A list of these users alone.
    pub(in crate::admin) fn only(query: Query, users: Vec<Row>) -> Self {
        let here = || FRONT.to_owned();
        Self {
            filtered: query.is_filter(),
            query,
            users,
            range: None,
            total: None,
            first: None,
            previous: None,
            next: Some(here()),
            table: here(),
            sorts: Sorts { newest: here(), last_login: here(), username: here() },
            platforms: Query::PLATFORMS,
            notice: None,
        }
    }
}

impl View for UsersView {
    const TEMPLATE: &'static str = "users.html";
}

/// The list.
pub(in crate::admin) struct Users {
    pub(in crate::admin) users: Arc<dyn AdminListUsers>,
}

#[async_trait]
impl Page for Users {
    async fn answer(&self, request: &AdminRequest, pages: &Pages) -> Result<AdminResponse, Failure> {
        let query = Query::of(request);
        let cursor = query.cursor(request.text("after"));
        let viewer = request.signed_in()?.viewing()?;
        let mut users = match query.filter() {
            Some(filter) => self.users.list(viewer, &filter, &cursor, PAGE + 1).await?,
            None => Vec::new(),
        };
        let more = users.len() > PAGE as usize;
        users.truncate(PAGE as usize);
        let here = Place::of(request).filter(|_| !cursor.is_start());
        let next = users.last().filter(|_| more).map(|last| Place::next(here.as_ref(), query.after(last)));
        let next = next.map(|next| query.page_address(&next.after, &next.earlier));
        let range = range(here.as_ref(), users.len(), more);
        let sorted = |sort: &str| Query { sort: sort.to_owned(), ..query.clone() }.address(FRONT, None);
        let view = UsersView {
            filtered: query.is_filter(),
            total: self.total(viewer, &query, range, more).await?,
            range,
            first: here.as_ref().map(|_| query.address(FRONT, None)),
            previous: here.as_ref().map(|here| here.previous(&query)),
            next,
            table: query.address("/admin/users.csv", None),
            sorts: Sorts {
                newest: sorted(""),
                last_login: sorted("last-login"),
                username: sorted("username"),
            },
            platforms: Query::PLATFORMS,
            notice: self.notice(viewer, request.text("changed")).await?,
            users: users.iter().map(Row::from).collect(),
            query,
        };
        request.page(pages, StatusCode::OK, &view)
    }
}

impl Users {
    /// How many users the list has. The last page knows it without counting.
    async fn total(
        &self,
        by: Viewer<'_>,
        query: &Query,
        range: Option<(u32, u32)>,
        more: bool,
    ) -> Result<Option<Total>, AdminRefusal> {
        let (Some((_, last)), Some(filter)) = (range, query.filter()) else { return Ok(None) };
        if !more {
            return Ok(Some(Total { count: last, more: false }));
        }
        let most = if filter.search.is_some() { MOST_FOUND } else { MOST_COUNTED };
        let count = self.users.count(by, &filter, most + 1).await?;
        // Users may have come since the page was read, and the page may lie behind the last that is counted.
        Ok(Some(Total { count: count.min(most).max(last), more: count > most || last >= count }))
    }

    /// What is said about a change that is named by user and version, unless another one came since.
    async fn notice(&self, by: Viewer<'_>, changed: &str) -> Result<Option<Notice>, AdminRefusal> {
        let mut parts = changed.splitn(3, '.');
        let (Some(id), Some(version)) = (parts.next(), parts.next()) else { return Ok(None) };
        let (Ok(id), Ok(version)) = (id.parse().map(UserId), version.parse().map(Version)) else {
            return Ok(None);
        };
        match self.users.find(by, &UserReference::Id(id)).await {
            Ok(user) if user.version == version => {
                Ok(Some(Notice::changed(&user, Ban::parse(parts.next().unwrap_or_default()))))
            }
            Ok(_) | Err(AdminRefusal::NotFound) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }
}

/// A page behind the first, and the way to it.
struct Place {
    after: String,
    /// After what the pages between began, the second one first.
    earlier: Vec<String>,
}

impl Place {
    fn of(request: &AdminRequest) -> Option<Self> {
        let after = request.text("after").to_owned();
        let earlier = request.all("earlier").take(MOST_EARLIER).map(str::to_owned).collect();
        (!after.is_empty()).then_some(Self { after, earlier })
    }

    fn next(here: Option<&Self>, after: String) -> Self {
        let mut earlier = here.map(|here| here.earlier.clone()).unwrap_or_default();
        earlier.extend(here.map(|here| here.after.clone()));
        let most = earlier.len().saturating_sub(MOST_EARLIER);
        Self { after, earlier: earlier.split_off(most) }
    }

    fn previous(&self, query: &Query) -> String {
        match self.earlier.split_last() {
            Some((after, earlier)) => query.page_address(after, earlier),
            None => query.address(FRONT, None),
        }
    }
}

fn range(here: Option<&Place>, shown: usize, more: bool) -> Option<(u32, u32)> {
    let pages = here.map_or(0, |here| here.earlier.len() + 1);
    let known = pages <= MOST_EARLIER && shown > 0 && (here.is_some() || more);
    let (pages, shown) = (u32::try_from(pages).ok()?, u32::try_from(shown).ok()?);
    known.then_some((pages * PAGE + 1, pages * PAGE + shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_the_way_there() {
        let query = Query { q: "ann".to_owned(), ..Query::default() };
        let second = Place::next(None, "90".to_owned());
        let third = Place::next(Some(&second), "40".to_owned());
        assert_eq!(
            query.page_address(&third.after, &third.earlier),
            "/admin/users?q=ann&after=40&earlier=90"
        );
        assert_eq!(third.previous(&query), "/admin/users?q=ann&after=90");
        assert_eq!(second.previous(&query), "/admin/users?q=ann");
        assert_eq!(range(None, 50, false), None, "the whole list");
        assert_eq!(range(None, 50, true), Some((1, 50)));
        assert_eq!(range(Some(&third), 7, false), Some((101, 107)));
        let mut far = second;
        for number in 0..MOST_EARLIER + 5 {
            far = Place::next(Some(&far), number.to_string());
        }
        assert_eq!(far.earlier.len(), MOST_EARLIER, "the address does not grow without end");
    }
}
