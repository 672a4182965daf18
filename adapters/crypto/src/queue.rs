use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;
use usher_domain::Network;
use usher_ports::outbound::{HasherBusy, Lane};

/// Callers that find no place are refused together, once in this time. Otherwise clients that retry at once would take
/// more of the cores from the hashes that run. It is the longest that the queue holds a refusal back.
const ROUND: Duration = Duration::from_millis(70);

/// Who may hash next.
///
/// Each lane has places of its own, and the lanes take turns, so an administrator waits for one job of each other lane
/// at most. Where the places of a lane are all taken, a caller from a network that holds fewer of them than another
/// takes the last place of that other one: "longest queue drop" (Suter et al., Infocom 1998). So one network can use
/// all places while no other network needs them, and however many it asks for, the next network finds one.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    places: usize,
    /// When the first round began.
    begun: Instant,
}

#[derive(Debug)]
struct State {
    /// How many more may run.
    idle: usize,
    lanes: [VecDeque<Waiting>; 4],
    /// The lane that was served last.
    last: usize,
}

#[derive(Debug)]
struct Waiting {
    network: Option<Network>,
    turn: oneshot::Sender<Permit>,
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit(Option<Arc<Queue>>);

impl Queue {
    /// `at_once` run, and in each lane so many more wait.
    pub(crate) fn new(at_once: usize, places: usize) -> Arc<Self> {
        let state = State { idle: at_once, lanes: Default::default(), last: 0 };
        Arc::new(Self { state: Mutex::new(state), places, begun: Instant::now() })
    }

    /// Waits for a turn. A caller that finds no place asks once more at the end of the round.
    pub(crate) async fn enter(self: &Arc<Self>, lane: Lane) -> Result<Permit, HasherBusy> {
        let turn = if let Ok(turn) = self.ask(lane) {
            turn
        } else {
            tokio::time::sleep(self.rest_of_round()).await;
            self.ask(lane)?
        };
        turn.await.map_err(|_| HasherBusy)
    }

    fn rest_of_round(&self) -> Duration {
        let into = self.begun.elapsed().as_millis() % ROUND.as_millis();
        u64::try_from(into).map_or(ROUND, |into| ROUND.saturating_sub(Duration::from_millis(into)))
    }

    /// Takes a place.
    fn ask(self: &Arc<Self>, lane: Lane) -> Result<oneshot::Receiver<Permit>, HasherBusy> {
        let (turn, given) = oneshot::channel();
        let mut state = self.lock();
        // A caller waits only while others run.
        if state.idle > 0 {
            state.idle -= 1;
            let _ = turn.send(Permit(Some(Arc::clone(self))));
        } else {
            let (lane, network) = split(lane);
            make_room(&mut state.lanes[lane], network, self.places)?;
            state.lanes[lane].push_back(Waiting { network, turn });
        }
        Ok(given)
    }

