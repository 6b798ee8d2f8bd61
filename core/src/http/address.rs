//! Address blocks that are not public: loopback, private, link-local and all other special-purpose addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A block of addresses that are not public. It displays as `10.0.0.0/8 (private)`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AddressBlock {
    first: IpAddr,
    /// The prefix length: the number of leading bits that all its addresses share.
    length: u32,
    kind: &'static str,
}

impl AddressBlock {
    const fn v4(first: [u8; 4], length: u32, kind: &'static str) -> Self {
        let [a, b, c, d] = first;
        Self { first: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), length, kind }
    }

    /// A block by the two 64-bit halves of its first address.
    const fn v6(network: u64, interface: u64, length: u32, kind: &'static str) -> Self {
        let first = Ipv6Addr::from_bits((network as u128) << 64 | interface as u128);
        Self { first: IpAddr::V6(first), length, kind }
    }

    /// The block that holds an address; `None` for a public one, which is a unicast address of the whole internet.
    pub(super) fn find(address: IpAddr) -> Option<&'static Self> {
        let IpAddr::V6(v6) = address else { return Self::find_in_table(address) };
        // IPv4-mapped and NAT64 addresses lie in blocks of the table, but the connection goes to the IPv4 address in
        // them, which decides. A network of IPv6 alone answers every IPv4 name with a NAT64 address: refusing these
        // would refuse half of the internet.
        if let Some(v4) = v6.to_ipv4_mapped().or_else(|| nat64_ipv4(v6)) {
            return Self::find_in_table(v4.into());
        }
        let inner = [six_to_four_ipv4(v6), isatap_ipv4(v6)].into_iter().flatten();
        inner.map(IpAddr::V4).chain([address]).find_map(Self::find_in_table)
    }

    fn find_in_table(address: IpAddr) -> Option<&'static Self> {
        BLOCKS.iter().find(|block| block.contains(address))
    }

    fn contains(&self, address: IpAddr) -> bool {
        let shared = match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(other)) => (first.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(first), IpAddr::V6(other)) => (first.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        shared >= self.length
    }
}

impl fmt::Display for AddressBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} ({})", self.first, self.length, self.kind)
    }
}

/// All blocks that are not public. The first block that contains an address gives the reason.
///
/// Sources: the special-purpose registries of IANA (RFC 6890; `iana-ipv4-special-registry` and
/// `iana-ipv6-special-registry`, entries that are not globally reachable), its registries of multicast and of the IPv6
/// address space (only `2000::/3` is allocated), RFC 7526 (6to4 relays), RFC 4291 (IPv4-compatible) and RFC 3879
/// (site-local). `192.0.0.0/24` and `2001::/23` are refused whole, although some of their addresses are reachable:
/// these serve protocols, and none serves documents.
static BLOCKS: [AddressBlock; 35] = [
    AddressBlock::v4([0, 0, 0, 0], 8, "this network"),
    AddressBlock::v4([10, 0, 0, 0], 8, "private"),
    AddressBlock::v4([100, 64, 0, 0], 10, "shared behind a carrier"),
    AddressBlock::v4([127, 0, 0, 0], 8, "loopback"),
    // Cloud metadata services give out the credentials of a machine here.
    AddressBlock::v4([169, 254, 0, 0], 16, "link-local"),
    AddressBlock::v4([172, 16, 0, 0], 12, "private"),
    AddressBlock::v4([192, 0, 0, 0], 24, "protocol assignments"),
    AddressBlock::v4([192, 0, 2, 0], 24, "documentation"),
    AddressBlock::v4([192, 88, 99, 0], 24, "6to4 relays"),
    AddressBlock::v4([192, 168, 0, 0], 16, "private"),
    AddressBlock::v4([198, 18, 0, 0], 15, "benchmarks"),
    AddressBlock::v4([198, 51, 100, 0], 24, "documentation"),
    AddressBlock::v4([203, 0, 113, 0], 24, "documentation"),
    AddressBlock::v4([224, 0, 0, 0], 4, "multicast"),
    AddressBlock::v4([255, 255, 255, 255], 32, "broadcast"),
    AddressBlock::v4([240, 0, 0, 0], 4, "reserved"),
    // Allocated addresses that clouds route within their own networks alone: Azure's host of machine agents, and the
    // services of IBM's private network. Those of other clouds lie in the blocks above.
    AddressBlock::v4([168, 63, 129, 16], 32, "host of a cloud"),
    AddressBlock::v4([161, 26, 0, 0], 16, "private network of a cloud"),
    AddressBlock::v4([166, 8, 0, 0], 14, "private network of a cloud"),
    AddressBlock::v6(0, 0, 128, "unspecified"),
    AddressBlock::v6(0, 1, 128, "loopback"),
    AddressBlock::v6(0, 0, 96, "IPv4-compatible"),
    // Each network chooses where the IPv4 address stands (RFC 8215), so it cannot be read and checked.
    AddressBlock::v6(0x0064_ff9b_0001_0000, 0, 48, "NAT64 of one network"),
    AddressBlock::v6(0x0100_0000_0000_0000, 0, 64, "discard"),
    // Tunnels through a NAT (RFC 4380): the IPv4 addresses in it do not say where the tunnel ends.
    AddressBlock::v6(0x2001_0000_0000_0000, 0, 32, "Teredo"),
    AddressBlock::v6(0x2001_0000_0000_0000, 0, 23, "protocol assignments"),
    AddressBlock::v6(0x2001_0db8_0000_0000, 0, 32, "documentation"),
    AddressBlock::v6(0x3fff_0000_0000_0000, 0, 20, "documentation"),
    AddressBlock::v6(0xfc00_0000_0000_0000, 0, 7, "private"),
    AddressBlock::v6(0xfe80_0000_0000_0000, 0, 10, "link-local"),
    AddressBlock::v6(0xfec0_0000_0000_0000, 0, 10, "site-local"),
    AddressBlock::v6(0xff00_0000_0000_0000, 0, 8, "multicast"),
    // The rest of the address space beside 2000::/3.
    AddressBlock::v6(0, 0, 3, "reserved"),
    AddressBlock::v6(0x4000_0000_0000_0000, 0, 2, "reserved"),
    AddressBlock::v6(0x8000_0000_0000_0000, 0, 1, "reserved"),
];

/// The IPv4 address in `64:ff9b::/96` (RFC 6052).
fn nat64_ipv4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() else { return None };
    Some(ipv4_from_halves(high, low))
}

/// The IPv4 address in `2002::/16`, the end of a 6to4 tunnel (RFC 3056).
fn six_to_four_ipv4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0x2002, high, low, ..] = address.segments() else { return None };
    Some(ipv4_from_halves(high, low))
}

/// The IPv4 address in the interface half of an ISATAP address (RFC 5214), in any network.
fn isatap_ipv4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [_, _, _, _, 0 | 0x200, 0x5efe, high, low] = address.segments() else { return None };
    Some(ipv4_from_halves(high, low))
}

fn ipv4_from_halves(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
#[path = "address_cases.rs"]
mod cases;
