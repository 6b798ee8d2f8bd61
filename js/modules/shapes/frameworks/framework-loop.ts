// Framework loop: failures of tools that need the agent loop of their framework, which toolrack is not.

import { ignoreRejection } from '../../../border/error'

/** Makes the error of a tool that asks its framework for something that only its loop has. */
export function needsLoop(framework: string, what: string, cause?: unknown): Error {
  const message = `${what}, which needs the agent loop of ${framework}: toolrack calls the tool by itself`
  return new Error(message, cause === undefined ? {} : { cause })
}

/** A rejection that ends no process where the tool does not await it. */
export function rejected(error: Error): Promise<never> {
  const promise = Promise.reject<never>(error)
  ignoreRejection(promise)
  return promise
}

/** The name of a thrown error; undefined where it has none. */
export function nameOfThrown(thrown: unknown): unknown {
  return memberOf(thrown, 'name')
}

/** A member of what was thrown, whose getters may throw. */
export function memberOf(thrown: unknown, key: string): unknown {
  try {
    return typeof thrown === 'object' && thrown !== null ? (thrown as Record<string, unknown>)[key] : undefined
  } catch {
    return undefined
  }
}
