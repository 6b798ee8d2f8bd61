// Tool handle: updates, enables, disables or removes one registered tool.

import type { ToolHandle as PublicToolHandle } from '../index'

/** Changes of one registration, as its registry makes them. */
export interface RegistrationChanges {
  /** Replaces the definition; returns the tool's new name. */
  readonly update: (name: string, definition: unknown) => string
  readonly enable: (name: string, isEnabled: boolean) => void
  /** Removes the tool; returns whether it existed. */
  readonly remove: (name: string) => boolean
}

/** A registered tool; it follows a rename. */
export class ToolHandle implements PublicToolHandle {
  #name: string
  #changes: RegistrationChanges

  constructor(name: string, changes: RegistrationChanges) {
    this.#name = name
    this.#changes = changes
  }

  get name(): string {
    return this.#name
  }

  update(definition: unknown): void {
    this.#name = this.#changes.update(this.#name, definition)
  }

  disable(): void {
    this.#changes.enable(this.#name, false)
  }

  enable(): void {
    this.#changes.enable(this.#name, true)
  }

  remove(): boolean {
    return this.#changes.remove(this.#name)
  }
}
