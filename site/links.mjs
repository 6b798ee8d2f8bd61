// Links of docs/ in the site: pages stay pages, types become the API reference, other files stand in the repository.
import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const REPOSITORY = 'https://github.com/toolrack/toolrack'
export const API = '/api/'

const PAGE = /^docs\/.*\.md$/
const TYPES = /^(?:index\.d\.ts|types(?:\/.*)?)$/

/** Where a link of a file leads within the repository. `undefined`: it leads elsewhere, or to its own page. */
function targetOf(href, file) {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return undefined
  const [path, anchor] = href.split('#')
  const target = relative(root, join(dirname(file), path)).replaceAll('\\', '/')
  return { target, hash: anchor === undefined ? '' : `#${anchor}`, path }
}

/** What a link of a page of docs/ is in the site. @returns {{ href: string, api?: boolean } | undefined} */
export function siteLink(href, file) {
  const found = targetOf(href, file)
  if (found === undefined) return undefined
  const { target, hash, path } = found
  if (!existsSync(join(root, target))) throw new Error(`${relative(root, file)}: ${target} is not there`)
  if (PAGE.test(target)) return { href: path.replace(/(^|\/)README\.md$/, '$1index.md') + hash }
  if (TYPES.test(target)) return { href: API, api: true }
  const kind = statSync(join(root, target)).isDirectory() ? 'tree' : 'blob'
  return { href: `${REPOSITORY}/${kind}/main/${target}${hash}` }
}

/** A plugin of markdown-it that writes the links of a page for the site. */
export function siteLinks(md) {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    const links = tokens.flatMap(({ children }) => children ?? []).filter(({ type }) => type === 'link_open')
    for (const link of links) {
      const found = siteLink(link.attrGet('href'), env.path)
      if (found === undefined) continue
      link.attrSet('href', found.href)
      // The reference is no page of VitePress: its router must not take the click.
      if (found.api) link.attrSet('target', '_self')
    }
  })
}
