// Documents of the field, beside peers: from bytes in memory to tools.
import { existsSync, readFileSync } from 'node:fs'
import { once } from './lib/clock.mjs'
import { GENERATOR, makers as all, PARSER, reader, SAMCHON, TOOLRACK } from './lib/makers.mjs'
import { rotate } from './lib/rotation.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'

/** Where they stand: beside the checkout, or where TOOLRACK_SPECS says. They are too large to be a part of it. */
const FOLDER = process.env.TOOLRACK_SPECS ?? new URL('../../shared/specs/dev/', import.meta.url).pathname

/** The parser alone, and how many times its time a load may take. JSON.parse makes nothing of what it reads. */
const DOCUMENTS = {
  'kubernetes.v2.json': 2,
  'cloudflare.v3.0.json': 2,
  'stripe.v3.0.yaml': 1,
  'openai.v3.1.yaml': 1,
  'box.v3.0.json': NaN,
}
const ALONE = 'the parser alone'
const makers = { [ALONE]: async (read) => (bytes) => ({ held: read(bytes) }), ...all }
const peers = { [SAMCHON]: 10, [GENERATOR]: 3, [PARSER]: 3 }

export const sides = Object.fromEntries(
  Object.keys(DOCUMENTS).flatMap((file) =>
    [ALONE, TOOLRACK, ...Object.keys(peers)].map((name) => [
      `${file} ${name}`,
      async () => {
        const make = await makers[name](await reader(file))
        const bytes = readFileSync(`${FOLDER}/${file}`)
        return async () => {
          let made
          const ms = await once(async () => void (made = await make(bytes)))
          made.release?.()
          return { ms, tools: made.tools ?? NaN }
        }
      },
    ]),
  ),
)

export async function run() {
  title('documents: bytes in memory → tools, deprecated ones included; ms are medians of warm rounds')
  for (const [file, most] of Object.entries(DOCUMENTS)) {
    if (!existsSync(`${FOLDER}/${file}`)) {
      console.log(`  ${file}: not there; TOOLRACK_SPECS says where such documents are`)
      continue
    }
    const names = [ALONE, TOOLRACK, ...Object.keys(peers)]
    const outcomes = await rotate(
      import.meta.url,
      names.map((name) => `${file} ${name}`),
    )
    const side = (name) => outcomes.get(`${file} ${name}`)
    const counted = names.map(side).filter(({ failed }) => failed === undefined)
    table(
      [file, 'tools', 'cold ms', 'ms', '× the parser', '× toolrack'],
      counted.map((one) => [
        one.name.slice(file.length + 1),
        number(one.of('tools')),
        number(one.cold.ms),
        number(one.of('ms')),
        times(one.times(side(ALONE), 'ms')),
        times(one.times(side(TOOLRACK), 'ms')),
      ]),
    )
    leftOut(outcomes.values())
    const slower = side(TOOLRACK).times(side(ALONE), 'ms')
    if (most > 0)
      goal(
        `${file}: at most ${most}× ${file.endsWith('.json') ? 'JSON.parse' : 'js-yaml'}`,
        times(slower),
        slower <= most,
      )
    for (const [peer, least] of Object.entries(peers)) {
      if (side(peer).failed !== undefined) continue
      const faster = side(peer).times(side(TOOLRACK), 'ms')
      goal(`${file}: at least ${least}× as fast as ${peer}`, times(faster), faster >= least)
    }
  }
}
