/* Where the browser offers it (over https, or on this computer) the page goes to the home screen, and opens from there
also while the server is away. Everywhere else it works as well, and says how. */
import { shallowRef } from 'vue'

interface Offer extends Event {
  prompt(): Promise<unknown>
}

export const offer = shallowRef<Offer | null>(null)
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  offer.value = event as Offer
})
addEventListener('appinstalled', () => (offer.value = null))

export const isInstalled = matchMedia('(display-mode: standalone)').matches

/** Let the page's own files be kept; a demo is no place to do so. */
export function keepFiles(): void {
  if (import.meta.env.PROD && !import.meta.env.VITE_DEMO && 'serviceWorker' in navigator)
    navigator.serviceWorker.register('./sw.js').catch((error: unknown) => console.warn('no service worker:', error))
}