    fn release(self: &Arc<Self>) {
        loop {
            let next = {
                let mut state = self.lock();
                let next = state.next();
                state.idle += usize::from(next.is_none());
                next
            };
            // Not under the lock: a permit whose receiver is gone comes back here.
            let Some(next) = next else { return };
            match next.turn.send(Permit(Some(Arc::clone(self)))) {
                Ok(()) => return,
                // The caller hung up.
                Err(mut permit) => permit.0 = None,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The first of the next lane in which a request waits.
    fn next(&mut self) -> Option<Waiting> {
        let lanes = self.lanes.len();
        let lane =
            (1..=lanes).map(|step| (self.last + step) % lanes).find(|&it| !self.lanes[it].is_empty())?;
        self.last = lane;
        self.lanes[lane].pop_front()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(queue) = self.0.take() {
            queue.release();
        }
    }
}

const fn split(lane: Lane) -> (usize, Option<Network>) {
    match lane {
        Lane::Administrator => (0, None),
        Lane::AdministratorStranger(network) => (1, Some(network)),
        Lane::User(network) => (2, Some(network)),
        Lane::Stranger(network) => (3, Some(network)),
    }
}

fn make_room(
    lane: &mut VecDeque<Waiting>,
    network: Option<Network>,
    places: usize,
) -> Result<(), HasherBusy> {
    if lane.len() < places {
        return Ok(());
    }
    lane.retain(|waiting| !waiting.turn.is_closed());
    if lane.len() < places {
        return Ok(());
    }
    let mut held: HashMap<Option<Network>, usize> = HashMap::new();
    for waiting in lane.iter() {
        *held.entry(waiting.network).or_default() += 1;
    }
    let ours = held.get(&network).copied().unwrap_or_default();
    let (longest, most) = held.into_iter().max_by_key(|(_, count)| *count).ok_or(HasherBusy)?;
    // With one more of ours, it would still hold no fewer.
    if most <= ours + 1 {
        return Err(HasherBusy);
    }
    let last = lane.iter().rposition(|waiting| waiting.network == longest).ok_or(HasherBusy)?;
    drop(lane.remove(last));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use usher_domain::ClientAddress;

    use super::*;

    fn stranger(site: u8) -> Lane {
        Lane::Stranger(ClientAddress::new([198, 51, site, 1].into()).widest_network())
    }

    /// A caller that asked once and goes on waiting.
    struct Caller(std::pin::Pin<Box<dyn Future<Output = Result<Permit, HasherBusy>>>>);

    impl Caller {
        fn of(queue: &Arc<Queue>, lane: Lane) -> Self {
            let queue = Arc::clone(queue);
            let mut caller = Self(Box::pin(async move { queue.enter(lane).await }));
            assert!(caller.look().is_none(), "no turn yet");
            caller
        }

        fn look(&mut self) -> Option<Result<Permit, HasherBusy>> {
            match self.0.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => None,
            }
        }
    }

    fn taken(queue: &Arc<Queue>) -> Permit {
        let entering = pin!(queue.enter(Lane::Administrator));
        match entering.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(permit)) => permit,
            _ => unreachable!("it is idle"),
        }
    }

    fn is_refused(queue: &Arc<Queue>, lane: Lane) -> bool {
        queue.ask(lane).is_err()
    }

    #[test]
    fn lanes_take_turns() {
        let queue = Queue::new(1, 8);
        let running = taken(&queue);
        let mut strangers: Vec<_> = (0..4).map(|_| Caller::of(&queue, stranger(1))).collect();
        let mut owner = Caller::of(&queue, Lane::Administrator);
        drop(running);
        drop(strangers[0].look().expect("a turn"));
        assert!(strangers[1].look().is_none());
        drop(owner.look().expect("a turn"));
        assert!(strangers[1].look().is_some());
    }

    #[test]
    fn a_network_takes_the_places_that_others_do_not_need() {
        let queue = Queue::new(1, 4);
        let _running = taken(&queue);
        let mut storm: Vec<_> = (0..4).map(|_| Caller::of(&queue, stranger(1))).collect();
        assert!(is_refused(&queue, stranger(1)));
        let mut others: Vec<_> = (0..2).map(|_| Caller::of(&queue, stranger(2))).collect();
        assert!(is_refused(&queue, stranger(2)));
        let pending =
            |callers: &mut [Caller]| callers.iter_mut().map(|it| it.look().is_none()).collect::<Vec<_>>();
        assert_eq!(pending(&mut storm[..2]), [true, true]);
        assert!(storm[2..].iter_mut().all(|it| matches!(it.look(), Some(Err(HasherBusy)))));
        assert_eq!(pending(&mut others), [true, true]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_without_a_place_asks_twice() {
        let queue = Queue::new(1, 1);
        let running = taken(&queue);
        let waiting = Caller::of(&queue, stranger(1));
        tokio::time::advance(ROUND / 2).await;
        let asked = Instant::now();
        assert!(queue.enter(stranger(1)).await.is_err());
        assert_eq!(asked.elapsed(), ROUND / 2);
        let (late, ()) = tokio::join!(queue.enter(stranger(1)), async {
            drop(waiting);
            drop(running);
        });
        assert!(late.is_ok(), "the place was free when it asked again");
    }

    #[test]
    fn a_closed_connection_frees_its_permit() {
        let queue = Queue::new(1, 1);
        let running = taken(&queue);
        drop(Caller::of(&queue, stranger(1)));
        let waiting = Caller::of(&queue, stranger(2));
        // Its turn comes, and it hangs up without looking.
        drop(running);
        drop(waiting);
        drop(taken(&queue));
    }
}
