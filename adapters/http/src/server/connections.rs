//! The open connections: how many there may be, how many of them one client may have, and which make room for others.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ipnet::IpNet;
use tokio::sync::Notify;

use super::activity::{Activity, Order, Spare, since};
use super::{Deadlines, ServerOptions};

/// How many connections make room at once, at most: finding the oldest means looking at all of them.
const MOST_AT_ONCE: usize = 32;

/// One in so many makes room.
const ONE_IN: usize = 32;

/// Whose connection it is: an IPv4 address, or an IPv6 network of the size that one customer gets.
fn client(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[derive(Debug, Default)]
struct Open {
    by_client: HashMap<IpAddr, Vec<Arc<Activity>>>,
    /// Those that were not told to close.
    staying: usize,
    /// All whose socket is open.
    sockets: usize,
}

/// All connections of a server.
#[derive(Debug)]
pub(super) struct Connections {
    start: Instant,
    most: usize,
    share: usize,
    trusted: Vec<IpNet>,
    open: Mutex<Open>,
    /// A socket was closed.
    pub(super) closed: Notify,
}

impl Connections {
    pub(super) fn new(options: &ServerOptions) -> Self {
        Self {
            start: Instant::now(),
            most: options.max_connections.max(1),
            share: options.per_client.max(1),
            trusted: options.trusted_proxies.clone(),
            open: Mutex::default(),
            closed: Notify::new(),
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a place for a new connection, if need be by closing those that have waited longest for their client. None
    /// if every one of them waits for us.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<ConnectionPermit> {
        let client = client(peer);
        let shares = !self.trusted.iter().any(|network| network.contains(&peer.to_canonical()));
        let mut open = self.open();
        let held = open.by_client.get(&client).map_or(0, Vec::len);
        if shares && held >= self.share && !open.make_room(self.now(), Some(client)) {
            return None;
        }
        if open.staying >= self.most && !open.make_room(self.now(), None) {
            return None;
        }
        let activity = Arc::new(Activity::new(self.start));
        open.by_client.entry(client).or_default().push(Arc::clone(&activity));
        open.staying += 1;
        open.sockets += 1;
        drop(open);
        Some(ConnectionPermit { connections: Arc::clone(self), client, activity })
    }

    fn now(&self) -> u64 {
        since(self.start)
    }

    /// Closes some, so that there are file descriptors again.
    pub(super) fn make_room(&self) {
        let now = self.now();
        self.open().make_room(now, None);
    }

    /// Whether so many sockets of connections that were told to close are still open that accepting more has to wait.
    pub(super) fn is_crowded(&self) -> bool {
        self.open().sockets > self.most + MOST_AT_ONCE
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open().sockets == 0
    }

    /// Closes those that missed a deadline; gives how many, by which.
    pub(super) fn close_overdue(&self, deadlines: &Deadlines) -> HashMap<&'static str, usize> {
        let now = self.now();
        let mut missed = HashMap::new();
        self.open().close_if(|activity| {
            let overdue = activity.overdue(now, deadlines);
            if let Some(which) = overdue {
                *missed.entry(which).or_insert(0) += 1;
            }
            overdue.is_some()
        });
        missed
    }

    /// Closes those without a request, and lets the others finish theirs.
    pub(super) fn finish(&self) {
        let now = self.now();
        self.open().close_if(|activity| {
            activity.give(Order::Finish);
            activity.spare(now).is_some_and(|spare| !spare.is_stalled())
        });
    }
}

impl Open {
    /// Closes those that have waited longest for their client, of one client or of all. False if there are none.
    fn make_room(&mut self, now: u64, client: Option<IpAddr>) -> bool {
        let mut spare: Vec<_> = match client {
            Some(client) => spares(now, self.by_client.get(&client).into_iter().flatten()).collect(),
            None => spares(now, self.by_client.values().flatten()).collect(),
        };
        let wanted = spare.len().div_ceil(ONE_IN).min(MOST_AT_ONCE);
        if wanted == 0 {
            return false;
        }
        spare.select_nth_unstable_by_key(wanted - 1, |(spare, _)| *spare);
        spare.truncate(wanted);
        let gone: Vec<_> = spare.into_iter().map(|(_, activity)| activity).collect();
        self.close_if(|activity| gone.iter().any(|it| std::ptr::eq(Arc::as_ptr(it), activity)));
        true
    }

    /// Tells some to close, and counts them no more.
    fn close_if(&mut self, mut is_gone: impl FnMut(&Activity) -> bool) {
        let staying = &mut self.staying;
        self.by_client.retain(|_, activities| {
            activities.retain(|activity| {
                let gone = is_gone(activity);
                if gone {
                    activity.give(Order::Close);
                    *staying -= 1;
                }
                !gone
            });
            !activities.is_empty()
        });
    }
}

fn spares<'a>(
    now: u64,
    activities: impl Iterator<Item = &'a Arc<Activity>>,
) -> impl Iterator<Item = (Spare, Arc<Activity>)> {
    activities.filter_map(move |activity| Some((activity.spare(now)?, Arc::clone(activity))))
}

/// A connection's place, given back when dropped.
#[derive(Debug)]
pub(super) struct ConnectionPermit {
    connections: Arc<Connections>,
    client: IpAddr,
    pub(super) activity: Arc<Activity>,
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut open = self.connections.open();
        open.sockets -= 1;
        if let Some(activities) = open.by_client.get_mut(&self.client)
            && let Some(at) = activities.iter().position(|it| Arc::ptr_eq(it, &self.activity))
        {
            activities.swap_remove(at);
            if activities.is_empty() {
                open.by_client.remove(&self.client);
            }
            open.staying -= 1;
        }
        drop(open);
        self.connections.closed.notify_one();
    }
}
