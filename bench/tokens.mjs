// What `tokens` says beside what OpenAI's tokenizer counts: o200k, that of the GPT-4o and GPT-5 models, over the
// compact JSON of each definition. What a provider makes of a definition before it counts is not public.
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { percentile } from './lib/stats.mjs'
import { goal, number, table, title } from './lib/table.mjs'
import { github, load } from './lib/toolrack.mjs'

const TARGETS = ['openai', 'anthropic', 'gemini']
// Descriptions may hold words that mean something to a model; here they are text.
const AS_TEXT = { disallowedSpecial: new Set() }
const percent = (ratio) => `${ratio < 1 ? '−' : '+'}${number(Math.abs(ratio - 1) * 100)} %`

export async function run() {
  title("tokens: the estimate beside a tokenizer, GitHub's definitions")
  const { ToolRegistry, SpecLoader } = load()
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(github(), { document: { deprecated: 'include' } })
  const measured = TARGETS.map((target) => {
    const shown = registry.definitions(target, undefined, { overLimit: 'send' })
    const definitions = target === 'gemini' ? shown[0].functionDeclarations : shown
    const { total, tools } = registry.tokens(target)
    const counts = definitions.map((definition) => countTokens(JSON.stringify(definition), AS_TEXT))
    const ratios = tools.map(({ tokens }, i) => tokens / counts[i])
    return { target, total, counted: counts.reduce((sum, count) => sum + count, 0), ratios }
  })
  table(
    ['target', 'estimate', 'counted', 'all', 'least', '5 %', 'median', '95 %', 'most'],
    measured.map(({ target, total, counted, ratios }) => [
      target,
      number(total),
      number(counted),
      percent(total / counted),
      ...[0, 0.05, 0.5, 0.95, 1].map((share) => percent(percentile(ratios, share))),
    ]),
  )
  const [{ total, counted, ratios }] = measured
  goal('all tools within 25 % of the tokenizer', percent(total / counted), Math.abs(total / counted - 1) <= 0.25)
  goal(
    'nine in ten tools within 30 %',
    percent(percentile(ratios, 0.95)),
    percentile(ratios, 0.05) >= 0.7 && percentile(ratios, 0.95) <= 1.3,
  )
}
