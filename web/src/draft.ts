/* A week under edit: undo and redo each step, a draft that survives a reload, and what others change meanwhile. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { same } from './schedule'
import type { SwitchPoint } from './topics'

export interface Draft {
  points: Ref<SwitchPoint[]>
  changed: ComputedRef<boolean>
  /** What somebody else has made of this week since the draft was begun. */
  foreign: Ref<SwitchPoint[] | null>
  canUndo: ComputedRef<boolean>
  canRedo: ComputedRef<boolean>
  change(points: SwitchPoint[], before?: SwitchPoint[]): void
  undo(): void
  redo(): void
  discard(): void
  takeTheirs(): void
  keepMine(): void
  forget(): void
}

export function useDraft(id: string, kept: ComputedRef<SwitchPoint[]>): Draft {
  const key = `haard.week.${id}`
  const stored = sessionStorage.getItem(key)
  const points = ref<SwitchPoint[]>(stored ? (JSON.parse(stored) as SwitchPoint[]) : [...kept.value])
  const past = ref<SwitchPoint[][]>([])
  const future = ref<SwitchPoint[][]>([])
  const foreign = ref<SwitchPoint[] | null>(null)
  const changed = computed(() => !same(points.value, kept.value))

  function move(from: typeof past, to: typeof past): void {
    const found = from.value.pop()
    if (!found) return
    to.value.push(points.value)
    points.value = found
  }
  function change(next: SwitchPoint[], before = points.value): void {
    past.value.push(before)
    future.value = []
    points.value = next
  }
  watch(points, (now) => sessionStorage.setItem(key, JSON.stringify(now)))
  watch(kept, (now, before) => {
    if (same(points.value, before)) points.value = [...now]
    else if (!same(points.value, now) && !same(now, before)) foreign.value = now
  })
  return {
    points,
    changed,
    foreign,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    change,
    undo: () => move(past, future),
    redo: () => move(future, past),
    discard: () => change([...kept.value]),
    takeTheirs: () => {
      if (foreign.value) change([...foreign.value])
      foreign.value = null
    },
    keepMine: () => (foreign.value = null),
    forget: () => sessionStorage.removeItem(key),
  }
}
