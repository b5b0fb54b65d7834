/* The words around every screen. */
import type { Strings } from './deck'

export const FRAME: Strings = {
  skip: ['Skip to the content', 'Naar de inhoud'],
  nav: ['Pages', 'Pagina’s'],
  house: ['House', 'Huis'],
  gas: ['Gas', 'Gas'],
  devices: ['Devices', 'Apparaten'],
  system: ['System', 'Systeem'],
  live: ['Live', 'Actueel'],
  updated: ['Last word {t}', 'Laatste bericht {t}'],
  back: ['Back', 'Terug'],
  close: ['Close', 'Sluiten'],
  attention_n: ['{n} to look after', '{n} om na te kijken'],
}
