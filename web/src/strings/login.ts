/* The words of Login. */
import type { Strings } from './deck'

export const LOGIN: Strings = {
  login_title: ['Warm welcome', 'Warm welkom'],
  login_sub: [
    'Log in with your name and password of the broker.',
    'Meld u aan met uw naam en wachtwoord van de broker.',
  ],
  user: ['Name', 'Naam'],
  password: ['Password', 'Wachtwoord'],
  show: ['Show', 'Tonen'],
  remember: ['Stay logged in on this device', 'Aangemeld blijven op dit apparaat'],
  login: ['Log in', 'Aanmelden'],
  wrong: [
    'The broker does not know this name with this password.',
    'De broker kent deze naam met dit wachtwoord niet.',
  ],
  unreachable: ['The broker cannot be reached at {u}.', 'De broker is niet bereikbaar op {u}.'],
  plain: [
    'This connection is not encrypted: use it at home only.',
    'Deze verbinding is niet versleuteld: gebruik haar alleen thuis.',
  ],
}
