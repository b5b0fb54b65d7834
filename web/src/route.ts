/* Where the reader is: the hash of the address, so that back always works. */
import { nextTick, ref } from 'vue'

export const path = ref(location.hash.slice(1) || '/house')
const places = new Map<string, number>()

addEventListener('hashchange', () => {
  places.set(path.value, scrollY)
  path.value = location.hash.slice(1) || '/house'
  void nextTick(() => scrollTo(0, path.value === '/house' ? (places.get('/house') ?? 0) : 0))
})

export function go(to: string): void {
  location.hash = to
}
