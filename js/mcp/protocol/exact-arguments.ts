// Exact arguments: the text of a call's arguments, where JavaScript would change a number in them (64-bit integers).

/** A call with a number that JavaScript changes, or writes as another one. */
export interface ExactCall {
  /** The call as JSON, its arguments as they were sent. */
  readonly text: string
  /** The first number that a value of JavaScript does not keep, if there is one. */
  readonly number: string | undefined
  /** The first number that nothing keeps, if there is one: it is beyond 64 bits. */
  readonly tooLarge: string | undefined
}

/** A message without such a text has no number that is changed. It may stand in a string. */
const SUSPECT = /\d{16}|\d[eE]\+?\d{3}/
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y

/** The longest number of 64 bits, with its sign. */
const LONGEST = 20

/** The call of a message, if JavaScript would change a number in its arguments. The text is one of a valid message. */
export function exactCall(name: string, message: string): ExactCall | undefined {
  if (!SUSPECT.test(message)) return undefined
  const args = textAt(message, ['params', 'arguments'])
  if (args === undefined) return undefined
  const numbers = longNumbers(args)
  const changed = numbers.filter((one) => isChanged(one))
  if (changed.length === 0 && !numbers.some((one) => isRewritten(one))) return undefined
  const tooLarge = changed.find((one) => !isOf64Bits(one))
  return {
    text: `{"params":{"name":${JSON.stringify(name)},"arguments":${args}}}`,
    number: changed[0],
    tooLarge: tooLarge && shorten(tooLarge),
  }
}

/** The numbers beyond 2^53 that are whole, and those that are infinite for JavaScript. */
function longNumbers(text: string): readonly string[] {
  const found: string[] = []
  for (let i = 0; i < text.length;) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) i = endOfString(text, i)
    else if (unit === MINUS || (unit >= ZERO && unit <= NINE)) {
      NUMBER.lastIndex = i
      // A number of JSON starts so.
      const [number = '', fraction, exponent] = NUMBER.exec(text) ?? []
      i += number.length
      const isWhole = fraction === undefined && exponent === undefined
      if (isWhole ? !Number.isSafeInteger(Number(number)) : !Number.isFinite(Number(number))) found.push(number)
    } else i++
  }
  return found
}

/** Whether a number has another value in JavaScript. */
function isChanged(number: string): boolean {
  const read = Number(number)
  return !Number.isFinite(read) || BigInt(number) !== BigInt(read)
}

/** Whether JavaScript writes a number with other digits: those of 2^63 are rounded. */
function isRewritten(number: string): boolean {
  return isOf64Bits(number) && String(Number(number)) !== number
}

function isOf64Bits(number: string): boolean {
  if (number.length > LONGEST || !/^-?\d+$/.test(number)) return false
  const value = BigInt(number)
  return value === BigInt.asIntN(64, value) || value === BigInt.asUintN(64, value)
}

function shorten(number: string): string {
  return number.length > 2 * LONGEST ? `${number.slice(0, 2 * LONGEST)}…` : number
}

/** The text of a value in an object, by the names on its way. The text of the object is valid, and the value is there. */
export function textAt(object: string, path: readonly string[]): string | undefined {
  let text: string | undefined = object
  for (const name of path) text = text === undefined ? undefined : memberText(text, name)
  return text?.trim()
}

/** The text of a member of an object; of several of one name, the last one counts. */
function memberText(object: string, name: string): string | undefined {
  let found: string | undefined
  let at = object.indexOf('{') + 1
  for (;;) {
    const key = object.indexOf('"', at)
    if (key < 0) return found
    const end = endOfString(object, key)
    const value = object.indexOf(':', end) + 1
    at = endOfValue(object, value)
    if (JSON.parse(object.slice(key, end)) === name) found = object.slice(value, at)
  }
}

/** Where the value ends that starts at `at`. */
function endOfValue(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length;) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) {
      i = endOfString(text, i)
      continue
    }
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth++
    else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth--
    // A value is followed by a comma, or by the end of what has it.
    if (depth < 0 || (depth === 0 && unit === COMMA)) return i
    i++
  }
  return text.length
}

/** Where the string ends whose quote is at `at`. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === BACKSLASH) i++
    else if (unit === QUOTE) return i + 1
  }
  return text.length
}

const [QUOTE, BACKSLASH, COMMA, MINUS, ZERO, NINE] = [0x22, 0x5c, 0x2c, 0x2d, 0x30, 0x39]
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d]
