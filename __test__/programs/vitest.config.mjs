export default { test: { include: ['vitest/*.test.mjs'], root: import.meta.dirname } }
