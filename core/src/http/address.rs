//! Which addresses are of the public internet.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A block of addresses that are not of the public internet, shown as `10.0.0.0/8 (private)`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AddressBlock {
    first: IpAddr,
    /// How many leading bits its addresses share.
    length: u32,
    kind: &'static str,
}

impl AddressBlock {
    const fn v4(first: [u8; 4], length: u32, kind: &'static str) -> Self {
        let [a, b, c, d] = first;
        Self { first: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), length, kind }
    }

    /// The first address by its network half and its interface half.
    const fn v6(network: u64, interface: u64, length: u32, kind: &'static str) -> Self {
        let first = Ipv6Addr::from_bits((network as u128) << 64 | interface as u128);
        Self { first: IpAddr::V6(first), length, kind }
    }

    /// The block that keeps an address out of the public internet, `None` for one that is of it: a unicast address that
    /// every network reaches in the same place.
    pub(super) fn of(address: IpAddr) -> Option<&'static Self> {
        let IpAddr::V6(v6) = address else { return Self::in_table(address) };
        // These two lie in blocks of the table and are still no place of their own. A mapped address is its IPv4
        // address, by which the system connects. Behind NAT64 the gateway connects by it, and a network of IPv6 alone
        // answers every name that has only IPv4 in this way: to refuse it there would refuse half of the internet.
        if let Some(v4) = v6.to_ipv4_mapped().or_else(|| nat64(v6)) {
            return Self::in_table(v4.into());
        }
        let inner = [six_to_four(v6), isatap(v6)].into_iter().flatten();
        inner.map(IpAddr::V4).chain([address]).find_map(Self::in_table)
    }

    fn in_table(address: IpAddr) -> Option<&'static Self> {
        BLOCKS.iter().find(|block| block.holds(address))
    }

    fn holds(&self, address: IpAddr) -> bool {
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

/// All that is not public; the first block that holds an address names it.
///
/// From the special-purpose registries of IANA that RFC 6890 set up (`iana-ipv4-special-registry` and
/// `iana-ipv6-special-registry`, what they call not globally reachable), its registries of multicast and of the IPv6
/// address space, of which only `2000::/3` is given out, and the documents that older blocks are from: RFC 7526 (6to4
/// relays), RFC 4291 (IPv4-compatible) and RFC 3879 (site-local). `192.0.0.0/24` and `2001::/23` are here whole, although
/// the registries let some of their addresses be reached: those are for protocols, and none gives out documents.
static BLOCKS: [AddressBlock; 35] = [
    AddressBlock::v4([0, 0, 0, 0], 8, "this network"),
    AddressBlock::v4([10, 0, 0, 0], 8, "private"),
    AddressBlock::v4([100, 64, 0, 0], 10, "shared behind a carrier"),
    AddressBlock::v4([127, 0, 0, 0], 8, "loopback"),
    // Where clouds keep the credentials of a machine.
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
    // Given out, and led to by clouds within their own networks alone: Azure's host of the agents of a machine, and the
    // services of IBM's private network. Those of other clouds lie in blocks above.
    AddressBlock::v4([168, 63, 129, 16], 32, "host of a cloud"),
    AddressBlock::v4([161, 26, 0, 0], 16, "private network of a cloud"),
    AddressBlock::v4([166, 8, 0, 0], 14, "private network of a cloud"),
    AddressBlock::v6(0, 0, 128, "unspecified"),
    AddressBlock::v6(0, 1, 128, "loopback"),
    AddressBlock::v6(0, 0, 96, "IPv4-compatible"),
    // Where the IPv4 address stands in it is up to each network (RFC 8215), so it cannot be read out and judged.
    AddressBlock::v6(0x0064_ff9b_0001_0000, 0, 48, "NAT64 of one network"),
    AddressBlock::v6(0x0100_0000_0000_0000, 0, 64, "discard"),
    // Tunnels through the NAT of whoever asks (RFC 4380): its IPv4 addresses say nothing of where the way ends.
    AddressBlock::v6(0x2001_0000_0000_0000, 0, 32, "Teredo"),
    AddressBlock::v6(0x2001_0000_0000_0000, 0, 23, "protocol assignments"),
    AddressBlock::v6(0x2001_0db8_0000_0000, 0, 32, "documentation"),
    AddressBlock::v6(0x3fff_0000_0000_0000, 0, 20, "documentation"),
    AddressBlock::v6(0xfc00_0000_0000_0000, 0, 7, "private"),
    AddressBlock::v6(0xfe80_0000_0000_0000, 0, 10, "link-local"),
    AddressBlock::v6(0xfec0_0000_0000_0000, 0, 10, "site-local"),
    AddressBlock::v6(0xff00_0000_0000_0000, 0, 8, "multicast"),
    // What is left beside 2000::/3.
    AddressBlock::v6(0, 0, 3, "reserved"),
    AddressBlock::v6(0x4000_0000_0000_0000, 0, 2, "reserved"),
    AddressBlock::v6(0x8000_0000_0000_0000, 0, 1, "reserved"),
];

/// The IPv4 address in `64:ff9b::/96` (RFC 6052).
fn nat64(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() else { return None };
    Some(joined(high, low))
}

/// The IPv4 address in `2002::/16`, to which the rest of the address is a tunnel (RFC 3056).
fn six_to_four(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0x2002, high, low, ..] = address.segments() else { return None };
    Some(joined(high, low))
}

/// The IPv4 address in an interface half of ISATAP (RFC 5214), below any network.
fn isatap(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [_, _, _, _, 0 | 0x200, 0x5efe, high, low] = address.segments() else { return None };
    Some(joined(high, low))
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
#[path = "address_cases.rs"]
mod cases;
