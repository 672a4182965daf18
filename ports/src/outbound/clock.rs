use usher_domain::Timestamp;

/// Tells the time. The only way to: the global clocks are banned, so that every rule about time can be tested.
///
/// - It must tell milliseconds since 1970 in UTC.
/// - It must not run backwards by itself. It may be set back from outside, which no rule may depend on.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}
