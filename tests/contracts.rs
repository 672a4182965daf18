//! The laws of the outbound ports, for each adapter that implements one.

#[expect(clippy::unused_async, reason = "all are made alike")]
mod backends;
mod common_names;
mod linked;
mod sessions_beside_users;

use backends::*;

use crate::support::engines::{MARIADB, MYSQL, POSTGRES, REDIS, REDIS_CLUSTER, VALKEY};

mod users {
    use super::*;

    usher_ports::users_contract!(memory, users_in_memory());
    usher_ports::users_contract!(sqlite, users_in_sqlite());
    usher_ports::users_contract!(postgres, users_on(&POSTGRES));
    usher_ports::users_contract!(mysql, users_on(&MYSQL));
    usher_ports::users_contract!(mariadb, users_on(&MARIADB));
}

mod events {
    use super::*;

    usher_ports::events_contract!(memory, events_in_memory());
    usher_ports::events_contract!(sqlite, events_in_sqlite());
    usher_ports::events_contract!(postgres, events_on(&POSTGRES));
    usher_ports::events_contract!(mysql, events_on(&MYSQL));
    usher_ports::events_contract!(mariadb, events_on(&MARIADB));
}

mod imports {
    use super::*;

    usher_ports::imports_contract!(memory, imports_in_memory());
    usher_ports::imports_contract!(sqlite, imports_in_sqlite());
    usher_ports::imports_contract!(postgres, imports_on(&POSTGRES));
    usher_ports::imports_contract!(mysql, imports_on(&MYSQL));
    usher_ports::imports_contract!(mariadb, imports_on(&MARIADB));
}

mod bulk_jobs {
    use super::*;

    usher_ports::bulk_jobs_contract!(memory, bulk_jobs_in_memory());
    usher_ports::bulk_jobs_contract!(sqlite, bulk_jobs_in_sqlite());
    usher_ports::bulk_jobs_contract!(postgres, bulk_jobs_on(&POSTGRES));
    usher_ports::bulk_jobs_contract!(mysql, bulk_jobs_on(&MYSQL));
    usher_ports::bulk_jobs_contract!(mariadb, bulk_jobs_on(&MARIADB));
}

mod administrators {
    use super::*;

    usher_ports::administrators_contract!(memory, administrators_in_memory());
    usher_ports::administrators_contract!(sqlite, administrators_in_sqlite());
    usher_ports::administrators_contract!(postgres, administrators_on(&POSTGRES));
    usher_ports::administrators_contract!(mysql, administrators_on(&MYSQL));
    usher_ports::administrators_contract!(mariadb, administrators_on(&MARIADB));
}

mod audit {
    use super::*;

    usher_ports::audit_contract!(memory, audit_in_memory());
    usher_ports::audit_contract!(sqlite, audit_in_sqlite());
    usher_ports::audit_contract!(postgres, audit_on(&POSTGRES));
    usher_ports::audit_contract!(mysql, audit_on(&MYSQL));
    usher_ports::audit_contract!(mariadb, audit_on(&MARIADB));
}

mod avatars {
    use super::*;

    usher_ports::avatars_contract!(memory, avatars_in_memory());
    usher_ports::avatars_contract!(directory, avatars_in_a_directory());
    usher_ports::avatars_contract!(bucket, avatars_in_a_bucket());
}

mod access_bans {
    use super::*;

    usher_ports::access_bans_contract!(memory, access_bans_in_memory());
    usher_ports::access_bans_contract!(sqlite, access_bans_in_sqlite());
    usher_ports::access_bans_contract!(postgres, access_bans_on(&POSTGRES));
    usher_ports::access_bans_contract!(mysql, access_bans_on(&MYSQL));
    usher_ports::access_bans_contract!(mariadb, access_bans_on(&MARIADB));
}

mod user_notes {
    use super::*;

    usher_ports::user_notes_contract!(memory, user_notes_in_memory());
    usher_ports::user_notes_contract!(sqlite, user_notes_in_sqlite());
    usher_ports::user_notes_contract!(postgres, user_notes_on(&POSTGRES));
    usher_ports::user_notes_contract!(mysql, user_notes_on(&MYSQL));
    usher_ports::user_notes_contract!(mariadb, user_notes_on(&MARIADB));
}

mod installation {
    use super::*;

    usher_ports::installation_contract!(memory, installation_in_memory());
    usher_ports::installation_contract!(sqlite, installation_in_sqlite());
    usher_ports::installation_contract!(postgres, installation_on(&POSTGRES));
    usher_ports::installation_contract!(mysql, installation_on(&MYSQL));
    usher_ports::installation_contract!(mariadb, installation_on(&MARIADB));
}

mod statistics {
    use super::*;

    usher_ports::statistics_contract!(memory, statistics_in_memory());
    usher_ports::statistics_contract!(sqlite, statistics_in_sqlite());
    usher_ports::statistics_contract!(postgres, statistics_on(&POSTGRES));
    usher_ports::statistics_contract!(mysql, statistics_on(&MYSQL));
    usher_ports::statistics_contract!(mariadb, statistics_on(&MARIADB));
}

