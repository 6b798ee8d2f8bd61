// Markdown pages of this repository: their headings, their anchors, and where their links lead.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { slugOf } from '../../site/slug.mjs'
import { root } from './child.mjs'

const FENCE = /^(```+)[^\n]*\n[\s\S]*?^\1$/gm

export const read = (path) => readFileSync(join(root, path), 'utf8')

/** A page without its code blocks. */
export const prose = (page) => page.replace(FENCE, '')

/** The Markdown files directly in a folder, by path. */
export const pagesOf = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))

/** The anchors of a page's headings by GitHub's rule, with a number for each repetition. */
export function anchors(page) {
  const seen = new Map()
  return new Set(
    [...prose(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) => {
      const anchor = slugOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
      const count = seen.get(anchor) ?? 0
      seen.set(anchor, count + 1)
      return count === 0 ? anchor : `${anchor}-${count}`
    }),
  )
}

/** What is wrong with a link to a file of this repository: it, or its heading, is not there. */
export function brokenLink(path, anchor) {
  if (!existsSync(join(root, path))) return `${path} is not there`
  if (anchor === undefined || anchors(read(path)).has(anchor)) return undefined
  return `${path} has no heading #${anchor}`
}

/** The links of a page to files of this repository that are broken. */
export function brokenLinks(path, page) {
  const broken = []
  for (const [, link] of prose(page).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)) {
    const [target, anchor] = link.split('#')
    const file = target === '' ? path : normalize(join(dirname(path), target)).replaceAll('\\', '/')
    const problem = brokenLink(file, anchor)
    if (problem !== undefined) broken.push(`${path}: ${link}: ${problem}`)
  }
  return broken
}

/** The pages of docs/ that a text of code names, in comments and in messages: `docs/limits.md#retry`. */
export const namedPages = (text) =>
  [...text.matchAll(/\bdocs\/((?:[\w-]+\/)*[\w-]+\.md)(?:#([\w-]+))?/g)].map(([, page, anchor]) => ({ page, anchor }))
