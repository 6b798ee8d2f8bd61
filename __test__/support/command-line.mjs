// The command line in tests: a folder with documents, and the command as a process that runs in it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { runFile } from './child.mjs'
import { folder } from './documents.mjs'
import { BIN } from './served-documents.mjs'

/** A document of pets in two versions: the second one differs in each way that a class stands for. */
export const petsDocument = (version = '1.0.0', over = {}) => ({
  openapi: '3.1.0',
  info: { title: 'Pets', version },
  servers: [{ url: 'https://pets.example' }],
  paths: {
    '/pets': {
      get: {
        operationId: 'listPets',
        summary: 'Lists pets',
        tags: ['pets'],
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } },
          { name: 'kinds', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        ],
        ...over.listPets,
      },
    },
    '/owners': { get: { operationId: 'listOwners', summary: 'Lists owners', tags: ['owners'], ...over.listOwners } },
  },
})

/**
 * A folder with files, by name: a document as an object, or a text. `toolrack` runs the command in it, and `start` does
 * so without waiting.
 */
export async function commandFolder(t, files = { 'pets.json': petsDocument() }) {
  const cwd = await folder(t)
  for (const [name, content] of Object.entries(files))
    await writeFile(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content))
  const environment = (env) => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env
    return { ...rest, ...env }
  }
  return {
    path: cwd,
    toolrack: (args, { env, ...options } = {}) => runFile([BIN, ...args], { cwd, env: environment(env), ...options }),
    start: (args, env) => {
      const child = spawn(process.execPath, [BIN, ...args], { cwd, env: environment(env), stdio: 'pipe' })
      t.after(() => child.kill('SIGKILL'))
      return child
    },
  }
}

/** A server; its address. `answer` gets each request. */
export async function serverOf(t, answer) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${server.address().port}` }
}

/** A state file of the document that is in a folder as `pets.json`. */
export async function stateFile(path, { pin } = {}) {
  const { SpecLoader, ToolRegistry } = await import('toolrack')
  const loader = new SpecLoader(new ToolRegistry(), { state: join(path, 'toolrack.state') })
  await loader.load(join(path, 'pets.json'))
  if (pin !== undefined) loader.pin('pets', [pin])
  await loader.save()
  loader.close()
}
