// References of a schema: what `$ref` stands for, which lead back to themselves, and which schemas are the same.

import { createHash } from 'node:crypto'
import { isMembers } from '../border/kind'

/** The schema that a reference within a document stands for; nothing for any other reference. */
export function targetOf(document: unknown, reference: string): unknown {
  if (reference === '#') return document
  if (!reference.startsWith('#/')) return undefined
  let value = document
  for (const part of reference.slice('#/'.length).split('/')) {
    const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (!(isMembers(value) || Array.isArray(value)) || !Object.hasOwn(value, key)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  return value
}

/** A part of a pointer in a URL. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/**
 * Whether a reference leads to another one without an object or a list between: TypeScript refuses `type A = A | string`,
 * and takes `type A = { next: A }`.
 */
export function isCircular(document: unknown, reference: string, wanted: string): boolean {
  const seen = new Set<string>()
  const waiting: unknown[] = [{ $ref: reference }]
  while (waiting.length > 0) {
    const schema = waiting.pop()
    if (!isMembers(schema)) continue
    const { $ref } = schema
    if ($ref === wanted) return true
    if (typeof $ref === 'string' && !seen.has($ref)) {
      seen.add($ref)
      waiting.push(targetOf(document, $ref))
    }
    for (const list of [schema.allOf, schema.anyOf, schema.oneOf])
      if (Array.isArray(list)) for (const one of list) waiting.push(one)
  }
  return false
}

/** One schema that refers to more others is shared by equal documents alone: following them all takes long. */
const MOST_REACHED = 200

/** The references in one document, told apart by what they stand for. */
export class References {
  readonly #document: unknown
  /** The hash of the whole document. */
  #hash: string | undefined
  /** What each reference stands for: its text, and the references in it. */
  readonly #targets = new Map<string, { readonly hash: string; readonly references: readonly string[] }>()

  constructor(document: unknown) {
    this.#document = document
  }

  /** A key that two references share, also of two documents, whose schemas are the same with all that these refer to. */
  keyOf(reference: string): string {
    const reached = new Set([reference])
    // A set hands out what is added while it is walked.
    for (const one of reached) {
      for (const next of this.#target(one).references) reached.add(next)
      if (reached.size > MOST_REACHED) return `${reference} ${(this.#hash ??= hashOf(JSON.stringify(this.#document)))}`
    }
    const parts = [...reached].sort().map((one) => `${one} ${this.#target(one).hash}`)
    return `${reference} ${hashOf(parts.join('\n'))}`
  }

  #target(reference: string): { readonly hash: string; readonly references: readonly string[] } {
    const known = this.#targets.get(reference)
    if (known !== undefined) return known
    const target = targetOf(this.#document, reference)
    const references = new Set<string>()
    const text = JSON.stringify(target, (key, value: unknown) => {
      if (key === '$ref' && typeof value === 'string') references.add(value)
      return value
    })
    const read = { hash: hashOf(text ?? ''), references: [...references] }
    this.#targets.set(reference, read)
    return read
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
