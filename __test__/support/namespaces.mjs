// Namespaces of Linux: tests that mount files or limit what the system gives.
import { spawnSync } from 'node:child_process'

/** Whether a test of namespaces is skipped on this platform. */
export const isElsewhere = process.platform !== 'linux' && 'there are no user namespaces'

/**
 * Whether `unshare` with these arguments works here; else the test is skipped. With `CI` set it fails instead: nobody
 * must believe that it ran.
 */
export function canUnshare(t, args, { isCi = Boolean(process.env.CI) } = {}) {
  const { status, error, stderr } = spawnSync('unshare', [...args, 'true'], { encoding: 'utf8' })
  if (status === 0) return true
  const reason = `unshare does not work here: ${error?.message ?? (stderr.trim() || `exit code ${status}`)}`
  if (isCi) throw new Error(reason)
  t.skip(reason)
  return false
}
