/* mqtt.js without what only Node needs: its client and its own websocket, and neither TCP, TLS, SOCKS nor web workers.

Loaded beside the first paint. Its dependencies ask for three things of Node that a browser has not: `process`, `global`
and `Buffer`; the packages of those names stand in (vite.config.ts). */
import './node'
import Client, { type IClientOptions } from 'mqtt/lib/client'
import { browserStreamBuilder } from 'mqtt/lib/connect/ws'

// A CommonJS module: one bundler gives its default export, another the whole of it.
const MqttClient = 'default' in Client ? (Client as { default: typeof Client }).default : Client

/** As `mqtt.connect` does for a ws: or wss: address. */
export function connect(url: string, options: IClientOptions): Client {
  const { protocol, hostname, port, pathname, search } = new URL(url)
  const place: IClientOptions = { protocol: protocol === 'wss:' ? 'wss' : 'ws', hostname, path: pathname + search }
  if (port) place.port = Number(port)
  const all: IClientOptions = { ...options, ...place, unixSocket: false }
  return new MqttClient((client) => browserStreamBuilder(client, all), all)
}
