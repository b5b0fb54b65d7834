/* A room's past as lines on a scale: what TimeChart draws. Pure. */
import type { RoomPast } from './topics'

export interface Scale {
  low: number
  high: number
}

type Column = readonly (number | null)[]

/** Whole degrees around all that is drawn, at least three. */
export function scaleOf(...columns: Column[]): Scale {
  const known = columns.flat().filter((one) => one !== null)
  if (!known.length) return { low: 18, high: 21 }
  const low = Math.floor(Math.min(...known) - 0.2)
  const high = Math.ceil(Math.max(...known) + 0.2)
  return { low: high - low < 3 ? high - 3 : low, high }
}

/** A path that lifts its pen where nothing was heard. */
export function line(column: Column, x: (index: number) => number, y: (value: number) => number): string {
  let up = true
  return column
    .map((value, index) => {
      const pen = up ? 'M' : 'L'
      up = value === null
      return value === null ? '' : `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
}

/** A path in steps: each value holds until the next. */
export function steps(column: Column, x: (index: number) => number, y: (value: number) => number): string {
  let before: number | null = null
  return column
    .map((value, index) => {
      const last = before
      before = value
      const end = index === column.length - 1 && value !== null ? `H${x(index).toFixed(1)}` : ''
      if (value === null) return last === null ? '' : `H${x(index - 1).toFixed(1)}`
      if (last === null) return `M${x(index).toFixed(1)} ${y(value).toFixed(1)}${end}`
      return last === value ? end : `H${x(index).toFixed(1)}V${y(value).toFixed(1)}${end}`
    })
    .join('')
}

/** Stretches (first, last index) in which a column is as wanted. */
export function runs(column: Column, wanted: (value: number | null) => boolean): [number, number][] {
  const found: [number, number][] = []
  column.forEach((value, index) => {
    if (!wanted(value)) return
    const last = found.at(-1)
    if (last && last[1] === index - 1) last[1] = index
    else found.push([index, index])
  })
  return found
}

/** The index that lies nearest to an x between 0 and 1. */
export const nearest = (part: number, length: number): number =>
  Math.max(0, Math.min(length - 1, Math.round(part * (length - 1))))

/** One row for each hour, for those who read rather than look. */
export function hourly(past: RoomPast): number[] {
  const each = Math.max(1, Math.round(3600 / past.step_s))
  return Array.from({ length: Math.ceil(lengthOf(past) / each) }, (_, hour) => hour * each)
}

export const lengthOf = (past: RoomPast): number => past.temperature?.length ?? 0

export const instantOf = (past: RoomPast, index: number): number => Date.parse(past.begin) + index * past.step_s * 1000
