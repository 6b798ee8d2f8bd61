// The runner: carries out a plan, step by step, each as a call with the user's identity in its context.

/** Runs the steps of a plan. Each is called on the newest tools: what changed since the step before is used. */
export async function runPlan(registry, plan, { userId, auditingId, afterStep = () => {} }) {
  const results = []
  for (const [i, { tool, params }] of plan.steps.entries()) {
    const step = i + 1
    const metadata = { step, planType: plan.planType }
    const { value, revision } = await registry.call(tool, fill(params, results), {
      context: { userId, auditingId, metadata },
    })
    results.push(value)
    await afterStep({ step, tool, value, revision })
  }
  return results
}

/** Replaces `$2` and `$2.name` by the result of step 2, and by a member of it. */
function fill(value, results) {
  if (Array.isArray(value)) return value.map((one) => fill(one, results))
  if (typeof value !== 'string') {
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, results)]))
  }
  const [, step, member] = /^\$(\d+)(?:\.(\w+))?$/.exec(value) ?? []
  if (step === undefined) return value
  const result = results[step - 1]
  return member === undefined ? result : result[member]
}
