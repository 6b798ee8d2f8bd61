// Seeded random numbers: the same seed gives the same tools and the same draws in every run.

/** A function of numbers from 0 (included) to 1. A linear congruence, of whose state the high bits count. */
export function randomOf(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
  // Seeds that are neighbours start alike.
  for (let i = 0; i < 8; i++) next()
  return () => ((next() >>> 8) * 256 + (next() >>> 24)) / 2 ** 32
}

export const oneOf = (random, list) => list[Math.floor(random() * list.length)]

/** The same items in another order. */
export function shuffled(random, list) {
  const items = [...list]
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[items[last], items[other]] = [items[other], items[last]]
  }
  return items
}
