/* What is to be said of devices: whether they need somebody, and when they were heard. Pure. */
import type { DeviceStatus, RoomMemory } from './topics'
import { localDate } from './words'

const LOW_PERCENT = 10

export const isLow = (device: DeviceStatus | undefined): boolean =>
  device?.battery_low === true || (device?.battery ?? 100) < LOW_PERCENT

export const lastHeard = (device: DeviceStatus | undefined): string | null =>
  device?.measured_at ?? device?.reported_at ?? null

/** How often a valve was told another opening on this local date. */
export function movesOn(date: string, zone: string, memory: RoomMemory | null, valve: string): number | null {
  const known = memory?.valves?.[valve]
  if (!known) return null
  return known.told_at && localDate(Date.parse(known.told_at), zone) === date ? (known.moves ?? 0) : 0
}
