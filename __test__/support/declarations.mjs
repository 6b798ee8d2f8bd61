// What index.d.ts declares, read from its text.
import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../../index.d.ts', import.meta.url), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '')

/** Names that the file gives to values: classes and functions. */
export const values = () =>
  [...text.matchAll(/^export (?:declare )?(?:class|function|const) (\w+)/gm)].map(([, name]) => name)

/**
 * The members of a class or interface, and of one that a class is merged with; of those in it that are optional, marked
 * by `?`.
 */
export function members(name) {
  const body = new RegExp(`^(?:export )?(?:class|interface) ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(text)?.[1]
  if (body === undefined) throw new Error(`index.d.ts declares no ${name}`)
  const names = [...body.matchAll(/^ {2}(?!private )(?:static )?(?:readonly )?(?:'([^']+)'|(\w+))(\??)(?=[(<:])/gm)]
  const all = names
    .map(([, quoted, bare, optional]) => (quoted ?? bare) + optional)
    .filter((member) => member !== 'constructor')
  const merged = new RegExp(`^export interface ${name} extends (\\w+) \\{\\}`, 'm').exec(text)?.[1]
  return [...new Set(merged === undefined ? all : [...all, ...members(merged)])]
}

/** The strings of a union type. */
export const union = (name) =>
  [...new RegExp(`^export type ${name} =([\\s\\S]*?)\\n\\n`, 'm').exec(`${text}\n\n`)[1].matchAll(/'([^']+)'/g)].map(
    ([, one]) => one,
  )
