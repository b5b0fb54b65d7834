/* What the page knows: the retained topics as last heard, applied once a frame, one reactive object a room. */
import { computed, reactive, shallowReactive } from 'vue'
import { connect, type Broker, type Login } from './broker'
import type {
  Alert,
  BoilerSet,
  BoilerStatus,
  DeviceStatus,
  HouseAbout,
  HouseSettings,
  RoomGas,
  RoomSettings,
  RoomStatus,
  SwitchPoint,
} from './topics'

export interface Room {
  status: RoomStatus | null
  settings: RoomSettings | null
  schedule: SwitchPoint[]
  gas: RoomGas | null
}

export type Connection = 'loading' | 'live' | 'lost' | 'login' | 'wrong'

export const house = shallowReactive({
  about: null as HouseAbout | null,
  settings: { away: null } as HouseSettings,
  boiler: {} as BoilerStatus,
  call: null as BoilerSet | null,
  outside: null as number | null,
  gas: null as { today?: number; yesterday?: number; cost_today?: number; cost_yesterday?: number } | null,
  callSince: null as string | null,
})
export const rooms = shallowReactive(new Map<string, Room>())
export const sensors = shallowReactive(new Map<string, DeviceStatus>())
export const valves = shallowReactive(new Map<string, DeviceStatus>())
export const alerts = shallowReactive(new Map<string, Alert>())
export const services = shallowReactive(new Map<string, string>())
export const versions = shallowReactive(new Map<string, string>())
export const refused = shallowReactive([] as { topic: string; reason: string; payload: string }[])
export const line = reactive({ state: 'loading' as Connection, since: '', retryIn: 0, user: 'web', heardAt: 0 })

/* House time: the last tick, and what has gone since by this computer's own stopwatch; never by its clock. */
const clock = shallowReactive({ tick: 0, at: 0, turn: 0 })
setInterval(() => (clock.turn = performance.now()), 5000)
export const now = computed(() =>
  clock.tick ? clock.tick + Math.min(Math.max(clock.turn - clock.at, 0), 60_000) : Date.now(),
)
export const zone = computed(() => house.about?.timezone ?? 'Europe/Amsterdam')
const tickIsOld = computed(() => clock.at > 0 && clock.turn - clock.at > 180_000)
export const regulates = computed(() => services.get('regulator') === 'online' && !tickIsOld.value)
export const readOnly = computed(() => line.state !== 'live' || !regulates.value)

export function room(id: string): Room {
  let found = rooms.get(id)
  if (!found) {
    found = shallowReactive({ status: null, settings: null, schedule: [], gas: null })
    rooms.set(id, found)
  }
  return found
}

/* --- what arrives ------------------------------------------------------------------------------------------------ */

type Listener = (topic: string, value: unknown) => void
const listeners = new Set<Listener>()
export function onMessage(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function put<T>(map: Map<string, T>, key: string, value: T | null): void {
  if (value === null) map.delete(key)
  else map.set(key, value)
}

function apply(topic: string, text: string): void {
  let value: unknown = null
  try {
    value = text === '' ? null : JSON.parse(text)
  } catch {
    value = text // a bare word
  }
  const [kind = '', id = '', what = ''] = topic.split('/')
  if (kind === 'room') applyRoom(room(id), what, value)
  else if (kind === 'sensor') put(sensors, id, value as DeviceStatus | null)
  else if (kind === 'valve') put(valves, id, value as DeviceStatus | null)
  else if (kind === 'alert') put(alerts, id, value as Alert | null)
  else if (kind === 'service' && what === 'availability') services.set(id, String(value))
  else if (kind === 'service') versions.set(id, String((value as { version?: string } | null)?.version ?? ''))
  else applyHouse(topic, value)
  listeners.forEach((listener) => listener(topic, value))
}

function applyRoom(one: Room, what: string, value: unknown): void {
  if (what === 'status') one.status = value as RoomStatus | null
  else if (what === 'settings') one.settings = value as RoomSettings | null
  else if (what === 'schedule') one.schedule = (value as SwitchPoint[] | null) ?? []
  else if (what === 'gas') one.gas = value as RoomGas | null
}

function applyHouse(topic: string, value: unknown): void {
  if (topic === 'house') house.about = value as HouseAbout | null
  else if (topic === 'settings') house.settings = (value as HouseSettings | null) ?? { away: null }
  else if (topic === 'boiler/status') house.boiler = (value as BoilerStatus | null) ?? {}
  else if (topic === 'boiler/set') house.call = value as BoilerSet | null
  else if (topic === 'outside/temperature') house.outside = numberIn(value)
  else if (topic === 'gas') house.gas = value as typeof house.gas
  else if (topic === 'tick') hearTick((value as { at?: string }).at ?? String(value))
  else if (topic === 'memory') {
    const memory = value as { tick_at?: string; call_since?: string } | null
    house.callSince = memory?.call_since ?? null
    if (!clock.tick && memory?.tick_at) hearTick(memory.tick_at)
  } else if (topic === 'rejected') refused.unshift(value as (typeof refused)[number])
}

function hearTick(at: string): void {
  clock.tick = Date.parse(at)
  clock.at = clock.turn = performance.now()
}

function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return value
  return (value as { value?: number } | null)?.value ?? null
}

/* --- the line ---------------------------------------------------------------------------------------------------- */

let broker: Broker | null = null
let waiting: [string, string][] = []
let tries = 0
let place = { url: '', root: 'home' }
let who: Login = { user: 'web', password: '' }

function hear(topic: string, payload: string): void {
  if (!waiting.length)
    requestAnimationFrame(() => {
      const all = waiting
      waiting = []
      all.forEach(([path, text]) => apply(path, text))
    })
  waiting.push([topic, payload])
}

export async function start(url: string, root: string, login: Login): Promise<void> {
  place = { url, root }
  who = login
  line.user = login.user || 'web'
  broker?.close()
  broker = await connect(url, root, login, {
    message: hear,
    up: () => {
      tries = 0
      requestAnimationFrame(() => (line.state = 'live'))
    },
    down: (reason) => {
      broker = null
      if (reason === 'password') line.state = login.password ? 'wrong' : 'login'
      else lose()
    },
  })
}

function lose(): void {
  line.state = 'lost'
  const wait = Math.min(15, 2 ** tries++)
  line.retryIn = wait
  setTimeout(again, wait * 1000 * (0.8 + 0.4 * Math.random()))
}

export function again(): void {
  if (line.state === 'lost' && !broker) void start(place.url, place.root, who)
}

for (const event of ['online', 'pageshow'])
  addEventListener(event, () => {
    tries = 0
    again()
  })

export async function publish(topic: string, value: unknown): Promise<boolean> {
  return broker ? broker.publish(topic, typeof value === 'string' ? value : JSON.stringify(value)) : false
}
