// Nearest name: which known name is meant by an unknown one.

/** Longest name that is compared, in characters. */
const LONGEST = 256

/**
 * The known name nearest to an unknown one, by the rule of `core/src/tool/name.rs`: case does not count, a part of a
 * name is near to it, and at most a third of the characters and one more differ.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined
  const wanted = name.toLowerCase()
  const bound = Math.floor(wanted.length / 3) + 1
  let nearest: string | undefined
  let least = bound + 1
  for (const candidate of known) {
    const distance = distanceOf(wanted, candidate.toLowerCase(), bound)
    if (distance < least) [nearest, least] = [candidate, distance]
  }
  return nearest
}

function distanceOf(wanted: string, other: string, bound: number): number {
  if (wanted === other) return 0
  if (wanted !== '' && (other.includes(wanted) || wanted.includes(other))) return 1
  return Math.abs(wanted.length - other.length) > bound ? Infinity : editDistance(wanted, other)
}

/**
 * Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
 * neighbours.
 */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(substituted, at(last, j) + 1, at(row, j - 1) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(beforeLast, j - 2) + 1)
      row.push(least)
    }
    ;[beforeLast, last] = [last, row]
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}

/** Says that a name is none of the known ones, and which is nearest. */
export function noneOf(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return `is none of ${known.join(', ')}${nearest === undefined ? '' : `; nearest: ${nearest}`}`
}
