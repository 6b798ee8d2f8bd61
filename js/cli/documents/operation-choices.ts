// Operation choices of `--include` and `--exclude`: a short form → what `load` takes.

import type { OperationChoice } from '../../../index'
import { UsageError } from '../command'

const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
])

/**
 * Reads choices: `tag:users`, `GET`, `/users/**`, `GET /users/**`, or a glob of operation ids (`list*`). An operation is
 * chosen if one of them matches.
 */
export function readChoices(option: string, texts: readonly string[]): OperationChoice[] {
  return texts.map((text) => readChoice(option, text.trim()))
}

function readChoice(option: string, text: string): OperationChoice {
  if (text === '')
    throw new UsageError(`${option} is empty: give a tag (tag:users), a method, a path or an operation id`)
  if (text.startsWith('tag:')) return { tags: [readTag(option, text.slice('tag:'.length))] }
  if (text.startsWith('/')) return { paths: [text] }
  const [method = '', path, ...more] = text.split(/\s+/)
  if (!METHODS.has(method.toUpperCase())) return { operationIds: [text] }
  if (path === undefined) return { methods: [method] }
  if (more.length > 0 || !path.startsWith('/'))
    throw new UsageError(`${option} "${text}": a method is followed by a path, such as "GET /users/**"`)
  return { methods: [method], paths: [path] }
}

function readTag(option: string, tag: string): string {
  if (tag.trim() === '') throw new UsageError(`${option} "tag:": a tag follows the colon, such as tag:users`)
  return tag
}
