/* The recorded past: asked of the analyst over the broker, kept while the tab lives. */
import { computed, watch } from 'vue'
import { line, nowOf, onMessage, publish, replies, services } from './state'
import type { Day, Decision, RoomPast } from './topics'
import { dayAfter } from './words'

const NO_ANSWER_MS = 5000
let number = 0

type Reply = RoomPast & {
  id: string
  days?: Day[]
  decisions?: Decision[]
  unfinished?: string
  more?: boolean
  error?: string
}

/** Whether anybody is there to ask: our own line, and as far as is known the analyst. */
const answers = computed(() => line.state === 'live' && services.get('analyst') !== 'offline')

/** Ask once more as soon as somebody is there again, for what is still without an answer. */
export function askAgain(isMissing: () => boolean, load: () => unknown): void {
  watch(answers, (is) => is && isMissing() && void load())
}

/** One question; null where nobody answers, or nothing can be said. */
async function ask(question: Record<string, unknown>): Promise<Reply | null> {
  const id = `q${++number}`
  return new Promise<Reply | null>((done) => {
    const end = (reply: Reply | null): void => {
      clearTimeout(timer)
      stop()
      done(reply)
    }
    const timer = setTimeout(() => end(null), NO_ANSWER_MS)
    const stop = onMessage((topic, value) => {
      const reply = topic === `history/reply/${replies}` ? (value as Reply) : null
      if (reply?.id === id) end(reply.error ? null : reply)
    })
    void publish('history/get', { id, reply: replies, ...question }).then((sent) => sent !== 'sent' && end(null))
  })
}

export async function askRoom(room: string, hours: number): Promise<RoomPast | null> {
  const end = nowOf()
  const instants = { begin: new Date(end - hours * 3_600_000).toISOString(), end: new Date(end).toISOString() }
  return ask({ what: 'room', room, ...instants, steps: hours > 24 ? 340 : 288 })
}

/** What was decided of a room in its last hours, the latest last. */
export async function askDecisions(room: string, hours: number): Promise<Decision[] | null> {
  const end = nowOf()
  const instants = { begin: new Date(end - hours * 3_600_000).toISOString(), end: new Date(end).toISOString() }
  return (await ask({ what: 'decisions', room, ...instants, steps: 100 }))?.decisions ?? null
}

export interface Days {
  days: Day[]
  unfinished: string | null
}

/** All days from one to another, however many answers it takes. */
export async function askDays(first: string, last: string): Promise<Days | null> {
  const found: Days = { days: [], unfinished: null }
  for (let from = first; from <= last;) {
    const reply = await ask({ what: 'days', first: from, last })
    if (!reply) return null
    found.days.push(...(reply.days ?? []))
    found.unfinished = reply.unfinished ?? found.unfinished
    const end = reply.days?.at(-1)?.day
    if (!reply.more || !end) break
    from = dayAfter(end)
  }
  return found
}
