// The adapter for LangChain in a program with the real LangChain: import and require each take the copy of it that the
// program has. The package is installed by hand, as the copies of LangChain are those of the tests.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/child.mjs'
import { emptyProject } from '../support/packages.mjs'

const PROGRAM = `
const registry = new ToolRegistry()
const parameters = { a: { type: 'string' } }
registry.register({ name: 'shop/echo', description: 'Echo', parameters, execute: ({ a }) => a })
const [tool] = langchainTools(registry)
const message = tool.invoke({ type: 'tool_call', id: '1', name: 'shop_echo', args: { a: 'b' } })
message.then((answer) => console.log(Object.getPrototypeOf(answer) === ToolMessage.prototype, answer.content))`

const IMPORTS = [
  ['ToolRegistry', 'toolrack'],
  ['langchainTools', 'toolrack/langchain'],
  ['ToolMessage', '@langchain/core/messages'],
]

test('tools of LangChain are of the copy that the program has, by import and by require', (t) => {
  const project = emptyProject()
  t.after(() => project.remove())
  const installed = join(project.folder, 'node_modules', 'toolrack')
  for (const part of ['package.json', 'lib']) cpSync(join(root, part), join(installed, part), { recursive: true })
  for (const addon of readdirSync(root).filter((file) => file.endsWith('.node')))
    symlinkSync(join(root, addon), join(installed, addon))
  const langchain = join(project.folder, 'node_modules', '@langchain', 'core')
  mkdirSync(dirname(langchain), { recursive: true })
  symlinkSync(join(root, '__test__', 'frameworks', 'node_modules', '@langchain', 'core'), langchain, 'junction')
  const esm = IMPORTS.map(([name, from]) => `import { ${name} } from '${from}'`)
  const cjs = IMPORTS.map(([name, from]) => `const { ${name} } = require('${from}')`)
  project.write('program.mjs', [...esm, PROGRAM].join('\n'))
  project.write('program.cjs', [...cjs, PROGRAM].join('\n'))
  assert.deepEqual([project.node('program.mjs'), project.node('program.cjs')], ['true b\n', 'true b\n'])
})
