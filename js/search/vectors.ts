// Vectors: reads what the embedding function of a program gives.

import { invalidOption } from '../border/options'

/** The most numbers of a vector. */
const MOST_NUMBERS = 16_384

/**
 * Reads a vector for each of `count` texts, one behind the other. Vectors are lists of numbers, or typed arrays of any
 * realm. `dimension` is that of earlier vectors. Throws where anything is wrong; a getter of them may throw as well.
 */
export function readVectors(given: unknown, count: number, dimension: number | undefined): Float32Array {
  if (!Array.isArray(given)) throw wrong('must give a list of vectors')
  if (given.length !== count) throw wrong(`gave ${given.length} vectors for ${count} texts`)
  let all: Float32Array | undefined
  let length = dimension
  for (let at = 0; at < count; at++) {
    const vector: unknown = given[at]
    const numbers = readNumbers(vector)
    length ??= numbers.length
    if (numbers.length !== length)
      throw wrong(`gave a vector of ${numbers.length} numbers, and one of ${length} before: use one model`)
    all ??= new Float32Array(count * length)
    all.set(numbers, at * length)
  }
  if (all === undefined || !all.every((number) => Number.isFinite(number)))
    throw wrong('gave a number that is none, or that 32 bits do not hold')
  return all
}

function readNumbers(vector: unknown): Float32Array {
  const isList = Array.isArray(vector) || (ArrayBuffer.isView(vector) && 'length' in vector)
  if (!isList) throw wrong('must give vectors as lists of numbers, such as a Float32Array')
  const list = vector as ArrayLike<unknown>
  const { length } = list
  if (!(length > 0 && length <= MOST_NUMBERS)) throw wrong(`must give vectors of 1 to ${MOST_NUMBERS} numbers`)
  return Float32Array.from({ length }, (_, at) => {
    const number = list[at]
    return typeof number === 'number' ? number : NaN
  })
}

function wrong(reason: string): Error {
  return invalidOption('search.embed', reason)
}
