// The planner: a model that reads the catalog of external tools and writes a plan. Here it is scripted: no network.

/**
 * Writes a plan for a goal from a catalog: steps of a tool with its arguments. `$1` stands for the result of step 1.
 * A planner of yours sends the catalog and the goal to a model, and asks for this structure.
 */
export function writePlan(goal, catalog) {
  const named = (word) => {
    const found = catalog.find(({ name, description }) => `${name} ${description}`.toLowerCase().includes(word))
    if (found === undefined) throw new Error(`no tool for "${word}" among ${catalog.map(({ name }) => name)}`)
    return found.name
  }
  return {
    planType: 'sequential',
    goal,
    steps: [
      { tool: named('customer by id'), params: { id: 'C1' } },
      { tool: named('ticket'), params: { customer: '$1.name', subject: 'late parcel' } },
      { tool: named('ticket'), params: { customer: '$1.name', subject: 'refund' } },
      { tool: named('summar'), params: { lines: ['$2', '$3'] } },
    ],
  }
}