mod sessions {
    use super::*;

    usher_ports::sessions_contract!(memory, sessions_in_memory());
    usher_ports::sessions_contract!(sqlite, sessions_in_sqlite());
    usher_ports::sessions_contract!(postgres, sessions_on(&POSTGRES));
    usher_ports::sessions_contract!(mysql, sessions_on(&MYSQL));
    usher_ports::sessions_contract!(mariadb, sessions_on(&MARIADB));
    usher_ports::sessions_contract!(redis, sessions_in(&REDIS));
    usher_ports::sessions_contract!(redis_cluster, sessions_in(&REDIS_CLUSTER));
    usher_ports::sessions_contract!(valkey, sessions_in(&VALKEY));
}

mod sign_in {
    use super::*;

    usher_ports::sign_in_contract!(memory, sign_in_in_memory());
    usher_ports::sign_in_contract!(sqlite, sign_in_in_sqlite());
    usher_ports::sign_in_contract!(postgres, sign_in_on(&POSTGRES));
    usher_ports::sign_in_contract!(mysql, sign_in_on(&MYSQL));
    usher_ports::sign_in_contract!(mariadb, sign_in_on(&MARIADB));
}

mod outbox {
    use super::*;

    usher_ports::outbox_contract!(memory, outbox_in_memory());
    usher_ports::outbox_contract!(sqlite, outbox_in_sqlite());
    usher_ports::outbox_contract!(postgres, outbox_on(&POSTGRES));
    usher_ports::outbox_contract!(mysql, outbox_on(&MYSQL));
    usher_ports::outbox_contract!(mariadb, outbox_on(&MARIADB));
}

mod revoking {
    use super::*;

    usher_ports::revoking_contract!(memory, revoking_in_memory());
    usher_ports::revoking_contract!(redis, revoking_in(&REDIS));
    usher_ports::revoking_contract!(redis_cluster, revoking_in(&REDIS_CLUSTER));
    usher_ports::revoking_contract!(valkey, revoking_in(&VALKEY));
}

mod purging {
    use super::*;

    usher_ports::purging_contract!(memory, sessions_in_memory());
    usher_ports::purging_contract!(sqlite, sessions_in_sqlite());
    usher_ports::purging_contract!(postgres, sessions_on(&POSTGRES));
    usher_ports::purging_contract!(mysql, sessions_on(&MYSQL));
    usher_ports::purging_contract!(mariadb, sessions_on(&MARIADB));
}

mod limits {
    use super::*;

    usher_ports::limits_contract!(memory, limits_in_memory());
    usher_ports::limits_contract!(redis, limits_in(&REDIS));
    usher_ports::limits_contract!(redis_cluster, limits_in(&REDIS_CLUSTER));
    usher_ports::limits_contract!(valkey, limits_in(&VALKEY));
}

mod replay {
    use super::*;

    usher_ports::replay_contract!(memory, replay_in_memory());
    usher_ports::replay_contract!(redis, replay_in(&REDIS));
    usher_ports::replay_contract!(redis_cluster, replay_in(&REDIS_CLUSTER));
    usher_ports::replay_contract!(valkey, replay_in(&VALKEY));
}

mod hasher {
    use super::*;

    usher_ports::hasher_contract!(argon2, argon2_hasher());
}

mod browsers {
    use super::*;

    usher_ports::browsers_contract!(hmac, hmac_browsers());
}

mod factor_cipher {
    use super::*;

    usher_ports::factor_cipher_contract!(aes_gcm, factor_keys());
}

mod one_time {
    use super::*;

    usher_ports::one_time_contract!(rfc6238, one_time_codes());
}

mod tokens {
    use super::*;

    usher_ports::tokens_contract!(hmac, hmac_tokens());
}

mod signatures {
    use super::*;

    usher_ports::signatures_contract!(salted, salted_signatures());
}

mod ids {
    use super::*;

    usher_ports::ids_contract!(system, system_ids());
}

mod time {
    use super::*;

    usher_ports::time_contract!(system, system_clock());
    usher_ports::time_contract!(fixed, fixed_clock());
}

mod days {
    use super::*;

    usher_ports::days_contract!(utc, calendar("UTC"));
    usher_ports::days_contract!(shanghai, calendar("Asia/Shanghai"));
    usher_ports::days_contract!(new_york, calendar("America/New_York"));
    usher_ports::days_contract!(kiritimati, calendar("Pacific/Kiritimati"));
}

mod probes {
    use super::*;

    usher_ports::probes_contract!(sqlite, sqlite_probes());
    usher_ports::probes_contract!(postgres, probes_on(&POSTGRES));
    usher_ports::probes_contract!(mysql, probes_on(&MYSQL));
    usher_ports::probes_contract!(mariadb, probes_on(&MARIADB));
    usher_ports::probes_contract!(redis, probes_in(&REDIS));
    usher_ports::probes_contract!(redis_cluster, probes_in(&REDIS_CLUSTER));
    usher_ports::probes_contract!(valkey, probes_in(&VALKEY));
}
