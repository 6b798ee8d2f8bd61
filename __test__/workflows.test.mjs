// The hosted CI: its files are YAML, and what they name is there.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { load } from 'js-yaml'
import { PLATFORMS, readManifest } from '../scripts/platforms.mjs'
import { root } from './support/child.mjs'

const folder = join(root, '.github', 'workflows')
const WORKFLOWS = readdirSync(folder).map((file) => [file, load(readFileSync(join(folder, file), 'utf8'))])
const { jobs } = Object.fromEntries(WORKFLOWS)['ci.yml']
const suffixes = Object.values(PLATFORMS).map(({ folder }) => folder.replace('npm/', ''))

/** The commands of a job, one text for each step that has any. */
const commandsOf = ({ steps }) => steps.map(({ run }) => run).filter((run) => run !== undefined)

for (const [file, workflow] of WORKFLOWS) {
  test(`${file}: every npm script and every file that a command names is there`, () => {
    const { scripts } = readManifest()
    for (const [name, job] of Object.entries(workflow.jobs)) {
      for (const command of commandsOf(job)) {
        for (const [, script] of command.matchAll(/\bnpm run ([\w:-]+)/g))
          assert.ok(scripts[script], `${name}: ${script}`)
        for (const [path] of command.matchAll(/\b(?:__test__|scripts|bench)\/[\w./-]+/g))
          assert.ok(existsSync(join(root, path)), `${name}: ${path}`)
      }
    }
  })

  test(`${file}: every job runs somewhere, and waits for jobs that are there`, () => {
    for (const [name, job] of Object.entries(workflow.jobs)) {
      assert.equal(typeof job['runs-on'], 'string', name)
      for (const needed of [job.needs ?? []].flat()) assert.ok(workflow.jobs[needed], `${name} needs ${needed}`)
      for (const step of job.steps) assert.equal(Number('uses' in step) + Number('run' in step), 1, name)
    }
  })
}

test('each target is built once', () => {
  assert.deepEqual(
    jobs.build.strategy.matrix.include.map(({ target }) => target).sort(),
    readManifest().napi.targets.sort(),
  )
})

test('each platform is tested from its packages before anything is published', () => {
  const tested = [jobs['smoke-linux'], jobs['smoke-others']].flatMap(({ strategy }) => strategy.matrix.include)
  assert.deepEqual([...new Set(tested.map(({ platform }) => platform))].sort(), suffixes.sort())
  assert.deepEqual(jobs.publish.needs.sort(), ['smoke-linux', 'smoke-others', 'test'])
  assert.equal(jobs.publish.if, "github.ref_type == 'tag'")
})

test('packages are published with provenance, which needs the token of the job', () => {
  assert.match(commandsOf(jobs.publish).join('\n'), /npm publish "\$tarball" --provenance/)
  assert.equal(jobs.publish.permissions['id-token'], 'write')
})
