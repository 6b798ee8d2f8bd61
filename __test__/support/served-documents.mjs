// Served documents in tests: `toolrack serve` as a process with a client, and the documents that it serves.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './child.mjs'
import { ERAS, LineClient } from './mcp-client.mjs'

export const BIN = join(root, 'bin', 'toolrack.js')

/** A document with these operations: id → method and path. */
export const document = (operations, baseUrl = 'https://pets.example') => {
  const paths = {}
  for (const [operationId, place] of Object.entries(operations)) {
    const [method, path] = place.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: { operationId, tags: ['pets'] } }
  }
  return JSON.stringify({ openapi: '3.1.0', info: { title: 'Pets', version: '1' }, servers: [{ url: baseUrl }], paths })
}

export const PETS = { listPets: 'GET /pets', createPet: 'POST /pets', getOwner: 'GET /owners' }

/** A folder with a document. */
export async function place(t, text = document(PETS), name = 'pets.json') {
  const folder = await mkdtemp(join(tmpdir(), 'toolrack-serve-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, name)
  if (text !== undefined) await writeFile(file, text)
  return file
}

/** Starts the command; a client that is connected in an era. */
export async function serve(t, args, { era = 'modern', env = {} } = {}) {
  const child = spawn(process.execPath, [BIN, 'serve', ...args], { stdio: 'pipe', env: { ...process.env, ...env } })
  t.after(() => child.kill('SIGKILL'))
  const errors = []
  child.stderr.on('data', (chunk) => errors.push(String(chunk)))
  const client = new LineClient(child.stdin, child.stdout)
  const exit = once(child, 'exit')
  await ERAS[era].open(client)
  const names = async () => (await client.call(era, 'tools/list', {})).result.tools.map(({ name }) => name)
  /** Resolves when the log says something. */
  const told = async (pattern) => {
    while (!pattern.test(errors.join(''))) await once(child.stderr, 'data')
  }
  return {
    child,
    client,
    exit,
    names,
    told,
    call: (...args) => client.call(era, ...args),
    stderr: () => errors.join(''),
  }
}
