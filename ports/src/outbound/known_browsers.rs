use usher_domain::{AdministratorName, Timestamp};

/// What a browser keeps to show later that an administrator logged in with it. It authenticates no one; it only has a quota
/// of its own for further attempts.
///
/// - What was issued must be read as the same name and timestamp.
/// - What was changed, or issued with another key, must not be read.
pub trait KnownBrowsers: Send + Sync {
    /// A text that only this installation can make.
    fn issue(&self, name: &AdministratorName, at: Timestamp) -> String;

    /// Who logged in, and when; `None` for a text that was not issued.
    fn read(&self, text: &str) -> Option<(AdministratorName, Timestamp)>;
}
