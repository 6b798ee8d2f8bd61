// Identifiers: names of tools and schemas as names of TypeScript, each once.

/** Names that TypeScript does not take for a type, and those that it has itself. */
const RESERVED = new Set(
  (
    'any as async await bigint boolean break case catch class const continue debugger default delete do else enum export ' +
    'extends false finally for function if implements import in interface let never new null number object ' +
    'package private protected public return static string super switch symbol this throw true try type typeof ' +
    'undefined unknown var void while with yield Array Promise instanceof'
  ).split(' '),
)

/** The longest name, in characters. */
const LONGEST = 128

/** Gives names. */
export class Identifiers {
  readonly #taken: Set<string>

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken)
  }

  /** A name for a word: `_` for what a name cannot have, and before a digit; with a number where it is taken. */
  take(word: string): string {
    const plain = word.slice(0, LONGEST).replaceAll(/[^A-Za-z0-9_]/g, '_')
    const start = plain === '' || /^\d/.test(plain) ? `_${plain}` : plain
    let name = start
    for (let number = 2; this.#taken.has(name); number++) name = `${start}_${number}`
    this.#taken.add(name)
    return name
  }

  /** A name for a type. */
  takeType(word: string): string {
    return this.take(RESERVED.has(word) ? `${word}_` : word)
  }
}
