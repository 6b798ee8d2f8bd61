// Content selection: which resources and prompts of an MCP server are passed on, by the options `resources` and `prompts`.

import { invalidOption, toNames } from '../../border/options'
import { ToolSelection } from './tool-selection'

/** Whether a URI, a URI template or a name is chosen. */
export type SelectContent = (key: string) => boolean

/** Reads an option: all, none, or texts in which `*` stands for any characters. */
export function readContentSelection(option: 'resources' | 'prompts', given: unknown): SelectContent {
  if (given === undefined || given === true) return () => true
  if (given === false) return () => false
  if (!Array.isArray(given)) throw invalidOption(option, 'must be a boolean, or a list of texts, which may have *')
  const selection = new ToolSelection(toNames(option, given), undefined)
  return (name) => selection.has({ name })
}
