use usher_domain::SessionSecret;
use uuid::Uuid;

/// Draws what must be unique or unguessable. The only way to: global random sources are banned.
pub trait IdSource: Send + Sync {
    /// A public id: must never repeat, and later ones must sort after earlier ones (RFC 9562, version 7).
    fn uuid(&self) -> Uuid;

    /// 256 unguessable bits: must come from the operating system's generator.
    fn session_secret(&self) -> SessionSecret;

    /// A number for a name that must differ from another one.
    fn salt(&self) -> u32;
}
