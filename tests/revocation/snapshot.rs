//! Redis going back to an earlier state, for the keys of one prefix.

use deadpool_redis::redis::{Client, Script, aio::MultiplexedConnection};

/// In one step, as a server writes its snapshot.
const TAKE: &str = "
    local kept = {}
    for place, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
        kept[place] = { key, redis.call('PTTL', key), redis.call('DUMP', key) }
    end
    return kept";

const BRING_BACK: &str = "
    for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
        redis.call('DEL', key)
    end
    for place = 2, #ARGV, 3 do
        redis.call('RESTORE', ARGV[place], math.max(0, tonumber(ARGV[place + 1])), ARGV[place + 2])
    end
    return 1";

/// Beside the wires.
pub(super) struct Snapshots {
    connection: MultiplexedConnection,
    prefix: String,
}

pub(super) struct Snapshot(Vec<(String, i64, Vec<u8>)>);

impl Snapshots {
    pub(super) async fn of(url: &str, prefix: &str) -> Self {
        let client = Client::open(url).expect("a URL");
        let connection = client.get_multiplexed_async_connection().await.expect("a connection");
        Self { connection, prefix: prefix.to_owned() }
    }

    pub(super) async fn take(&self) -> Snapshot {
        let script = Script::new(TAKE);
        let kept = script.arg(&self.prefix).invoke_async(&mut self.connection.clone()).await;
        Snapshot(kept.expect("a snapshot"))
    }

    pub(super) async fn bring_back(&self, snapshot: &Snapshot) {
        let script = Script::new(BRING_BACK);
        let mut call = script.arg(&self.prefix);
        for (key, ttl, value) in &snapshot.0 {
            call.arg(key).arg(ttl).arg(value.as_slice());
        }
        let () = call.invoke_async(&mut self.connection.clone()).await.expect("an earlier state");
    }
}
