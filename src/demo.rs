//! `usher demo`: people who do not exist, to look at.

use std::error::Error;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use jiff::tz::TimeZone;
use usher_domain::{
    ClientAddress, Count, Device, DeviceFacts, DeviceId, Dimension, Fact, Measure, Nickname, PasswordHash,
    PlainPassword, Timestamp, UserId, Username,
};
use usher_ports::outbound::{AddUser, AddVisitor, Calendar as _, Lane, NewUser, NewVisitor, Origin};

use crate::compose::{self, Adapters};
use crate::config::Config;
use crate::secrets::Secrets;
use crate::system::ZonedCalendar;

/// Given name, nickname.
const PEOPLE: [(&str, &str); 12] = [
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

/// Platform, model, operating system, brand.
const DEVICES: [[&str; 4]; 6] = [
    ["mp-weixin", "iPhone 15", "iOS 18.1", "Apple"],
    ["app", "Mate 60 Pro", "HarmonyOS 4.2", "HUAWEI"],
    ["h5", "Redmi Note 13", "Android 14", "Xiaomi"],
    ["app", "Find X7", "Android 15", "OPPO"],
    ["h5", "Chrome", "Windows 11", "PC"],
    ["mp-weixin", "X100", "Android 14", "vivo"],
];

pub(crate) async fn run(count: u32, config: &Config) -> Result<(), Box<dyn Error + Send + Sync>> {
    let secrets = Secrets::load(config)?;
    let database = compose::database(config).await?;
    let adapters = compose::adapters(config, &secrets, &database).await?;
    // Drawn anew each time: a password that everybody can read in the source would be a way in.
    let password = hex::encode(crate::system::random::<6>());
    let hash = adapters.hasher.hash(PlainPassword::parse(&password)?, Lane::Administrator).await?;
    let calendar = ZonedCalendar(TimeZone::system());
    for number in 0..count {
        let at = moment(&adapters, number, count);
        add(&adapters, number, at, &hash).await?;
        adapters.statistics.add(calendar.day(at), &numbers(number), &[UserId(number.into())]).await?;
    }
    database.close().await;
    writeln!(io::stdout(), "{count} people were added; the registered ones have the password {password}")?;
    Ok(())
}

/// Spread over the last thirty days.
fn moment(adapters: &Adapters, number: u32, count: u32) -> Timestamp {
    let age = Duration::from_hours(24 * 30).mul_f64(f64::from(count - number) / f64::from(count));
    adapters.clock.now().minus(age)
}

/// What would have been counted: all came as visitors, and each third became a user.
fn numbers(number: u32) -> Vec<(Count, u64)> {
    let facts = facts(number);
    let splits = Dimension::ALL.map(|it| (Count::Split(it, it.of(&facts).to_owned()), 1));
    let upgrade = (Count::Total(Measure::Upgrades), u64::from(number.is_multiple_of(3)));
    let mut numbers = vec![(Count::Total(Measure::Visitors), 1), upgrade];
    numbers.extend(splits);
    numbers
}

/// Two of three are visitors, as in the field.
async fn add(
    adapters: &Adapters,
    number: u32,
    at: Timestamp,
    hash: &PasswordHash,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let from = ClientAddress::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, u8::try_from(number % 254)? + 1)));
    if number.is_multiple_of(3) {
        add_user(adapters, number, from, at, hash).await
    } else {
        add_visitor(adapters, number, from, at).await
    }
}

async fn add_user(
    adapters: &Adapters,
    number: u32,
    from: ClientAddress,
    at: Timestamp,
    hash: &PasswordHash,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (name, nickname) = PEOPLE[number as usize / 3 % PEOPLE.len()];
    let new = NewUser {
        uuid: adapters.ids.uuid(),
        username: Username::register(&format!("{name}_{:08x}", adapters.ids.salt()))?,
        password: hash.clone(),
        nickname: Nickname::parse(nickname)?,
        avatar: String::new(),
        device: Some(device()?),
        origin: Origin::Owner { from, at },
    };
    match adapters.users.add_user(&new).await? {
        AddUser::Added(user) => {
            let facts = facts(number);
            let device = new.device.as_ref().ok_or("a demo user has a device")?;
            adapters.users.record_visit(device, &facts, from, at).await?;
            adapters.users.record_login(user.id, user.epoch, from, at).await?;
            Ok(())
        }
        AddUser::UsernameTaken | AddUser::DeviceTaken => {
            Err("a random name was drawn twice; try again".into())
        }
    }
}

async fn add_visitor(
    adapters: &Adapters,
    number: u32,
    from: ClientAddress,
    at: Timestamp,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let id = device()?;
    let new = NewVisitor {
        uuid: adapters.ids.uuid(),
        username: Username::visitor_with(&id, adapters.ids.salt()),
        device: Device { id, facts: facts(number) },
        from,
        at,
    };
    match adapters.users.add_visitor(&new).await? {
        AddVisitor::Added(_) => Ok(()),
        AddVisitor::UsernameTaken | AddVisitor::DeviceTaken => {
            Err("a random name was drawn twice; try again".into())
        }
    }
}

fn device() -> Result<DeviceId, usher_domain::InvalidDevice> {
    let random = uuid::Builder::from_random_bytes(crate::system::random()).into_uuid();
    DeviceId::parse(&random.to_string())
}

fn facts(number: u32) -> DeviceFacts {
    let [platform, model, os, brand] = DEVICES[number as usize % DEVICES.len()];
    DeviceFacts {
        platform: Fact::parse(platform, DeviceFacts::PLATFORM),
        model: Fact::parse(model, DeviceFacts::OTHER),
        os: Fact::parse(os, DeviceFacts::OTHER),
        brand: Fact::parse(brand, DeviceFacts::OTHER),
    }
}
