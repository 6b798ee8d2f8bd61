// What the types of searches take and give. Compiled, never run.
import { ToolRegistry, loadConfig } from 'toolrack'
import type { Embed, ScoreExplanation, SearchField, SearchPlace } from 'toolrack'

/** Two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const fact = <T extends true>(): T | void => {}

const lists: Embed = async (texts) => texts.map(() => [1, 2])
const arrays: Embed = (texts, { signal }) => (signal.aborted ? [] : texts.map(() => new Float32Array(2)))
new ToolRegistry({ search: { embed: lists, weight: 0.5, eager: true } })
const registry = new ToolRegistry({
  search: { embed: arrays, synonyms: { words: { nuke: ['delete'] } }, fields: { name: 2, pathHead: 0 } },
})
void loadConfig('toolrack.config.yaml', { embed: lists })
// @ts-expect-error -- a model is a function
void loadConfig('toolrack.config.yaml', { embed: './model.js' })
// @ts-expect-error -- no field has this name
new ToolRegistry({ search: { fields: { colour: 1 } } })
// @ts-expect-error -- a vector is no text
new ToolRegistry({ search: { embed: (texts) => texts } })

const { hits, corrected } = registry.search('a', { explain: true })
fact<Same<(typeof hits)[0]['why'], ScoreExplanation | undefined>>()
for (const { from, to } of corrected ?? []) fact<Same<[typeof from, typeof to], [string, string]>>()
const field = hits[0]?.why?.words[0]?.field
fact<Same<typeof field, SearchField | undefined>>()
// @ts-expect-error -- a result is read-only
hits.push(hits[0]!)

const later = registry.searchAsync(['a', 'b'], { timeoutMs: 5, signal: new AbortController().signal, limit: 3 })
fact<Same<Awaited<typeof later>, ReturnType<typeof registry.search>>>()
// @ts-expect-error -- a synchronous search waits for nothing
registry.search('a', { timeoutMs: 5 })

const place: SearchPlace = registry.snapshot().explainSearch('a', 'b', { target: 'anthropic' })
const isHit: boolean = place.absence === undefined
registry.on('searchFault', ({ phase, reason }) => void [phase === 'tools', reason === 'late', isHit])
// @ts-expect-error -- there is no such reason
registry.on('searchFault', ({ reason }) => reason === 'never')
