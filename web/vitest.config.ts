/* Pure functions in `npm test`; the page against a running house in `npm run test:page`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [process.env.PAGE ? 'tests/*.e2e.ts' : 'tests/*.test.ts'],
    maxWorkers: 2,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
