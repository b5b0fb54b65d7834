/* The way to the broker: mqtt.js behind one small door, so that it can be changed.

Every try is a new socket with a full subscription and an own client id. What the page knows is what is retained; an
echo of its own (service/<user>/echo) tells when all of that has arrived. Whether the line is alive is judged by bytes
that arrive, not by timers, which sleep in a tab that is hidden. */

export interface Login {
  user: string
  password: string
}

export interface Listener {
  message(topic: string, payload: string): void
  up(): void
  down(reason: 'lost' | 'password' | 'unreachable'): void
}

export interface Broker {
  publish(topic: string, payload: string): Promise<boolean>
  close(): void
}

const TOPICS = [
  'house',
  'settings',
  'memory',
  'tick',
  'boiler/set',
  'boiler/status',
  'gas',
  'day',
  'rejected',
  'outside/temperature',
  'meter/gas',
  'room/+/status',
  'room/+/settings',
  'room/+/schedule',
  'room/+/gas',
  'room/+/temperature/#',
  'sensor/+/status',
  'valve/+/status',
  'alert/+',
  'service/+/availability',
  'service/+/about',
]
const SILENT_MS = 30_000
const WRONG_LOGIN = new Set([4, 5, 134, 135])

/** Connect once; the caller decides when to try again. */
export async function connect(url: string, root: string, login: Login, listener: Listener): Promise<Broker> {
  const mqtt = (await import('mqtt')).default
  const echo = `${root}/service/${login.user || 'web'}/echo`
  const nonce = Math.random().toString(36).slice(2)
  const client = mqtt.connect(url, {
    clientId: `${login.user || 'web'}-${nonce}`,
    username: login.user || undefined,
    password: login.password || undefined,
    clean: true,
    keepalive: 20,
    connectTimeout: 5000,
    reconnectPeriod: 0,
    resubscribe: false,
    protocolVersion: 4,
    timerVariant: 'native', // the other makes a worker from a blob, which our content security policy forbids
  })
  let ended = false
  let heardAt = performance.now()
  const end = (reason: 'lost' | 'password' | 'unreachable'): void => {
    if (ended) return
    ended = true
    clearInterval(watch)
    client.end(true)
    listener.down(reason)
  }
  const watch = setInterval(() => {
    if (performance.now() - heardAt > SILENT_MS) end('lost')
  }, 5000)
  client.on('packetreceive', () => (heardAt = performance.now()))
  client.on('connect', () => {
    client.subscribe([...TOPICS.map((topic) => `${root}/${topic}`), echo], { qos: 0 }, () =>
      client.publish(echo, JSON.stringify({ nonce }), { qos: 0 }),
    )
  })
  client.on('message', (topic, payload) => {
    const text = new TextDecoder().decode(payload)
    if (topic === echo) {
      if (text.includes(nonce)) listener.up()
    } else {
      listener.message(topic.slice(root.length + 1), text)
    }
  })
  client.on('error', (error) => {
    const code = (error as { code?: number }).code
    end(code !== undefined && WRONG_LOGIN.has(code) ? 'password' : 'unreachable')
  })
  client.on('close', () => end('lost'))
  return {
    publish: (topic, payload) =>
      new Promise((done) => {
        if (!client.connected) return done(false)
        client.publish(`${root}/${topic}`, payload, { qos: 1 }, (error) => done(!error))
      }),
    close: () => {
      ended = true
      clearInterval(watch)
      client.end(true)
    },
  }
}
