// Revision group: loads of several sources that readers get as one revision.

import { callNative } from '../border/error'
import { NativeRevisionGroup } from '../border/native'
import type { RegistryAttachment } from './registry-attachment'

/**
 * Runs loads that join one revision: those that are given the group. It is published once all of them are done, whatever
 * came of them; listeners have its events before this resolves.
 */
export async function inOneRevision<T>(
  { native, closures }: Pick<RegistryAttachment, 'native' | 'closures'>,
  loads: (group: NativeRevisionGroup) => Promise<T>,
): Promise<T> {
  const group = callNative(() => new NativeRevisionGroup(native))
  try {
    return await loads(group)
  } finally {
    group.end()
    closures.drain()
  }
}
