// What `npm start` shows, run as its user runs it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('../examples/main.mjs', import.meta.url))

test('the main job goes from a large document to the planner and ends by itself', { timeout: 60_000 }, async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 1 << 24 })
  assert.equal(stderr, '')
  const shown = [
    /1223 operations: 1186 tools, 0 skipped, 37 deprecated/,
    /memory: -?\d+ MB more than before/,
    /openai: \[\{"type":"function","name":"github_repos_get".*"required":\["owner","repo"\].*"strict":false\}\]/,
    /anthropic: \[\{"name":"github_repos_get".*"input_schema":\{"type":"object"/,
    /gemini: \[\{"functionDeclarations":\[\{"name":"github_repos_get".*"parametersJsonSchema"/,
    /C1 is Ada Lovelace now \(user 7, audit 42\)/,
    /\{ name: 'Ada Lovelace', askedBy: 7 \}/,
    /tool_use_id: 'toolu_1',[\s\S]*INVALID_PARAMS[\s\S]*is_error: true/,
    /loaded notes: listNotes, getNote, putNote/,
    /\{ text: 'buy milk', pinned: true, tenant: 'acme' \}/,
    /\[ 'a b\/c' \]/,
    /HTTP_FAILED 404: no note none/,
    /\+1 \(deleteNote\), 0 updated, 0 removed, 3 unchanged/,
    /INVALID_SPEC: document is not valid JSON/,
    /still there: listNotes, getNote, putNote, deleteNote/,
    /crm-lookup {3}external +\d+ tokens {2}Look up a customer/,
    /\{"github":1186,"code":2,"notes":4\}/,
  ]
  let rest = stdout
  for (const pattern of shown) {
    const found = pattern.exec(rest)
    assert.ok(found, `${pattern} is not in what is left of the output:\n${rest.slice(0, 2000)}`)
    rest = rest.slice(found.index + found[0].length)
  }
  assert.doesNotMatch(stdout, /crm-rename +internal/, 'the planner sees external tools alone')
})
