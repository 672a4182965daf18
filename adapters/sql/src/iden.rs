//! Every table and column by name, once.

use sea_query::Iden;

#[derive(Clone, Copy, Iden)]
pub(crate) enum Users {
    Table,
    Id,
    Uuid,
    Username,
    UsernameKey,
    PasswordHash,
    Nickname,
    NicknameKey,
    Avatar,
    Role,
    Status,
    DisabledUntil,
    DisabledReason,
    DisabledBy,
    DeletedAt,
    Mobile,
    Email,
    MobileVerified,
    EmailVerified,
    WechatOpenid,
    QqOpenid,
    WeiboUid,
    Settings,
    SortOrder,
    RegisteredAt,
    RegisteredFrom,
    LastLoginAt,
    LastLoginFrom,
    LastSeenAt,
    UpdatedAt,
    Version,
    SessionEpoch,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Profiles {
    Table,
    Id,
    UserId,
    Gender,
    Birthday,
    Bio,
    Location,
    Website,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Devices {
    Table,
    Id,
    UserId,
    Platform,
    Model,
    Os,
    Brand,
    FirstSeenAt,
    LastSeenAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Aliases {
    Table,
    VisitorId,
    UserId,
    LinkedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Revocations {
    Table,
    UserId,
    Epoch,
    Since,
    DeliveredEpoch,
    Pending,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum RevocationSync {
    Table,
    Id,
    Token,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Sessions {
    Table,
    Id,
    UserId,
    Role,
    Epoch,
    StartedAt,
    SeenAt,
    ExpiresAt,
    Address,
    DeviceTag,
    Platform,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Administrators {
    Table,
    Id,
    Name,
    Role,
    PasswordHash,
    Founder,
    CreatedAt,
    LastLoginAt,
    TotpSecret,
    TotpStep,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AdministratorCodes {
    Table,
    AdministratorId,
    Digest,
    Keyed,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AdministratorSessions {
    Table,
    Id,
    AdministratorId,
    Address,
    StartedAt,
    SeenAt,
    ExpiresAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Events {
    Table,
    Id,
    At,
    Type,
    UserId,
    Data,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Audit {
    Table,
    Number,
    At,
    Actor,
    Address,
    Action,
    UserId,
    Subject,
    Changes,
    Reason,
    Link,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AuditHead {
    Table,
    Id,
    Number,
    Link,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Statistics {
    Table,
    Day,
    Measure,
    Value,
    Number,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum HourlyStatistics {
    Table,
    Hour,
    Measure,
    Number,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum ActivePeople {
    Table,
    Day,
    UserId,
    SeenAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AdministratorInvitations {
    Table,
    Id,
    Name,
    Role,
    Actor,
    ExpiresAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum UserNotes {
    Table,
    Id,
    UserId,
    Author,
    Text,
    CreatedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AccessBans {
    Table,
    Id,
    Target,
    Reason,
    EndsAt,
    Actor,
    CreatedAt,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum AccessBanVersion {
    Table,
    Id,
    Version,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum Installation {
    Table,
    Id,
    Uuid,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum BulkJobs {
    Table,
    Id,
    Action,
    Undoes,
    Filter,
    SparesBans,
    Actor,
    Address,
    Reason,
    State,
    Total,
    Changed,
    Unchanged,
    Missing,
    Position,
    LeaseOwner,
    LeaseUntil,
    CreatedAt,
    UpdatedAt,
    EndedAt,
    ListedUntil,
}

#[derive(Clone, Copy, Iden)]
pub(crate) enum BulkJobUsers {
    Table,
    JobId,
    UserId,
    Username,
    Outcome,
    Status,
    DisabledUntil,
    DisabledReason,
    DisabledBy,
    DeletedAt,
    Version,
}
