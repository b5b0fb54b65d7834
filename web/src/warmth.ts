/* The temperature that is shown of a room, and whether it is old. While nobody regulates, thermometers go on. */
import { computed, type ComputedRef } from 'vue'
import { line, now, regulates, room } from './state'

const FRESH_MS = 1_800_000

export function useWarmth(id: () => string): { warmth: ComputedRef<number | null>; isOld: ComputedRef<boolean> } {
  const reading = computed(() => {
    const found = room(id()).reading
    const at = found?.measured_at ? Date.parse(found.measured_at) : 0
    return found && !regulates.value && now.value - at < FRESH_MS ? found : null
  })
  const warmth = computed(() => reading.value?.value ?? room(id()).status?.temperature ?? null)
  const isOld = computed(
    () => line.state !== 'live' || (!reading.value && (room(id()).status?.staleness !== 'fresh' || !regulates.value)),
  )
  return { warmth, isOld }
}
