// Tool handle: calls, updates, enables, disables or removes one registered tool.

import type { ToolHandle as PublicToolHandle } from '../index'
import { INSPECT, inspectedLine } from './border/inspection'
import type { InspectedMembers } from './border/inspection'

/** One registration, as its registry calls and changes it. */
export interface Registration {
  /** Calls the tool. Rejects with `UNKNOWN_TOOL` if another one has its name. */
  readonly execute: (name: string, params: unknown, options: unknown) => Promise<unknown>
  /** Replaces the definition; returns the tool's new name. */
  readonly update: (name: string, definition: unknown, options: unknown) => string
  readonly enable: (name: string, isEnabled: boolean) => void
  /** Removes the tool; returns whether it existed. */
  readonly remove: (name: string) => boolean
  /** Describes the tool as it is now. Throws if the registry is closed. */
  readonly describe: (name: string) => InspectedMembers
}

/** A registered tool; it follows a rename. */
export class ToolHandle implements PublicToolHandle {
  #name: string
  readonly #registration: Registration

  constructor(name: string, registration: Registration) {
    this.#name = name
    this.#registration = registration
  }

  get name(): string {
    return this.#name
  }

  /** `T` is what the definition says of the result. */
  execute<T>(params?: unknown, options?: unknown): Promise<T> {
    return this.#registration.execute(this.#name, params, options) as Promise<T>
  }

  update(definition: unknown, options?: unknown): void {
    this.#name = this.#registration.update(this.#name, definition, options)
  }

  disable(): void {
    this.#registration.enable(this.#name, false)
  }

  enable(): void {
    this.#registration.enable(this.#name, true)
  }

  remove(): boolean {
    return this.#registration.remove(this.#name)
  }

  [INSPECT](): string {
    return inspectedLine(
      'ToolHandle',
      () => ({ name: this.#name, ...this.#registration.describe(this.#name) }),
      () => ({ name: this.#name }),
    )
  }
}
