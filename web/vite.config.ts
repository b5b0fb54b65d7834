/* The page is built into files with hashes in their names; a server may let browsers keep them for ever. */
import vue from '@vitejs/plugin-vue'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const HERE = dirname(fileURLToPath(import.meta.url))

export default defineConfig({
  base: './',
  plugins: [vue()],
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
