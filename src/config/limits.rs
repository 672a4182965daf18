use serde::{Deserialize, Serialize};
use usher_application::{LimitPolicy, NetworkLimits};
use usher_domain::Limit;

use super::DisplayFromStr;

/// Quotas, as `calls/period` or `off`. What each is for is in config/default.toml and docs/limits.md.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsSection {
    /// A device's creations, upgrades and logins.
    pub per_device: DisplayFromStr<Limit>,
    /// A device's coming back.
    pub per_device_resume: DisplayFromStr<Limit>,
    /// Registrations, upgrades and logins from one IPv4 address or IPv6 /64.
    pub per_address: DisplayFromStr<Limit>,
    /// The same from one IPv4 /24 or IPv6 /56.
    pub per_network: DisplayFromStr<Limit>,
    /// The same from one IPv6 /48.
    pub per_site: DisplayFromStr<Limit>,
    /// Devices that may be known, from one IPv4 address or IPv6 /64.
    pub per_address_resume: DisplayFromStr<Limit>,
    /// The same from one IPv4 /24 or IPv6 /56.
    pub per_network_resume: DisplayFromStr<Limit>,
    /// The same from one IPv6 /48.
    pub per_site_resume: DisplayFromStr<Limit>,
    /// Attempts to log in to one account.
    pub per_username: DisplayFromStr<Limit>,
    /// Those of them from one network.
    pub per_username_network: DisplayFromStr<Limit>,
    /// Attempts to log in as one administrator.
    pub per_administrator: DisplayFromStr<Limit>,
    /// Those of them from one network.
    pub per_administrator_network: DisplayFromStr<Limit>,
    /// One user's searches.
    pub per_user_search: DisplayFromStr<Limit>,
    /// New visitors and accounts.
    pub per_installation: DisplayFromStr<Limit>,
    /// Entries of the audit log about strangers from one network.
    pub per_network_audit: DisplayFromStr<Limit>,
    /// Entries of the audit log about all strangers.
    pub per_installation_audit: DisplayFromStr<Limit>,
}

impl LimitsSection {
    /// As the use cases need it.
    pub fn policy(&self) -> LimitPolicy {
        LimitPolicy {
            per_device: *self.per_device,
            per_device_resume: *self.per_device_resume,
            enter: NetworkLimits {
                per_address: *self.per_address,
                per_network: *self.per_network,
                per_site: *self.per_site,
            },
            resume: NetworkLimits {
                per_address: *self.per_address_resume,
                per_network: *self.per_network_resume,
                per_site: *self.per_site_resume,
            },
            per_username: *self.per_username,
            per_username_network: *self.per_username_network,
            per_administrator: *self.per_administrator,
            per_administrator_network: *self.per_administrator_network,
            per_user_search: *self.per_user_search,
            per_installation: *self.per_installation,
            per_network_audit: *self.per_network_audit,
            per_installation_audit: *self.per_installation_audit,
        }
    }
}
