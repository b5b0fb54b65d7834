/* The messages that the page reads, as docs/topics.md describes them: all that may be missing is optional. */

export interface RoomAbout {
  id: string
  name: string
  sensors: string[]
  windows: string[]
  valves: { address: string; power_w: number }[]
}

export interface HouseAbout {
  name: string
  timezone: string
  boost_min: number
  law: string
  comfort: string
  presets: Record<string, number>
  /** ISO 4217; a regulator of before says none. */
  currency?: string
  rooms: RoomAbout[]
}

export interface RoomStatus {
  temperature: number | null
  humidity: number | null
  setpoint: number
  action: 'heating' | 'idle' | 'off'
  demand: number
  rule: string
  reason: string
  until: string | null
  next_setpoint: number | null
  next_switch_at: string | null
  mode: 'auto' | 'heat' | 'off' | 'bypass'
  preset: string
  window: 'open' | 'closed' | null
  staleness: string
  measured_at: string | null
  alert: string | null
}

export interface RoomSettings {
  mode: string
  preset: string
  preset_until: string | null
  override: { setpoint: number; until: string | null } | null
  boost_until: string | null
  held?: number | null
}

export interface SwitchPoint {
  day: number
  time: string
  setpoint: number
}

export interface RoomGas {
  value: number
  today: number | null
  yesterday: number | null
}

export interface BoilerStatus {
  flame?: boolean | null
  modulation?: number | null
  flow_temperature?: number | null
  return_temperature?: number | null
  pressure_bar?: number | null
  hot_water?: boolean | null
  fault?: string | null
  reported_at?: string | null
}

export interface BoilerSet {
  call: boolean
  reason: string
  issued_at: string
}

export interface DeviceStatus {
  battery?: number | null
  battery_low?: boolean | null
  rssi?: number | null
  opening?: number | null
  setpoint?: number | null
  reachable?: boolean | null
  locked?: boolean | null
  measured_at?: string | null
  reported_at?: string | null
  alert?: string | null
}

export interface Alert {
  about: string
  todo: string
  since: string
}

export interface HouseSettings {
  comfort?: string | null
  away: { setpoint: number | null; until: string | null } | null
}

/* A room's past in steps; null where nothing was heard. */
export interface RoomPast {
  begin: string
  step_s: number
  temperature?: (number | null)[]
  setpoint?: (number | null)[]
  valve?: (number | null)[]
  outside?: (number | null)[]
}

/** What was decided of a room, from then on. */
export interface Decision {
  at: string
  setpoint?: number | null
  action?: RoomStatus['action']
  rule?: string
  reason?: string
}

export interface RoomDay {
  gas?: number
  gas_error?: number
  moves?: number
}

export interface Day {
  day: string
  gas: number
  rooms?: Record<string, RoomDay>
  hot_water?: number
  other?: number
  pipes?: number
  starts?: number
  unallocated?: number
  cost?: number | null
  degree_days?: number | null
}

export interface HouseGas {
  today?: number | null
  yesterday?: number | null
  month?: number | null
  cost_today?: number | null
  cost_yesterday?: number | null
  cost_month?: number | null
  starts_today?: number | null
}

export interface RoomModel {
  a?: number | null
  b?: number | null
  dead_time_min?: number | null
  count?: number
}

export interface Learned {
  law?: Record<string, unknown>
}

/** What the regulator is in the midst of: how often it told a valve another opening on the local day of `told_at`. */
export interface RoomMemory {
  valves?: Record<string, { moves?: number; told_at?: string | null }>
}

/** How strong a room's radiators proved to be, as a part of their nominal power. */
export interface RoomPower {
  factor: number
  count?: number
}

/** The part of the heating gas that pipes take. */
export interface PipeLoss {
  fraction: number
  count?: number
}

export interface Reading {
  value: number
  measured_at?: string | null
}
