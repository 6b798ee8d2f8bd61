// Tool handle: one registered tool, as `register` returns it.
import type { CallOptions } from './call'
import type { FrameworkTool, ToolOptions } from './framework-tools'
import type { CheckedOutput, CheckedSchema, OutputResult, ReturnedValue, ToolInput } from './inference'
import type { ToolParameters } from './schema'
import type { RegistryTypes, ToolDefinition } from './tool'

/**
 * A handle of one registered tool. It does not mean another tool that gets the same name later.
 * After the tool is removed, its methods throw or reject with `UNKNOWN_TOOL`; `remove` returns false.
 * @see [handles](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#handles)
 */
export class ToolHandle<Input = any, Result = any, Types extends RegistryTypes = any> {
  private constructor()
  /** The tool's name. */
  readonly name: string
  /**
   * Calls the tool like `registry.execute`, with the types of its definition. `update` does not change these types.
   * @see [handles](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#handles)
   */
  execute(
    ...call: {} extends Input
      ? [params?: Input, options?: CallOptions<Types>]
      : [params: Input, options?: CallOptions<Types>]
  ): Promise<Result>
  /** Replaces the tool by one of an agent framework. The name may change. Throws like `register`. */
  update(tool: FrameworkTool, options: ToolOptions): void
  /** Replaces the definition of the tool. The name may change. Throws like `register`. */
  update<
    const Parameters extends ToolParameters = {},
    const Schema extends object | undefined = undefined,
    const Output extends object | undefined = undefined,
    Returned extends ReturnedValue<Output> = ReturnedValue<Output>,
  >(
    definition: ToolDefinition<Schema, Parameters, Returned, Types, Output> &
      CheckedSchema<Parameters, Schema> &
      CheckedOutput<Output>,
    options?: ToolOptions,
  ): void
  /** Disables the tool: it is in no list, and calls of it fail with `UNKNOWN_TOOL`. */
  disable(): void
  /** Enables the tool again. */
  enable(): void
  /** Removes the tool. Returns false if it was removed before. */
  remove(): boolean
}

/** The type of the handle that `register` returns. */
export type HandleOf<Parameters, Schema, Returned, Types extends RegistryTypes, Output = undefined> = ToolHandle<
  ToolInput<Parameters, Schema>,
  OutputResult<Output, Returned>,
  Types
>
