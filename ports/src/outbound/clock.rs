use usher_domain::Timestamp;

/// Tells the time. The only way to: the global clocks are banned, so that every rule about time can be tested.
pub trait Clock: Send + Sync {
    /// The moment.
    fn now(&self) -> Timestamp;
}
