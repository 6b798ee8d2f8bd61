// The documentation site: `npm run docs` builds it of docs/ and types/, its links lead somewhere, and a browser finds
// pages by the words of the field.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { root, spawned } from './support/child.mjs'
import { findChromium, startBrowser } from './support/chromium.mjs'
import { names } from './support/declarations.mjs'
import { pagesOf, read } from './support/markdown.mjs'
import { install } from './support/programs.mjs'
import { linkCheck, linksIn, readPage, serveSite, sitePages } from './support/site.mjs'

/** What a person searches for, and the page that the first result must lead to: the one about it, or one of two. */
const TERMS = {
  'rate limit': ['limits'],
  retry: ['limits'],
  idempotency: ['limits'],
  tenant: ['tenants'],
  'hot reload': ['watching', 'module-reloads'],
  debounce: ['watching'],
  strict: ['providers'],
  webhook: ['webhooks'],
  // Not OpenAI, which differs by a letter.
  OpenAPI: ['documents'],
}
const BUILD_MS = 300_000

const missing = install(join(root, 'site'))
const program = missing === undefined ? findChromium() : undefined
const noBrowser = missing ?? (program === undefined ? 'there is no Chromium in the PATH' : undefined)
// In CI nobody must believe that these were run.
const skipped = (reason) => (process.env.CI !== 'true' && reason) || false
const skip = skipped(missing)

before(async () => {
  if (skip) return
  assert.equal(missing, undefined)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const args = [join(root, 'scripts', 'docs.mjs')]
  const { code, stdout, stderr } = await spawned(process.execPath, args, { env, killAfterMs: BUILD_MS })
  assert.equal(code, 0, stdout + stderr)
})

test('each page of docs/ is a page of the site', { skip }, () => {
  const expected = ['docs', 'docs/decisions'].flatMap(pagesOf).map((path) => {
    const page = path.slice('docs'.length).replace(/\.md$/, '.html')
    return page.replace('README', 'index')
  })
  const pages = sitePages().filter((path) => !path.startsWith('/api/') && path !== '/404.html')
  assert.deepEqual(pages.sort(), expected.sort())
})

test('the API reference has a module for the package and each sub-path of it', { skip }, () => {
  const paths = Object.keys(JSON.parse(read('package.json')).exports).filter((path) => !path.endsWith('.json'))
  const expected = paths.map((path) => `/api/modules/toolrack${path.slice(1).replace('/', '_')}.html`)
  assert.deepEqual(
    sitePages()
      .filter((path) => path.startsWith('/api/modules/'))
      .sort(),
    expected.sort(),
  )
})

test('the sidebar has the sections and pages of docs/README.md in their order', { skip }, () => {
  const readme = read('docs/README.md')
  const [, sidebar] = /<aside class="VPSidebar"[^>]*>([\s\S]*?)<\/aside>/.exec(readPage('/limits.html'))
  const links = [...readme.matchAll(/^\| \[[^\]]*\]\(([\w-]+)\.md\)/gm)].map(([, page]) => `/${page}.html`)
  assert.deepEqual(
    linksIn(sidebar).filter((href) => href !== '/api/'),
    links,
  )
  const headings = [...sidebar.matchAll(/<h2[^>]*>([^<]*)<\/h2>/g)].map(([, heading]) => heading)
  assert.deepEqual(
    headings,
    [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading),
  )
})

test('the API reference has a page for each export of index.d.ts', { skip }, () => {
  const pages = new Set(sitePages().map((path) => /^\/api\/\w+\/toolrack\.(\w+)\.html$/.exec(path)?.[1]))
  assert.deepEqual(
    names().filter((name) => !pages.has(name)),
    [],
  )
})

test('each page of the manual links to the API reference', { skip }, () => {
  for (const path of sitePages().filter((page) => !page.startsWith('/api/') && page !== '/404.html'))
    assert.ok(linksIn(readPage(path)).includes('/api/'), path)
})

test('each link of the site leads to a page and an anchor of it, or to a file of the repository', { skip }, () => {
  const problemOf = linkCheck()
  const pages = sitePages()
  const problems = pages.flatMap((from) =>
    linksIn(readPage(from))
      .map((href) => problemOf(href, from))
      .filter((problem) => problem !== undefined)
      .map((problem) => `${from}: ${problem}`),
  )
  assert.deepEqual(problems, [])
})

test('broken links of the site are found', { skip }, () => {
  const problemOf = linkCheck()
  const found = ['/none.html', 'limits.html#none', 'https://github.com/toolrack/toolrack/blob/main/none.md']
  for (const href of found) assert.match(problemOf(href, '/'), /there is no page|has no anchor|is not there/)
  for (const href of ['#retry', 'calls.html', 'https://x.y']) assert.equal(problemOf(href, '/limits.html'), undefined)
})

test('a person with a browser', { skip: skipped(noBrowser) }, async (t) => {
  assert.equal(noBrowser, undefined)
  const site = await serveSite()
  const browser = await startBrowser(program)
  t.after(site.close)
  t.after(() => browser.close())
  const page = await browser.newPage()
  const elsewhere = []
  const errors = []
  page.on('request', (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(site.url)) elsewhere.push(request.url())
  })
  page.on('pageerror', (error) => errors.push(error.message))

  for (const [term, right] of Object.entries(TERMS))
    await t.test(`searches for "${term}" and gets to ${right.join(' or ')} by the first result`, async () => {
      await page.goto(`${site.url}/`)
      await page.locator('#local-search button').click()
      await page.locator('#localsearch-input').fill(term)
      await page.locator('.VPLocalSearchBox .result').first().waitFor()
      // The first result by the keyboard: excerpts are added to the list later, which would move it under a mouse.
      await page.keyboard.press('Enter')
      await page.locator('.VPLocalSearchBox').waitFor({ state: 'detached' })
      const [, name] = /^\/(.*)\.html$/.exec(new URL(page.url()).pathname)
      assert.ok(right.includes(name), name)
      const text = await page.locator('main').innerText()
      assert.ok(text.toLowerCase().includes(term.toLowerCase()))
    })

  await t.test('opens the API reference, and goes from there to a page', async () => {
    await page.goto(`${site.url}/`)
    await page.locator('.VPNav a[href="/api/"]').first().click()
    await page.locator('.col-content').getByRole('link', { name: 'toolrack', exact: true }).click()
    await page.locator('.col-content').getByRole('link', { name: 'ToolRegistry', exact: true }).first().click()
    await page.waitForURL('**/api/classes/toolrack.ToolRegistry.html')
    await page.locator('.tsd-comment a[href*="limits.html"], .tsd-comment a[href*="registry.html"]').first().click()
    await page.waitForURL(/\/(?:limits|registry)\.html/)
    await page.locator('.VPSidebar').waitFor()
  })

  await t.test('meets no error of the page, and no other server is asked', () => {
    assert.deepEqual([errors, elsewhere], [[], []])
  })
})
