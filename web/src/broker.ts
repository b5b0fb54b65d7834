/* The way to the broker: mqtt.js behind one small door, so that it can be changed.

Every try is a new socket with a full subscription and an own client id. What the page knows is what is retained; an
echo of its own (service/<user>/echo) tells when all of that has arrived. Whether the line is alive is judged by bytes
that arrive, not by timers, which sleep in a tab that is hidden. */

export interface Login {
  user: string
  password: string
}

export type End = 'lost' | 'password' | 'unreachable' | 'version'
export type Sent = 'sent' | 'forbidden' | 'offline'

export interface Listener {
  message(topic: string, payload: string): void
  up(): void
  down(reason: End): void
}

export interface Broker {
  publish(topic: string, payload: string): Promise<Sent>
  /** The page is seen again: a socket that has been silent looks open on a phone that woke up, and is dead. */
  wake(): void
  close(): void
}

export type Version = 4 | 5

const TOPICS = [
  'house',
  'settings',
  'memory',
  'tick',
  'boiler/set',
  'boiler/status',
  'gas',
  'rejected',
  'outside/temperature',
  'meter/gas',
  'room/+/status',
  'room/+/settings',
  'room/+/schedule',
  'room/+/gas',
  'room/+/model',
  'room/+/learned',
  'room/+/memory',
  'room/+/power',
  'pipes',
  'room/+/temperature/#',
  'room/+/window/#',
  'sensor/+/status',
  'valve/+/status',
  'alert/+',
  'service/+/availability',
  'service/+/about',
]
const SILENT_MS = 30_000
const WAKING_SILENT_MS = 25_000
const PING_S = 20
const NO_ECHO_MS = 3000
const WRONG_LOGIN = new Set([4, 5, 134, 135])
const WRONG_VERSION = new Set([1, 132])
const FORBIDDEN = 135

/** Connect once, in this version of MQTT; the caller decides when to try again. */
export async function connect(
  url: string,
  root: string,
  login: Login,
  version: Version,
  replies: string,
  listener: Listener,
): Promise<Broker> {
  if (import.meta.env.VITE_DEMO) return (await import('./demo')).play(url, replies, listener)
  const mqtt = await import('./mqtt')
  const echo = `${root}/service/${login.user || 'web'}/echo`
  const nonce = Math.random().toString(36).slice(2)
  const client = mqtt.connect(url, {
    clientId: `${login.user || 'web'}-${nonce}`,
    username: login.user || undefined,
    password: login.password || undefined,
    clean: true,
    keepalive: 3 * PING_S,
    connectTimeout: version === 5 ? 2000 : 5000, // amqtt says nothing at all to a CONNECT of MQTT 5
    reconnectPeriod: 0,
    resubscribe: false,
    protocolVersion: version,
    timerVariant: 'native', // the other makes a worker from a blob, which our content security policy forbids
  })
  let ended = false
  let isUp = false
  let wasThere = false
  let heardAt = performance.now()
  const up = (): void => {
    if (isUp || ended) return
    isUp = true
    listener.up()
  }
  const end = (reason: End): void => {
    if (ended) return
    ended = true
    clearInterval(watch)
    client.end(true)
    listener.down(reason)
  }
  const silentFor = (): number => performance.now() - heardAt
  const watch = setInterval(() => {
    if (silentFor() > SILENT_MS) end('lost')
    else if (client.connected && silentFor() > 1000 * (PING_S - 5)) client.sendPing()
  }, 5000)
  client.on('packetreceive', () => (heardAt = performance.now()))
  client.on('connect', () => {
    wasThere = true
    const filters = [...TOPICS, `history/reply/${replies}`].map((topic) => `${root}/${topic}`)
    client.subscribe([...filters, echo], { qos: 0 }, () => {
      client.publish(echo, JSON.stringify({ nonce }), { qos: 0 })
      setTimeout(up, NO_ECHO_MS) // a user without the right to its echo sees what came until then
    })
  })
  client.on('message', (topic, payload) => {
    const text = new TextDecoder().decode(payload)
    if (topic === echo) {
      if (text.includes(nonce)) up()
    } else {
      listener.message(topic.slice(root.length + 1), text)
    }
  })
  client.on('error', (error) => {
    const code = (error as { code?: number }).code ?? 0
    if (WRONG_LOGIN.has(code)) end('password')
    else end(version === 5 && WRONG_VERSION.has(code) ? 'version' : 'unreachable')
  })
  client.on('close', () => end(wasThere || version === 4 ? 'lost' : 'version'))
  return {
    publish: (topic, payload) =>
      new Promise((done) => {
        if (!client.connected) return done('offline')
        client.publish(`${root}/${topic}`, payload, { qos: 1 }, (error) => {
          const code = (error as { code?: number } | undefined)?.code
          done(code === FORBIDDEN ? 'forbidden' : error ? 'offline' : 'sent')
        })
      }),
    wake: () => {
      if (silentFor() > WAKING_SILENT_MS) end('lost')
    },
    close: () => {
      ended = true
      clearInterval(watch)
      client.end(true)
    },
  }
}
