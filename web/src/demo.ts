/* A broker that is none: hours that a simulated house lived under the real regulator, played again and again.

It tells what was retained when the recording begins, then each message at its time, sixty times as fast as it was. A wish
is refused aloud, since nobody regulates here; the past is made of what was recorded. */
import type { Broker, Listener, Sent } from './broker'
import type { Day, Decision, RoomPast, RoomStatus } from './topics'

/** Seconds since the begin, topic, payload. */
type Said = [number, string, string]

export interface Recording {
  begin: string
  said: Said[]
}

interface Question {
  id: string
  what: string
  room?: string
}

const SPEED = 60
const TURN_MS = 250
const STEP_S = 300

export async function play(url: string, replies: string, listener: Listener): Promise<Broker> {
  return playing((await (await fetch(url)).json()) as Recording, replies, listener)
}

export function playing(recording: Recording, replies: string, listener: Listener): Broker {
  const begin = Date.parse(recording.begin)
  const length = recording.said.at(-1)?.[0] ?? 0
  let began = performance.now()
  let next = 0
  const gone = (): number => ((performance.now() - began) / 1000) * SPEED
  const turn = (): void => {
    for (let one = recording.said[next]; one && one[0] <= gone(); one = recording.said[++next])
      listener.message(one[1], one[2])
    if (gone() <= length) return
    began = performance.now()
    next = 0
  }
  const timer = setInterval(turn, TURN_MS)
  turn()
  listener.up()

  const pastAsked = (question: Question): object => {
    const until = Math.min(gone(), length)
    if (question.what === 'days') return daysOf(recording, until)
    const room = question.room ?? ''
    return question.what === 'room' ? pastOf(recording, begin, room, until) : decisionsOf(recording, begin, room, until)
  }
  function answer(question: Question): void {
    listener.message(`history/reply/${replies}`, JSON.stringify({ id: question.id, ...pastAsked(question) }))
  }
  return {
    publish: (topic, payload) => {
      if (topic === 'history/get') answer(JSON.parse(payload) as Question)
      else {
        const reason = 'this house is a recording: nobody regulates it'
        listener.message('rejected', JSON.stringify({ topic: `home/${topic}`, payload, reason }))
      }
      return Promise.resolve<Sent>('sent')
    },
    wake: turn,
    close: () => clearInterval(timer),
  }
}

/** A room until now, in steps, by what its status said. */
function pastOf(recording: Recording, begin: number, room: string, until: number): RoomPast {
  const columns = { temperature: [], setpoint: [], valve: [], outside: [] } as Record<string, (number | null)[]>
  let status: RoomStatus | null = null
  let outside: number | null = null
  let at = 0
  const keep = (): void => {
    columns.temperature!.push(status?.temperature ?? null)
    columns.setpoint!.push(status?.setpoint ?? null)
    columns.valve!.push(status ? (status.action === 'heating' ? 100 : 0) : null)
    columns.outside!.push(outside)
  }
  for (const [when, topic, payload] of recording.said) {
    if (when > until) break
    for (; at + STEP_S <= when; at += STEP_S) keep()
    if (topic === `room/${room}/status`) status = JSON.parse(payload) as RoomStatus
    else if (topic === 'outside/temperature') outside = (JSON.parse(payload) as { value: number }).value
  }
  keep()
  return { begin: new Date(begin).toISOString(), step_s: STEP_S, ...columns }
}

/** What was decided of a room until now: where its setpoint, rule or action changed. */
function decisionsOf(recording: Recording, begin: number, room: string, until: number): { decisions: Decision[] } {
  const decisions: Decision[] = []
  let last = ''
  for (const [when, topic, payload] of recording.said) {
    if (when > until) break
    if (topic !== `room/${room}/status`) continue
    const { setpoint, action, rule, reason } = JSON.parse(payload) as RoomStatus
    const what = `${setpoint} ${action} ${rule}`
    if (last && what !== last)
      decisions.push({ at: new Date(begin + 1000 * when).toISOString(), setpoint, action, rule, reason })
    last = what
  }
  return { decisions }
}

/** The days until now, as the analyst said them last; the last of them is not over. */
function daysOf(recording: Recording, until: number): { days: Day[]; unfinished?: string } {
  const known = new Map<string, Day>()
  for (const [when, topic, payload] of recording.said) {
    if (when > until) break
    if (topic !== 'day') continue
    const day = JSON.parse(payload) as Day
    known.set(day.day, day)
  }
  const days = [...known.values()].sort((a, b) => a.day.localeCompare(b.day))
  return { days, unfinished: days.at(-1)?.day }
}
