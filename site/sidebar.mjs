// The sidebar: the tables of docs/README.md, with the title of each page. There is no second list.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, siteLink } from './links.mjs'

const ROW = /^\| \[([^\]]+)\]\(([^)]+)\) \|/gm

/** The title of a page: its first heading as text, up to a colon. */
const titleOf = (file) => /^# ([^:\n]+)/m.exec(readFileSync(file, 'utf8'))[1].replaceAll('`', '')

/** The rows of a text's tables that begin with a link, as items below `base`. */
function itemsOf(text, index, base) {
  return [...text.matchAll(ROW)].map(([, label, href]) => {
    const { href: link, api } = siteLink(href, index)
    if (api) return { text: label, link, target: '_self' }
    return { text: titleOf(join(dirname(index), href)), link: base + link }
  })
}

/** The sections of an index page: each second heading with its table. */
export function sectionsOf(path, base = '/') {
  const index = join(root, path)
  const [, ...sections] = readFileSync(index, 'utf8').split(/^## /m)
  return sections.map((section) => ({
    text: section.split('\n', 1)[0],
    items: itemsOf(section, index, base),
  }))
}

/** The table of an index page without sections. */
export function tableOf(path, base) {
  const index = join(root, path)
  return [{ text: titleOf(index), link: base, items: itemsOf(readFileSync(index, 'utf8'), index, base) }]
}
