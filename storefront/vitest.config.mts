import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const NATIVE = ['view', 'text', 'image', 'swiper', 'swiper-item', 'scroll-view', 'button', 'block']

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag: string) => NATIVE.includes(tag) } } })],
  resolve: { alias: { '@dcloudio/uni-app': at('./tests/kit/uni-app.ts'), '@': at('./src') } },
  test: { environment: 'happy-dom', setupFiles: [at('./tests/kit/setup.ts')], include: ['tests/**/*.test.ts'] },
})
