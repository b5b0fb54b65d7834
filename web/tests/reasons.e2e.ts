// @vitest-environment happy-dom
/* All that the real regulator says in simulated days of each law has Dutch words: what it learns to say is found here.
Half a day of each in CI, a whole one of the law that a house has; `REASONS_DAYS=14 make test-page` looks at a fortnight. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isTranslated } from '../src/words'

const daysOf = (law: string): string => process.env.REASONS_DAYS ?? (law === 'doses' ? '1' : '0.5')
const PYTHON = process.env.PYTHON ?? '../.venv/bin/python'

describe('each clause has Dutch words under the law', () => {
  for (const law of ['doses', 'hysteresis', 'tpi', 'timeprop'])
    it(
      law,
      async () => {
        const said = await promisify(execFile)(PYTHON, [join('tests', 'said_reasons.py'), law, daysOf(law)], {
          maxBuffer: 1e8,
        })
        const clauses = said.stdout.trim().split('\n')
        expect(clauses.length).toBeGreaterThan(20)
        expect(clauses.filter((one) => !isTranslated(one))).toEqual([])
      },
      240_000 * Number(daysOf(law)),
    )
})
