// The site: docs/ as it stands, with a sidebar and a search.
import { join } from 'node:path'
import { defineConfig } from 'vitepress'
import { API, REPOSITORY, root, siteLinks } from '../links.mjs'
import { sectionsOf, tableOf } from '../sidebar.mjs'
import { slugOf } from '../slug.mjs'

const HERE = join(root, 'site', 'package.json')

/** The pages stand outside of the folder that has Vue: it is looked for from here. */
const vueOfThisFolder = {
  name: 'vue-of-this-folder',
  enforce: 'pre',
  resolveId(source) {
    return /^vue(?:\/|$)/.test(source) ? this.resolve(source, HERE, { skipSelf: true }) : undefined
  },
}

export default defineConfig({
  title: 'toolrack',
  description: 'The live tool registry for AI agents on Node.js',
  srcDir: '../docs',
  outDir: 'dist',
  cacheDir: '.cache',
  rewrites: { 'README.md': 'index.md', 'decisions/README.md': 'decisions/index.md' },
  // TypeDoc writes these pages after the build. The test of the site checks all links.
  ignoreDeadLinks: [/^\/api\//],
  markdown: {
    anchor: { slugify: slugOf },
    // Braces behind code are text.
    attrs: { disable: true },
    config: (md) => md.use(siteLinks),
  },
  vite: { plugins: [vueOfThisFolder] },
  themeConfig: {
    nav: [
      { text: 'Manual', link: '/' },
      { text: 'API reference', link: API, target: '_self' },
      { text: 'Changes', link: `${REPOSITORY}/blob/main/CHANGELOG.md` },
    ],
    sidebar: {
      '/': sectionsOf('docs/README.md'),
      '/decisions/': tableOf('docs/decisions/README.md', '/decisions/'),
    },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            // The browser gets these functions as text: they use nothing from outside.
            // A short word with another letter is another word: OpenAPI is not OpenAI.
            fuzzy: (word) => (word.length > 8 ? 0.1 : false),
            // Reasons behind the code and the list of all pages come last. What is absent, or is of another library, comes
            // after what is here.
            boostDocument: (id) =>
              /^\/(?:decisions\/|#)/.test(id) ? 0.2 : /^\/(?:known-limits|migrating)/.test(id) ? 0.5 : 1,
          },
        },
      },
    },
  },
})
