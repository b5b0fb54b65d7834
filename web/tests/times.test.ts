// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { before, lastOf } from '../src/period'
import { dayAfter, instantAt, localDate, nextAt } from '../src/words'

const ZONE = 'Europe/Amsterdam'
const iso = (at: number): string => new Date(at).toISOString()

describe('a time by the clock of the house', () => {
  it('is an instant in winter and in summer', () => {
    expect(iso(instantAt('2026-01-12', '17:00', ZONE))).toBe('2026-01-12T16:00:00.000Z')
    expect(iso(instantAt('2026-07-12', '17:00', ZONE))).toBe('2026-07-12T15:00:00.000Z')
  })
  it('that the clock change leaves out is an hour later, and one that comes twice is one of the two', () => {
    expect(iso(instantAt('2026-03-29', '02:30', ZONE))).toBe('2026-03-29T01:30:00.000Z')
    expect(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']).toContain(
      iso(instantAt('2026-10-25', '02:30', ZONE)),
    )
  })
  it('goes with its date on every day of a year', () => {
    for (let day = '2026-01-01'; day < '2027-01-01'; day = dayAfter(day))
      expect(localDate(instantAt(day, '00:00', ZONE), ZONE)).toBe(day)
  })
  it('is ahead, today or tomorrow, on days of 23 and of 25 hours too', () => {
    const night = Date.parse('2026-10-24T22:30:00Z') // half past midnight
    expect(iso(nextAt('17:00', night, ZONE))).toBe('2026-10-25T16:00:00.000Z')
    expect(iso(nextAt('00:15', night, ZONE))).toBe('2026-10-25T23:15:00.000Z')
    expect(iso(nextAt('06:30', Date.parse('2026-03-28T22:00:00Z'), ZONE))).toBe('2026-03-29T04:30:00.000Z')
  })
})

describe('a period', () => {
  it('ends where the next begins', () => {
    expect(lastOf('month', '2024-02-01')).toBe('2024-02-29')
    expect(lastOf('year', '2026-01-01')).toBe('2026-12-31')
    expect(lastOf('day', '2026-12-31')).toBe('2026-12-31')
  })
  it('follows the one before', () => {
    expect(before('month', '2026-01-01')).toBe('2025-12-01')
    expect(before('year', '2026-01-01', 1)).toBe('2027-01-01')
    expect(before('day', '2026-03-01')).toBe('2026-02-28')
  })
})
