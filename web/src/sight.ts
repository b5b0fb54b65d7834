/* What is asked for when it comes into sight, and not before. */
import { onMounted, onUnmounted, type Ref } from 'vue'

export function onSight(place: Readonly<Ref<HTMLElement | null>>, seen: () => unknown): void {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((one) => one.isIntersecting)) return
    watcher.disconnect()
    void seen()
  })
  onMounted(() => place.value && watcher.observe(place.value))
  onUnmounted(() => watcher.disconnect())
}
