// Process groups: signals for a server's process with its children, and their end when this process ends.

import { spawnSync } from 'node:child_process'

/** The groups that live. They are the process's own: `exit` is told once, whatever number of connections there is. */
const living = new Set<number>()

/**
 * Remembers a group, which is killed when this process exits. A signal that nobody handles ends this process without
 * `exit`, as SIGKILL does: then its servers are told by the end of their stdin alone, and one that ignores it lives on,
 * as does a child that has left the group (`setsid`).
 */
export function addGroup(group: number): void {
  if (living.size === 0) process.on('exit', killAll)
  living.add(group)
}

export function removeGroup(group: number): void {
  living.delete(group)
  if (living.size === 0) process.off('exit', killAll)
}

/** Sends a signal to a group; whether there was somebody to get it. */
export function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    if (process.platform !== 'win32') return process.kill(-group, signal)
    if (signal !== 'SIGKILL') return process.kill(group, 0)
    // There are no groups: the tree of children is what its tool knows.
    return spawnSync('taskkill', ['/pid', String(group), '/T', '/F'], { windowsHide: true }).status === 0
  } catch {
    // Nobody is left, or a member has become somebody else's (setuid).
    return false
  }
}

function killAll(): void {
  for (const group of living) signalGroup(group, 'SIGKILL')
}
