// Which counts are too high, beside the figures that are checked in.

/** The part that an operation may take more: counts of one build differ by at most 0.5 % from run to run. */
const BOUND = 0.05

/** What the figures hold. */
export const OPERATIONS = [
  'load of Box',
  'load of Kubernetes',
  'load of GitHub',
  'definitions of GitHub',
  'call of a closure',
  'respond with a closure',
  'respond with an HTTP operation',
]

/**
 * Compares counts with the saved ones: lines of a table, what is wrong, and what could not be compared. The addon's own
 * instructions are compared always, those of the whole process only under the Node that the figures are of: JavaScript
 * is work of Node's interpreter.
 */
export function judge(counted, saved, node) {
  const kinds = node === saved.node ? ['addon', 'process'] : ['addon']
  const rows = []
  const problems = []
  const notes =
    node === saved.node
      ? []
      : [`the figures are of Node ${saved.node}, this is ${node}: only the addon's instructions are compared`]
  for (const operation of OPERATIONS) {
    const was = saved.operations[operation]
    const is = counted.find((one) => one.operation === operation)
    if (was === undefined) problems.push(`${operation}: no figure is saved; npm run counts -- --save writes one`)
    else if (is === undefined) notes.push(`${operation}: not counted, its document is not there`)
    else if (is.document !== was.document)
      notes.push(`${operation}: not compared, its document is another edition than the saved one's`)
    else {
      for (const kind of kinds) {
        const ratio = is[kind] / was[kind]
        const change = `${ratio < 1 ? '−' : '+'}${(Math.abs(ratio - 1) * 100).toFixed(1)} %`
        rows.push(`${operation}, ${kind}: ${is[kind].toLocaleString('en-US')} instructions, ${change}`)
        if (!(ratio <= 1 + BOUND))
          problems.push(`${operation} takes ${change} instructions (${kind}); at most +${BOUND * 100} % is allowed`)
        if (ratio < 1 - BOUND)
          notes.push(`${operation} takes ${change} instructions (${kind}): save the figures, so that the gain is kept`)
      }
    }
  }
  return { rows, problems, notes }
}
