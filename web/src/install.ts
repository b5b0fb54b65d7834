/* Where the browser offers it (over https, or on this computer) the page goes to the home screen. */
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
