// Examples in Markdown pages: their code, what they claim to print, and a project to run them in.
import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root, runFile } from './child.mjs'
import { folder } from './documents.mjs'
import { STRICT_TSC } from './typescript.mjs'

/**
 * The code blocks of these languages, each with the heading that it stands under. `<!-- run: no -->` before a block
 * leaves it out.
 */
export function codeBlocks(text, languages) {
  const found = []
  let heading = 'top'
  const pattern = new RegExp(
    `^#+ (.*)$|(<!-- run: no -->\\s*)?^\`\`\`(${languages.join('|')})\\n([\\s\\S]*?)^\`\`\``,
    'gm',
  )
  for (const [, title, unrun, language, code] of text.matchAll(pattern)) {
    if (title !== undefined) heading = title
    else if (unrun === undefined) found.push({ heading, language, code })
  }
  return found
}

/** What an example says beside `console.log`, up to where it stops being output: `// [ 'a' ]`, `// true 5 …`. */
export const claimsOf = (code) =>
  [...code.matchAll(/console\.log\(.*\/\/ ((?:[['{\dA-Z]|true|false).*)$/gm)].map(([, claim]) =>
    claim.split(' …')[0].trim(),
  )

export const spaceless = (text) => text.replace(/\s+/g, '')

/** Packages that examples import beside toolrack. */
const PACKAGES = [
  '@types/node',
  'undici-types',
  '@anthropic-ai/sdk',
  '@google/genai',
  '@hono/node-server',
  '@modelcontextprotocol/sdk',
  '@samchon/openapi',
  'ai',
  'express',
  'fastify',
  'hono',
  'openai',
  'zod',
]

/** A folder of a program that has installed this checkout with its command, and what its examples import. */
export async function exampleProject(t) {
  const path = await folder(t)
  for (const name of ['toolrack', ...PACKAGES]) {
    const link = join(path, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(name === 'toolrack' ? root : join(root, 'node_modules', name), link, 'junction')
  }
  const bin = join(path, 'node_modules', '.bin', 'toolrack')
  await mkdir(dirname(bin), { recursive: true })
  await symlink(join(root, 'bin', 'toolrack.js'), bin)
  return path
}

/** Writes examples with a `name` into a project, and compiles those in TypeScript by a strict tsc. */
export async function compileExamples(path, examples) {
  for (const { name, language, code } of examples)
    await writeFile(join(path, `${name}.${language === 'ts' ? 'mts' : 'mjs'}`), `${code}\nexport {}\n`)
  const typed = examples.filter(({ language }) => language === 'ts').map(({ name }) => `${name}.mts`)
  if (typed.length === 0) return
  const { code, stdout } = await runFile([...STRICT_TSC, '--skipLibCheck', ...typed], {
    cwd: path,
    killAfterMs: 60_000,
  })
  assert.deepEqual([code, stdout], [0, ''])
}

/** Runs an example; it has to end by itself, print nothing to stderr, and print what it claims to print. */
export async function runExample(path, { name, heading, code }) {
  const { code: ended, signal, stdout, stderr } = await runFile([`${name}.mjs`], { cwd: path })
  assert.deepEqual([ended, signal, stderr], [0, null, ''], `${name}, "${heading}"`)
  for (const claim of claimsOf(code))
    assert.ok(
      spaceless(stdout).includes(spaceless(claim)),
      `${name}, "${heading}", does not print ${claim}:\n${stdout}`,
    )
}
