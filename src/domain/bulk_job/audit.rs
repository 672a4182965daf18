//! What the audit log says of a job.

use super::{BulkControl, BulkJob};
use crate::{AuditAction, AuditContext, AuditRecord, Change, UserFilter};

impl BulkJob {
    /// The entry of its creation, which stands for all changes that it makes. It names the users by what they are chosen by;
    /// the list is that of the job.
    pub fn started(&self) -> AuditRecord {
        let total = self.total.map(|total| total.to_string()).unwrap_or_default();
        let undoes = self.undoes.map(|job| job.0.to_string()).unwrap_or_default();
        let spared = if self.spares_bans { "" } else { "1" };
        let fields =
            [("operation", self.action.as_str()), ("users", &total), ("undoes", &undoes), ("bans", spared)];
        let filter = self.filter.as_ref().map(described).unwrap_or_default();
        let filter = filter.iter().map(|(name, value)| (*name, value.as_str()));
        let changes =
            fields.into_iter().chain(filter).filter_map(|(name, value)| Change::of(name, "", value));
        let action = if self.undoes.is_some() { AuditAction::BulkUndone } else { AuditAction::BulkStarted };
        AuditRecord { changes: changes.collect(), ..self.entry(action, &self.context(self.created_at)) }
    }

    /// The entry of what an administrator did to it, with what it had done by then.
    pub fn controlled(&self, control: BulkControl, context: &AuditContext) -> AuditRecord {
        let action = match control {
            BulkControl::Pause => AuditAction::BulkPaused,
            BulkControl::Resume => AuditAction::BulkResumed,
            BulkControl::Cancel => AuditAction::BulkCancelled,
        };
        self.counted(self.entry(action, context))
    }

    /// The entry of its end, with what it came to.
    pub fn finished(&self) -> AuditRecord {
        self.counted(self.entry(AuditAction::BulkFinished, &AuditContext::due(self.updated_at)))
    }

    fn entry(&self, action: AuditAction, context: &AuditContext) -> AuditRecord {
        context.record(action, &self.id.0.to_string())
    }

    fn counted(&self, record: AuditRecord) -> AuditRecord {
        let counts = self.counts;
        let counted =
            [("changed", counts.changed), ("unchanged", counts.unchanged), ("missing", counts.missing)];
        let changes = counted.into_iter().filter_map(|(name, count)| Change::of(name, "", count.to_string()));
        AuditRecord { changes: changes.collect(), ..record }
    }
}

/// The filter, by field.
fn described(filter: &UserFilter) -> Vec<(&'static str, String)> {
    let state = match (filter.deleted, filter.status) {
        (Some(true), _) => "deleted",
        (_, Some(status)) => status.as_str(),
        _ => "",
    };
    let platform = filter.platform.as_ref().map(|platform| platform.as_str().to_owned());
    vec![
        ("search", filter.search.as_ref().map(|search| search.text().to_owned()).unwrap_or_default()),
        ("role", filter.role.map(|role| role.as_str().to_owned()).unwrap_or_default()),
        ("state", state.to_owned()),
        ("platform", platform.unwrap_or_default()),
    ]
}
