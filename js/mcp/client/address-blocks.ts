// Address blocks that are not public (SSRF), as `core/src/http/address.rs` has them: a test compares both.

import { BlockList, isIPv6 } from 'node:net'

/** The first address of a block, its prefix length, and its kind. The first block that holds an address counts. */
export type AddressBlock = readonly [first: string, length: number, kind: string]

export const ADDRESS_BLOCKS: readonly AddressBlock[] = Object.freeze([
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared behind a carrier'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, '6to4 relays'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarks'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['255.255.255.255', 32, 'broadcast'],
  ['240.0.0.0', 4, 'reserved'],
  ['168.63.129.16', 32, 'host of a cloud'],
  ['161.26.0.0', 16, 'private network of a cloud'],
  ['166.8.0.0', 14, 'private network of a cloud'],
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['::', 96, 'IPv4-compatible'],
  ['64:ff9b:1::', 48, 'NAT64 of one network'],
  ['100::', 64, 'discard'],
  ['2001::', 32, 'Teredo'],
  ['2001::', 23, 'protocol assignments'],
  ['2001:db8::', 32, 'documentation'],
  ['3fff::', 20, 'documentation'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'site-local'],
  ['ff00::', 8, 'multicast'],
  ['::', 3, 'reserved'],
  ['4000::', 2, 'reserved'],
  ['8000::', 1, 'reserved'],
])

const LISTS = ADDRESS_BLOCKS.map(([first, length, kind]) => {
  const list = new BlockList()
  const family = isIPv6(first) ? 'ipv6' : 'ipv4'
  list.addSubnet(first, length, family)
  return { list, family, name: `${first}/${length} (${kind})` }
})

/** The block that holds an address, as `10.0.0.0/8 (private)`; nothing for a public one. */
export function blockOf(address: string): string | undefined {
  const bare = address.replace(/%.*$/, '')
  if (!isIPv6(bare)) return find(bare, 'ipv4')
  const words = wordsOf(bare)
  // The connection goes to the IPv4 address in these.
  const inner = innerAddress(words)
  if (inner?.isWhole === true) return find(inner.address, 'ipv4')
  return (inner && find(inner.address, 'ipv4')) ?? find(bare, 'ipv6')
}

function find(address: string, family: 'ipv4' | 'ipv6'): string | undefined {
  // A list of IPv6 takes an IPv4 address for the IPv6 one that maps it.
  return LISTS.find((block) => block.family === family && block.list.check(address, family))?.name
}

/** The IPv4 address in an IPv6 one. `isWhole`: it alone decides (IPv4-mapped, NAT64); else it is the end of a tunnel. */
function innerAddress(words: readonly number[]): { readonly address: string; readonly isWhole: boolean } | undefined {
  const starts = (...first: readonly number[]): boolean => first.every((word, i) => words[i] === word)
  // RFC 4291, 2.5.5.2; RFC 6052; RFC 3056; RFC 5214.
  if (starts(0, 0, 0, 0, 0, 0xffff) || starts(0x64, 0xff9b, 0, 0, 0, 0)) return { address: v4(words, 6), isWhole: true }
  if (starts(0x2002)) return { address: v4(words, 1), isWhole: false }
  if ((words[4] === 0 || words[4] === 0x200) && words[5] === 0x5efe) return { address: v4(words, 6), isWhole: false }
  return undefined
}

function v4(words: readonly number[], at: number): string {
  const [high = 0, low = 0] = words.slice(at, at + 2)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight words of an IPv6 address. A URL writes all of its forms as one. */
function wordsOf(address: string): readonly number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [first, last] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]]
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0')
  return [...first, ...zeros, ...last].map((word) => parseInt(word, 16))
}
