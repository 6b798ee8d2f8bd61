// The messages of the newest commits.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { root } from './support/child.mjs'
import { problemsOfCommit, readCommits } from './support/commits.mjs'

const NEWEST = 30

const CASES = [
  ['feat(loader): a reload keeps the old tools', 'Why, and how it was seen.', []],
  ['docs(core): six comments say the thing first', '', []],
  ['refactor(retrieve,convert): rooms of their own for bytes and tools', '', []],
  ['fix(state): the file is replaced as a whole', '  \n', ['a fix has a body']],
  ['perf(unicode): plain ASCII is scanned in a third of the work', '', ['a perf has a body']],
  [`test(watch): ${'x'.repeat(60)}`, '', ['has 73 characters']],
  [`test(watch): ${'é'.repeat(60)}`, '', ['has 73 characters']],
  [`test(watch): ${'é'.repeat(59)}`, '', []],
  ['feature(loader): a reload keeps the old tools', 'Why.', ['"feature" is no type']],
  ['fix: the file is replaced as a whole', 'Why.', ['its subject is not']],
  ['fix(state) the file is replaced as a whole', 'Why.', ['its subject is not']],
  ['Fixed the file', '', ['its subject is not']],
]
for (const [subject, body, expected] of CASES) {
  const commit = `a commit "${subject}"${body.trim() === '' ? ' without a body' : ''}`
  test(`${commit} is ${expected.length === 0 ? 'accepted' : 'refused'}`, () => {
    const problems = problemsOfCommit({ subject, body })
    assert.equal(problems.length, expected.length, problems.join('; '))
    for (const [i, part] of expected.entries()) assert.ok(problems[i].includes(part), problems[i])
  })
}

test('commits are read from the log with their bodies', () => {
  const commits = readCommits('abc\nfix(state): one\nWhy.\n\nMore.\n\0def\ndocs(core): two\n')
  assert.deepEqual(commits, [
    { hash: 'abc', subject: 'fix(state): one', body: 'Why.\n\nMore.\n' },
    { hash: 'def', subject: 'docs(core): two', body: '' },
  ])
})

/** The newest commits, or why there are none to look at. */
function newest() {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  const { status, stdout } = git('rev-parse', '--show-prefix')
  // A package that is unpacked inside somebody's repository has their history.
  if (status !== 0 || stdout.trim() !== '') return { missing: 'there is no git history of this folder' }
  const log = git('log', '--no-merges', '-z', `--max-count=${NEWEST}`, '--format=%h%n%s%n%b')
  if (log.status !== 0) return { missing: `git log failed: ${log.stderr.trim()}` }
  return { commits: readCommits(log.stdout) }
}

const { commits, missing } = newest()
test(`the newest ${NEWEST} commits say what changes, and why`, { skip: missing ?? false }, (t) => {
  if (commits.length < NEWEST) t.diagnostic(`the history that is here has ${commits.length} commits`)
  const wrong = commits.flatMap(({ hash, subject, ...rest }) =>
    problemsOfCommit({ subject, ...rest }).map((problem) => `${hash} ${subject}: ${problem}`),
  )
  assert.deepEqual(wrong, [])
})
