// What index.d.ts declares: its own exports, and the declarations of the files in types/, read from their text.
import { readFileSync, readdirSync } from 'node:fs'

const top = new URL('../../', import.meta.url)
const read = (path) => readFileSync(new URL(path, top), 'utf8')
const withoutComments = (text) => text.replace(/\/\*\*[\s\S]*?\*\//g, '')

/** The text of index.d.ts. */
export const index = read('index.d.ts')

/** The text of each file in types/, by its path. */
export const parts = new Map(
  readdirSync(new URL('types/', top), { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.d.ts'))
    .sort()
    .map((name) => [`types/${name}`, read(`types/${name}`)]),
)

const declarations = [...parts.values()].map(withoutComments).join('\n')

/** Names that the package gives to values: classes and functions. */
export const values = () => exported(/^export \{([^}]*)\} from/gm)

/** Names of all types and values that the package exports. */
export const names = () => exported(/^export (?:type )?\{([^}]*)\} from/gm)

const exported = (list) =>
  [...withoutComments(index).matchAll(list)].flatMap(([, inside]) =>
    inside
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  )

/**
 * The members of a class or interface, and of one that a class is merged with; of those in it that are optional, marked
 * by `?`.
 */
export function members(name) {
  const declaration = new RegExp(`^(?:export )?(?:class|interface) ${name}\\b[\\s\\S]*?\\{\\n([\\s\\S]*?)^\\}`, 'm')
  const body = declaration.exec(declarations)?.[1]
  if (body === undefined) throw new Error(`types/ declares no ${name}`)
  const names = [...body.matchAll(/^ {2}(?!private )(?:static )?(?:readonly )?(?:'([^']+)'|(\w+))(\??)(?=[(<:])/gm)]
  const all = names
    .map(([, quoted, bare, optional]) => (quoted ?? bare) + optional)
    .filter((member) => member !== 'constructor')
  const merged = new RegExp(`^export interface ${name}(?:<.*>)? extends ([\\w<>, ]+) \\{\\}`, 'm').exec(
    declarations,
  )?.[1]
  const bases = merged?.split(', ').map((base) => base.replace(/<.*/, '')) ?? []
  return [...new Set([...all, ...bases.flatMap((base) => members(base))])]
}

/** The strings of a union type. */
export const union = (name) =>
  [
    ...new RegExp(`^export type ${name} =([\\s\\S]*?)\\n\\n`, 'm')
      .exec(`${declarations}\n\n`)[1]
      .matchAll(/'([^']+)'/g),
  ].map(([, one]) => one)
