// Counts instructions with `valgrind --tool=callgrind`: finds or installs it, runs the workload, and reads what it
// wrote.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDebianPackage } from '../../scripts/debian-package.mjs'

const WORKLOAD = fileURLToPath(new URL('workload.mjs', import.meta.url))
/**
 * JavaScript is interpreted, hashes have one seed, and the young generation is so large that no garbage is collected
 * while an operation is counted: two runs do the same work.
 */
const NODE = [
  '--jitless',
  '--single-threaded',
  '--expose-gc',
  '--min-semi-space-size=256',
  '--max-semi-space-size=256',
  '--initial-old-space-size=1024',
  '--hash-seed=1',
  '--random-seed=1',
]

/** Whether valgrind is there. Root installs it where apt-get does that. */
export function hasValgrind() {
  const isThere = () => spawnSync('valgrind', ['--version']).status === 0
  return isThere() || (installDebianPackage('valgrind') && isThere())
}

/**
 * Runs the workload. Gives one entry for each operation: `{ operation, document, addon, process }`, where `addon`
 * counts the instructions of one repetition in the addon's own code, and `process` those in all code: the addon, libc
 * and Node.
 */
export function countInstructions() {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-counts-'))
  try {
    const profile = join(folder, 'profile')
    const args = [
      '--tool=callgrind',
      '--dump-before=umask',
      '--dump-line=no',
      `--callgrind-out-file=${profile}`,
      process.execPath,
      ...NODE,
      WORKLOAD,
    ]
    const { status, stdout, stderr, error } = spawnSync('valgrind', args, { encoding: 'utf8', maxBuffer: 1 << 26 })
    if (status !== 0) throw new Error(`the workload failed under valgrind: ${error?.message ?? stderr.slice(-4_000)}`)
    const operations = JSON.parse(stdout.trim().split('\n').at(-1))
    return operations.map(({ operation, document, repetitions }, i) => {
      // Each operation stands between two marks, and each mark ends a profile: profiles 1, 3, 5, … are what lies
      // between operations.
      const objects = readProfile(readFileSync(`${profile}.${2 * i + 2}`, 'utf8'))
      const sum = (entries) => Math.round(entries.reduce((total, [, count]) => total + count, 0) / repetitions)
      const all = [...objects]
      return { operation, document, addon: sum(all.filter(([object]) => object.endsWith('.node'))), process: sum(all) }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The instructions of each object file in a profile. The format is https://valgrind.org/docs/manual/cl-format.html:
 * `ob=(1) path` names an object (later `ob=(1)` alone), a line that begins with a position is a cost, and one after
 * `calls=` is what a call cost, which stands at the called function already.
 */
export function readProfile(text) {
  const paths = new Map()
  const counts = new Map()
  let object = ''
  let isOfCall = false
  let total = 0
  for (const line of text.split('\n')) {
    const named = /^(c?ob)=(\(\d+\))(?: (.*))?$/.exec(line)
    if (named) {
      const [, key, id, path] = named
      if (path !== undefined) paths.set(id, path)
      if (key === 'ob') object = paths.get(id) ?? id
    } else if (line.startsWith('calls=')) {
      isOfCall = true
    } else if (/^[\d+*-]/.test(line)) {
      if (!isOfCall) counts.set(object, (counts.get(object) ?? 0) + Number(line.split(' ')[1]))
      isOfCall = false
    } else if (line.startsWith('totals: ')) {
      total = Number(line.slice('totals: '.length))
    }
  }
  const sum = [...counts.values()].reduce((sum, count) => sum + count, 0)
  if (sum !== total) throw new Error(`the profile sums up to ${sum} instructions, and says ${total}`)
  return counts
}
