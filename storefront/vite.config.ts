import uniPlugin from '@dcloudio/vite-plugin-uni'
import { defineConfig, type Plugin } from 'vite'

const uni = ((uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin) as typeof uniPlugin

// uni's own styles for H5 point at a picture on a foreign host; nothing of ours may be loaded from elsewhere.
const nothingForeign: Plugin = {
  name: 'nothing-foreign',
  enforce: 'post',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'asset' && file.fileName.endsWith('.css'))
        file.source = String(file.source).replace(/url\((["']?)(?:https?:)?\/\/[^)]*\1\)/g, 'none')
    }
  },
}

export default defineConfig({
  plugins: [uni(), nothingForeign],
  // Sentences are read, not compiled into functions: neither our Content-Security-Policy nor a mini-program allows that.
  define: {
    __INTLIFY_JIT_COMPILATION__: true,
    __INTLIFY_DROP_MESSAGE_COMPILER__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
  },
  build: { target: 'es2020' },
  server: { proxy: { '/api': 'http://localhost:8000', '/media': 'http://localhost:8000' } },
})
