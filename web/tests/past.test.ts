/* What a chart draws and what gas comes to: pure functions over the answers of the analyst. */
import { describe, expect, it } from 'vitest'
import { hourly, line, nearest, runs, scaleOf, steps } from '../src/chart'
import { against, barsByDay, barsByMonth, perDegreeDay, scale, sumOf } from '../src/gas'
import type { Day } from '../src/topics'

const id = (value: number): number => value

describe('a line', () => {
  it('lifts its pen where nothing was heard', () => {
    expect(line([1, 2, null, 4], id, id)).toBe('M0.0 1.0L1.0 2.0M3.0 4.0')
  })
  it('in steps holds each value until the next, to the end', () => {
    expect(steps([1, 1, 2, 2], id, id)).toBe('M0.0 1.0H2.0V2.0H3.0')
    expect(steps([null, 1, null, 2], id, id)).toBe('M1.0 1.0H1.0M3.0 2.0H3.0')
  })
})

describe('a scale of temperatures', () => {
  it('has whole degrees, three at least, around all that is known', () => {
    expect(scaleOf([20, 20.1, null], [20])).toEqual({ low: 18, high: 21 })
    expect(scaleOf([15.9, 21.9])).toEqual({ low: 15, high: 23 })
    expect(scaleOf([null])).toEqual({ low: 18, high: 21 })
  })
})

describe('stretches', () => {
  it('are the runs of what is wanted', () => {
    expect(runs([0, 100, 100, null, 100], (one) => one !== null && one > 50)).toEqual([
      [1, 2],
      [4, 4],
    ])
  })
  it('in a table are hours', () => {
    expect(hourly({ begin: '', step_s: 300, temperature: Array<number>(30).fill(1) })).toEqual([0, 12, 24])
    expect(hourly({ begin: '', step_s: 7200, temperature: [1, 2] })).toEqual([0, 1])
  })
  it('are pointed at within their bounds', () => {
    expect([-1, 0, 0.5, 1, 2].map((part) => nearest(part, 11))).toEqual([0, 0, 5, 10, 10])
  })
})

const day = (number: number, more: Partial<Day> = {}): Day => ({
  day: `2026-01-${String(number).padStart(2, '0')}`,
  gas: 5,
  rooms: { living: { gas: 2, gas_error: 0.1 }, bath: { gas: 1 } },
  hot_water: 1,
  other: 0.25,
  pipes: 0.25,
  unallocated: 0.5,
  cost: 7,
  degree_days: 10,
  ...more,
})

describe('gas of a period', () => {
  const days = Array.from({ length: 10 }, (_, n) => day(n + 1))
  it('sums up to its rooms, hot water, pipes and the rest', () => {
    const sum = sumOf(days, null)
    expect(sum.gas).toBe(50)
    expect(sum.rooms.map(({ id: room, gas }) => [room, gas])).toEqual([
      ['living', 20],
      ['bath', 10],
    ])
    expect(sum.gas).toBeCloseTo(sum.rooms.reduce((all, one) => all + one.gas, 0) + sum.hotWater + sum.pipes + sum.other)
    expect(sum.cost).toBe(70)
  })
  it('is held against the cold without the day that is not over', () => {
    const cold = sumOf([...days, day(11, { gas: 1, degree_days: 20 })], '2026-01-11')
    expect(perDegreeDay(cold)).toBeCloseTo(0.375)
    expect(
      against(
        cold,
        sumOf(
          days.map((one) => ({ ...one, gas: 6 })),
          null,
        ),
      ),
    ).toBe(-21)
  })
  it('says nothing about the cold where little of it is known', () => {
    expect(perDegreeDay(sumOf([day(1, { degree_days: 3 })], null))).toBeNull()
    expect(against(sumOf(days, null), sumOf([], null))).toBeNull()
  })
  it('has a bar a day with what was expected, and a bar a month', () => {
    expect(barsByDay([day(1), day(2, { degree_days: null })], '2026-01-02', 0.3)).toEqual([
      { key: '2026-01-01', gas: 5, expected: 4.25, unfinished: false },
      { key: '2026-01-02', gas: 5, expected: null, unfinished: true },
    ])
    expect(barsByMonth([day(1), { ...day(2), day: '2026-02-01' }], '2026-02-01')).toEqual([
      { key: '2026-01', gas: 5, expected: null, unfinished: false },
      { key: '2026-02', gas: 5, expected: null, unfinished: true },
    ])
  })
  it('stands on a round scale', () => {
    expect([0.3, 1.9, 9.4, 44, 156].map((one) => scale(one).top)).toEqual([0.4, 2, 10, 50, 200])
  })
})
