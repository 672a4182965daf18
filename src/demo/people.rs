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

/// Two of three people are visitors, as in the field; they came in the last thirty days.
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
        self.until.minus(Duration::from_hours(24 * 30).mul_f64(before))
    }
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
