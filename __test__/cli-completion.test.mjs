// Shell completion: what can follow, and the scripts in the shells that this machine has.
import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { spawned } from './support/child.mjs'
import { commandFolder } from './support/command-line.mjs'
import { BIN } from './support/served-documents.mjs'

const COMMANDS = ['serve', 'check', 'diff', 'tools', 'search', 'call', 'lock', 'clients', 'audit', 'completion']

for (const [words, expected] of [
  [[''], COMMANDS],
  [['c'], ['check', 'call', 'clients', 'completion']],
  [['audit', ''], ['verify']],
  [['--'], ['--help', '--version']],
  [
    ['diff', '--fail-on', 'w'],
    ['widening', 'wording'],
  ],
  [['check', 'a.json', '--target', 'anth'], ['anthropic']],
  [['check', '--target', 'mcp', '--tar'], ['--target']],
  [['check', '--state', 'a', '--sta'], []],
  [['check', 'pets'], []],
  [['check', '--state', ''], []],
  [['clients', 'vs'], ['vscode']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['lock', '--'],
    ['--out', '--config', '--name', '--include', '--exclude', '--json', '--help'],
  ],
  [['nothing', ''], []],
  [[], COMMANDS],
])
  test(`after "${words.join(' ')}" can follow ${expected.length} words`, async (t) => {
    const { toolrack } = await commandFolder(t, {})
    const { code, stdout, stderr } = await toolrack(['complete-words', ...words])
    assert.deepEqual([code, stderr], [0, ''])
    const lines = stdout === '' ? [] : stdout.trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => line.split('\t')[0]),
      expected,
    )
  })

/** Programs of a shell that complete `toolrack diff --fail-on w`. */
const SHELLS = {
  bash: `source script; COMP_WORDS=(toolrack diff --fail-on w); COMP_CWORD=3; _toolrack_complete toolrack
printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: `source script; complete -C 'toolrack diff --fail-on w'`,
  // Without a terminal there is no completion system: its functions are stood for.
  zsh: `compdef() { }
_describe() { print -l \${(P)2%%:*} }
_files() { }
source ./script
words=(toolrack diff --fail-on w); CURRENT=4
_toolrack`,
}

const hasShell = (shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0

for (const [shell, program] of Object.entries(SHELLS))
  test(
    `${shell} completes by the script that is printed`,
    { skip: !hasShell(shell) && `${shell} is not installed` },
    async (t) => {
      const { path, toolrack } = await commandFolder(t, {})
      const { code, stdout } = await toolrack(['completion', shell])
      assert.equal(code, 0)
      await writeFile(join(path, 'script'), stdout)
      await writeFile(join(path, 'toolrack'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
      await chmod(join(path, 'toolrack'), 0o755)
      const env = { ...process.env, PATH: `${path}${delimiter}${process.env.PATH}` }
      const completed = await spawned(shell, ['-c', program], { cwd: path, env })
      assert.deepEqual(
        completed.stdout
          .trim()
          .split('\n')
          .map((line) => line.split('\t')[0]),
        ['widening', 'wording'],
        completed.stderr,
      )
    },
  )

test('a shell that has no script ends with 2', async (t) => {
  const { toolrack } = await commandFolder(t, {})
  for (const shell of ['fsh', '__proto__', 'constructor']) {
    const { code, stderr } = await toolrack(['completion', shell])
    assert.equal(code, 2)
    assert.match(stderr, /is none of bash, zsh, fish/)
  }
})
