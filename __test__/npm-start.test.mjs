// What `npm start` shows, run as its user runs it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFile } from './support/child.mjs'

const PAGE = [
  'toolrack: functions and API documents become tools of a model, and follow what changes.',
  '',
  '1. An API document becomes tools',
  /^ {3}The OpenAPI document of GitHub \(13 MB\) is loaded in \d+ ms; the process has -?\d+ MB more memory\.$/,
  '   Of 1223 operations, 1186 are tools, 37 are deprecated and left out, 0 cannot be read.',
  '   Each operation is counted: none is lost silently.',
  '   A filter selects what a model is offered: github_issues_* are 58 tools.',
  '',
  '2. A function becomes a tool',
  '   find_customer {"id":"C1"} → {"name":"Ada","askedBy":7}',
  '   The user (7) comes from the session of your program, never from the model.',
  '',
  '3. Each provider gets the tool in its own form',
  /^ {3}openai {4}\{"type":"function","name":"find_customer",.*"parameters":\{"type":"object",.*\}$/,
  /^ {3}anthropic \{"name":"find_customer",.*"input_schema":\{"type":"object",.*\}$/,
  /^ {3}gemini {4}\{"functionDeclarations":\[\{"name":"find_customer",.*"parametersJsonSchema":\{.*\}\]\}$/,
  '',
  "4. A model's wrong call is answered with what to correct",
  /^ {3}find_customer \{"id":"X9"\} → INVALID_PARAMS: .*\/id does not match the pattern$/,
  '   next: Correct the arguments as the problems say, then call again.',
  '',
  '5. A call of an operation is a request over HTTP',
  '   the API gets: PUT /notes/a%20b%2Fc {"text":"buy milk"}',
  '   putNote → {"saved":true}',
  '   the API gets: GET /notes/none',
  '   getNote → HTTP_FAILED 404: no such note',
  '',
  '6. An edit of the document changes its tools while the program runs',
  /^ {3}an edit, after \d+ ms: deleteNote is new, 2 tools are unchanged$/,
  /^ {3}a fault: INVALID_SPEC, document is not valid YAML: /,
  '   the tools stay: getNote, putNote, deleteNote',
  '',
  'Tools now, by source: github 1186, code 1, notes 3.',
  'Read on: examples/README.md (programs of one screen), docs/getting-started.md (the first steps).',
]

test('the main job prints a page of what it did, and ends by itself', async () => {
  const { code, stdout, stderr } = await runFile(['scripts/main-job.mjs'], { killAfterMs: 60_000 })
  assert.deepEqual([code, stderr], [0, ''])
  const lines = stdout.trimEnd().split('\n')
  for (const [i, expected] of PAGE.entries())
    if (typeof expected === 'string') assert.equal(lines[i], expected)
    else assert.match(lines[i], expected)
  assert.equal(lines.length, PAGE.length, stdout)
})
