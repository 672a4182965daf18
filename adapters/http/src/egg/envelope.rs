use serde::Serialize;

/// What stands around everything that the old protocol says.
#[derive(Serialize)]
pub(super) struct Envelope<T> {
    /// `ok` or `fail`.
    pub(super) msg: &'static str,
    /// What was asked for, or why there is none of it.
    pub(super) data: T,
}
