// Exact integers: JSON of Rust, which keeps integers of 64 bits, as values of JavaScript, whose numbers have 53 bits.

/** The shortest integer that a number of JavaScript may change. */
const LONG_INTEGER = /^-?\d{16,}$/

/** Parses valid JSON. An integer that a number would change is its text: `'9007199254740993'`. */
export function parseExactly(text: string): unknown {
  return JSON.parse(/\d{16}/.test(text) ? quoteLongIntegers(text) : text) as unknown
}

function quoteLongIntegers(text: string): string {
  const token = /"|-?\d[-+.\deE]*/g
  let quoted = ''
  let from = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [number] = found
    // One expression for a whole string would use up the stack.
    if (number === '"') token.lastIndex = endOfString(text, found.index)
    if (!LONG_INTEGER.test(number) || String(Number(number)) === number) continue
    quoted += `${text.slice(from, found.index)}"${number}"`
    from = token.lastIndex
  }
  return quoted + text.slice(from)
}

/** The place behind a string that starts at a place. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end + 1
}

function isEscaped(text: string, place: number): boolean {
  let before = place
  while (text[before - 1] === '\\') before--
  return (place - before) % 2 === 1
}
