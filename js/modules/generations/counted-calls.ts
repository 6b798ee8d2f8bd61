// Counted calls: a closure that says when each of its calls has begun and ended. A streamed call ends with its stream.

import { isThenable } from '../../border/thenable'
import type { ClosureFunction } from '../../call/interfaces'
import { readResult } from '../../call/streaming'
import type { PieceIterator, PieceResult } from '../../call/streaming'

/** The same function; `begin` is called for each call, and what it returns when the call has ended. */
export function counted(execute: ClosureFunction, begin: () => () => void): ClosureFunction {
  return function (this: unknown, args, context): unknown {
    const end = begin()
    try {
      return follow(execute.call(this, args, context), end)
    } catch (thrown) {
      end()
      throw thrown
    }
  }
}

/** The same result; `end` is called when it is there as a whole. Getters of the result may throw. */
function follow(result: unknown, end: () => void): unknown {
  if (isThenable(result)) {
    return new Promise((resolve) => resolve(result)).then(
      (value) => followValue(value, end),
      (thrown: unknown) => {
        end()
        throw thrown
      },
    )
  }
  return followValue(result, end)
}

function followValue(value: unknown, end: () => void): unknown {
  let open: unknown
  try {
    open = value !== null && typeof value === 'object' ? Reflect.get(value, Symbol.asyncIterator) : undefined
  } catch (thrown) {
    end()
    throw thrown
  }
  if (typeof open === 'function') {
    return { [Symbol.asyncIterator]: (): unknown => followPieces((open as () => unknown).call(value), end) }
  }
  end()
  return value
}

/** What is no iterator is left to the reader, who knows the fault. */
function followPieces(opened: unknown, end: () => void): unknown {
  if (opened === null || typeof opened !== 'object') return opened
  const iterator = opened as PieceIterator
  return {
    async next(): Promise<PieceResult> {
      try {
        const result = readResult(await iterator.next())
        if (result.done) end()
        return result
      } catch (thrown) {
        end()
        throw thrown
      }
    },
    async return(): Promise<unknown> {
      try {
        return await iterator.return?.()
      } finally {
        end()
      }
    },
  }
}
