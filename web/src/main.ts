/* Begins: where the broker is, who asks, and the first paint before anything is heard. */
import { createApp, watch } from 'vue'
import App from './App.vue'
import { keepFiles } from './install'
import { kept } from './login'
import { fetchAll } from './screens'
import { line, start } from './state'
import './style.css'

createApp(App).mount('#app')

interface Place {
  broker?: string
  root?: string
}

async function place(): Promise<{ url: string; root: string }> {
  const secure = location.protocol === 'https:' ? 'wss' : 'ws'
  const usual = { url: `${secure}://${location.host}/mqtt`, root: 'home' }
  try {
    const answer = await fetch('./config.json')
    const found = answer.ok ? ((await answer.json()) as Place) : {}
    const url = found.broker?.replace('{host}', location.hostname)
    return { url: url ?? usual.url, root: found.root ?? usual.root }
  } catch {
    return usual
  }
}

export const broker = place()
void broker.then(({ url, root }) => start(url, root, kept()))

const stopWaiting = watch(
  () => line.state,
  (state) => {
    if (state !== 'live') return
    stopWaiting()
    fetchAll()
    keepFiles()
  },
)
