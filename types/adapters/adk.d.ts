/**
 * Adapter for Google's Agent Development Kit (ADK): `toolrack/adk`.
 * @module toolrack/adk
 */
import type { BaseTool, BaseToolset, Context } from '@google/adk'
import type { RegistryTypes } from '../tool'
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { AdapterOptions } from './adapter-options'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'

/** The options of `adkTools` and `adkToolset`. A context function gets the `toolContext` of each call. */
export interface AdkToolsOptions<Types extends RegistryTypes = {}> extends AdapterOptions<Types, Context> {}

/**
 * Returns the tools of a snapshot, or of a registry's newest revision, as tools of ADK, for `new LlmAgent({ tools })`.
 * A failed call throws: the model reads `{ error }`, whose text is JSON with `code`, `message` and `next`. Files of a
 * result become artifacts of the session. A call that needs approval asks for a confirmation. Throws `INVALID_OPTIONS`.
 * @see [ADK](https://github.com/toolrack/toolrack/blob/main/docs/frameworks-more.md#adk)
 */
export function adkTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: AdkToolsOptions<Types>,
): BaseTool[]

/**
 * Returns the tools of `adkTools` as one toolset: each step of an agent gets the newest revision of the registry.
 * Several agents may share it. Its `close` does not close the registry.
 * @see [ADK](https://github.com/toolrack/toolrack/blob/main/docs/frameworks-more.md#adk)
 */
export function adkToolset<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: AdkToolsOptions<Types>,
): BaseToolset
