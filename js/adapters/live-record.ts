// Live record: tools by name that follow a registry, beside tools of the caller, for frameworks that read a record.

import { liveView } from './live-view'

/** The tools of one revision. They are the same object until the registry changes. */
type ToolsByName<Tool> = Readonly<Record<string, Tool>>

/**
 * Makes a record that has the newest tools whenever it is read. Tools of the caller stay as they are: those that it
 * begins with, and those that are written to it. They win over one of the registry with their name.
 */
export function liveRecord<Tool extends object>(
  newest: () => ToolsByName<Tool>,
  others: PropertyDescriptorMap,
): Record<string, Tool> {
  const record: Record<string, Tool> = Object.defineProperties({}, others)
  let known: ToolsByName<Tool> | undefined
  const refresh = () => {
    const tools = newest()
    if (tools === known) return
    for (const [name, tool] of Object.entries(known ?? {}))
      if (Object.getOwnPropertyDescriptor(record, name)?.value === tool) Reflect.deleteProperty(record, name)
    known = tools
    for (const [name, value] of Object.entries(tools))
      // A tool may have the name `__proto__`, which an assignment would not add.
      if (!Object.hasOwn(record, name))
        Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true })
  }
  refresh()
  return liveView(record, refresh)
}
