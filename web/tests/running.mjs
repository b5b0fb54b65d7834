/* What the page's tests, pictures and measurements stand on: a running try-out, a broker with a house that is only
told, and Debian's Chromium. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, connect as connectTo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import mqtt from 'mqtt'
import { chromium } from 'playwright-core'

const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const HAARD = process.env.HAARD ?? join(REPOSITORY, '.venv', 'bin', 'haard')
export const DIST = join(REPOSITORY, 'web', 'dist')
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const browser = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })

/* Each worker of vitest has a part of its own of the ports that no client is given by the system. */
let nextPort = 20_000 + 4_000 * (Number(process.env.VITEST_POOL_ID ?? 0) % 3) + (process.pid % 1_000)

/** A port that nobody has, and nobody was given before. @returns {Promise<number>} */
export const freePort = () =>
  new Promise((found) => {
    const port = nextPort++
    const server = createServer()
    server.on('error', () => found(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => found(port)))
  })

/** Until somebody listens there. @param {number} port @returns {Promise<void>} */
const listening = (port) =>
  new Promise((found) => {
    const socket = connectTo(port, '127.0.0.1')
    socket.on('connect', () => found(void socket.destroy()))
    socket.on('error', () => setTimeout(() => found(listening(port)), 50))
  })

/** `haard up` in a folder of its own, until everything is ready. @param {string[]} options */
export async function tryOut(options) {
  const folder = mkdtempSync(join(tmpdir(), 'haard-page-'))
  const house = spawn(HAARD, ['up', ...options], { cwd: folder })
  const address = await new Promise((found, fail) => {
    let said = ''
    house.stdout.on('data', (piece) => {
      said += piece
      const url = said.match(/page: (http\S+)/)?.[1]
      if (url && /starting simulated \.\.\. ready/.test(said)) found(url)
    })
    house.stderr.on('data', (piece) => (said += piece))
    house.on('exit', () => fail(new Error(said)))
  })
  return {
    address: /** @type {string} */ (address),
    /** End one of its services. @param {string} name */
    kill: (name) => {
      for (const pid of children(house.pid ?? 0)) {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ')
        if (command.includes(name)) process.kill(pid, 'SIGKILL')
      }
    },
    stop: async () => {
      const ended = new Promise((done) => house.on('exit', done))
      house.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** @param {number} pid @returns {number[]} */
const children = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

/** The file of passwords that Mosquitto reads. @param {Record<string, string>} users @returns {string} */
export function passwordsOf(users) {
  const folder = mkdtempSync(join(tmpdir(), 'haard-passwords-'))
  const file = join(folder, 'passwords')
  writeFileSync(file, '', { mode: 0o600 })
  for (const [user, password] of Object.entries(users)) execFileSync('mosquitto_passwd', ['-b', file, user, password])
  const text = readFileSync(file, 'utf8')
  rmSync(folder, { recursive: true })
  return text
}

/** A Mosquitto with websockets. @param {{acl?: string, passwords?: string}} options */
export async function broker({ acl, passwords } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'haard-broker-'))
  const [port, ws] = [await freePort(), await freePort()]
  const lines = [`listener ${port} 127.0.0.1`, `listener ${ws} 127.0.0.1`, 'protocol websockets', 'user root']
  lines.push(`allow_anonymous ${passwords ? 'false' : 'true'}`)
  for (const [option, text] of Object.entries({ acl_file: acl, password_file: passwords })) {
    if (text === undefined) continue
    writeFileSync(join(folder, option), text, { mode: 0o600 })
    lines.push(`${option} ${join(folder, option)}`)
  }
  writeFileSync(join(folder, 'mosquitto.conf'), lines.join('\n') + '\n')
  const program = spawn('/usr/sbin/mosquitto', ['-c', join(folder, 'mosquitto.conf')])
  await Promise.all([listening(port), listening(ws)])
  return {
    port,
    ws,
    stop: async () => {
      const ended = new Promise((done) => program.on('exit', done))
      program.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Somebody on a broker who says and hears, as another service would.
 * @param {number | string} place its port, or its address @param {object} login */
export async function voice(place, login = {}) {
  const there = await mqtt.connectAsync(typeof place === 'number' ? `mqtt://127.0.0.1:${place}` : place, {
    reconnectPeriod: 0,
    ...login,
  })
  /** @type {Map<string, string>} */
  const heard = new Map()
  /** @type {Set<() => void>} */
  const waiting = new Set()
  there.on('message', (topic, payload) => {
    heard.set(topic.replace(/^home\//, ''), payload.toString())
    waiting.forEach((look) => look())
  })
  await there.subscribeAsync('home/#')
  return {
    heard,
    /** @param {string} topic @param {unknown} value @param {boolean} retain */
    say: (topic, value, retain = true) =>
      there.publishAsync(`home/${topic}`, typeof value === 'string' ? value : JSON.stringify(value), {
        qos: 1,
        retain,
      }),
    /** The payload of a topic once it fits. @param {string} topic @param {(payload: string) => boolean} fits
     * @returns {Promise<string>} */
    until: (topic, fits = () => true) =>
      new Promise((found) => {
        const look = () => {
          const payload = heard.get(topic)
          if (payload === undefined || !fits(payload)) return
          waiting.delete(look)
          found(payload)
        }
        waiting.add(look)
        look()
      }),
    close: () => there.endAsync(),
  }
}

/** A way to a port that can be cut. @param {number} port */
export async function cable(port) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connectTo(port, '127.0.0.1')
    for (const one of [near, far]) {
      sockets.add(one)
      one.on('error', () => one.destroy())
      one.on('close', () => sockets.delete(one))
    }
    near.pipe(far).pipe(near)
  })
  const own = await freePort()
  await new Promise((done) => server.listen(own, '127.0.0.1', () => done(undefined)))
  return {
    port: own,
    cut: () => {
      isCut = true
      sockets.forEach((one) => one.destroy())
    },
    mend: () => (isCut = false),
    stop: () => {
      sockets.forEach((one) => one.destroy())
      server.close()
    },
  }
}

const KINDS = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

/** A built page, as any server of files gives it. */
export async function serve(folder = DIST) {
  const server = createHttpServer((request, response) => {
    const name = (request.url ?? '/').split('?')[0] ?? '/'
    try {
      const path = join(folder, name.endsWith('/') ? `${name}index.html` : name)
      const kind = KINDS[/** @type {keyof typeof KINDS} */ (extname(path))] ?? 'text/plain'
      response.writeHead(200, { 'content-type': kind }).end(readFileSync(path))
    } catch {
      response.writeHead(404).end()
    }
  })
  const port = await freePort()
  await new Promise((done) => server.listen(port, '127.0.0.1', () => done(undefined)))
  return { address: `http://127.0.0.1:${port}/`, stop: () => void server.close() }
}

/** Let a page speak to another broker than the one that its server names.
 * @param {import('playwright-core').BrowserContext} context @param {number} ws */
export const lead = (context, ws) =>
  context.route('**/config.json', (route) => route.fulfill({ json: { broker: `ws://127.0.0.1:${ws}`, root: 'home' } }))

/** The retained word of a house that is only told: rooms at rest, a regulator that is there.
 * @param {number} rooms @param {string} tick @returns {[string, unknown][]} */
export function told(rooms, tick) {
  const ids = Array.from({ length: rooms }, (_, n) => `room_${n + 1}`)
  return [
    [
      'house',
      {
        name: 'Told house',
        timezone: 'Europe/Amsterdam',
        boost_min: 30,
        law: 'doses',
        comfort: 'balanced',
        presets: { comfort: 20.5, eco: 17, away: 15, frost: 7, boost: 23 },
        rooms: ids.map((id, n) => ({ id, name: `Room ${n + 1}`, ...wired(n + 1) })),
      },
    ],
    ['service/regulator/availability', 'online'],
    ['settings', { away: null }],
    ['memory', { tick_at: tick }],
    ['boiler/status', { flame: false, flow_temperature: 34, reported_at: tick }],
    ['boiler/set', { call: false, reason: 'no room asks for heat', issued_at: tick, expires_at: tick }],
    ...ids.flatMap(
      (id) =>
        /** @type {[string, unknown][]} */ ([
          [`room/${id}/status`, status(tick)],
          [`room/${id}/settings`, { mode: 'auto', preset: 'none', override: null, boost_until: null }],
          [
            `room/${id}/schedule`,
            [1, 2, 3, 4, 5, 6, 7].flatMap((day) => [
              { day, time: '06:30', setpoint: 20 },
              { day, time: '22:30', setpoint: 17 },
            ]),
          ],
        ]),
    ),
  ]
}

/** What hangs in a told room. @param {number} room */
const wired = (room) => ({
  sensors: [`thermometer_${room}`],
  windows: room % 4 ? [] : [`contact_${room}`],
  valves: [{ address: `valve_${room}`, power_w: 1000 }],
})

/** @param {string} tick @param {object} more */
export const status = (tick, more = {}) => ({
  temperature: 19.8,
  humidity: 48,
  setpoint: 20,
  action: 'idle',
  demand: 0,
  rule: 'schedule',
  reason: '20 °C by schedule until 22:30; not opened for so little',
  until: null,
  next_setpoint: 17,
  next_switch_at: null,
  mode: 'auto',
  preset: 'none',
  window: 'closed',
  staleness: 'fresh',
  measured_at: tick,
  alert: null,
  ...more,
})
