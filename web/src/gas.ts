/* Days of gas as sums: what a period came to, by room, and against the cold of the period before. Pure. */
import type { Day } from './topics'

export interface Sum {
  gas: number
  cost: number | null
  rooms: { id: string; gas: number; error: number }[]
  hotWater: number
  other: number
  pipes: number
  /** How often the burner began to heat, and how often valves moved for it. */
  starts: number
  moves: number
  degreeDays: number
  /** m³ of the finished days of which it is known how cold they were. */
  gasInCold: number
}

export function sumOf(days: readonly Day[], unfinished: string | null): Sum {
  const rooms = new Map<string, { gas: number; errors: number }>()
  const sum: Sum = {
    gas: 0,
    cost: null,
    rooms: [],
    hotWater: 0,
    other: 0,
    pipes: 0,
    starts: 0,
    moves: 0,
    degreeDays: 0,
    gasInCold: 0,
  }
  for (const day of days) {
    sum.gas += day.gas
    sum.hotWater += day.hot_water ?? 0
    sum.other += (day.other ?? 0) + (day.unallocated ?? 0)
    sum.pipes += day.pipes ?? 0
    sum.starts += day.starts ?? 0
    if (day.cost != null) sum.cost = (sum.cost ?? 0) + day.cost
    if (day.degree_days != null && day.day !== unfinished) {
      sum.degreeDays += day.degree_days
      sum.gasInCold += day.gas - (day.hot_water ?? 0) - (day.other ?? 0)
    }
    for (const [id, room] of Object.entries(day.rooms ?? {})) {
      sum.moves += room.moves ?? 0
      const known = rooms.get(id) ?? { gas: 0, errors: 0 }
      rooms.set(id, { gas: known.gas + (room.gas ?? 0), errors: known.errors + (room.gas_error ?? 0) })
    }
  }
  // A radiator's power is off by the same factor every day, so errors add up.
  sum.rooms = [...rooms].map(([id, one]) => ({ id, gas: one.gas, error: one.errors })).sort((a, b) => b.gas - a.gas)
  return sum
}

/** m³ of heating per degree day; null where too little cold is known to say. */
export const perDegreeDay = (sum: Sum): number | null => (sum.degreeDays >= 5 ? sum.gasInCold / sum.degreeDays : null)

/** By how many per cent a period took more (or, negative, less) per degree day than the one before. */
export function against(sum: Sum, before: Sum): number | null {
  const [now, then] = [perDegreeDay(sum), perDegreeDay(before)]
  return now === null || !then ? null : Math.round((now / then - 1) * 100)
}

export interface Bar {
  key: string
  gas: number
  expected: number | null
  unfinished: boolean
}

/** A bar a day; with what the former period would have taken in this cold. */
export function barsByDay(days: readonly Day[], unfinished: string | null, before: number | null): Bar[] {
  return days.map((day) => ({
    key: day.day,
    gas: day.gas,
    expected:
      before === null || day.degree_days == null || day.day === unfinished
        ? null
        : before * day.degree_days + (day.hot_water ?? 0) + (day.other ?? 0),
    unfinished: day.day === unfinished,
  }))
}

/** A bar a month. */
export function barsByMonth(days: readonly Day[], unfinished: string | null): Bar[] {
  const months = new Map<string, Bar>()
  for (const day of days) {
    const key = day.day.slice(0, 7)
    const bar = months.get(key) ?? { key, gas: 0, expected: null, unfinished: false }
    months.set(key, { ...bar, gas: bar.gas + day.gas, unfinished: bar.unfinished || day.day === unfinished })
  }
  return [...months.values()]
}

/** A scale's top and its lines: a round number not below the greatest bar. */
export function scale(greatest: number): { top: number; lines: number[] } {
  const power = 10 ** Math.floor(Math.log10(Math.max(greatest, 0.1)))
  const top = [1, 2, 4, 5, 10].map((one) => one * power).find((one) => one >= greatest) ?? 10 * power
  return { top, lines: [0, top / 2, top] }
}
