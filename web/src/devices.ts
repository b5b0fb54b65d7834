/* What is to be said of devices: whether they need somebody, and when they were heard. Pure. */
import type { DeviceStatus } from './topics'

const LOW_PERCENT = 10

export const isLow = (device: DeviceStatus | undefined): boolean =>
  device?.battery_low === true || (device?.battery ?? 100) < LOW_PERCENT

export const lastHeard = (device: DeviceStatus | undefined): string | null =>
  device?.measured_at ?? device?.reported_at ?? null
