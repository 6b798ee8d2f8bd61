//! Tests of the address blocks against the registries that they come from.

use super::*;

/// The rows of a table, each a list of cells.
fn rows(table: &'static str) -> Vec<Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('|').map(str::trim).collect()).collect()
}

/// The first and the last address of a block.
fn block_ends(block: &str) -> [IpAddr; 2] {
    let (first, length) = block.split_once('/').expect("a block");
    let length: u32 = length.parse().expect("a length");
    match first.parse().expect("an address") {
        IpAddr::V4(first) => {
            let rest = u32::MAX.checked_shr(length).unwrap_or(0);
            [first.into(), Ipv4Addr::from_bits(first.to_bits() | rest).into()]
        }
        IpAddr::V6(first) => {
            let rest = u128::MAX.checked_shr(length).unwrap_or(0);
            [first.into(), Ipv6Addr::from_bits(first.to_bits() | rest).into()]
        }
    }
}

#[test]
fn every_row_of_the_iana_registries_is_refused_unless_it_is_globally_reachable() {
    let rows = rows(include_str!("../../tests/addresses/iana.txt"));
    assert_eq!(rows.len(), 51);
    for row in rows {
        let [block, name, is_reachable] = row[..3] else { panic!("{row:?}") };
        let verdict = row.get(3).map_or("", |cell| cell.split(':').next().unwrap_or_default());
        if verdict == "inner" {
            let IpAddr::V6(first) = block_ends(block)[0] else { panic!("{block}") };
            let (lowest, length): (_, u32) =
                (first.to_bits(), block.split_once('/').expect("a block").1.parse().expect("a length"));
            for (inner, refused) in [("10.0.0.1", true), ("168.63.129.16", true), ("8.8.8.8", false)] {
                let inner: Ipv4Addr = inner.parse().expect("an address");
                let shift = 128 - length - 32;
                let address = Ipv6Addr::from_bits(lowest | u128::from(inner.to_bits()) << shift);
                assert_eq!(AddressBlock::find(address.into()).is_some(), refused, "{address} {name}");
            }
            continue;
        }
        for address in block_ends(block) {
            let refused = verdict == "refused" || is_reachable != "True";
            assert_eq!(AddressBlock::find(address).is_some(), refused, "{address} of {block} {name}");
        }
    }
}

#[test]
fn every_cloud_host_is_refused_also_within_an_ipv6_address() {
    let rows = rows(include_str!("../../tests/addresses/clouds.txt"));
    assert!(rows.len() > 20);
    for row in rows {
        let address: IpAddr = row[1].parse().expect(row[1]);
        assert!(AddressBlock::find(address).is_some(), "{row:?}");
        if address.is_ipv4() {
            for around in ["::ffff:", "64:ff9b::", "2606:4700::5efe:"] {
                let address = format!("{around}{address}").parse().expect("an address");
                assert!(AddressBlock::find(address).is_some(), "{address} {row:?}");
            }
        }
    }
}

fn kind_of(address: &str) -> Option<&'static str> {
    AddressBlock::find(address.parse().expect(address)).map(|block| block.kind)
}

