/* What the page knows: the retained topics as last heard, applied once a frame, one reactive object a room. */
import { computed, reactive, shallowReactive } from 'vue'
import { connect, type Broker, type End, type Login, type Sent, type Version } from './broker'
import type {
  Alert,
  BoilerSet,
  BoilerStatus,
  DeviceStatus,
  HouseAbout,
  HouseGas,
  HouseSettings,
  Learned,
  PipeLoss,
  Reading,
  RoomGas,
  RoomMemory,
  RoomModel,
  RoomPower,
  RoomSettings,
  RoomStatus,
  SwitchPoint,
} from './topics'

export interface Room {
  status: RoomStatus | null
  settings: RoomSettings | null
  schedule: SwitchPoint[]
  gas: RoomGas | null
  model: RoomModel | null
  learned: Learned | null
  memory: RoomMemory | null
  power: RoomPower | null
  /** The newest word of a thermometer, which goes on when nobody regulates. */
  reading: Reading | null
}

export type Connection = 'loading' | 'live' | 'lost' | 'login' | 'wrong'

export const house = shallowReactive({
  about: null as HouseAbout | null,
  settings: { away: null } as HouseSettings,
  boiler: {} as BoilerStatus,
  call: null as BoilerSet | null,
  outside: null as number | null,
  gas: null as HouseGas | null,
  callSince: null as string | null,
  decidedAt: null as string | null,
  pipes: null as PipeLoss | null,
})
export const rooms = shallowReactive(new Map<string, Room>())
export const sensors = shallowReactive(new Map<string, DeviceStatus>())
export const valves = shallowReactive(new Map<string, DeviceStatus>())
export const windows = shallowReactive(new Map<string, { value: string; measured_at?: string | null }>())
export const alerts = shallowReactive(new Map<string, Alert>())
export const services = shallowReactive(new Map<string, string>())
export const versions = shallowReactive(new Map<string, string>())
export const refused = shallowReactive([] as { topic: string; reason: string; payload: string }[])
export const line = reactive({ state: 'loading' as Connection, retryIn: 0, user: 'web', heardAt: 0, mayLook: false })

/* House time: the last tick, and what has gone since by this computer's own stopwatch; never by its clock. */
const clock = shallowReactive({ tick: 0, at: 0, turn: 0 })
setInterval(() => (clock.turn = performance.now()), 5000)
export const now = computed(() =>
  clock.tick ? clock.tick + Math.min(Math.max(clock.turn - clock.at, 0), 60_000) : Date.now(),
)
export const zone = computed(() => house.about?.timezone ?? 'Europe/Amsterdam')
export const currency = computed(() => house.about?.currency ?? 'EUR')
const tickIsOld = computed(() => clock.at > 0 && clock.turn - clock.at > 180_000)
export const regulates = computed(() => services.get('regulator') === 'online' && !tickIsOld.value)
export const readOnly = computed(() => line.state !== 'live' || !regulates.value || line.mayLook)
/** When what is shown was so, while nobody tells more: the line or the regulator is away. */
export const asOf = computed((): number | null => {
  if (line.state === 'lost') return line.heardAt || null
  return regulates.value || !house.decidedAt ? null : Date.parse(house.decidedAt)
})
export const nowOf = (): number => now.value

