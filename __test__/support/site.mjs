// The built documentation site: its files, its links, and a web server for a browser.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { extname, join } from 'node:path'
import { root } from './child.mjs'

export const dist = join(root, 'site', 'dist')
const ORIGIN = 'http://site.test'
const REPOSITORY = /^https:\/\/github\.com\/toolrack\/toolrack\/(?:blob|tree)\/main\/([^#]+)/
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

const decoded = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
const withoutScripts = (html) => html.replace(/<script\b[\s\S]*?<\/script>/g, '')

/** The paths of the site's pages. */
export const sitePages = () =>
  readdirSync(dist, { recursive: true })
    .filter((file) => file.endsWith('.html'))
    .map((file) => `/${file.replaceAll('\\', '/')}`)

/** The file of a path of the site, as a plain web server finds it. */
export const fileOf = (path) => join(dist, path.endsWith('/') ? `${path}index.html` : path)

export const readPage = (path) => readFileSync(fileOf(path), 'utf8')

/** The targets of a page's links, as they are written. */
export const linksIn = (html) =>
  [...withoutScripts(html).matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, href]) => decoded(href))

/** The anchors of a page. */
const idsIn = (html) => new Set([...withoutScripts(html).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => decoded(id)))

/** Finds what is wrong with links of the site; it reads each page once. */
export function linkCheck() {
  const ids = new Map()
  const idsOf = (path) => ids.get(path) ?? ids.set(path, idsIn(readPage(path))).get(path)
  return (href, from) => {
    const file = REPOSITORY.exec(href)?.[1]
    if (file !== undefined) return existsSync(join(root, file)) ? undefined : `${href}: ${file} is not there`
    const { origin, pathname, hash } = new URL(href, ORIGIN + from)
    if (origin !== ORIGIN) return undefined
    const path = decodeURIComponent(pathname)
    if (!existsSync(fileOf(path))) return `${href}: there is no page ${path}`
    const id = decodeURIComponent(hash.slice(1))
    return id === '' || idsOf(path).has(id) ? undefined : `${href}: ${path} has no anchor #${id}`
  }
}

/** Serves the site on this machine, as files. */
export async function serveSite() {
  const server = createServer(({ url }, response) => {
    const file = fileOf(decodeURIComponent(new URL(url, ORIGIN).pathname))
    if (!existsSync(file)) return response.writeHead(404).end()
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    response.end(readFileSync(file))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${server.address().port}`, close }
}
