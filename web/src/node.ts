/* What mqtt.js's dependencies find in Node under a global name. */
import process from 'process'

Object.assign(globalThis, { process, global: globalThis })
