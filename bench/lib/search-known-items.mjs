// Known items: three words of a tool's description and one of its name, as somebody remembers a tool. The draw is
// seeded: every search gets the same ones.
import { ceilingOf, recallAt } from './search-metrics.mjs'
import { oneOf, randomOf, shuffled } from './random.mjs'

const DRAWS = 400
const SEED = 20_260
/** Words that say nothing of a tool. */
const COMMON = new Set(
  (
    'about also and any are been before being both but can does each else for from has have into its more must not ' +
    'of only other same should such than that the their them then there these they this those used uses using when ' +
    'where which while will with you your'
  ).split(' '),
)

/** Words in lower case; identifiers are split at their capitals, digits and separators. */
export function wordsOf(text) {
  return (text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toLowerCase())
}

/** A description without tags, link targets and addresses: what a person reads of it. */
export const readable = (description) =>
  description
    .replaceAll(/<\/?[a-zA-Z!][^<>]{0,500}>/g, ' ')
    .replaceAll(/\]\([^)]*\)/g, '] ')
    .replaceAll(/[a-z][a-z+.-]*:\/\/[^\s)"'>\]]+/gi, ' ')

/**
 * Draws tools. Each is `{ name, query, holders }`: `holders` is the number of tools that hold all four words in what
 * every search reads of them: source, name, description, path and names of parameters.
 */
export function knownItems(tools, { draws = DRAWS, seed = SEED } = {}) {
  const random = randomOf(seed)
  const described = tools.map(({ description }) => wordsOf(readable(description)))
  const having = new Map()
  tools.forEach(({ source, operationId, name, path, parameters }, i) => {
    const short = [source, operationId ?? name, path ?? '', ...parameters.map((one) => one.name)]
    for (const word of new Set([...short.flatMap(wordsOf), ...described[i]])) {
      const list = having.get(word)
      if (list === undefined) having.set(word, [i])
      else list.push(i)
    }
  })
  const items = []
  // Not every tool has three words; where none has, the draw ends.
  for (let tries = 0; items.length < draws && tries < draws * 20; tries++) {
    const at = Math.floor(random() * tools.length)
    const { name, operationId = name } = tools[at]
    const named = worthy(wordsOf(operationId))
    const others = worthy(described[at]).filter((word) => !named.includes(word))
    if (named.length < 1 || others.length < 3) continue
    const words = [...shuffled(random, others).slice(0, 3), oneOf(random, named)]
    items.push({ name, query: words.join(' '), holders: holdersOf(words, having) })
  }
  return items
}

const worthy = (words) => [...new Set(words)].filter((word) => word.length > 2 && !COMMON.has(word))

function holdersOf(words, having) {
  const [least, ...others] = words.map((word) => having.get(word)).sort((a, b) => a.length - b.length)
  const sets = others.map((list) => new Set(list))
  return least.filter((i) => sets.every((set) => set.has(i))).length
}

/** Recall at 10 of the drawn tools among all, and its share of the ceiling. */
export async function findKnown(finder, items) {
  const ranks = []
  for (const { name, query } of items) ranks.push((await finder(query, { limit: 10 })).indexOf(name) + 1)
  const [recall10, ceiling] = [recallAt(ranks, 10), ceilingOf(items.map(({ holders }) => holders))]
  return { draws: items.length, recall10, ceiling, share: recall10 / ceiling }
}
