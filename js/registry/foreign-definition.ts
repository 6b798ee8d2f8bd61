// Foreign definition: what a target has against a definition that no registry has.

import { callNative } from '../border/error'
import { validateDefinition } from '../border/native'
import { requiredText, toName, toText } from '../border/options'
import type { Finding } from '../../index'

/** Judges a definition by the rules of a target. */
export function judgeForeign(definition: unknown, target: unknown, options: unknown): Finding[] {
  const text = requiredText('definition', definition)
  const written = callNative(() => validateDefinition(text, toName('target', target), toText('options', options)))
  return JSON.parse(written) as Finding[]
}
