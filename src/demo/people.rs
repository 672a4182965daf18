use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use usher_domain::{
    ClientAddress, Device, DeviceAttribute, DeviceAttributes, DeviceId, Nickname, PasswordHash, Timestamp,
    Username,
};
use usher_ports::outbound::{IdSource, ImportedUser};

use super::Result;

/// Given name, nickname.
const NAMES: [(&str, &str); 12] = [
    ("xiaoming", "小明"),
    ("lihua", "李华"),
    ("wang_fang", "王芳"),
    ("zhangwei", "张伟"),
    ("chen_jing", "静静"),
    ("liuyang", "刘洋"),
    ("emma", "Emma"),
    ("oliver", "Oliver"),
    ("sofia", "Sofía"),
    ("noah", "Noah W."),
    ("yuki", "ゆき"),
    ("amelie", "Amélie"),
];

/// The name of a few users, however many there are: its first 1, 2, 3 and 6 characters are in no other name. No name has
/// a `p` or a `t`.
const RARE: (&str, &str) = ("qiuqiu", "秋秋");

/// From which registered user on there are some with the rare name.
const RARE_FROM: u32 = 64;

/// Platform, model, operating system, brand.
const DEVICES: [[&str; 4]; 6] = [
    ["mp-weixin", "iPhone 15", "iOS 18.1", "Apple"],
    ["app", "Mate 60 Pro", "HarmonyOS 4.2", "HUAWEI"],
    ["h5", "Redmi Note 13", "Android 14", "Xiaomi"],
    ["app", "Find X7", "Android 15", "OPPO"],
    ["h5", "Chrome", "Windows 11", "PC"],
    ["mp-weixin", "X100", "Android 14", "vivo"],
];

/// For how many days people have come.
const DAYS: f64 = 30.0;

/// Two of three people are visitors, as in the field; they came in the last thirty days, more of them each week.
pub(super) struct People {
    pub(super) count: u32,
    pub(super) until: Timestamp,
    /// Of the password that all registered ones have.
    pub(super) hash: PasswordHash,
    pub(super) ids: Arc<dyn IdSource>,
}

impl People {
    /// The people with these numbers, with devices and names that are drawn anew each time.
    pub(super) fn draw(&self, numbers: Range<u32>) -> Result<Vec<ImportedUser>> {
        numbers.map(|number| self.person(number)).collect()
    }

    fn person(&self, number: u32) -> Result<ImportedUser> {
        let prefix = self.prefix(number);
        let id = device(prefix)?;
        let registered = number.is_multiple_of(3).then(|| name(number / 3));
        let username = match registered {
            Some((name, _)) => Username::register(&format!("{name}_{prefix:08x}"))?,
            None => Username::visitor_with(&id, self.ids.salt()),
        };
        Ok(ImportedUser {
            uuid: self.ids.uuid(),
            username,
            password: registered.map(|_| self.hash.clone()),
            nickname: Nickname::parse(registered.map_or("", |(_, nickname)| nickname))?,
            device: Device { id, attributes: attributes(number) },
            from: ClientAddress::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, u8::try_from(number % 254)? + 1))),
            at: self.came(number),
        })
    }

    /// What a device id begins with: anything, but more than for the one before. Ids and names are then written in the
    /// order of their indexes, each page once; in any other order millions of users take hours.
    fn prefix(&self, number: u32) -> u32 {
        let slice = |number: u32| (u64::from(number) << 32) / u64::from(self.count);
        let (start, end) = (slice(number), slice(number + 1));
        u32::try_from(start + u64::from(self.ids.salt()) % (end - start)).unwrap_or(u32::MAX)
    }

    fn came(&self, number: u32) -> Timestamp {
        let before = f64::from(self.count - number) / f64::from(self.count);
        self.until.minus(Duration::from_hours(24).mul_f64(days_ago(before)))
    }
}

/// How many days ago people came who have this share of all at or behind them. Twice as many come at the end as in the
/// beginning, with the ups and downs of weeks. It falls with the share, so people are in the order in which they came.
fn days_ago(share: f64) -> f64 {
    // In the last part t of the time (4t - t²)/3 of them came; solved for t.
    let time = 2.0 - (4.0 - 3.0 * share).sqrt();
    let weeks = (time * DAYS * std::f64::consts::TAU / 7.0).sin() * 0.4;
    (time * DAYS + weeks).clamp(0.0, DAYS)
}

fn name(registered: u32) -> (&'static str, &'static str) {
    if registered >= RARE_FROM && registered.is_power_of_two() {
        return RARE;
    }
    NAMES[registered as usize % NAMES.len()]
}

fn device(prefix: u32) -> Result<DeviceId> {
    let mut bytes: [u8; 16] = crate::system::random();
    bytes[..4].copy_from_slice(&prefix.to_be_bytes());
    Ok(DeviceId::parse(&uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())?)
}

fn attributes(number: u32) -> DeviceAttributes {
    let [platform, model, os, brand] = DEVICES[number as usize % DEVICES.len()];
    DeviceAttributes {
        platform: DeviceAttribute::parse(platform, DeviceAttributes::PLATFORM),
        model: DeviceAttribute::parse(model, DeviceAttributes::OTHER),
        os: DeviceAttribute::parse(os, DeviceAttributes::OTHER),
        brand: DeviceAttribute::parse(brand, DeviceAttributes::OTHER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_in_their_order_and_more_of_them_each_week() {
        let days: Vec<f64> = (0..=1_000).map(|number| days_ago(f64::from(number) / 1_000.0)).collect();
        assert!(days.is_sorted() && days[0] == 0.0 && (days[1_000] - DAYS).abs() < 1e-9, "{days:?}");
        let in_week = |ago: f64| days.iter().filter(|day| (ago..ago + 7.0).contains(*day)).count();
        assert!(in_week(0.0) > in_week(7.0) && in_week(7.0) > in_week(14.0) && in_week(14.0) > in_week(21.0));
    }

    #[test]
    fn searches_of_any_length_are_common_rare_or_in_vain() {
        let names: Vec<&str> = (0..10_000).map(|registered| name(registered).0).collect();
        let with = |part: &str| names.iter().filter(|name| name.contains(part)).count();
        for part in ["a", "an", "ang", "wang_f"] {
            assert!(with(part) > 800, "{part}");
        }
        for part in ["q", "qi", "qiu", "qiuqiu"] {
            assert_eq!(with(part), 8, "{part}");
        }
        for part in ["t", "tp", "tpt", "tptptp"] {
            assert_eq!(with(part), 0, "{part}");
        }
    }
}
