// An internal tool: the planner does not see it.
export const clock = {
  description: 'The time, for logs',
  category: 'internal',
  parameters: {},
  execute: () => new Date().toISOString(),
}
