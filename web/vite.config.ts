/* The page is built into files with hashes in their names; a server may let browsers keep them for ever. */
import vue from '@vitejs/plugin-vue'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const HERE = dirname(fileURLToPath(import.meta.url))

/** Writes the service worker, with the list of all that was built. */
const serviceWorker: Plugin = {
  name: 'service-worker',
  apply: 'build',
  generateBundle(_, bundle) {
    const files = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name))
    const icons = ['icon.svg', 'icon-192.png', 'icon-512.png', 'manifest.webmanifest']
    const source = readFileSync(join(HERE, 'src', 'sw.js'), 'utf8')
    const all = JSON.stringify([...files.sort(), ...icons])
    this.emitFile({ type: 'asset', fileName: 'sw.js', source: source.replace('= __FILES__', `= ${all}`) })
  },
}

export default defineConfig({
  base: './',
  plugins: [vue(), serviceWorker],
  resolve: {
    alias: [
      { find: /^(buffer|events|process)$/, replacement: `${HERE}/node_modules/$1/` },
      // mqtt.js's timers in a worker are made of a blob, which our content security policy forbids.
      { find: 'worker-timers', replacement: `${HERE}/src/no-worker.ts` },
    ],
  },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  build: { target: 'es2022', modulePreload: false },
})
