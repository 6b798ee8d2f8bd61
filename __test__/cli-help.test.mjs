// Help of the command line: docs/cli.md and docs/serve.md have the same commands, options and exit codes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { read } from './support/markdown.mjs'
import { BIN } from './support/served-documents.mjs'

const help = async (...args) => {
  const { code, stdout, stderr } = await runFile([BIN, ...args, '--help'])
  assert.deepEqual([code, stderr], [0, ''])
  return stdout
}

/** The cells of each row of the tables below a heading. */
const rows = (page, heading) =>
  read(page)
    .split(`\n## ${heading}\n`)[1]
    .split('\n## ')[0]
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    )
    .slice(2)

const COMMANDS = (await help())
  .split('\n')
  .map((line) => /^ {2}([a-z][a-z ]*?) {3,}/.exec(line)?.[1])
  .filter(Boolean)

/** The options of a command as its help writes them: `--name VALUE`. */
const optionsOf = (text) =>
  [...text.matchAll(/^ {2}(--[a-z-]+(?: \S.*?)?)(?= {3,}|$)/gm)]
    .map(([, term]) => term)
    .filter((term) => term !== '--help')

test('the list of commands is that of the page', () => {
  assert.equal(COMMANDS.length, 10)
  const named = rows('docs/cli.md', 'Commands').map(([cell]) => cell)
  for (const [i, name] of COMMANDS.entries()) assert.match(named[i], new RegExp(`^\`toolrack ${name}( |\`)`))
  assert.equal(named.length, COMMANDS.length)
})

for (const name of COMMANDS)
  test(`toolrack ${name} --help has an example, and what the page says`, async () => {
    const text = await help(...name.split(' '))
    assert.match(text, new RegExp(`^toolrack ${name} [A-Z[]`))
    assert.match(text, /\nExample: .*toolrack /)
    for (const line of text.split('\n')) assert.ok([...line].length <= 120, line)
    const own =
      name === 'serve'
        ? rows('docs/serve.md', 'Options').map(([term]) => term)
        : rows('docs/cli.md', 'Options')
            .filter(([, of]) => of.split(', ').includes(name))
            .map(([term]) => term)
    assert.deepEqual(own.map((term) => term.slice(1, -1)).toSorted(), optionsOf(text).toSorted())
    const [, codes] = /\nExit codes: ([\s\S]*?)\.\n\n/.exec(text)
    const [, ...cells] = rows('docs/cli.md', 'Exit codes').find(([cell]) => cell === `\`${name}\``)
    const told = codes
      .replace(/\s+/g, ' ')
      .split('; ')
      .filter((one) => !one.startsWith('130 '))
    assert.deepEqual(
      told,
      cells.flatMap((cell, code) => (cell === '' ? [] : [`${code} ${cell}`])),
    )
  })

test('each example of the page that is a command of one line is one of its command', () => {
  const blocks = [...read('docs/cli.md').matchAll(/npx toolrack ([a-z]+)/g)].map(([, name]) => name)
  for (const name of blocks) assert.ok(COMMANDS.includes(name), name)
})

test('toolrack audit --help says what audit verify does', async () => {
  assert.equal(await help('audit'), await help('audit', 'verify'))
})

test('--version prints the version', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const flag of ['--version', '-v']) assert.deepEqual((await runFile([BIN, flag])).stdout, `${version}\n`)
})

for (const [args, message] of [
  [['chekc'], /no command is called "chekc"; nearest: check\n/],
  [['audit'], /no command is called "audit"; nearest: audit verify\n/],
  [['check', 'a.json', '--targets', 'x'], /option --targets is none of .*; nearest: --target\n/],
  [['check', 'a.json', '--json=yes'], /--json/],
  [['diff', 'a.json', 'b.json', '--fail-on', 'braking'], /--fail-on: "braking" is none of .*; nearest: breaking\n/],
  [['check', 'a.json', '--state'], /--state/],
])
  test(`toolrack ${args.join(' ')} names what is meant, and where the help is`, async () => {
    const { code, stdout, stderr } = await runFile([BIN, ...args])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
    const command = COMMANDS.includes(args[0]) ? `${args[0]} ` : ''
    assert.ok(stderr.endsWith(`Try: toolrack ${command}--help\n`), stderr)
  })
