// Terminal colours: ANSI sequences where a stream is a terminal, by NO_COLOR and FORCE_COLOR.

import type { Environment } from '../../config/variable-references'

/** What a text is coloured for. */
export type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold'

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

const CODES: Readonly<Record<Colour, readonly [start: number, end: number]>> = Object.freeze({
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  dim: [2, 22],
  bold: [1, 22],
})

/** The colours of a stream. */
export function coloursOf(stream: NodeJS.WriteStream, environment: Environment): Paint {
  if (!hasColours(stream, environment)) return (_, text) => text
  return (colour, text) => `\u001B[${CODES[colour][0]}m${text}\u001B[${CODES[colour][1]}m`
}

/** As in Node itself FORCE_COLOR goes before NO_COLOR, and both before what the stream is. */
function hasColours(stream: NodeJS.WriteStream, { FORCE_COLOR, NO_COLOR }: Environment): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return stream.isTTY && stream.hasColors()
}