#[test]
fn each_address_that_is_not_public_is_in_the_block_of_its_kind() {
    for (addresses, kind) in [
        (&["0.0.0.0", "0.255.255.255"][..], "this network"),
        (&["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255"], "private"),
        (&["192.168.0.0", "192.168.255.255"], "private"),
        (&["100.64.0.0", "100.127.255.255"], "shared behind a carrier"),
        (&["127.0.0.1", "127.255.255.255"], "loopback"),
        (&["169.254.0.0", "169.254.169.254", "169.254.255.255"], "link-local"),
        (&["192.0.0.0", "192.0.0.9", "192.0.0.255"], "protocol assignments"),
        (&["192.0.2.0", "192.0.2.255", "198.51.100.1", "203.0.113.255"], "documentation"),
        (&["192.88.99.0", "192.88.99.255"], "6to4 relays"),
        (&["198.18.0.0", "198.19.255.255"], "benchmarks"),
        (&["224.0.0.1", "239.255.255.255"], "multicast"),
        (&["240.0.0.0", "255.255.255.254"], "reserved"),
        (&["255.255.255.255"], "broadcast"),
        (&["168.63.129.16"], "host of a cloud"),
        (&["161.26.0.10", "166.8.0.0", "166.11.255.255"], "private network of a cloud"),
        (&["::"], "unspecified"),
        (&["::1"], "loopback"),
        (&["::8.8.8.8", "::127.0.0.1"], "IPv4-compatible"),
        (&["64:ff9b:1::", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff::1"], "NAT64 of one network"),
        (&["100::", "100::ffff:ffff:ffff:ffff"], "discard"),
        (&["2001::", "2001:0:808:808::1", "2001:0:ffff::"], "Teredo"),
        (&["2001:1::1", "2001:2::1", "2001:20::1", "2001:1ff:ffff::1"], "protocol assignments"),
        (&["2001:db8::", "2001:db8:ffff::1", "3fff::1", "3fff:fff:ffff::1"], "documentation"),
        (&["fc00::", "fd12:3456::1", "fdff:ffff::1"], "private"),
        (&["fe80::", "fe80::1", "febf:ffff::1"], "link-local"),
        (&["fec0::", "feff:ffff::1"], "site-local"),
        (&["ff00::", "ff02::1", "ffff:ffff::1"], "multicast"),
        (&["100:0:0:1::1", "1fff:ffff::1", "4000::", "5f00::1", "fbff:ffff::1", "fe00::1"], "reserved"),
        // IPv4-translated, and addresses one bit beside NAT64.
        (&["::ffff:0:8.8.8.8", "64:ff9b::1:808:808", "64:ff9c::8.8.8.8"], "reserved"),
    ] {
        for address in addresses {
            assert_eq!(kind_of(address), Some(kind), "{address}");
        }
    }
}

#[test]
fn the_ipv4_address_within_an_ipv6_address_decides() {
    for (inner, hex, kind) in [
        ("127.0.0.1", "7f00:1", "loopback"),
        ("10.1.2.3", "a01:203", "private"),
        ("169.254.169.254", "a9fe:a9fe", "link-local"),
        ("0.0.0.0", "0:0", "this network"),
        ("255.255.255.255", "ffff:ffff", "broadcast"),
        ("168.63.129.16", "a83f:8110", "host of a cloud"),
    ] {
        for address in [
            format!("::ffff:{inner}"),
            format!("64:ff9b::{inner}"),
            format!("2002:{hex}::1"),
            format!("2606:4700::5efe:{inner}"),
            format!("2606:4700::200:5efe:{inner}"),
            format!("2002:808:808::5efe:{inner}"),
        ] {
            assert_eq!(kind_of(&address), Some(kind), "{address}");
        }
    }
}

#[test]
fn public_addresses_are_in_no_block() {
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "161.25.255.255",
        "161.27.0.0",
        "166.7.255.255",
        "166.12.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "203.0.114.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2000::",
        "2001:200::1",
        "2001:db7:ffff::1",
        "2001:db9::",
        "3ffe:ffff::1",
        "3fff:1000::",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
        "2606:4700::5efe:8.8.8.8",
    ] {
        assert_eq!(AddressBlock::find(address.parse().expect(address)), None, "{address}");
    }
}

#[test]
fn every_block_contains_its_ends_and_begins_at_its_first_address() {
    for block in &BLOCKS {
        let (first, last) = match block.first {
            IpAddr::V4(first) => {
                let rest = u32::MAX.checked_shr(block.length).unwrap_or(0);
                assert_eq!(first.to_bits() & rest, 0, "{block}");
                (block.first, IpAddr::from(Ipv4Addr::from_bits(first.to_bits() | rest)))
            }
            IpAddr::V6(first) => {
                let rest = u128::MAX.checked_shr(block.length).unwrap_or(0);
                assert_eq!(first.to_bits() & rest, 0, "{block}");
                (block.first, IpAddr::from(Ipv6Addr::from_bits(first.to_bits() | rest)))
            }
        };
        assert!(block.contains(first) && block.contains(last), "{block}");
    }
}
