// Process environment: the variables that a server's process gets of ours, and those that are configured for it.

/** Variables of ours that every server gets. Others may hold secrets that are not for it. */
const POSIX = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'USER']

/** What programs on Windows cannot start without. */
const WINDOWS = [
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATH',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
]

/** The environment of a process: ours by the list, and `configured`, which wins. */
export function processEnvironment(
  configured: Readonly<Record<string, string>> = {},
  { platform, env }: { readonly platform: string; readonly env: NodeJS.ProcessEnv } = process,
): Record<string, string> {
  const made: Record<string, string> = Object.create(null) as Record<string, string>
  for (const name of platform === 'win32' ? WINDOWS : POSIX) {
    const value = env[name]
    // Bash exports functions so: they are code, which a server's shell would run.
    if (value !== undefined && !value.startsWith('()')) made[name] = value
  }
  for (const [name, value] of Object.entries(configured)) made[name] = value
  return made
}
