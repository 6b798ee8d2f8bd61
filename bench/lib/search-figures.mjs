// The recall that was recorded last, for the test that holds it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const FIGURES = fileURLToPath(new URL('../search-figures.json', import.meta.url))

/** `{ [file of requests]: { digest, sets: { [set]: { source, all } } } }`: the figures of both ways. */
export function recorded() {
  return existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, 'utf8')) : {}
}

/** Records figures beside those of other files and sets. Those of former requests of the same file go. */
export function record(set, { file, digest, source, all }) {
  const figures = recorded()
  const sets = figures[file]?.digest === digest ? figures[file].sets : {}
  figures[file] = { digest, sets: { ...sets, [set]: { source: rounded(source), all: rounded(all) } } }
  writeFileSync(FIGURES, `${JSON.stringify(figures, undefined, 2)}\n`)
}

const rounded = (figures) =>
  Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Math.round(value * 10_000) / 10_000]))

/**
 * The figures that fell by more than three points, as lines; none: recall holds. A request more or less moves recall by
 * less than that where there are some forty of them.
 */
export function fallen(was, is, points = 3) {
  return Object.keys(was)
    .filter((figure) => figure.startsWith('recall') && is[figure] < was[figure] - points / 100 - 1e-9)
    .map((figure) => `${figure} fell from ${percent(was[figure])} to ${percent(is[figure])}`)
}

export const percent = (share) => (Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '–')