export function room(id: string): Room {
  let found = rooms.get(id)
  if (!found) {
    found = shallowReactive({
      status: null,
      settings: null,
      schedule: [],
      gas: null,
      model: null,
      learned: null,
      memory: null,
      power: null,
      reading: null,
    })
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
  const [kind = '', id = '', what = '', part = ''] = topic.split('/')
  if (kind === 'room' && what === 'window') put(windows, part || id, asWindow(value))
  else if (kind === 'room') applyRoom(room(id), what, value)
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
  else if (what === 'model') one.model = value as RoomModel | null
  else if (what === 'learned') one.learned = value as Learned | null
  else if (what === 'memory') one.memory = value as RoomMemory | null
  else if (what === 'power') one.power = value as RoomPower | null
  else if (what === 'temperature') hearReading(one, value)
}

function asWindow(value: unknown): { value: string; measured_at?: string | null } | null {
  return typeof value === 'string' ? { value } : (value as { value: string } | null)
}

function hearReading(one: Room, value: unknown): void {
  const found = numberIn(value)
  const at = (value as Reading | null)?.measured_at ?? null
  if (found !== null && (at ?? '') >= (one.reading?.measured_at ?? '')) one.reading = { value: found, measured_at: at }
}

function applyHouse(topic: string, value: unknown): void {
  if (topic === 'house') house.about = value as HouseAbout | null
  else if (topic === 'settings') house.settings = (value as HouseSettings | null) ?? { away: null }
  else if (topic === 'boiler/status') house.boiler = (value as BoilerStatus | null) ?? {}
  else if (topic === 'boiler/set') house.call = value as BoilerSet | null
  else if (topic === 'outside/temperature') house.outside = numberIn(value)
  else if (topic === 'gas') house.gas = value as typeof house.gas
  else if (topic === 'pipes') house.pipes = value as PipeLoss | null
  else if (topic === 'tick') hearTick((value as { at?: string }).at ?? String(value))
  else if (topic === 'memory') {
    const memory = value as { tick_at?: string; call_since?: string } | null
    house.callSince = memory?.call_since ?? null
    house.decidedAt = memory?.tick_at ?? null
    if (!clock.tick && memory?.tick_at) hearTick(memory.tick_at)
  } else if (topic === 'rejected') {
    refused.unshift(value as (typeof refused)[number])
    refused.splice(50)
  }
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
let ticking: ReturnType<typeof setInterval> | undefined
let resting: ReturnType<typeof setTimeout> | undefined
const HIDDEN_MS = 300_000

/** Where the answers to this tab's questions of the past come. */
export const replies = `w${Math.random().toString(36).slice(2, 10)}0000`.slice(0, 9)

function settle(): void {
  const all = waiting
  waiting = []
  all.forEach(([path, text]) => apply(path, text))
}

function soon(task: () => void): void {
  if (document.hidden) setTimeout(task, 200)
  else requestAnimationFrame(task)
}

function hear(topic: string, payload: string): void {
  if (!waiting.length) soon(settle)
  waiting.push([topic, payload])
}

/* Which version of MQTT this broker understood the last time. */
const versionKey = (url: string): string => `haard.mqtt.${url}`
const versionOf = (url: string): Version => (localStorage.getItem(versionKey(url)) === '4' ? 4 : 5)

export async function start(url: string, root: string, login: Login): Promise<void> {
  place = { url, root }
  who = login
  line.user = login.user || 'web'
  broker?.close()
  broker = await connect(url, root, login, versionOf(url), replies, {
    message: hear,
    up: () => {
      tries = 0
      soon(() => {
        settle()
        line.state = 'live'
      })
    },
    down: ended,
  })
}

function ended(reason: End): void {
  broker = null
  if (reason === 'version') {
    localStorage.setItem(versionKey(place.url), '4')
    void start(place.url, place.root, who)
  } else if (reason === 'password') {
    line.state = who.password ? 'wrong' : 'login'
  } else {
    if (line.state !== 'live' && reason === 'unreachable') localStorage.removeItem(versionKey(place.url))
    lose()
  }
}

function lose(): void {
  if (line.state === 'live') line.heardAt = now.value
  line.state = 'lost'
  clearInterval(ticking)
  line.retryIn = Math.ceil(Math.min(15, 2 ** tries++) * (0.8 + 0.4 * Math.random()))
  ticking = setInterval(() => {
    line.retryIn--
    if (line.retryIn <= 0) again()
  }, 1000)
}

export function again(): void {
  if (line.state !== 'lost' || broker) return
  clearInterval(ticking)
  void start(place.url, place.root, who)
}

export function stop(): void {
  clearInterval(ticking)
  broker?.close()
  broker = null
}

/** The page is seen again, or the network is there again. */
function wake(): void {
  clearTimeout(resting)
  broker?.wake()
  tries = 0
  again()
}

for (const event of ['online', 'pageshow']) addEventListener(event, wake)
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) return wake()
  resting = setTimeout(() => {
    if (line.state !== 'live') return
    stop()
    line.heardAt = now.value
    line.state = 'lost'
  }, HIDDEN_MS)
})

export async function publish(topic: string, value: unknown): Promise<Sent> {
  if (!broker) return 'offline'
  const sent = await broker.publish(topic, typeof value === 'string' ? value : JSON.stringify(value))
  if (sent === 'forbidden' && topic !== 'history/get') line.mayLook = true
  return sent
}
