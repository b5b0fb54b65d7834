/* A week of switch points: what holds when, and what an editor may do to it. Pure. */
import type { SwitchPoint } from './topics'

export interface Block {
  from: number
  to: number
  setpoint: number
}

export const minuteOf = (point: SwitchPoint): number =>
  Number(point.time.slice(0, 2)) * 60 + Number(point.time.slice(3))

/** The day in blocks; before its first point the last one of an earlier day holds. */
export function blocks(points: readonly SwitchPoint[], day: number): Block[] {
  if (!points.length) return []
  const own = points.filter((point) => point.day === day).map((point) => [minuteOf(point), point.setpoint] as const)
  const before = points.filter((point) => point.day < day).at(-1) ?? points.at(-1)
  const starts = own[0]?.[0] === 0 || !before ? own : [[0, before.setpoint] as const, ...own]
  return starts.map(([from, setpoint], index) => ({ from, to: starts[index + 1]?.[0] ?? 1440, setpoint }))
}

export const sorted = (points: readonly SwitchPoint[]): SwitchPoint[] =>
  [...points].sort((a, b) => a.day - b.day || minuteOf(a) - minuteOf(b))

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The day's nth point at another minute; its neighbours are limits, five minutes away. */
export function moved(points: readonly SwitchPoint[], day: number, index: number, minute: number): SwitchPoint[] {
  const own = points.filter((point) => point.day === day)
  const before = own[index - 1]
  const after = own[index + 1]
  const lowest = before ? minuteOf(before) + 5 : 0
  const highest = after ? minuteOf(after) - 5 : 1435
  const at = Math.max(lowest, Math.min(highest, Math.round(minute / 5) * 5))
  return points.map((point) => (point === own[index] ? { ...point, time: clock(at) } : point))
}

export function warmed(points: readonly SwitchPoint[], day: number, index: number, by: number): SwitchPoint[] {
  const own = points.filter((point) => point.day === day)
  return points.map((point) =>
    point === own[index] ? { ...point, setpoint: Math.max(5, Math.min(30, point.setpoint + by)) } : point,
  )
}

export function without(points: readonly SwitchPoint[], day: number, index: number): SwitchPoint[] {
  const own = points.filter((point) => point.day === day)
  return points.filter((point) => point !== own[index])
}

/** One point more, in the middle of the day's longest stretch. */
export function withOneMore(points: readonly SwitchPoint[], day: number, setpoint: number): SwitchPoint[] {
  const stretches = blocks(points, day)
  const longest = stretches.reduce((best, one) => (one.to - one.from > best.to - best.from ? one : best), {
    from: 0,
    to: 0,
    setpoint,
  })
  const middle = Math.round((longest.from + (longest.to || 1440)) / 2 / 15) * 15
  return sorted([...points, { day, time: clock(Math.min(middle, 1435)), setpoint: longest.setpoint }])
}

export function copied(points: readonly SwitchPoint[], day: number, to: readonly number[]): SwitchPoint[] {
  const own = points.filter((point) => point.day === day)
  return sorted([
    ...points.filter((point) => !to.includes(point.day)),
    ...to.flatMap((other) => own.map((point) => ({ ...point, day: other }))),
  ])
}

/** `0730`, `7:30` or `7` as minutes; null for anything else. */
export function typedTime(text: string): number | null {
  const found = text.trim().match(/^(\d{1,2}):?(\d{2})?$/)
  const minute = found ? Number(found[1]) * 60 + Number(found[2] ?? 0) : NaN
  return minute >= 0 && minute < 1440 && Number(found?.[2] ?? 0) < 60 ? minute : null
}

export const same = (a: readonly SwitchPoint[], b: readonly SwitchPoint[]): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
