//! The audit log.

mod review_audit;

pub use review_audit::ReviewAuditService;
