// Generator of a Strands tool: it ends with its call. The SDK reads it to its end, whatever becomes of the call.

import { types } from 'node:util'
import type { CallContext } from '../../../call/context'
import { ignoreRejection } from '../../../border/error'
import { onAbort } from '../../../call/abort-signals'
import type { ExportedValue } from '../exported-value'

/** What a tool runs: an async generator function among others. */
type Callback = (input: unknown, context: object) => AsyncIterator<unknown, unknown, undefined>

/** The async generator function of a tool, in the member where the SDK keeps it; nothing for another tool. */
export function generatorOf(value: ExportedValue): Callback | undefined {
  const callback = value.isMethod('_callback') ? value.get('_callback') : undefined
  const isGenerator = types.isGeneratorFunction(callback) && types.isAsyncFunction(callback)
  return isGenerator ? (callback as unknown as Callback) : undefined
}

/** Runs a tool, whose generator is returned as soon as the call is aborted or times out. */
export async function runUntilEnd(
  tool: object,
  callback: Callback,
  context: CallContext,
  run: (tool: object) => Promise<unknown>,
): Promise<unknown> {
  let off = (): void => {}
  const start = (input: unknown, toolContext: object) => {
    const generator = callback.call(tool, input, toolContext)
    off = endOnAbort(generator, context)
    return generator
  }
  try {
    return await run(Object.create(tool, { _callback: { value: start } }) as object)
  } finally {
    off()
  }
}

/** Returns a generator as soon as a call is aborted or times out. The returned function cancels that. */
export function endOnAbort(generator: AsyncIterator<unknown, unknown, undefined>, { signal }: CallContext): () => void {
  const end = (): void => ignoreRejection(generator.return?.())
  if (signal.aborted) end()
  return onAbort(signal, end)
}
