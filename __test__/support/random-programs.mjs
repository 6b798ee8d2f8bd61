// Random programs of several modules. A program with a seed is always the same.

/** Numbers below `n`, by a linear congruential generator. */
function generator(seed) {
  let state = seed * 100_003 + 12_345
  const next = (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % n
  }
  // The first numbers of near seeds are near each other.
  for (let i = 0; i < 5; i++) next(2)
  return next
}

/** Files `m0.mjs` … that import each other in every way. They log what they do; some `sleep`, some throw. */
export function randomProgram(seed) {
  const next = generator(seed)
  const count = 2 + next(7)
  const isCommonJs = Array.from({ length: count }, (_, i) => i > 0 && next(6) === 0)
  const nameOf = (i) => `m${i}.${isCommonJs[i] ? 'cjs' : 'mjs'}`
  const sourceOf = (i) => {
    const imports = Array.from({ length: next(4) }, (_, j) => {
      const target = next(count)
      const path = JSON.stringify(`./${nameOf(target)}`)
      if (isCommonJs[i]) return isCommonJs[target] && target > i ? `require(${path})` : ''
      if (isCommonJs[target]) return `import c${j} from ${path}; log.push(typeof c${j})`
      return importOf({ path, target, i, j }, next(5))
    })
    return [
      ...imports,
      `log.push('${i} starts')`,
      ...(isCommonJs[i] ? [`exports.v${i} = ${i}`] : bodyOf(i, next)),
    ].join('\n')
  }
  return Object.fromEntries(isCommonJs.map((_, i) => [nameOf(i), sourceOf(i)]))
}

function importOf({ path, target, i, j }, kind) {
  switch (kind) {
    case 0:
      return `import ${path}`
    case 1:
      return `import { v${target} as x${j} } from ${path}`
    case 2:
      return `import * as n${j} from ${path}`
    case 3:
      return `export * from ${path}`
    default:
      return `export { f${target} as g${j}_${i} } from ${path}`
  }
}

function bodyOf(i, next) {
  return [
    `export let v${i} = ${i}; export function f${i}() { return v${i} }`,
    // Each module waits for a time of its own, so that two orders cannot be mistaken for each other.
    next(5) === 0 ? `await sleep(${5 + i * 8})` : '',
    next(12) === 0 ? `throw new Error('${i} throws')` : '',
    `log.push('${i} ends with ' + f${i}())`,
  ]
}
