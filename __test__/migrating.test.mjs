// docs/migrating.md: the program before and the one after print the same, in JavaScript and in Python.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { claimsOf, codeBlocks, spaceless } from './support/examples.mjs'
import { read } from './support/markdown.mjs'

const PYTHON = process.env.PYTHON ?? 'python3'
const LIBRARIES = ['From a hand-written loop', "From FastMCP's from_openapi", 'From @samchon/openapi']

const blocks = codeBlocks(read('docs/migrating.md'), ['js', 'python'])
const pairOf = (library) => blocks.filter(({ heading }) => heading === library)

/** What a program in Python says beside `print`. */
const pythonClaims = (code) => [...code.matchAll(/print\(.*\)  # (.*)$/gm)].map(([, claim]) => claim)
const claims = ({ language, code }) => (language === 'python' ? pythonClaims(code) : claimsOf(code))
/** A value as both languages write it. */
const comparable = (claim) => spaceless(claim).replace(/'asked'/g, 'asked')

for (const library of LIBRARIES)
  test(`"${library}" has a program before and one after, which say that they print the same`, () => {
    const [before, after, ...rest] = pairOf(library)
    assert.deepEqual(rest, [])
    assert.match(before.code, /^(?:\/\/|#) before/)
    assert.match(after.code, /^\/\/ after/)
    assert.ok(claims(before).length > 0)
    assert.deepEqual(claims(before).map(comparable), claims(after).map(comparable))
  })

const missing =
  spawnSync(PYTHON, ['-c', 'import fastmcp']).status === 0 ? false : 'FastMCP is not installed: pip install fastmcp'
test('the program in Python prints what it says', { skip: missing }, () => {
  const [{ code }] = blocks.filter(({ language }) => language === 'python')
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', code], { encoding: 'utf8', timeout: 60_000 })
  assert.equal(status, 0, stderr)
  assert.deepEqual(stdout.trim().split('\n'), pythonClaims(code))
})
