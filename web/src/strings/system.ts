/* The words of System. */
import type { Strings } from './deck'

export const SYSTEM: Strings = {
  decision: ['The last decision', 'De laatste beslissing'],
  decided_at: ['at {t}', 'om {t}'],
  boiler: ['Boiler', 'Ketel'],
  called: ['called', 'gevraagd'],
  not_called: ['not called', 'niet gevraagd'],
  asks: ['asks {n} %', 'vraagt {n} %'],
  asks_none: ['asks nothing', 'vraagt niets'],
  services: ['Services', 'Diensten'],
  online: ['online', 'actief'],
  offline: ['offline', 'weg'],
  refused_list: ['Refused messages', 'Geweigerde berichten'],
  none_since: ['None since this page was opened.', 'Geen sinds deze pagina open is.'],
  settings: ['This device', 'Dit apparaat'],
  language: ['Language', 'Taal'],
  theme: ['Appearance', 'Weergave'],
  t_auto: ['Automatic', 'Automatisch'],
  t_light: ['Light', 'Licht'],
  t_dark: ['Dark', 'Donker'],
  install: ['Put on the home screen', 'Op het beginscherm zetten'],
  install_how: [
    'On the home screen: on an iPhone or iPad with Share, then “Add to Home Screen”; elsewhere the browser offers it where the page comes over https.',
    'Op het beginscherm: op een iPhone of iPad met Delen, dan ‘Zet op beginscherm’; elders biedt de browser het aan als de pagina over https komt.',
  ],
  logout: ['Log out', 'Afmelden'],
  flow: ['water out and back', 'water heen en terug'],
  pressure: ['pressure', 'druk'],
  law: ['law', 'regeling'],
}
