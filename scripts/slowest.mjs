// Where the time of a test run went: parts of the form `{ name, seconds }`.

/**
 * Reads the output of `cargo test` line by line; `parts` has one entry for each test binary, in the order in which they
 * ended.
 */
export function cargoTimes() {
  const parts = []
  let name = 'cargo'
  const readLine = (line) => {
    const begun = /^\s*Running (?:unittests )?(\S+)|^\s*Doc-tests (\S+)/.exec(line)
    if (begun) name = begun[1] === undefined ? `doctests of ${begun[2]}` : `core/${begun[1]}`
    const ended = /^test result: .* finished in ([\d.]+)s$/.exec(line)
    if (ended) parts.push({ name, seconds: Number(ended[1]) })
  }
  return { parts, readLine }
}

/** Reads what `file-times-reporter.mjs` wrote: one entry for each test file, the sum over its tests. */
export function fileTimes(text) {
  const seconds = new Map()
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const { file, ms } = JSON.parse(line)
    seconds.set(file, (seconds.get(file) ?? 0) + ms / 1000)
  }
  return [...seconds].map(([name, seconds]) => ({ name, seconds }))
}

/** The lines of a table of the slowest parts, the slowest first. */
export function slowest(parts, count) {
  const sorted = parts.toSorted((one, other) => other.seconds - one.seconds).slice(0, count)
  return sorted.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(8)}  ${name}`)
}
